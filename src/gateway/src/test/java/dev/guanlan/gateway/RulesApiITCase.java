package dev.guanlan.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.guanlan.connector.kafka.rules.RuleGroupTopic;
import dev.guanlan.connector.kafka.rules.RuleStatusRecords;
import dev.guanlan.gateway.push.PushLimits;
import dev.guanlan.local.stack.StackPorts;
import dev.guanlan.local.stack.fetch.Cache;
import dev.guanlan.local.stack.fetch.DebianProgram;
import dev.guanlan.model.Topics;
import dev.guanlan.rules.RuleFiles;
import dev.guanlan.schema.ActiveAlert;
import dev.guanlan.schema.RecordFormat;
import dev.guanlan.schema.RuleGroupStatus;
import dev.guanlan.schema.RuleHealth;
import dev.guanlan.schema.RuleStatus;
import dev.guanlan.testing.KafkaExtension;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Asks a gateway how rules do, as Grafana asks Prometheus. */
class RulesApiITCase {

  @RegisterExtension static final KafkaExtension KAFKA = new KafkaExtension();

  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final RecordFormat<RuleGroupStatus> FORMAT =
      RecordFormat.of(RuleGroupStatus.class);
  private static final long NOW = Instant.parse("2026-11-28T10:00:00Z").toEpochMilli();

  /** What our answers have and Prometheus' have not. */
  private static final Set<String> OURS =
      Set.of(
          "lastTick",
          "inputSeries",
          "inputSamples",
          "outputSize",
          "lastInput",
          "lateSamples",
          "series",
          "shards",
          "preparing",
          "refused",
          "missingHistory",
          "blind",
          "limited",
          "pendingAlerts",
          "firingAlerts");

  private static final String RULES =
      """
      groups:
        - name: g
          labels: {team: a}
          limit: 7
          rules:
            - {record: "job:up:sum", expr: "sum by(job)(up)"}
            - alert: Down
              expr: up==0
              for: 90s
              labels: {severity: page, team: "{{ $labels.team }}"}
              annotations: {summary: "{{ $labels.instance }} is down"}
      """;

  private static GatewayServer gateway;
  private static KafkaProducer<byte[], byte[]> producer;

  private final String tenant = UUID.randomUUID().toString();

