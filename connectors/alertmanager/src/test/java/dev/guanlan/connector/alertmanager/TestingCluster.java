package dev.guanlan.connector.alertmanager;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.guanlan.model.Labels;
import dev.guanlan.rules.Alert;
import dev.guanlan.rules.Notification;
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
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;

/** Writes to real Alertmanagers, and asks them what they know of this test's alerts. */
final class TestingCluster {

  static final Duration LONGEST = Duration.ofMinutes(2);

  private final String run = UUID.randomUUID().toString();
  private final HttpClient client;
  private final String authorization;

  TestingCluster() {
    this(HttpClient.newHttpClient(), "");
  }

  TestingCluster(HttpClient client, String authorization) {
    this.client = client;
    this.authorization = authorization;
  }

  static AlertmanagerWriter open(Access access, Resolver resolver, List<String> peers)
      throws IOException {
    return new AlertmanagerWriter(
        peers.stream().map(PeerTarget::parse).toList(),
        new AlertmanagerSink.Settings(
            100,
            "",
            10,
            Duration.ofSeconds(60),
            Duration.ofMillis(50),
            Duration.ofMillis(500),
            Duration.ofSeconds(2),
            Duration.ofMillis(100),
            access),
        new UnregisteredMetricsGroup(),
        Clock.systemUTC(),
        resolver,
        Duration.ZERO);
  }

  static AlertmanagerWriter open(List<String> peers) throws IOException {
    return open(Access.ANONYMOUS, new SystemResolver(), peers);
  }

  Notification firing(String name) {
    return notification(Labels.of("alertname", name, "run", run), Alert.NEVER);
  }

  /** Fires with a label that Alertmanager does not take, as OpenTelemetry names attributes. */
  Notification firingWithDots(String name) {
    return notification(
        Labels.of("alertname", name, "run", run, "service.name", "shop"), Alert.NEVER);
  }

  Notification resolved(String name) {
    return notification(Labels.of("alertname", name, "run", run), System.currentTimeMillis());
  }

  private static Notification notification(Labels labels, long resolvedAt) {
    long now = System.currentTimeMillis();
    return new Notification(
        labels,
        Map.of("summary", "ünïcode"),
        now - 10_000,
        resolvedAt,
        now,
        240_000,
        "http://guanlan/graph");
  }

  /** Returns what fires for all that a peer knows. */
  JsonNode active(String url) throws IOException, InterruptedException {
    String filter = URLEncoder.encode("run=\"" + run + "\"", StandardCharsets.UTF_8);
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url + "/api/v2/alerts?filter=" + filter));
    if (!authorization.isEmpty()) {
      request.header("Authorization", authorization);
    }
    return new ObjectMapper()
        .readTree(client.send(request.build(), HttpResponse.BodyHandlers.ofString()).body());
  }

  Set<String> activeNames(String url) throws IOException, InterruptedException {
    Set<String> names = new TreeSet<>();
    active(url).forEach(alert -> names.add(alert.at("/labels/alertname").asText()));
    return names;
  }
}
