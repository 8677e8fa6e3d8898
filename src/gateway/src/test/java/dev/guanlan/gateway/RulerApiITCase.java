package dev.guanlan.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.guanlan.gateway.push.PushLimits;
import dev.guanlan.testing.KafkaExtension;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Keeps rules in a gateway as mimirtool, Grafana and a pipeline with curl do. */
class RulerApiITCase {

  @RegisterExtension static final KafkaExtension KAFKA = new KafkaExtension();
  @TempDir static Path folder;

  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final String ACCEPTED =
      "{\"status\":\"success\",\"data\":null,\"errorType\":\"\",\"error\":\"\"}";
  private static final String LIMITS =
      "tenants: {limited: {max_rule_groups: 2, max_rules_per_group: 1}}";

  /** As mimirtool writes a group, with a rule's expression in a block. */
  private static final String GROUP =
      """
      name: errors
      interval: 30s
      rules:
          - alert: Errors
            expr: |-
              rate(errors_total[5m])
                > 0.5
            for: 10m
            labels:
              severity: page
      """;

  private static GatewayServer gateway;

  private final String tenant = UUID.randomUUID().toString();

  @BeforeAll
  static void start() throws IOException {
    KAFKA.createPlatformTopics(1);
    Path limits = Files.writeString(folder.resolve("limits.yaml"), LIMITS);
    gateway =
        GatewayServer.start(
            new GatewaySettings(
                List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)),
                KAFKA.bootstrapServers(),
                new PushLimits(4 << 20, 4 << 20, 32 << 20, 4),
                16 << 20,
                Duration.ofSeconds(20),
                Duration.ofMinutes(2),
                true,
                SecuritySettings.NONE,
                limits,
                List.of()));
    awaitReady();
  }

  private static void awaitReady() {
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                HTTP.send(
                            HttpRequest.newBuilder(uri("/ready")).build(),
                            HttpResponse.BodyHandlers.discarding())
                        .statusCode()
                    == 200);
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  private static URI uri(String path) {
    return URI.create("http://127.0.0.1:" + gateway.addresses().get(0).getPort() + path);
  }

  private HttpResponse<String> send(String method, String path, String body) throws Exception {
    return sendFor(tenant, method, path, body);
  }

  private static HttpResponse<String> sendFor(
      String tenant, String method, String path, String body) throws Exception {
    return HTTP.send(
        HttpRequest.newBuilder(uri(path))
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .header("X-Scope-OrgID", tenant)
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private String get(String path) throws Exception {
    HttpResponse<String> response = send("GET", path, "");
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    assertThat(response.headers().firstValue("content-type")).contains("application/yaml");
    return response.body();
  }

  private static boolean isWithoutKafka(HttpResponse<String> response) {
    return response.statusCode() == 503 && response.body().contains("Kafka does not answer");
  }

  private void accepted(String method, String path, String body) throws Exception {
    // A broker that pauses for some seconds has the gateway refuse, before it has done anything.
    HttpResponse<String> response =
        await()
            .atMost(PATIENCE)
            .until(() -> send(method, path, body), sent -> !isWithoutKafka(sent));
    assertThat(response.statusCode()).as(response.body()).isEqualTo(202);
    assertThat(response.body()).isEqualTo(ACCEPTED);
    assertThat(response.headers().firstValue("content-type").orElse(""))
        .startsWith("application/json");
  }

  private static String file(String... groups) {
    StringBuilder yaml = new StringBuilder("groups:\n");
    for (String group : groups) {
      yaml.append("  - {name: ").append(group).append(", rules: [{record: r, expr: up}]}\n");
    }
    return yaml.toString();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/prometheus/config/v1/rules", "/config/v1/rules"})
  void keepsGroupsAsMimirDoes(String rules) throws Exception {
    assertThat(get(rules)).isEqualTo("{}\n");
    accepted("POST", rules + "/node", GROUP);
    accepted("POST", rules + "/node", "{\"name\": \"other\", \"rules\": []}");
    accepted("POST", rules + "/web", "name: web");

    String errors =
        """
          - name: errors
            interval: 30s
            rules:
              - alert: Errors
                expr: |-
                  rate(errors_total[5m])
                    > 0.5
                for: 10m
                labels:
                  severity: page
        """;
    String node = "node:\n" + errors + "  - name: other\n    rules: []\n";
    assertThat(get(rules)).isEqualTo(node + "web:\n  - name: web\n    rules: []\n");
    assertThat(get(rules + "/node")).isEqualTo(node);
    assertThat(get(rules + "/node/errors"))
        .isEqualTo(errors.indent(-4).replaceFirst("^- name", "name"));
    assertThat(get(rules + "/nothing")).isEqualTo("{}\n");

    accepted("DELETE", rules + "/node/other", "");
    assertThat(get(rules + "/node")).isEqualTo("node:\n" + errors);
    accepted("DELETE", rules + "/node", "");
    accepted("DELETE", rules + "/web", "");
    assertThat(get(rules)).isEqualTo("{}\n");
    for (String gone : List.of("/node/errors", "/node")) {
      HttpResponse<String> response = send("DELETE", rules + gone, "");
      assertThat(response.statusCode()).isEqualTo(404);
      assertThat(response.body()).contains("there is no").contains("node");
    }
    assertThat(send("GET", rules + "/node/errors", "").statusCode()).isEqualTo(404);
  }

  @Test
  void replacesANamespaceByAFile() throws Exception {
    accepted("PUT", "/api/v1/rules/a.yaml", file("x", "w"));
    accepted("PUT", "/api/v1/rules/b.yaml", file("x"));
    accepted("PUT", "/api/v1/rules/a.yaml", file("w", "z"));
    assertThat(get("/api/v1/rules/a.yaml")).contains("name: w", "name: z").doesNotContain(": x");
    assertThat(get("/api/v1/rules/b.yaml")).contains("name: x");
    accepted("PUT", "/api/v1/rules/a.yaml", "");
    assertThat(get("/config/v1/rules")).doesNotContain("a.yaml").contains("b.yaml");
    assertThat(send("GET", "/api/v1/rules", "").body())
        .as("is Prometheus', which shows how rules do")
        .startsWith("{\"status\":\"success\",\"data\":{\"groups\":[");
  }

  @Test
  void refusesWholeAndSaysWhere() throws Exception {
    accepted("PUT", "/api/v1/rules/a.yaml", file("x"));
    String wrong = file("w") + "  - {name: z, rules: [{record: r, expr: up +}]}\n";
    HttpResponse<String> refused = send("PUT", "/api/v1/rules/a.yaml", wrong);
    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(refused.body())
        .startsWith("nothing was changed")
        .contains("a.yaml:3:45: could not parse expression");
    assertThat(send("POST", "/api/v1/rules/a.yaml", "name: g\nrules: [{record: r}]").body())
        .contains("a.yaml:2:9: field 'expr' must be set in rule");
    assertThat(send("POST", "/api/v1/rules/a.yaml", "name: g\nsource_tenants: [a]").body())
        .contains("a.yaml:2:1: field \"source_tenants\" not found in a rule group");
    assertThat(get("/api/v1/rules/a.yaml")).contains("name: x").doesNotContain("name: w");
  }

  @Test
  void saysWhatIsTakenAndProbablyNotMeant() throws Exception {
    String file = "groups: [{name: g, rules: [{record: r, expr: 'up[5m]'}]}]\n";
    HttpResponse<String> put = send("PUT", "/api/v1/rules/a.yaml", file + "---\ngroups: []\n");
    assertThat(put.statusCode()).as(put.body()).isEqualTo(202);
    assertThat(put.body())
        .isEqualTo(
            ACCEPTED.substring(0, ACCEPTED.length() - 1)
                + ",\"warnings\":[\"a.yaml:1:46: the expression gives neither a vector nor a scalar;"
                + " the rule will always fail\",\"a.yaml:2:1: only the first YAML document of a"
                + " rule file is read; move its groups up\"]}");
    String group = "name: g\nrules: [{record: r, expr: 'up[5m]'}]";
    HttpResponse<String> post = send("POST", "/config/v1/rules/a.yaml", group);
    assertThat(post.statusCode()).as(post.body()).isEqualTo(202);
    assertThat(post.body()).contains("\"warnings\":[\"a.yaml:2:27: the expression");
  }

  @Test
  void refusesAGroupThatNoRecordHolds() throws Exception {
    String group =
        "name: large\nrules: [{record: r, expr: up, labels: {text: "
            + "x".repeat(1_000_000)
            + "}}]\n";
    HttpResponse<String> post = send("POST", "/api/v1/rules/a.yaml", group);
    assertThat(post.statusCode()).isEqualTo(400);
    assertThat(post.body())
        .startsWith("nothing was changed")
        .contains("a.yaml:1:1: the group large takes 1000")
        .contains("split it");
    HttpResponse<String> put =
        send("PUT", "/api/v1/rules/a.yaml", "groups:\n  - " + group.indent(4).strip());
    assertThat(put.statusCode()).isEqualTo(400);
    assertThat(put.body()).contains("a.yaml:2:5: the group large takes 1000");
  }

  @Test
  void refusesWhatCannotBeRules() throws Exception {
    assertThat(send("PUT", "/api/v1/rules/%20", file("x")).statusCode()).isEqualTo(400);
    assertThat(send("PUT", "/api/v1/rules/a%07b", file("x")).statusCode()).isEqualTo(400);
    String large = "# " + "x".repeat(3 << 20);
    assertThat(send("PUT", "/api/v1/rules/a.yaml", large).statusCode()).isEqualTo(413);
    HttpResponse<String> notUtf8 =
        HTTP.send(
            HttpRequest.newBuilder(uri("/api/v1/rules/a.yaml"))
                .PUT(HttpRequest.BodyPublishers.ofByteArray(new byte[] {(byte) 0xff}))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(notUtf8.statusCode()).isEqualTo(400);
    assertThat(notUtf8.body()).contains("not UTF-8");
    HttpResponse<String> zipped =
        HTTP.send(
            HttpRequest.newBuilder(uri("/api/v1/rules/a.yaml"))
                .PUT(HttpRequest.BodyPublishers.ofString("x"))
                .header("Content-Encoding", "gzip")
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(zipped.statusCode()).isEqualTo(415);
  }

  @Test
  void keepsTenantsApart() throws Exception {
    String other = tenant + "-2";
    accepted("PUT", "/api/v1/rules/a.yaml", file("x"));
    assertThat(sendFor(other, "GET", "/config/v1/rules", "").body()).isEqualTo("{}\n");
    assertThat(sendFor(other, "DELETE", "/api/v1/rules/a.yaml", "").statusCode()).isEqualTo(404);
    assertThat(sendFor(other, "PUT", "/api/v1/rules/a.yaml", file("w")).statusCode())
        .isEqualTo(202);
    assertThat(get("/config/v1/rules/a.yaml")).contains("name: x").doesNotContain("name: w");
  }

  @Test
  void takesNamesOfAnyCharacters() throws Exception {
    String group = "name: 'a/b c%'";
    accepted("POST", "/prometheus/config/v1/rules/alloy%2Fshop%2Frules%20%25", group);
    accepted("POST", "/prometheus/config/v1/rules/alloy", "name: shop/rules %/a/b c%");
    assertThat(get("/config/v1/rules"))
        .contains("alloy/shop/rules %:\n  - name: a/b c%\n")
        .contains("alloy:\n  - name: shop/rules %/a/b c%\n");
    String path = "/config/v1/rules/alloy%2Fshop%2Frules%20%25";
    assertThat(get(path + "/a%2Fb%20c%25")).startsWith("name: a/b c%");
    accepted("DELETE", path + "/a%2Fb%20c%25", "");
    assertThat(get("/config/v1/rules")).doesNotContain("alloy/shop").contains("alloy:");
  }

  @Test
  void holdsATenantToItsLimits() throws Exception {
    String path = "/api/v1/rules/a.yaml";
    HttpResponse<String> groups = sendFor("limited", "PUT", path, file("x", "w", "z"));
    assertThat(groups.statusCode()).isEqualTo(400);
    assertThat(groups.body())
        .contains("there would be 3 rule groups, beyond max_rule_groups = 2 of the tenant");
    String two = "name: two\nrules: [{record: r, expr: a}, {record: s, expr: b}]";
    HttpResponse<String> rules = sendFor("limited", "POST", path, two);
    assertThat(rules.statusCode()).isEqualTo(400);
    assertThat(rules.body()).contains("\"two\" has 2 rules, beyond max_rules_per_group = 1");
    assertThat(sendFor("limited", "PUT", path, file("x", "w")).statusCode()).isEqualTo(202);
    assertThat(sendFor("limited", "POST", path, "name: z").statusCode()).isEqualTo(400);
    assertThat(sendFor("limited", "POST", path, "name: w").statusCode()).isEqualTo(202);
    String elsewhere = "/api/v1/rules/b.yaml";
    assertThat(sendFor("limited", "PUT", elsewhere, file("x")).statusCode()).isEqualTo(400);
    assertThat(send("PUT", path, file("x", "w", "z")).statusCode()).isEqualTo(202);
  }

  @Test
  void saysWhenKafkaIsAwayAndServesWhenItIsBack() throws Exception {
    accepted("PUT", "/api/v1/rules/a.yaml", file("x"));
    KAFKA.stop();
    try {
      HttpResponse<String> away = send("PUT", "/api/v1/rules/a.yaml", file("w"));
      assertThat(away.statusCode()).as(away.body()).isEqualTo(503);
      assertThat(away.headers().firstValue("retry-after")).isPresent();
      assertThat(send("GET", "/config/v1/rules", "").statusCode()).isEqualTo(503);
    } finally {
      KAFKA.start();
    }
    awaitReady();
    await()
        .atMost(PATIENCE)
        .until(() -> send("PUT", "/api/v1/rules/a.yaml", file("z")).statusCode() == 202);
    assertThat(get("/config/v1/rules")).contains("name: z").doesNotContain("name: x");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/loki/api/v1/rules", "/api/prom/rules"})
  void hasNoRulesInLogQlAndTakesNone(String rules) throws Exception {
    accepted("POST", "/config/v1/rules/node", GROUP);

    for (String path : List.of("", "/node", "/node/errors")) {
      HttpResponse<String> answer = send("GET", rules + path, "");
      assertThat(answer.statusCode()).as(path).isEqualTo(404);
      assertThat(answer.body())
          .contains(path.endsWith("errors") ? "group does not exist" : "no rule groups found");
    }
    String group =
        """
        name: errors
        rules:
          - alert: Errors
            expr: sum by (app) (rate({app="shop"} |= "error" [5m])) > 1
        """;
    for (String method : List.of("POST", "PUT")) {
      HttpResponse<String> answer = send(method, rules + "/node", group);
      assertThat(answer.statusCode()).isEqualTo(400);
      assertThat(answer.body())
          .contains("nothing was changed")
          .contains("LogQL")
          .contains("/config/v1/rules/node");
    }
    for (String path : List.of("/node", "/node/errors")) {
      HttpResponse<String> answer = send("DELETE", rules + path, "");
      assertThat(answer.statusCode()).as(path).isEqualTo(404);
      assertThat(answer.body()).contains("does not exist");
    }
    assertThat(get("/config/v1/rules/node/errors")).contains("rate(errors_total[5m])");
  }
}
