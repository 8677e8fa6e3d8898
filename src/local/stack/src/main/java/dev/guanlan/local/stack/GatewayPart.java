package dev.guanlan.local.stack;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Runs our gateway from its built jar. */
public final class GatewayPart implements OneProcess {

  private static final Duration GRACE = Duration.ofSeconds(15);

  private final Endpoint http;
  private final Endpoint grpc;
  private final ProcessPart process;

  /** Creates the part for the broker at {@code bootstrapServers}. */
  public GatewayPart(Site site, int port, int grpcPort, String bootstrapServers) {
    grpc = new Endpoint("gRPC", "http", grpcPort, "GUANLAN_PORT_GATEWAY_GRPC");
    http = new Endpoint("HTTP", "http", port, "GUANLAN_PORT_GATEWAY");
    process =
        new ProcessPart(
            new ProcessPart.Description(
                "gateway",
                Versions.of("guanlan"),
                List.of(http, grpc),
                site.log("gateway"),
                () -> prepare(site, port, grpcPort, bootstrapServers),
                () -> Probes.http(http.uri("/ready")),
                ChildProcess.LifeLine.WATCHED,
                GRACE));
  }

  /** Returns the address that agents push to. */
  public String url() {
    return http.url();
  }

  /** Returns the address that agents push OTLP to over gRPC. */
  public String grpcUrl() {
    return grpc.url();
  }

  /** Data that comes before the jobs run waits for them on Kafka. */
  @Override
  public boolean startsAlone() {
    return true;
  }

  @Override
  public ProcessPart process() {
    return process;
  }

  private static ProcessPart.Launch prepare(
      Site site, int port, int grpcPort, String bootstrapServers) throws IOException {
    Path jar = site.root().resolve("src/gateway/target/gateway.jar");
    if (!Files.exists(jar)) {
      throw new IOException(
          "its jar %s is not there; build it with ./guanlan build.".formatted(jar));
    }
    List<String> command =
        JavaCommand.with(
                "-Xms64m",
                "-Xmx256m",
                "-XX:MaxDirectMemorySize=128m",
                "-XX:+UseSerialGC",
                "-XX:+ExitOnOutOfMemoryError")
            .jar(
                jar,
                List.of(
                    "--listen",
                    Endpoint.HOST + ":" + port,
                    "--grpc-listen",
                    Endpoint.HOST + ":" + grpcPort,
                    "--kafka-bootstrap-servers",
                    bootstrapServers));
    return new ProcessPart.Launch(command, Map.of(), site.data("gateway"));
  }
}
