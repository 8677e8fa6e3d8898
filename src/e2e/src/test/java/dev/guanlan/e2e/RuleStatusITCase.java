package dev.guanlan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.guanlan.connector.kafka.rules.RuleGroupTopic;
import dev.guanlan.local.stack.FlinkJob;
import dev.guanlan.model.Labels;
import dev.guanlan.model.Origin;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.rules.RuleFiles;
import dev.guanlan.testing.AlertmanagerExtension;
import dev.guanlan.testing.FlinkExtension;
import dev.guanlan.testing.GatewayExtension;
import dev.guanlan.testing.KafkaExtension;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Looks at rules and alerts as they are judged: from the job over Kafka to gateway and command. */
class RuleStatusITCase {

  @RegisterExtension static final KafkaExtension KAFKA = new KafkaExtension();
  @RegisterExtension static final AlertmanagerExtension ALERTMANAGER = new AlertmanagerExtension();
  @RegisterExtension static final GatewayExtension GATEWAY = new GatewayExtension(KAFKA);
  @RegisterExtension static final FlinkExtension FLINK = new FlinkExtension();

  private static final Path ROOT = Path.of(System.getProperty("guanlan.root", "../.."));
  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final String TENANT = "rule-status";
  private static final String NAMESPACE = "rooms.yaml";
  private static final String ALERTS = "/api/v1/alerts";
  private static final String RULES_PATH = "/api/v1/rules";

  private static final String RULES =
      """
      groups:
        - name: rooms
          interval: 1s
          rules:
            - alert: RoomTooHot
              expr: temperature_celsius{room="a"} > 90
              for: 10s
              labels: {severity: page}
              annotations: {summary: "Room {{ $labels.room }} has {{ $value }} degrees."}
            - {record: same_rooms, expr: "label_replace(temperature_celsius, 'room', 'same', '', '')"}
            - {alert: Blind, expr: "humidity_ratio > 1"}
      """;

  private final PushClient agent = new PushClient(URI.create(GATEWAY.url()), TENANT);

  @BeforeAll
  static void startJob() throws Exception {
    FLINK
        .jobs()
        .submit(
            new FlinkJob(
                Platform.ALERTING,
                ROOT.resolve("jobs/alerting/target/alerting-job.jar"),
                List.of(
                    "--kafka.bootstrap-servers",
                    KAFKA.bootstrapServers(),
                    "--alertmanager.urls",
                    ALERTMANAGER.url()),
                Map.of()));
    Awaitility.await()
        .atMost(PATIENCE)
        .until(
            () ->
                FLINK.rest().job(Platform.ALERTING).filter(job -> job.fullyRunning()).isPresent());
  }

  @AfterAll
  static void cancelJob() throws Exception {
    for (var job : FLINK.rest().jobs()) {
      if (!job.over()) {
        FLINK.rest().cancel(job.id());
      }
    }
  }

