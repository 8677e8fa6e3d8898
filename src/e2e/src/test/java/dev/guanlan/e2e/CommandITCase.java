package dev.guanlan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.guanlan.local.stack.StackPorts;
import dev.guanlan.model.Labels;
import dev.guanlan.model.Origin;
import dev.guanlan.model.SampleBlock;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Uses the command as a person does: up, status, down, and up again with what was there before. */
class CommandITCase {

  private static final Path ROOT = Path.of(System.getProperty("guanlan.root", "../.."));
  private static final StackPorts PORTS = StackPorts.free();
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  @TempDir static Path data;

  private record Outcome(int exitCode, String output) {}

  @AfterAll
  static void stopWhatRuns() throws Exception {
    down();
  }

  @Test
  void dataSurvivesDownAndUpAndNothingSurvivesItsSupervisor() throws Exception {
    assertThat(guanlan("status").exitCode()).as("status before the first start").isEqualTo(1);

    Outcome up = guanlan("up");
    assertThat(up.exitCode()).as(up.output()).isZero();
    assertThat(awaitWell().output())
        .contains("kafka", "clickhouse", "neo4j", "alertmanager", "gateway")
        .contains("guanlan-ingest", "guanlan-topology", "guanlan-alerting");
    new PushClient(URI.create("http://127.0.0.1:" + PORTS.gateway()), "command")
        .samples(
            SampleBlock.builder("", Origin.NONE)
                .series(Labels.of(Labels.METRIC_NAME, "survivor"))
                .sample(System.currentTimeMillis(), 1)
                .build());
    Awaitility.await("the row")
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(survivors()).isEqualTo("1"));

    Outcome down = down();
    assertThat(down.exitCode()).as(down.output()).isZero();
    assertThat(busy()).as("ports in use after down").isEmpty();

    Outcome again = guanlan("up");
    assertThat(again.exitCode()).as(again.output()).isZero();
    assertThat(survivors()).isEqualTo("1");
    awaitWell();
    rulesAreTriedOnWhatIsStored();

    // Not only the ports: a part that still writes would be in the way of the folder's removal.
    List<ProcessHandle> parts = ProcessHandle.of(supervisor()).orElseThrow().descendants().toList();
    assertThat(parts).as("processes of the parts").isNotEmpty();
    kill(supervisor());
    Awaitility.await("every part to follow its supervisor")
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              assertThat(busy()).isEmpty();
              assertThat(parts).noneMatch(CommandITCase::runs);
            });
  }

  private static void rulesAreTriedOnWhatIsStored() throws IOException, InterruptedException {
    Path rules = rules("rules.yaml", 1);
    Outcome backtest =
        guanlan("rules", "backtest", rules.toString(), "--from=-15m", "--tenant=command");
    assertThat(backtest.exitCode()).as(backtest.output()).isZero();
    assertThat(backtest.output())
        .containsPattern("Survived +inactive → firing +1")
        .contains("rules.yaml: tried/Missing found no samples at any tick");

    Outcome against =
        guanlan(
            "rules",
            "backtest",
            rules.toString(),
            "--against=" + rules("other.yaml", 2),
            "--from=-15m",
            "--tenant=command");
    assertThat(against.exitCode()).as(against.output()).isZero();
    assertThat(against.output()).containsPattern("- +Survived").containsPattern("all +1 → 0");

    Outcome nowhere =
        guanlan(
            "rules", "backtest", rules.toString(), "--from=-1h", "--clickhouse=http://127.0.0.1:1");
    assertThat(nowhere.exitCode()).as(nowhere.output()).isEqualTo(1);
    assertThat(nowhere.output()).contains("guanlan: The backtest of", "127.0.0.1:1");
  }

  private static Path rules(String name, int value) throws IOException {
    return Files.writeString(
        data.resolve(name),
        """
        groups:
          - name: tried
            interval: 15s
            rules:
              - {alert: Survived, expr: survivor == %d}
              - {alert: Missing, expr: missing > 0}
        """
            .formatted(value));
  }

  /** Tells whether a process runs; one that only waits to be reaped has no command any more. */
  private static boolean runs(ProcessHandle process) {
    return process.isAlive() && process.info().command().isPresent();
  }

  /** Waits until all is well; a part that is busy may answer one look too late. */
  private static Outcome awaitWell() {
    AtomicReference<Outcome> seen = new AtomicReference<>();
    Awaitility.await("all to be well")
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              Outcome status = guanlan("status");
              assertThat(status.exitCode()).as(status.output()).isZero();
              seen.set(status);
            });
    return seen.get();
  }

  private static Outcome down() throws IOException, InterruptedException {
    return guanlan("down", "--timeout", Long.toString(PATIENCE.toSeconds()));
  }

  private static Outcome guanlan(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(ROOT.resolve("guanlan").toString()));
    command.addAll(Arrays.asList(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    Map<String, String> environment = builder.environment();
    environment.put("GUANLAN_DATA", data.toString());
    environment.put("GUANLAN_PORT_KAFKA", "" + PORTS.kafka());
    environment.put("GUANLAN_PORT_KAFKA_CONTROLLER", "" + PORTS.kafkaController());
    environment.put("GUANLAN_PORT_CLICKHOUSE_HTTP", "" + PORTS.clickhouseHttp());
    environment.put("GUANLAN_PORT_CLICKHOUSE_NATIVE", "" + PORTS.clickhouseNative());
    environment.put("GUANLAN_PORT_NEO4J_BOLT", "" + PORTS.neo4jBolt());
    environment.put("GUANLAN_PORT_NEO4J_HTTP", "" + PORTS.neo4jHttp());
    environment.put("GUANLAN_PORT_ALERTMANAGER", "" + PORTS.alertmanager());
    environment.put("GUANLAN_PORT_FLINK", "" + PORTS.flink());
    environment.put("GUANLAN_PORT_FLINK_RPC", "" + PORTS.flinkRpc());
    environment.put("GUANLAN_PORT_GATEWAY", "" + PORTS.gateway());
    environment.put("GUANLAN_PORT_GATEWAY_GRPC", "" + PORTS.gatewayGrpc());
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).as("the command ends").isTrue();
    return new Outcome(process.exitValue(), output);
  }

  private static String survivors() throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + PORTS.clickhouseHttp() + "/"))
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    "SELECT count() FROM guanlan.samples_final WHERE key IN"
                        + " (SELECT key FROM guanlan.series_final WHERE metric = 'survivor')"))
            .build();
    return HttpClient.newHttpClient()
        .send(request, HttpResponse.BodyHandlers.ofString())
        .body()
        .strip();
  }

  /** Returns which of the platform's ports somebody listens on. */
  private static List<Integer> busy() {
    List<Integer> busy = new ArrayList<>();
    for (int port :
        List.of(
            PORTS.kafka(),
            PORTS.clickhouseHttp(),
            PORTS.clickhouseNative(),
            PORTS.neo4jBolt(),
            PORTS.neo4jHttp(),
            PORTS.alertmanager(),
            PORTS.flink(),
            PORTS.gateway(),
            PORTS.gatewayGrpc())) {
      try (ServerSocket socket = new ServerSocket()) {
        socket.setReuseAddress(true);
        socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      } catch (IOException taken) {
        busy.add(port);
      }
    }
    return busy;
  }

  private static long supervisor() throws IOException {
    return new ObjectMapper().readTree(data.resolve("run/run.json").toFile()).path("pid").asLong();
  }

  private static void kill(long pid) throws IOException, InterruptedException {
    assertThat(new ProcessBuilder("kill", "-9", Long.toString(pid)).start().waitFor()).isZero();
  }
}
