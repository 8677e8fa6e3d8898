package dev.guanlan.local.stack;

import dev.guanlan.local.stack.fetch.MavenClasspath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Runs the real Neo4j Community server with bolt and its browser page.
 *
 * <p>Neo4j Community is GPLv3: its jars are fetched by whoever runs this and live in a process of
 * their own. Authentication is off; it listens on loopback only.
 */
public final class Neo4jPart implements OneProcess {

  private static final Duration GRACE = Duration.ofSeconds(30);

  private final Endpoint bolt;
  private final ProcessPart process;

  /** Creates the part. */
  public Neo4jPart(Site site, int boltPort, int httpPort) {
    bolt = new Endpoint("bolt", "bolt", boltPort, "GUANLAN_PORT_NEO4J_BOLT");
    Endpoint http = new Endpoint("HTTP", "http", httpPort, "GUANLAN_PORT_NEO4J_HTTP");
    process =
        new ProcessPart(
            new ProcessPart.Description(
                "neo4j",
                Versions.of("neo4j"),
                List.of(bolt, http),
                site.log("neo4j"),
                () -> prepare(site, bolt, http),
                () -> look(bolt, http),
                ChildProcess.LifeLine.WATCHED,
                GRACE));
  }

  /** Returns the URI for drivers. */
  public String boltUri() {
    return bolt.url();
  }

  @Override
  public boolean startsAlone() {
    return true;
  }

  @Override
  public ProcessPart process() {
    return process;
  }

  /** Neo4j opens its ports last, HTTP after bolt, when its database is open. */
  private static Health look(Endpoint bolt, Endpoint http) {
    return Probes.opens(bolt.port())
        ? Probes.http(http.uri("/"))
        : Health.starting("its bolt port is not open yet");
  }

  private static ProcessPart.Launch prepare(Site site, Endpoint bolt, Endpoint http)
      throws IOException {
    String classpath = new MavenClasspath(site.cache(), site.notice()).of("neo4j");
    Path folder = site.data("neo4j");
    Path conf = Files.createDirectories(folder.resolve("conf"));
    Files.writeString(conf.resolve("neo4j.conf"), configuration(bolt, http));
    List<String> command =
        JavaCommand.with(
                "-Xms64m",
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:MaxDirectMemorySize=96m",
                "-XX:+ExitOnOutOfMemoryError",
                "-Dlog4j2.disable.jmx=true",
                "-Dfile.encoding=UTF-8",
                "-Dio.netty.tryReflectionSetAccessible=true",
                "--add-opens=java.base/java.nio=ALL-UNNAMED",
                "--add-opens=java.base/java.io=ALL-UNNAMED",
                "--add-opens=java.base/sun.nio.ch=ALL-UNNAMED",
                "--add-opens=java.base/java.util.concurrent=ALL-UNNAMED")
            .mainClass(
                classpath,
                "org.neo4j.server.CommunityEntryPoint",
                List.of("--home-dir=" + folder, "--config-dir=" + conf, "--console-mode"));
    return new ProcessPart.Launch(command, Map.of(), folder);
  }

  private static String configuration(Endpoint bolt, Endpoint http) {
    return """
        server.default_listen_address=127.0.0.1
        server.bolt.listen_address=%s
        server.http.listen_address=%s
        dbms.security.auth_enabled=false
        dbms.usage_report.enabled=false
        client.allow_telemetry=false
        server.https.enabled=false

        server.memory.heap.initial_size=64m
        server.memory.heap.max_size=256m
        server.memory.pagecache.size=64m
        db.tx_log.rotation.retention_policy=2 files
        db.tx_log.rotation.size=16m
        db.tx_log.preallocate=false
        server.bolt.thread_pool_min_size=2
        server.threads.worker_count=4
        # Stopping takes ten seconds without it.
        internal.dbms.bolt.netty_server_shutdown_quiet_period=0
        """
        .formatted(bolt.address(), http.address());
  }
}
