package dev.guanlan.local.stack;

import dev.guanlan.local.stack.fetch.DebianProgram;
import dev.guanlan.local.stack.fetch.ProgramVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Runs the real Alertmanager.
 *
 * <p>Its configuration is written at the first start and never again: routes and receivers that a
 * user adds to {@code alertmanager/alertmanager.yml} stay.
 */
public final class AlertmanagerPart implements OneProcess {

  private static final Duration GRACE = Duration.ofSeconds(10);

  private final Endpoint http;
  private final ProcessPart process;
  private final ProgramVersion version;

  /** Creates the part. */
  public AlertmanagerPart(Site site, int port) {
    http = new Endpoint("HTTP", "http", port, "GUANLAN_PORT_ALERTMANAGER");
    version = new ProgramVersion(DebianProgram.ALERTMANAGER, site.cache());
    process =
        new ProcessPart(
            new ProcessPart.Description(
                "alertmanager",
                "",
                List.of(http),
                site.log("alertmanager"),
                () -> prepare(site, http),
                () -> Probes.http(http.uri("/-/ready")),
                ChildProcess.LifeLine.WATCHED,
                GRACE));
  }

  /** Returns the address of its API and page. */
  public String url() {
    return http.url();
  }

  /** Returns the configuration that it has before a user edits it: nothing is sent anywhere. */
  public static String firstConfiguration() {
    try {
      return new String(Resources.read("alertmanager.yml"), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public boolean startsAlone() {
    return true;
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
    Path program = DebianProgram.ALERTMANAGER.locate(site.cache(), site.notice());
    Path folder = site.data("alertmanager");
    Path configuration = folder.resolve("alertmanager.yml");
    if (!Files.exists(configuration)) {
      Files.writeString(configuration, firstConfiguration());
    }
    return new ProcessPart.Launch(
        List.of(
            program.toString(),
            "--config.file=" + configuration,
            "--storage.path=" + folder.resolve("data"),
            "--web.listen-address=" + http.address(),
            // One member: no gossip, no listener for it.
            "--cluster.listen-address="),
        Map.of("GOMAXPROCS", "2"),
        folder);
  }
}
