package dev.guanlan.local.stack;

import com.sun.jna.Native;
import dev.guanlan.local.stack.fetch.ClickHouseLibrary;
import dev.guanlan.local.stack.host.ClickHouseHost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Runs the ClickHouse engine of {@code libchdb} with its own HTTP and native servers, in a child
 * JVM that does nothing else.
 *
 * <p>It is the real engine but not a supported production server: it has no password and its {@code
 * file()} function reads any file of the user, so it listens on loopback only.
 */
public final class ClickHousePart implements OneProcess {

  private static final Duration GRACE = Duration.ofSeconds(20);

  private static final String SERVE =
      "SYSTEM START LISTEN HTTP; SYSTEM START LISTEN TCP; "
          // Lasts as long as standard input does: this is the life line.
          + "SELECT count() FROM file('stdin','LineAsString','s String') FORMAT Null";

  private final Endpoint http;
  private final ProcessPart process;

  /** Creates the part. */
  public ClickHousePart(Site site, int httpPort, int nativePort) {
    http = new Endpoint("HTTP", "http", httpPort, "GUANLAN_PORT_CLICKHOUSE_HTTP");
    Endpoint tcp = new Endpoint("native", "", nativePort, "GUANLAN_PORT_CLICKHOUSE_NATIVE");
    process =
        new ProcessPart(
            new ProcessPart.Description(
                "clickhouse",
                Versions.of("chdb"),
                List.of(http, tcp),
                site.log("clickhouse"),
                () -> prepare(site, http, tcp),
                () -> Probes.http(http.uri("/ping")),
                ChildProcess.LifeLine.OWN_INPUT,
                GRACE));
  }

  /** Returns the address of the HTTP interface. */
  public String url() {
    return http.url();
  }

  @Override
  public boolean startsAlone() {
    return true;
  }

  @Override
  public ProcessPart process() {
    return process;
  }

  private static ProcessPart.Launch prepare(Site site, Endpoint http, Endpoint tcp)
      throws IOException {
    String version = Versions.of("chdb");
    Path library = new ClickHouseLibrary(site.cache(), site.notice(), version).locate();
    Path folder = site.data("clickhouse");
    Path configuration = folder.resolve("config.xml");
    Files.write(configuration, Resources.read("clickhouse-config.xml"));
    Files.write(folder.resolve("users.xml"), Resources.read("clickhouse-users.xml"));
    Path work = Files.createDirectories(folder.resolve("work"));
    List<String> command =
        JavaCommand.with(
                "-Xms16m",
                "-Xmx64m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xrs",
                "-XX:ErrorFile=" + site.log("clickhouse") + ".crash")
            .mainClass(
                CodeSource.of(ClickHouseHost.class) + ":" + CodeSource.of(Native.class),
                ClickHouseHost.class.getName(),
                List.of(
                    library.toString(),
                    "--config-file=" + configuration,
                    // The configuration file's logger element says only where to.
                    "--log-level=warning",
                    "--path=" + folder.resolve("data"),
                    "--listen_host=" + Endpoint.HOST,
                    "--http_port=" + http.port(),
                    "--tcp_port=" + tcp.port(),
                    "--query=" + SERVE));
    return new ProcessPart.Launch(command, Map.of(), work);
  }
}