  @Test
  void rulesAndAlertsAreShownAsTheJobJudgesThem() throws Exception {
    new RuleGroupTopic(KAFKA.bootstrapServers())
        .replace(TENANT, Set.of(NAMESPACE), RuleFiles.parse(RULES, NAMESPACE));

    awaitWhileHot("pending", () -> alertIs("pending"));
    String pending = guanlan("alerts");
    // By the time that the command asks, it may fire already.
    assertThat(pending).contains("RoomTooHot", "room=a severity=page", "Room a has 95 degrees.");

    awaitWhileHot("firing", () -> alertIs("firing"));
    JsonNode alert = get(ALERTS).path("alerts").path(0);
    assertThat(alert.path("labels").toString())
        .isEqualTo("{\"alertname\":\"RoomTooHot\",\"room\":\"a\",\"severity\":\"page\"}");
    assertThat(alert.path("annotations").path("summary").asText())
        .isEqualTo("Room a has 95 degrees.");
    assertThat(alert.path("value").asText()).isEqualTo("9.5e+01");
    Instant activeAt = Instant.parse(alert.path("activeAt").asText());

    JsonNode group = get(RULES_PATH).path("groups").path(0);
    assertThat(group.path("name").asText()).isEqualTo("rooms");
    assertThat(group.path("file").asText()).isEqualTo(NAMESPACE);
    assertThat(group.path("interval").asInt()).isEqualTo(1);
    assertThat(Instant.parse(group.path("lastTick").asText()))
        .isAfterOrEqualTo(activeAt.plusSeconds(10));
    JsonNode hot = group.path("rules").path(0);
    assertThat(hot.path("state").asText()).isEqualTo("firing");
    assertThat(hot.path("health").asText()).isEqualTo("ok");
    assertThat(hot.path("inputSeries").asInt()).isEqualTo(1);
    assertThat(hot.path("blind").asBoolean()).isFalse();
    assertThat(hot.path("alerts")).hasSize(1);
    assertThat(hot.path("evaluationTime").asDouble()).isPositive();
    JsonNode failing = group.path("rules").path(1);
    assertThat(failing.path("health").asText()).isEqualTo("err");
    assertThat(failing.path("lastError").asText()).contains("same labelset");
    JsonNode blind = group.path("rules").path(2);
    assertThat(blind.path("health").asText()).isEqualTo("ok");
    assertThat(blind.path("blind").asBoolean()).isTrue();

    assertThat(guanlan("alerts", "--state", "firing", "--name", "RoomTooHot"))
        .containsPattern("firing +RoomTooHot +room=a severity=page .* 95 +Room a has 95 degrees");
    assertThat(guanlan("alerts", "--state", "pending")).isEqualTo("There are no such alerts.\n");
    assertThat(JSON.readTree(guanlan("alerts", "--json")).path(0).path("state").asText())
        .isEqualTo("firing");
    String status = guanlan("rules", "status");
    assertThat(status)
        .containsPattern(
            "rooms.yaml/rooms +RoomTooHot +ok +firing +[0-9-]+ [0-9:]+ +[0-9.]+ ms +1 ")
        .containsPattern("same_rooms +err .*same labelset")
        .containsPattern("Blind +ok +inactive .* blind");
    assertThat(guanlan("rules", "status", "--blind").lines()).hasSize(2);
    assertThat(guanlan("rules", "status", "--health", "err", "--rule", "Blind"))
        .isEqualTo("There are no such rules.\n");
    JsonNode told = JSON.readTree(guanlan("rules", "status", "--json", "--health", "err"));
    assertThat(told).hasSize(1);
    assertThat(told.path(0).path("rules")).hasSize(1);

    // A change of the group leaves the alert that is shown, and the rules their places by name.
    String changed = RULES.replace("humidity_ratio", "temperature_celsius");
    new RuleGroupTopic(KAFKA.bootstrapServers())
        .replace(TENANT, Set.of(NAMESPACE), RuleFiles.parse(changed, NAMESPACE));
    awaitWhileHot(
        "a rule that sees",
        () ->
            get(RULES_PATH)
                .path("groups")
                .path(0)
                .path("rules")
                .path(2)
                .path("state")
                .asText()
                .equals("firing"));
    Optional<JsonNode> kept = roomTooHot();
    assertThat(kept).isPresent();
    assertThat(Instant.parse(kept.get().path("activeAt").asText())).isEqualTo(activeAt);

    new RuleGroupTopic(KAFKA.bootstrapServers()).replace(TENANT, Set.of(NAMESPACE), List.of());
    await("nothing").until(() -> get(RULES_PATH).path("groups").isEmpty());
    assertThat(get(ALERTS).path("alerts")).isEmpty();
    assertThat(guanlan("rules", "status")).isEqualTo("There are no such rules.\n");
  }

  @Test
  void commandsSayWhenTheGatewayDoesNotAnswer() throws Exception {
    for (List<String> command : List.of(List.of("alerts"), List.of("rules", "status"))) {
      List<String> words = new ArrayList<>(command);
      words.addAll(List.of("--gateway", "http://127.0.0.1:1"));
      Outcome outcome = run(words);
      assertThat(outcome.exitCode()).isEqualTo(1);
      assertThat(outcome.output())
          .startsWith("guanlan: The gateway does not answer at http://127.0.0.1:1");
    }
  }

  private void awaitWhileHot(String what, Callable<Boolean> condition) {
    await(what)
        .until(
            () -> {
              long now = System.currentTimeMillis();
              agent.samples(
                  SampleBlock.builder("", Origin.NONE)
                      .series(Labels.of(Labels.METRIC_NAME, "temperature_celsius", "room", "a"))
                      .sample(now, 95)
                      .series(Labels.of(Labels.METRIC_NAME, "temperature_celsius", "room", "b"))
                      .sample(now, 20)
                      .build());
              return condition.call();
            });
  }

  private static boolean alertIs(String state) throws IOException, InterruptedException {
    return roomTooHot().filter(alert -> alert.path("state").asText().equals(state)).isPresent();
  }

  private static Optional<JsonNode> roomTooHot() throws IOException, InterruptedException {
    for (JsonNode alert : get(ALERTS).path("alerts")) {
      if (alert.path("labels").path("alertname").asText().equals("RoomTooHot")) {
        return Optional.of(alert);
      }
    }
    return Optional.empty();
  }

  private static JsonNode get(String path) throws IOException, InterruptedException {
    HttpResponse<String> response =
        HTTP.send(
            HttpRequest.newBuilder(URI.create(GATEWAY.url() + path))
                .header("X-Scope-OrgID", TENANT)
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    return JSON.readTree(response.body()).path("data");
  }

  private record Outcome(int exitCode, String output) {}

  /** Runs a command, which is to succeed, and returns what it wrote. */
  private static String guanlan(String... command) throws IOException, InterruptedException {
    List<String> words = new ArrayList<>(List.of(command));
    words.addAll(List.of("--gateway", GATEWAY.url(), "--tenant", TENANT));
    Outcome outcome = run(words);
    assertThat(outcome.exitCode()).as(outcome.output()).isZero();
    return outcome.output();
  }

  private static Outcome run(List<String> words) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(ROOT.resolve("guanlan").toString()));
    command.addAll(words);
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).as("the command ends").isTrue();
    return new Outcome(process.exitValue(), output);
  }

  private static org.awaitility.core.ConditionFactory await(String what) {
    return Awaitility.await(what).atMost(PATIENCE).pollInterval(Duration.ofMillis(500));
  }
}
