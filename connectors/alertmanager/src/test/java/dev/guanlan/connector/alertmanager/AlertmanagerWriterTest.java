package dev.guanlan.connector.alertmanager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import dev.guanlan.model.Labels;
import dev.guanlan.rules.Alert;
import dev.guanlan.rules.Notification;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AlertmanagerWriterTest {

  private static final Clock NOON =
      Clock.fixed(Instant.parse("2026-01-01T12:00:00Z"), ZoneOffset.UTC);

  private static final Duration LONGEST = Duration.ofMinutes(1);

  private final List<JsonNode> heard = new CopyOnWriteArrayList<>();
  private final AtomicInteger status = new AtomicInteger(200);
  private final AtomicInteger requests = new AtomicInteger();

  /** Holds answers back while it is closed. */
  private volatile CountDownLatch gate = new CountDownLatch(0);

  private HttpServer server;

  @BeforeEach
  void listen() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/api/v2/alerts",
        exchange -> {
          // The answer is chosen before the request is counted, so that a test which has seen the
          // request may change the status without changing this answer.
          int answer = status.get();
          requests.incrementAndGet();
          awaitOpen();
          JsonNode alerts = new ObjectMapper().readTree(exchange.getRequestBody());
          if (answer == 200) {
            alerts.forEach(heard::add);
          }
          exchange.sendResponseHeaders(answer, -1);
          exchange.close();
        });
    server.start();
  }

  private void awaitOpen() throws IOException {
    try {
      if (!gate.await(LONGEST.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new IOException("the gate was never opened");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while the gate was closed", e);
    }
  }

  @AfterEach
  void stop() {
    gate.countDown();
    server.stop(0);
  }

  private AlertmanagerWriter writer(int capacity, int batch, String... more) {
    AlertmanagerSink.Settings settings =
        new AlertmanagerSink.Settings(
            capacity, batch, LONGEST, Duration.ofMillis(20), Duration.ofMillis(100), LONGEST);
    List<URI> peers =
        new java.util.ArrayList<>(
            List.of(more).stream().map(url -> URI.create(url + "/api/v2/alerts")).toList());
    peers.add(URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/api/v2/alerts"));
    return new AlertmanagerWriter(peers, settings, new UnregisteredMetricsGroup(), NOON);
  }

  private static Notification firing(String name, long tick) {
    return new Notification(
        Labels.of("alertname", name),
        Map.of("summary", "it is \"broken\"\n"),
        tick,
        Alert.NEVER,
        tick,
        240_000,
        "http://g/graph?a=b&c=d");
  }

  private static Notification resolved(String name, long tick) {
    return new Notification(
        Labels.of("alertname", name), Map.of(), tick - 1000, tick, tick, 240_000, "");
  }

  @Test
  void postsWhatAlertmanagerReads() throws Exception {
    try (AlertmanagerWriter writer = writer(10, 10)) {
      writer.write(firing("a", NOON.millis() - 3_600_000), null);
      writer.flush(false);
    }
    assertThat(heard).hasSize(1);
    JsonNode alert = heard.get(0);
    assertThat(alert.at("/labels/alertname").asText()).isEqualTo("a");
    assertThat(alert.at("/annotations/summary").asText()).isEqualTo("it is \"broken\"\n");
    assertThat(alert.at("/startsAt").asText()).isEqualTo("2026-01-01T11:00:00Z");
    // An hour behind, and yet not resolved: it is valid from now on.
    assertThat(alert.at("/endsAt").asText()).isEqualTo("2026-01-01T12:04:00Z");
    assertThat(alert.at("/generatorURL").asText()).isEqualTo("http://g/graph?a=b&c=d");
  }

  @Test
  void postsAResolveWithItsTime() throws Exception {
    try (AlertmanagerWriter writer = writer(10, 10)) {
      writer.write(resolved("a", NOON.millis() - 60_000), null);
      writer.flush(false);
    }
    assertThat(heard.get(0).at("/endsAt").asText()).isEqualTo("2026-01-01T11:59:00Z");
    assertThat(heard.get(0).has("generatorURL")).isFalse();
  }

  @Test
  void triesAgainWhatMayPassAndNothingElse() throws Exception {
    try (AlertmanagerWriter writer = writer(10, 10)) {
      status.set(503);
      writer.write(firing("a", NOON.millis()), null);
      await().atMost(LONGEST).until(() -> requests.get() >= 2);
      status.set(200);
      await().atMost(LONGEST).until(() -> heard.size() == 1);
      status.set(400);
      int before = requests.get();
      writer.write(firing("b", NOON.millis()), null);
      writer.flush(false);
      assertThat(requests.get()).isEqualTo(before + 1);
      status.set(200);
      writer.write(firing("c", NOON.millis()), null);
      writer.flush(false);
      assertThat(heard)
          .extracting(a -> a.at("/labels/alertname").asText())
          .containsExactly("a", "c");
    }
  }

  @Test
  void keepsTheNewestNewsOfEachAlertAndDropsTheOldestAlerts() throws Exception {
    try (AlertmanagerWriter writer = writer(2, 10)) {
      status.set(503);
      gate = new CountDownLatch(1);
      writer.write(firing("first", NOON.millis()), null);
      await().atMost(LONGEST).until(() -> requests.get() == 1);
      writer.write(firing("a", NOON.millis()), null);
      writer.write(firing("b", NOON.millis()), null);
      writer.write(resolved("a", NOON.millis()), null);
      writer.write(firing("c", NOON.millis()), null);
      status.set(200);
      gate.countDown();
      await().atMost(LONGEST).until(() -> heard.size() >= 2);
      assertThat(heard)
          .extracting(a -> a.at("/labels/alertname").asText())
          .containsExactly("a", "c");
      assertThat(heard.get(0).at("/endsAt").asText()).isEqualTo("2026-01-01T12:00:00Z");
    }
  }

  @Test
  void cutsBatches() throws Exception {
    try (AlertmanagerWriter writer = writer(100, 10)) {
      for (int i = 0; i < 35; i++) {
        writer.write(firing("a" + i, NOON.millis()), null);
      }
      writer.flush(false);
    }
    assertThat(heard).hasSize(35);
    assertThat(requests.get()).isGreaterThanOrEqualTo(4);
  }

  @Test
  void aPeerThatIsDownHoldsUpNoOther() throws Exception {
    try (AlertmanagerWriter writer = writer(10, 10, "http://127.0.0.1:1")) {
      writer.write(firing("a", NOON.millis()), null);
      writer.flush(false);
      await().atMost(LONGEST).until(() -> heard.size() == 1);
      writer.write(firing("b", NOON.millis()), null);
      writer.flush(false);
      await().atMost(LONGEST).until(() -> heard.size() == 2);
    }
  }

  @Test
  void anAddressThatIsNoneIsRefused() {
    assertThat(catchThrowable(() -> AlertmanagerSink.builder().addPeers(List.of("localhost:9093"))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("write it as http://host:port");
  }
}
