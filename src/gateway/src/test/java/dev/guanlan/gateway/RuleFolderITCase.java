package dev.guanlan.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.guanlan.connector.kafka.rules.PublishedGroup;
import dev.guanlan.connector.kafka.rules.RuleGroupTopic;
import dev.guanlan.gateway.push.PushLimits;
import dev.guanlan.gateway.rules.RuleFolder;
import dev.guanlan.model.Topics;
import dev.guanlan.rules.RuleFiles;
import dev.guanlan.testing.KafkaExtension;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Keeps rules in a folder, as Kubernetes mounts a ConfigMap and as a person edits files. */
class RuleFolderITCase {

  @RegisterExtension static final KafkaExtension KAFKA = new KafkaExtension();

  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  @TempDir Path folder;

  private final String tenant = UUID.randomUUID().toString();
  private RuleGroupTopic topic;
  private int mounted;

  @BeforeAll
  static void createTopics() {
    KAFKA.createPlatformTopics(1);
  }

  @BeforeEach
  void connect() {
    topic = new RuleGroupTopic(KAFKA.bootstrapServers());
  }

  private GatewayServer start() {
    return GatewayServer.start(
        new GatewaySettings(
            List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)),
            KAFKA.bootstrapServers(),
            new PushLimits(1 << 20, 2 << 20, 32 << 20, 2),
            16 << 20,
            Duration.ofSeconds(20),
            Duration.ofMinutes(1),
            true,
            SecuritySettings.NONE,
            null,
            List.of(new RuleFolder(tenant, folder))));
  }

  private static String file(String group, String expr) {
    return "groups: [{name: " + group + ", rules: [{record: r, expr: '" + expr + "'}]}]\n";
  }

  /** Mounts a version of a ConfigMap: a folder of its own, and a link that moves to it at once. */
  private void mount(Map<String, String> files) throws IOException {
    Path version = Files.createDirectory(folder.resolve("..version-" + mounted++));
    for (Map.Entry<String, String> file : files.entrySet()) {
      Files.writeString(version.resolve(file.getKey()), file.getValue());
    }
    Path link = folder.resolve("..data_tmp");
    Files.createSymbolicLink(link, version.getFileName());
    Files.move(
        link,
        folder.resolve("..data"),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
    for (String name : files.keySet()) {
      if (!Files.exists(folder.resolve(name))) {
        Files.createSymbolicLink(folder.resolve(name), Path.of("..data", name));
      }
    }
  }

  private List<String> rules() throws IOException {
    return topic.read(tenant).stream()
        .map(PublishedGroup::group)
        .map(
            group ->
                group.namespace()
                    + "/"
                    + group.name()
                    + (group.rules().isEmpty() ? "" : ": " + group.rules().get(0).expr()))
        .toList();
  }

  private void awaitRules(String... expected) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(rules()).containsExactlyInAnyOrder(expected));
  }

  private long records() {
    return KAFKA.committed(Topics.RULES).stream()
        .filter(record -> record.key() != null)
        .filter(record -> new String(record.key(), StandardCharsets.UTF_8).startsWith(tenant))
        .count();
  }

  private HttpResponse<String> send(GatewayServer to, String method, String path, String body)
      throws Exception {
    return HTTP.send(
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + to.addresses().get(0).getPort() + path))
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .header("X-Scope-OrgID", tenant)
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private String metric(GatewayServer of, String name) throws Exception {
    return send(of, "GET", "/metrics", "")
        .body()
        .lines()
        .filter(line -> line.startsWith(name + "{tenant=\"" + tenant + "\"} "))
        .map(line -> line.substring(line.indexOf("} ") + 2))
        .findFirst()
        .orElseThrow();
  }

  private void awaitMetric(GatewayServer of, String name, String value) {
    await().atMost(PATIENCE).untilAsserted(() -> assertThat(metric(of, name)).isEqualTo(value));
  }

  @Test
  void followsAConfigMapWhateverBecomesOfItsFiles() throws Exception {
    topic.replace(tenant, Set.of("by-hand"), RuleFiles.parse(file("h", "h"), "by-hand"));
    mount(Map.of("node.yaml", file("n", "up"), "web.yml", file("w", "up"), "README.md", "# no"));
    try (GatewayServer gateway = start()) {
      awaitRules("by-hand/h: h", "node.yaml/n: up", "web.yml/w: up");

      mount(Map.of("node.yaml", file("n", "down"), "web.yml", file("w", "up")));
      awaitRules("by-hand/h: h", "node.yaml/n: down", "web.yml/w: up");

      mount(Map.of("node.yaml", file("n", "down +"), "web.yml", file("w", "other")));
      awaitRules("by-hand/h: h", "node.yaml/n: down", "web.yml/w: other");
      awaitMetric(gateway, "guanlan_gateway_rules_folder_broken", "1.0");

      mount(Map.of("node.yaml", file("n", "mended")));
      Files.delete(folder.resolve("web.yml"));
      awaitRules("by-hand/h: h", "node.yaml/n: mended");
      awaitMetric(gateway, "guanlan_gateway_rules_folder_broken", "0.0");
      awaitMetric(gateway, "guanlan_gateway_rules_folder_behind", "0.0");
    }
  }

  @Test
  void publishesOtherFilesBesideOneThatIsTooLarge() throws Exception {
    Files.writeString(folder.resolve("a.yaml"), file("a", "up"));
    Files.writeString(folder.resolve("b.yaml"), file("b", "up"));
    try (GatewayServer gateway = start()) {
      awaitRules("a.yaml/a: up", "b.yaml/b: up");
      String large = "x".repeat(1_000_000);
      Files.writeString(
          folder.resolve("a.yaml"),
          "groups: [{name: a, rules: [{record: r, expr: no, labels: {text: " + large + "}}]}]");
      Files.writeString(folder.resolve("b.yaml"), file("b", "down"));
      awaitRules("a.yaml/a: up", "b.yaml/b: down");
      awaitMetric(gateway, "guanlan_gateway_rules_folder_broken", "1.0");
      awaitMetric(gateway, "guanlan_gateway_rules_folder_behind", "0.0");
    }
  }

  @Test
  void isLeftAloneByTheApiAndByASecondGateway() throws Exception {
    Files.writeString(folder.resolve("node.yaml"), file("n", "up"));
    try (GatewayServer first = start()) {
      awaitRules("node.yaml/n: up");
      awaitMetric(first, "guanlan_gateway_rules_folder_behind", "0.0");
      HttpResponse<String> refused = send(first, "PUT", "/api/v1/rules/node.yaml", file("x", "up"));
      assertThat(refused.statusCode()).isEqualTo(403);
      assertThat(refused.body()).contains("--rules-folder");
      assertThat(send(first, "DELETE", "/api/v1/rules/node.yaml", "").statusCode()).isEqualTo(403);
      assertThat(send(first, "PUT", "/api/v1/rules/mine", file("m", "up")).statusCode())
          .isEqualTo(202);
      long before = records();
      try (GatewayServer second = start()) {
        awaitMetric(second, "guanlan_gateway_rules_folder_behind", "0.0");
        assertThat(records()).as("nothing is written twice").isEqualTo(before);
        Files.writeString(folder.resolve("node.yaml"), file("n", "down"));
        awaitRules("mine/m: up", "node.yaml/n: down");
        await()
            .atMost(PATIENCE)
            .until(
                () ->
                    metric(first, "guanlan_gateway_rules_folder_behind").equals("0.0")
                        && metric(second, "guanlan_gateway_rules_folder_behind").equals("0.0"));
        assertThat(records()).isEqualTo(before + 1);
      }
    }
  }

  @Test
  void deletesAfterARestartWhatVanishedMeanwhileAndKeepsWhatBroke() throws Exception {
    for (String name : List.of("a.yaml", "b.yaml", "c.yaml")) {
      Files.writeString(folder.resolve(name), file("g", "up"));
    }
    try (GatewayServer gateway = start()) {
      awaitRules("a.yaml/g: up", "b.yaml/g: up", "c.yaml/g: up");
      awaitMetric(gateway, "guanlan_gateway_rules_folder_behind", "0.0");
    }
    Files.delete(folder.resolve("a.yaml"));
    Files.writeString(folder.resolve("b.yaml"), "groups: 1");
    try (GatewayServer gateway = start()) {
      awaitRules("b.yaml/g: up", "c.yaml/g: up");
      awaitMetric(gateway, "guanlan_gateway_rules_folder_broken", "1.0");
    }
  }

  @Test
  void changesNothingWhileTheFolderIsAway() throws Exception {
    Files.writeString(folder.resolve("a.yaml"), file("g", "up"));
    try (GatewayServer gateway = start()) {
      awaitRules("a.yaml/g: up");
      awaitMetric(gateway, "guanlan_gateway_rules_folder_behind", "0.0");
      Path away = folder.resolveSibling(folder.getFileName() + "-away");
      Files.move(folder, away);
      awaitMetric(gateway, "guanlan_gateway_rules_folder_behind", "1.0");
      assertThat(rules()).containsExactly("a.yaml/g: up");
      Files.move(away, folder);
      awaitMetric(gateway, "guanlan_gateway_rules_folder_behind", "0.0");
      assertThat(rules()).containsExactly("a.yaml/g: up");
    }
  }
}
