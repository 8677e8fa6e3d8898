package dev.guanlan.local.stack;

import dev.guanlan.local.stack.fetch.Cache;
import dev.guanlan.local.stack.fetch.DebianProgram;
import dev.guanlan.local.stack.fetch.ProgramVersion;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Runs the real exporter of this machine's metrics. */
public final class NodeExporterPart implements OneProcess {

  private static final Duration GRACE = Duration.ofSeconds(5);

  private final Endpoint http;
  private final ProcessPart process;
  private final ProgramVersion version;

  /** Creates the part. */
  public NodeExporterPart(Site site, int port) {
    http = new Endpoint("HTTP", "http", port, "GUANLAN_PORT_NODE_EXPORTER");
    version = new ProgramVersion(DebianProgram.NODE_EXPORTER, site.cache());
    process =
        new ProcessPart(
            new ProcessPart.Description(
                "node-exporter",
                "",
                List.of(http),
                site.log("node-exporter"),
                () -> prepare(site, http),
                () -> Probes.http(http.uri("/")),
                ChildProcess.LifeLine.WATCHED,
                GRACE));
  }

  /** Tells whether this machine has the exporter or can fetch it. */
  public static boolean obtainable(Cache cache) {
    return DebianProgram.NODE_EXPORTER.obtainable(cache);
  }

  /** Returns the {@code host:port} to scrape. */
  public String target() {
    return http.address();
  }

  @Override
  public String version() {
    return version.get();
  }

  @Override
  public ProcessPart process() {
    return process;
  }

  private static ProcessPart.Launch prepare(Site site, Endpoint http) throws IOException {
    Path program = DebianProgram.NODE_EXPORTER.locate(site.cache(), site.notice());
    return new ProcessPart.Launch(
        List.of(program.toString(), "--web.listen-address=" + http.address()),
        Map.of("GOMAXPROCS", "1"),
        site.data("node-exporter"));
  }
}