  @BeforeAll
  static void start() {
    KAFKA.createPlatformTopics(1);
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
                null,
                List.of()));
    producer =
        new KafkaProducer<>(
            Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, KAFKA.bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    await().atMost(PATIENCE).until(() -> send("x", "/ready", "*/*").statusCode() == 200);
  }

  @AfterAll
  static void stop() {
    producer.close();
    gateway.close();
  }

  private static HttpResponse<String> send(String tenant, String path, String accept)
      throws IOException, InterruptedException {
    URI uri = URI.create("http://127.0.0.1:" + gateway.addresses().get(0).getPort() + path);
    return HTTP.send(
        HttpRequest.newBuilder(uri)
            .header("X-Scope-OrgID", tenant)
            .header("Accept", accept)
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private HttpResponse<String> send(String path) throws IOException, InterruptedException {
    return send(tenant, path, "application/json, text/plain, */*");
  }

  private JsonNode get(String path) throws IOException, InterruptedException {
    HttpResponse<String> response = send(path);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    assertThat(response.headers().firstValue("content-type").orElse(""))
        .startsWith("application/json");
    JsonNode answer = JSON.readTree(response.body());
    assertThat(answer.path("status").asText()).isEqualTo("success");
    return answer.path("data");
  }

  private void publish(String namespace, String yaml) throws Exception {
    new RuleGroupTopic(KAFKA.bootstrapServers())
        .replace(tenant, Set.of(namespace), RuleFiles.parse(yaml, namespace));
  }

  private JsonNode awaitAnswer(String path, Callable<Boolean> condition) throws Exception {
    await().atMost(PATIENCE).until(condition);
    return get(path);
  }

  private JsonNode awaitGroups(int count) throws Exception {
    String path = "/api/v1/rules";
    return awaitAnswer(path, () -> get(path).path("groups").size() == count);
  }

  private void tell(RuleGroupStatus status) throws Exception {
    tell(status, FORMAT.encode(status));
  }

  private static void tell(RuleGroupStatus status, byte @Nullable [] value) throws Exception {
    byte[] key = RuleStatusRecords.key(status).getBytes(StandardCharsets.UTF_8);
    producer.send(new ProducerRecord<>(Topics.RULE_STATUS, key, value)).get();
  }

  private RuleGroupStatus.Builder status(String namespace, String group) {
    return RuleGroupStatus.newBuilder()
        .setTenant(tenant)
        .setNamespace(namespace)
        .setGroup(group)
        // No group has this version, so that its rules are found by their names.
        .setVersion(1)
        .setIntervalMillis(15_000)
        .setTickMillis(NOW)
        .setEvaluatedAtMillis(NOW + 1_250)
        .setEvaluationSeconds(0.5)
        .setLateSamples(4);
  }

  private static RuleStatus.Builder rule(String name) {
    return RuleStatus.newBuilder()
        .setName(name)
        .setHealth(RuleHealth.OK)
        .setEvaluationSeconds(0.25)
        .setInputSeries(2)
        .setInputSamples(3)
        .setOutputSize(1)
        .setLastInputMillis(NOW - 1);
  }

  private static ActiveAlert.Builder alert(String instance) {
    return ActiveAlert.newBuilder()
        .setLabels(Map.of("alertname", "Down", "instance", instance, "Z", "z"))
        .setAnnotations(Map.of("summary", instance + " is down"))
        .setFiring(true)
        .setActiveAtMillis(NOW - 90_000)
        .setValue(0);
  }

  @Test
  void rulesThatWerePublishedAreUnknownUntilTheJobHasToldOfThem() throws Exception {
    publish("f.yaml", RULES);
    assertThat(awaitGroups(1).toString())
        .isEqualTo(
            """
            {"groups":[{"name":"g","file":"f.yaml","rules":[\
            {"name":"job:up:sum","query":"sum by (job) (up)","labels":{"team":"a"},\
            "health":"unknown","evaluationTime":0.0,"lastEvaluation":"0001-01-01T00:00:00Z",\
            "type":"recording"},\
            {"state":"inactive","name":"Down","query":"up == 0","duration":90,"keepFiringFor":0,\
            "labels":{"severity":"page","team":"{{ $labels.team }}"},\
            "annotations":{"summary":"{{ $labels.instance }} is down"},"alerts":[],\
            "health":"unknown","evaluationTime":0.0,"lastEvaluation":"0001-01-01T00:00:00Z",\
            "type":"alerting"}],\
            "interval":60,"limit":7,"evaluationTime":0.0,"lastEvaluation":"0001-01-01T00:00:00Z"}]}\
            """);
    assertThat(get("/api/v1/alerts").toString()).isEqualTo("{\"alerts\":[]}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/prometheus"})
  void whatTheJobToldIsShown(String prefix) throws Exception {
    publish("f.yaml", RULES);
    RuleStatus down =
        rule("Down")
            .setFiringAlerts(1)
            .setPendingAlerts(2)
            .setBlind(true)
            .setLateSamples(3)
            .setAlerts(
                List.of(
                    alert("a").setKeepFiringSinceMillis(NOW).build(),
                    alert("b").setFiring(false).setValue(1234.5).build()))
            .build();
    RuleStatus sum =
        rule("job:up:sum")
            .setHealth(RuleHealth.ERR)
            .setLastError("it \"failed\"")
            .setLimited(true)
            .setLastInputMillis(0)
            .build();
    tell(status("f.yaml", "g").setRules(List.of(sum, down)).build());
    String path = prefix + "/api/v1/rules";
    JsonNode answer = awaitAnswer(path, () -> get(path).path("groups").path(0).has("lastTick"));
    String alerts =
        """
        [{"labels":{"Z":"z","alertname":"Down","instance":"a"},\
        "annotations":{"summary":"a is down"},"state":"firing",\
        "activeAt":"2026-11-28T09:58:30Z","keepFiringSince":"2026-11-28T10:00:00Z",\
        "value":"0e+00"},\
        {"labels":{"Z":"z","alertname":"Down","instance":"b"},\
        "annotations":{"summary":"b is down"},"state":"pending",\
        "activeAt":"2026-11-28T09:58:30Z","value":"1.2345e+03"}]\
        """;
    assertThat(answer.toString())
        .isEqualTo(
            """
            {"groups":[{"name":"g","file":"f.yaml","rules":[\
            {"name":"job:up:sum","query":"sum by (job) (up)","labels":{"team":"a"},\
            "health":"err","lastError":"it \\"failed\\"","evaluationTime":0.25,\
            "lastEvaluation":"2026-11-28T10:00:01.250Z","type":"recording",\
            "inputSeries":2,"inputSamples":3,"outputSize":1,"lateSamples":0,"blind":false,\
            "limited":true},\
            {"state":"firing","name":"Down","query":"up == 0","duration":90,"keepFiringFor":0,\
            "labels":{"severity":"page","team":"{{ $labels.team }}"},\
            "annotations":{"summary":"{{ $labels.instance }} is down"},"alerts":ALERTS,\
            "health":"ok","evaluationTime":0.25,"lastEvaluation":"2026-11-28T10:00:01.250Z",\
            "type":"alerting","inputSeries":2,"inputSamples":3,"outputSize":1,\
            "lastInput":"2026-11-28T09:59:59.999Z","lateSamples":3,"blind":true,"limited":false,\
            "pendingAlerts":2,"firingAlerts":1}],\
            "interval":15,"limit":7,"evaluationTime":0.5,\
            "lastEvaluation":"2026-11-28T10:00:01.250Z","lastTick":"2026-11-28T10:00:00Z",\
            "lateSamples":4,"series":0,"shards":0,"preparing":false}]}\
            """
                .replace("ALERTS", alerts));
    assertThat(get(prefix + "/api/v1/alerts").toString())
        .isEqualTo("{\"alerts\":" + alerts + ",\"untoldAlerts\":1}");
    JsonNode without = get(path + "?exclude_alerts=true").path("groups").path(0).path("rules");
    assertThat(without.path(1).path("alerts").isNull()).isTrue();
    assertThat(send("another", path, "*/*").body())
        .isEqualTo("{\"status\":\"success\",\"data\":{\"groups\":[]}}");
  }

  @Test
  void aGroupSaysWhatIsRefusedOrMissing() throws Exception {
    publish("f.yaml", RULES);
    tell(
        status("f.yaml", "g")
            .setRefused("the version of now is refused")
            .setMissingHistory("stored samples are missing")
            .build());
    String path = "/api/v1/rules";
    JsonNode group =
        awaitAnswer(path, () -> get(path).path("groups").path(0).has("lastTick"))
            .path("groups")
            .path(0);
    assertThat(group.path("refused").asText()).isEqualTo("the version of now is refused");
    assertThat(group.path("missingHistory").asText()).isEqualTo("stored samples are missing");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/api/v1/rules", "/api/v1/alerts"})
  void answersWarnIfTheJobTellsNothingAnyMore(String path) throws Exception {
    publish("f.yaml", RULES);
    Instant before = Instant.ofEpochMilli(System.currentTimeMillis()).minusSeconds(3600);
    tell(status("f.yaml", "g").setEvaluatedAtMillis(before.toEpochMilli()).build());
    await().atMost(PATIENCE).until(() -> send(path).body().contains("told nothing"));
    JsonNode answer = JSON.readTree(send(path).body());
    List<String> names = new ArrayList<>();
    answer.fieldNames().forEachRemaining(names::add);
    assertThat(names).containsExactly("status", "data", "warnings");
    assertThat(answer.path("warnings"))
        .singleElement()
        .satisfies(warning -> assertThat(warning.asText()).contains("since " + before));
    tell(status("f.yaml", "g").setEvaluatedAtMillis(System.currentTimeMillis()).build());
    await().atMost(PATIENCE).until(() -> !send(path).body().contains("warnings"));
  }

  @Test
  void whatIsGoneIsShownNoMore() throws Exception {
    publish("f.yaml", RULES);
    RuleGroupStatus status =
        status("f.yaml", "g")
            .setRules(
                List.of(
                    rule("Down").setFiringAlerts(1).setAlerts(List.of(alert("a").build())).build()))
            .build();
    tell(status);
    await().atMost(PATIENCE).until(() -> get("/api/v1/alerts").path("alerts").size() == 1);
    tell(status, null);
    await().atMost(PATIENCE).until(() -> get("/api/v1/alerts").path("alerts").isEmpty());
    tell(status);
    await().atMost(PATIENCE).until(() -> get("/api/v1/alerts").path("alerts").size() == 1);
    publish("f.yaml", "groups: []");
    assertThat(awaitGroups(0).toString()).isEqualTo("{\"groups\":[]}");
    assertThat(get("/api/v1/alerts").toString()).isEqualTo("{\"alerts\":[]}");
  }

  private static String names(JsonNode answer) {
    List<String> names = new ArrayList<>();
    for (JsonNode group : answer.path("groups")) {
      for (JsonNode rule : group.path("rules")) {
        names.add(
            group.path("file").asText()
                + "/"
                + group.path("name").asText()
                + "/"
                + rule.path("name").asText());
      }
    }
    return String.join(" ", names);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "                              | a/g/r a/g/A a/h/r b/g/B b/g/C",
        "type=alert                    | a/g/A b/g/B b/g/C",
        "type=record                   | a/g/r a/h/r",
        "rule_name[]=r                 | a/g/r a/h/r",
        "rule_name[]=A&rule_name[]=C   | a/g/A b/g/C",
        "rule_group[]=h                | a/h/r",
        "file[]=b                      | b/g/B b/g/C",
        "file[]=a&rule_group[]=g&type=alert | a/g/A",
        "match[]={severity=\"page\"}   | b/g/B",
        "match[]={severity=~\"p.*\"}&match[]={team=\"x\"} | a/h/r b/g/B",
        "rule_name[]=none              | ''",
      })
  void parametersChooseRules(String query, String expected) throws Exception {
    publish(
        "a",
        """
        groups:
          - {name: g, rules: [{record: r, expr: up}, {alert: A, expr: up}]}
          - {name: h, labels: {team: x}, rules: [{record: r, expr: up}]}
        """);
    publish(
        "b",
        """
        groups:
          - name: g
            rules:
              - {alert: B, expr: up, labels: {severity: page}}
              - {alert: C, expr: up, labels: {severity: info}}
        """);
    awaitGroups(3);
    assertThat(names(get("/api/v1/rules?" + encoded(query)))).isEqualTo(expected);
  }

  private static String encoded(@Nullable String query) {
    List<String> pairs = new ArrayList<>();
    for (String pair : query == null ? new String[0] : query.split("&")) {
      String[] parts = pair.split("=", 2);
      pairs.add(
          URLEncoder.encode(parts[0], StandardCharsets.UTF_8)
              + "="
              + URLEncoder.encode(parts[1], StandardCharsets.UTF_8));
    }
    return String.join("&", pairs);
  }

  @Test
  void groupsComeInPages() throws Exception {
    publish(
        "f",
        """
        groups:
          - {name: a, rules: [{record: r, expr: up}]}
          - {name: b, rules: [{alert: R, expr: up}]}
          - {name: c, rules: [{record: r, expr: up}]}
          - {name: d, rules: [{record: r, expr: up}]}
        """);
    awaitGroups(4);
    JsonNode first = get("/api/v1/rules?group_limit=2&type=record");
    assertThat(names(first)).isEqualTo("f/a/r f/c/r");
    String token = first.path("groupNextToken").asText();
    JsonNode second = get("/api/v1/rules?group_limit=2&type=record&group_next_token=" + token);
    assertThat(names(second)).isEqualTo("f/d/r");
    assertThat(second.has("groupNextToken")).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "type=foo | invalid parameter \"type\": not supported value \"foo\"",
        "exclude_alerts=perhaps | invalid parameter \"exclude_alerts\": not a boolean",
        "match[]={ | invalid parameter \"match[]\"",
        "match[]=1 | invalid parameter \"match[]\": not a selector: \"1\"",
        "group_limit=x | invalid parameter \"group_limit\"",
        "group_limit=0 | group_limit needs to be greater than 0",
        "group_next_token=x | group_limit needs to be present in order to paginate",
        "group_limit=1&group_next_token=x | invalid group_next_token 'x'",
      })
  void parametersThatCannotBeAreRefusedAsInPrometheus(String query, String message)
      throws Exception {
    HttpResponse<String> response = send("/api/v1/rules?" + encoded(query));
    assertThat(response.statusCode()).isEqualTo(400);
    JsonNode answer = JSON.readTree(response.body());
    assertThat(answer.path("status").asText()).isEqualTo("error");
    assertThat(answer.path("errorType").asText()).isEqualTo("bad_data");
    assertThat(answer.path("error").asText()).contains(message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/prometheus"})
  void grafanaFindsOutThatRulesCanBeKeptHere(String prefix) throws Exception {
    JsonNode info = get(prefix + "/api/v1/status/buildinfo");
    assertThat(info.path("application").asText()).isEqualTo("Guanlan");
    assertThat(info.path("version").asText()).isNotEmpty();
    assertThat(info.path("features").path("ruler_config_api"))
        .isEqualTo(JSON.getNodeFactory().textNode("true"));
  }

  @Test
  void theOldRouteOfTheRulerGivesYamlToWhoAsksForIt() throws Exception {
    publish("f.yaml", RULES);
    HttpResponse<String> yaml = send(tenant, "/api/v1/rules", "application/yaml");
    assertThat(yaml.statusCode()).isEqualTo(200);
    assertThat(yaml.body()).startsWith("f.yaml:\n").contains("alert: Down");
    assertThat(send(tenant, "/api/v1/rules", "*/*").body()).startsWith("{\"status\":\"success\"");
  }

  @Test
  void answersHaveTheShapeOfPrometheus(@TempDir Path folder) throws Exception {
    Cache cache = Cache.ofUser();
    assumeThat(DebianProgram.PROMETHEUS.obtainable(cache))
        .as("Debian's prometheus can be had")
        .isTrue();
    String rules =
        """
        groups:
          - name: g
            interval: 1s
            limit: 3
            rules:
              - {record: "job:up:sum", expr: "sum by(job)(up)", labels: {team: a}}
              - {record: plain, expr: "up  or vector(1)"}
              - alert: Firing
                expr: vector(1.5)>0
                labels: {severity: page, text: "{{ $value }}"}
                annotations: {summary: "is {{ $value }}"}
              - {alert: Pending, expr: "vector(1)", for: 1h, keep_firing_for: 90s}
              - {alert: Never, expr: "vector(1) > 2"}
              - {record: failing, expr: "label_replace(vector(1) or label_replace(vector(1), 'a', 'b', '', ''), 'a', 'c', '', '')"}
        """;
    Files.writeString(folder.resolve("rules.yml"), rules);
    Files.writeString(folder.resolve("prometheus.yml"), "rule_files: [rules.yml]\n");
    int port = StackPorts.free(1).get(0);
    Process prometheus =
        new ProcessBuilder(
                DebianProgram.PROMETHEUS.locate(cache, notice -> {}).toString(),
                "--config.file=" + folder.resolve("prometheus.yml"),
                "--storage.tsdb.path=" + folder.resolve("data"),
                "--web.listen-address=127.0.0.1:" + port)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("log").toFile())
            .start();
    try {
      String url = "http://127.0.0.1:" + port;
      await()
          .atMost(PATIENCE)
          .ignoreExceptionsMatching(IOException.class::isInstance)
          .until(
              () ->
                  ask(url + "/api/v1/alerts").path("alerts").size() == 2
                      && ask(url + "/api/v1/rules").toString().contains("\"lastError\""));
      JsonNode theirs = ask(url + "/api/v1/rules");
      publish("rules.yml", rules);
      tell(asTold(theirs.path("groups").path(0)));
      JsonNode ours =
          awaitAnswer(
              "/api/v1/rules", () -> get("/api/v1/rules").path("groups").path(0).has("lastTick"));
      assertSameShape("rules", theirs, ours);
      assertSameShape("alerts", ask(url + "/api/v1/alerts"), get("/api/v1/alerts"));
    } finally {
      prometheus.destroy();
      prometheus.waitFor();
    }
  }

  private static JsonNode ask(String url) throws IOException, InterruptedException {
    return JSON.readTree(
            HTTP.send(
                    HttpRequest.newBuilder(URI.create(url)).build(),
                    HttpResponse.BodyHandlers.ofString())
                .body())
        .path("data");
  }

  /** Makes the record that our job would have written of what Prometheus says. */
  private RuleGroupStatus asTold(JsonNode group) {
    List<RuleStatus> rules = new ArrayList<>();
    for (JsonNode rule : group.path("rules")) {
      List<ActiveAlert> alerts = new ArrayList<>();
      for (JsonNode alert : rule.path("alerts")) {
        alerts.add(
            ActiveAlert.newBuilder()
                .setLabels(texts(alert.path("labels")))
                .setAnnotations(texts(alert.path("annotations")))
                .setFiring(alert.path("state").asText().equals("firing"))
                .setActiveAtMillis(Instant.parse(alert.path("activeAt").asText()).toEpochMilli())
                .setValue(Double.parseDouble(alert.path("value").asText()))
                .build());
      }
      int firing = (int) alerts.stream().filter(ActiveAlert::getFiring).count();
      rules.add(
          rule(rule.path("name").asText())
              .setHealth(rule.path("health").asText().equals("ok") ? RuleHealth.OK : RuleHealth.ERR)
              .setLastError(rule.path("lastError").asText(""))
              .setFiringAlerts(firing)
              .setPendingAlerts(alerts.size() - firing)
              .setAlerts(alerts)
              .build());
    }
    return status("rules.yml", "g").setRules(rules).build();
  }

  private static Map<String, String> texts(JsonNode node) {
    Map<String, String> texts = new java.util.HashMap<>();
    node.properties().forEach(each -> texts.put(each.getKey(), each.getValue().asText()));
    return texts;
  }

  /** Compares everything but times and paths, which must only be of one kind. */
  private static void assertSameShape(String path, JsonNode theirs, JsonNode ours) {
    assertThat(ours.getNodeType()).as(path).isEqualTo(theirs.getNodeType());
    if (theirs.isObject()) {
      List<String> names = new ArrayList<>();
      ours.fieldNames().forEachRemaining(names::add);
      names.removeIf(OURS::contains);
      List<String> expected = new ArrayList<>();
      theirs.fieldNames().forEachRemaining(expected::add);
      assertThat(names).as(path).isEqualTo(expected);
      expected.forEach(
          name -> assertSameShape(path + "." + name, theirs.get(name), ours.get(name)));
    } else if (theirs.isArray()) {
      assertThat(ours).as(path).hasSize(theirs.size());
      for (int i = 0; i < theirs.size(); i++) {
        assertSameShape(path + "[" + i + "]", theirs.get(i), ours.get(i));
      }
    } else if (path.endsWith(".lastEvaluation") || path.endsWith(".activeAt")) {
      assertThat(Instant.parse(ours.asText())).as(path).isAfter(Instant.EPOCH);
      assertThat(Instant.parse(theirs.asText())).as(path).isAfter(Instant.EPOCH);
    } else if (theirs.isNumber()) {
      if (!path.endsWith(".evaluationTime")) {
        assertThat(ours.asDouble()).as(path).isEqualTo(theirs.asDouble());
      }
    } else if (!path.endsWith(".file")) {
      assertThat(ours).as(path).isEqualTo(theirs);
    }
  }
}
