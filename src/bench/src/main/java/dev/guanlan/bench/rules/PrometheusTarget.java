package dev.guanlan.bench.rules;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.guanlan.bench.nodes.NodeFleet;
import dev.guanlan.bench.process.Reading;
import dev.guanlan.bench.process.TextMetrics;
import dev.guanlan.bench.send.HttpSender;
import dev.guanlan.bench.send.Sender;
import dev.guanlan.bench.send.Signal;
import dev.guanlan.local.stack.DebianPart;
import dev.guanlan.local.stack.Endpoint;
import dev.guanlan.local.stack.Part;
import dev.guanlan.local.stack.PartException;
import dev.guanlan.local.stack.Site;
import dev.guanlan.local.stack.StackPorts;
import dev.guanlan.local.stack.Startup;
import dev.guanlan.local.stack.fetch.DebianProgram;
import dev.guanlan.model.Labels;
import java.io.IOException;
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
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Is Prometheus with its remote-write receiver, its own defaults and clock. */
final class PrometheusTarget implements RulesTarget {

  private static final Duration TIMEOUT = Duration.ofMinutes(2);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http = HttpClient.newHttpClient();
  private final Site site;
  private final Endpoint endpoint;
  private final Path configuration;
  private final Part part;
  private final String alertmanager;

  /**
   * Makes the target.
   *
   * @param alertmanager host and port of whom it notifies; empty if there is nobody
   */
  PrometheusTarget(Site site, String alertmanager) throws IOException {
    this.site = site;
    this.alertmanager = alertmanager;
    endpoint = new Endpoint("HTTP", "http", StackPorts.free(1).get(0), "");
    Path folder = site.data("prometheus");
    configuration = folder.resolve("prometheus.yml");
    part =
        new DebianPart(
            site,
            new DebianPart.Program(
                "prometheus",
                DebianProgram.PROMETHEUS,
                List.of(
                    "--config.file=" + configuration,
                    "--web.listen-address=" + endpoint.address(),
                    "--web.enable-remote-write-receiver",
                    "--web.enable-lifecycle",
                    "--storage.tsdb.path=" + folder.resolve("data"),
                    "--log.level=warn"),
                List.of(endpoint),
                endpoint.uri("/-/ready")));
  }

  @Override
  public String name() {
    return "prometheus";
  }

  @Override
  public void start(GeneratedRules rules) throws PartException, IOException {
    StringBuilder yaml = new StringBuilder();
    if (!alertmanager.isEmpty()) {
      yaml.append("alerting:\n  alertmanagers:\n    - static_configs: [{targets: ['")
          .append(alertmanager)
          .append("']}]\n");
    }
    yaml.append("rule_files:\n");
    for (Path file : rules.write(site.data("prometheus").resolve("rules"))) {
      yaml.append("  - ").append(file).append('\n');
    }
    Files.writeString(configuration, yaml);
    Startup.untilHealthy(part);
  }

  @Override
  public Sender sender() {
    return new HttpSender(endpoint.uri(Signal.METRICS.path()), Signal.METRICS);
  }

  @Override
  public void begin() {}

  @Override
  public List<Part> processes() {
    return List.of(part);
  }

  @Override
  public List<Part> apart() {
    return List.of();
  }

  /** Tells at once: it evaluates when its clock says so, or leaves the evaluation out. */
  @Override
  public Progress awaitEvaluated(long timeMillis) throws IOException, InterruptedException {
    Reading reading = Reading.of(processes());
    String metrics = get("/metrics");
    long missed = TextMetrics.sum(metrics, "prometheus_rule_group_iterations_missed_total", "");
    // The total is of those that were due, "whether executed or missed".
    long due = TextMetrics.sum(metrics, "prometheus_rule_group_iterations_total", "");
    return new Progress(reading, due - missed, missed);
  }

  @Override
  public Firing firing(long timeMillis) throws IOException, InterruptedException {
    Map<Labels, Long> activeAt = new HashMap<>();
    int pending = 0;
    for (JsonNode alert : JSON.readTree(get("/api/v1/alerts")).path("data").path("alerts")) {
      if (alert.path("state").asText().equals("firing")) {
        activeAt.put(
            labels(alert.path("labels")),
            Instant.parse(alert.path("activeAt").asText()).toEpochMilli() - timeMillis);
      } else {
        pending++;
      }
    }
    Set<Labels> changed = new HashSet<>(activeAt.keySet());
    String query = URLEncoder.encode("ALERTS{alertstate=\"firing\"}", StandardCharsets.UTF_8);
    JsonNode range =
        JSON.readTree(
            get(
                "/api/v1/query_range?query=%s&start=%.3f&end=%.3f&step=%d"
                    .formatted(
                        query,
                        (timeMillis - Firing.UNSETTLED_MILLIS) / 1e3,
                        timeMillis / 1e3,
                        NodeFleet.INTERVAL_MILLIS / 1000)));
    long points = Firing.UNSETTLED_MILLIS / NodeFleet.INTERVAL_MILLIS + 1;
    for (JsonNode series : range.path("data").path("result")) {
      Labels alert = labels(series.path("metric"));
      if (series.path("values").size() == points && activeAt.containsKey(alert)) {
        changed.remove(alert);
      } else {
        changed.add(alert);
      }
    }
    return new Firing(activeAt, changed, pending);
  }

  private static Labels labels(JsonNode json) {
    Map<String, String> labels = new TreeMap<>();
    json.properties().forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
    labels.remove(Labels.METRIC_NAME);
    labels.remove("alertstate");
    return Labels.of(labels);
  }

  @Override
  public void dropRules() throws IOException, InterruptedException {
    Files.writeString(configuration, "global: {}\n");
    send(
        HttpRequest.newBuilder(endpoint.uri("/-/reload"))
            .POST(HttpRequest.BodyPublishers.noBody()));
  }

  private String get(String path) throws IOException, InterruptedException {
    return send(HttpRequest.newBuilder(endpoint.uri(path)).GET());
  }

  private String send(HttpRequest.Builder request) throws IOException, InterruptedException {
    URI uri = request.build().uri();
    HttpResponse<String> response =
        http.send(request.timeout(TIMEOUT).build(), HttpResponse.BodyHandlers.ofString());
    if (response.statusCode() / 100 != 2) {
      throw new IOException(
          "%s answered %d. See %s.".formatted(uri, response.statusCode(), part.log()));
    }
    return response.body();
  }

  @Override
  public List<String> remarks() {
    return List.of("prometheus: " + part.version());
  }

  @Override
  public void close() {
    part.kill();
  }
}
