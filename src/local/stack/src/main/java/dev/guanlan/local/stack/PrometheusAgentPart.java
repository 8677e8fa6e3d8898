package dev.guanlan.local.stack;

import dev.guanlan.local.stack.fetch.Cache;
import dev.guanlan.local.stack.fetch.DebianProgram;
import dev.guanlan.local.stack.fetch.ProgramVersion;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Runs the real Prometheus in agent mode: it scrapes targets and pushes what it finds by remote
 * write; it stores and judges nothing.
 */
public final class PrometheusAgentPart implements OneProcess {

  private static final Duration GRACE = Duration.ofSeconds(15);

  private final ProcessPart process;
  private final ProgramVersion version;

  /**
   * Is one scrape job.
   *
   * @param job value of the label {@code job}
   * @param targets what to scrape, each {@code host:port}
   * @param labels more labels for its series
   */
  public record Scrape(String job, List<String> targets, Map<String, String> labels) {}

  /**
   * Creates the part.
   *
   * @param remoteWrite where to push to
   * @param interval how often to scrape, in whole seconds
   */
  public PrometheusAgentPart(
      Site site, int port, URI remoteWrite, Duration interval, List<Scrape> scrapes) {
    Endpoint http = new Endpoint("HTTP", "http", port, "GUANLAN_PORT_PROMETHEUS");
    String configuration = configuration(remoteWrite, interval, scrapes);
    version = new ProgramVersion(DebianProgram.PROMETHEUS, site.cache());
    process =
        new ProcessPart(
            new ProcessPart.Description(
                "prometheus",
                "",
                List.of(http),
                site.log("prometheus"),
                () -> prepare(site, http, configuration),
                () -> Probes.http(http.uri("/-/ready")),
                ChildProcess.LifeLine.WATCHED,
                GRACE));
  }

  /** Tells whether this machine has Prometheus or can fetch it. */
  public static boolean obtainable(Cache cache) {
    return DebianProgram.PROMETHEUS.obtainable(cache);
  }

  @Override
  public String version() {
    return version.get();
  }

  @Override
  public ProcessPart process() {
    return process;
  }

  private static ProcessPart.Launch prepare(Site site, Endpoint http, String configuration)
      throws IOException {
    Path program = DebianProgram.PROMETHEUS.locate(site.cache(), site.notice());
    Path folder = site.data("prometheus");
    Path file = folder.resolve("prometheus.yml");
    Files.writeString(file, configuration);
    return new ProcessPart.Launch(
        List.of(
            program.toString(),
            "--enable-feature=agent",
            "--config.file=" + file,
            "--storage.agent.path=" + folder.resolve("data"),
            "--web.listen-address=" + http.address()),
        Map.of("GOMAXPROCS", "2"),
        folder);
  }

  private static String configuration(URI remoteWrite, Duration interval, List<Scrape> scrapes) {
    StringBuilder yaml = new StringBuilder();
    yaml.append("# Written at each start.\nglobal:\n  scrape_interval: ")
        .append(interval.toSeconds())
        .append("s\n  scrape_timeout: ")
        .append(interval.toSeconds())
        .append("s\nremote_write:\n  - url: ")
        .append(quote(remoteWrite.toString()))
        // The default waits five seconds for a full batch: an alert would come that much later.
        .append("\n    queue_config:\n      batch_send_deadline: 1s\nscrape_configs:\n");
    for (Scrape scrape : scrapes) {
      yaml.append("  - job_name: ").append(quote(scrape.job())).append("\n    static_configs:\n");
      yaml.append("      - targets: [");
      yaml.append(
          String.join(", ", scrape.targets().stream().map(PrometheusAgentPart::quote).toList()));
      yaml.append("]\n        labels:");
      yaml.append(scrape.labels().isEmpty() ? " {}\n" : "\n");
      scrape
          .labels()
          .forEach(
              (name, value) ->
                  yaml.append("          ")
                      .append(name)
                      .append(": ")
                      .append(quote(value))
                      .append('\n'));
    }
    return yaml.toString();
  }

  private static String quote(String text) {
    return "'" + text.replace("'", "''") + "'";
  }
}
