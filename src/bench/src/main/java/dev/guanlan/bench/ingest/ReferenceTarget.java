package dev.guanlan.bench.ingest;

import dev.guanlan.bench.process.TextMetrics;
import dev.guanlan.local.stack.DebianPart;
import dev.guanlan.local.stack.Endpoint;
import dev.guanlan.local.stack.Part;
import dev.guanlan.local.stack.PartException;
import dev.guanlan.local.stack.Site;
import dev.guanlan.local.stack.StackPorts;
import dev.guanlan.local.stack.Startup;
import dev.guanlan.local.stack.fetch.DebianProgram;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Is a server that others made, with its own defaults, fed by remote write. */
final class ReferenceTarget implements Target {

  private static final Duration TIMEOUT = Duration.ofMinutes(2);
  private static final Duration AFTER_MERGE = Duration.ofSeconds(3);

  private final HttpClient http = HttpClient.newHttpClient();
  private final Site site;
  private final Kind kind;
  private final Endpoint endpoint;
  private final Part part;

  /** Names the servers, and what is different about them. */
  enum Kind {
    /** The single-node server. */
    VICTORIA_METRICS("victoria-metrics", "vm_rows_inserted_total", "promremotewrite"),

    /** With its remote-write receiver. */
    PROMETHEUS("prometheus", "prometheus_tsdb_head_samples_appended_total", "");

    private final String label;
    private final String counter;
    private final String having;

    Kind(String label, String counter, String having) {
      this.label = label;
      this.counter = counter;
      this.having = having;
    }
  }

  ReferenceTarget(Site site, Kind kind) throws IOException {
    this.site = site;
    this.kind = kind;
    endpoint = new Endpoint("HTTP", "http", StackPorts.free(1).get(0), "");
    part =
        new DebianPart(
            site,
            new DebianPart.Program(
                kind.label,
                kind == Kind.PROMETHEUS ? DebianProgram.PROMETHEUS : DebianProgram.VICTORIA_METRICS,
                arguments(),
                List.of(endpoint),
                endpoint.uri(kind == Kind.PROMETHEUS ? "/-/ready" : "/health")));
  }

  private List<String> arguments() throws IOException {
    if (kind == Kind.VICTORIA_METRICS) {
      return List.of(
          "-httpListenAddr=" + endpoint.address(),
          "-storageDataPath=" + data(),
          "-loggerLevel=WARN");
    }
    Path configuration = site.data(kind.label).resolve("empty.yml");
    Files.writeString(configuration, "global: {}\n");
    return List.of(
        "--config.file=" + configuration,
        "--web.listen-address=" + endpoint.address(),
        "--web.enable-remote-write-receiver",
        "--web.enable-admin-api",
        "--storage.tsdb.path=" + data(),
        "--log.level=warn");
  }

  private Path data() throws IOException {
    return site.data(kind.label).resolve("data");
  }

  @Override
  public String name() {
    return kind.label;
  }

  @Override
  public void start(RequestFile file) throws PartException {
    Startup.untilHealthy(part);
  }

  @Override
  public List<Part> processes() {
    return List.of(part);
  }

  @Override
  public Part store() {
    return part;
  }

  @Override
  public void feed(RequestFile file) throws IOException, InterruptedException {
    new HttpFeeder(endpoint.uri("/api/v1/write"), file.signal()).feed(file);
  }

  @Override
  public long stored() throws IOException, InterruptedException {
    return TextMetrics.sum(get("/metrics"), kind.counter, kind.having);
  }

  /** Returns false: neither tells of its background work; its CPU time does. */
  @Override
  public boolean working() {
    return false;
  }

  @Override
  public Storage storage() throws IOException, InterruptedException {
    if (kind == Kind.PROMETHEUS) {
      long atRest = Folders.bytes(data());
      // Prometheus compacts after three hours; a snapshot writes the same block now.
      send(HttpRequest.newBuilder(endpoint.uri("/api/v1/admin/tsdb/snapshot")).POST(noBody()));
      return new Storage(atRest, Folders.bytes(data().resolve("snapshots")));
    }
    get("/internal/force_flush");
    long atRest = Folders.bytes(data());
    get("/internal/force_merge");
    long before = -1;
    long now = Folders.bytes(data());
    while (now != before) {
      Thread.sleep(AFTER_MERGE.toMillis());
      before = now;
      now = Folders.bytes(data());
    }
    return new Storage(atRest, now);
  }

  private static HttpRequest.BodyPublisher noBody() {
    return HttpRequest.BodyPublishers.noBody();
  }

  private String get(String path) throws IOException, InterruptedException {
    return send(HttpRequest.newBuilder(endpoint.uri(path)).GET());
  }

  private String send(HttpRequest.Builder request) throws IOException, InterruptedException {
    URI uri = request.build().uri();
    HttpResponse<String> response =
        http.send(request.timeout(TIMEOUT).build(), HttpResponse.BodyHandlers.ofString());
    if (response.statusCode() / 100 != 2) {
      throw new IOException("%s answered %d.".formatted(uri, response.statusCode()));
    }
    return response.body();
  }

  @Override
  public List<String> remarks() {
    return kind == Kind.PROMETHEUS
        ? List.of("prometheus: bytes are those of the block that a snapshot writes")
        : List.of("victoria-metrics: bytes after /internal/force_merge");
  }

  @Override
  public void close() {
    part.kill();
  }
}
