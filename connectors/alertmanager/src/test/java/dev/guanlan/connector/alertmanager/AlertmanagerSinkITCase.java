package dev.guanlan.connector.alertmanager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.guanlan.model.Labels;
import dev.guanlan.rules.Alert;
import dev.guanlan.rules.Notification;
import dev.guanlan.testing.AlertmanagerExtension;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Talks to the real Alertmanager, beside a peer that is not there. */
class AlertmanagerSinkITCase {

  @RegisterExtension static final AlertmanagerExtension ALERTMANAGER = new AlertmanagerExtension();

  private static final Duration LONGEST = Duration.ofMinutes(2);

  private final String run = UUID.randomUUID().toString();
  private AlertmanagerWriter writer;

  @BeforeEach
  void open() {
    writer =
        new AlertmanagerWriter(
            List.of(
                URI.create("http://127.0.0.1:1/api/v2/alerts"),
                URI.create(ALERTMANAGER.url() + "/api/v2/alerts")),
            new AlertmanagerSink.Settings(
                100,
                10,
                Duration.ofSeconds(5),
                Duration.ofMillis(50),
                Duration.ofMillis(500),
                Duration.ofSeconds(2)),
            new UnregisteredMetricsGroup(),
            Clock.systemUTC());
  }

  @AfterEach
  void close() {
    writer.close();
  }

  private Notification notification(String name, long resolvedAt) {
    long now = System.currentTimeMillis();
    return new Notification(
        Labels.of("alertname", name, "run", run),
        Map.of("summary", "ünïcode"),
        now - 10_000,
        resolvedAt,
        now,
        240_000,
        "http://guanlan/graph");
  }

  private JsonNode active() throws IOException, InterruptedException {
    String filter = URLEncoder.encode("run=\"" + run + "\"", StandardCharsets.UTF_8);
    HttpResponse<String> response =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(
                        URI.create(ALERTMANAGER.url() + "/api/v2/alerts?filter=" + filter))
                    .build(),
                HttpResponse.BodyHandlers.ofString());
    return new ObjectMapper().readTree(response.body());
  }

  @Test
  void alertsFireAndAreResolved() throws Exception {
    for (int i = 0; i < 25; i++) {
      writer.write(notification("a" + i, Alert.NEVER), null);
    }
    writer.flush(false);
    await().atMost(LONGEST).until(() -> active().size() == 25);
    assertThat(active().get(0).at("/annotations/summary").asText()).isEqualTo("ünïcode");
    for (int i = 0; i < 24; i++) {
      writer.write(notification("a" + i, System.currentTimeMillis()), null);
    }
    await().atMost(LONGEST).until(() -> active().size() == 1);
  }

  @Test
  void nothingIsLostWhileAlertmanagerIsDown() throws Exception {
    ALERTMANAGER.kill();
    try {
      writer.write(notification("meanwhile", Alert.NEVER), null);
      writer.flush(false);
    } finally {
      ALERTMANAGER.start();
    }
    await().atMost(LONGEST).until(() -> active().size() == 1);
  }
}
