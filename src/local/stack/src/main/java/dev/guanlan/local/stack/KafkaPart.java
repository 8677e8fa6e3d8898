package dev.guanlan.local.stack;

import dev.guanlan.local.stack.fetch.MavenClasspath;
import dev.guanlan.local.stack.host.KafkaHost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Runs one real Kafka broker that is its own KRaft quorum.
 *
 * <p>Sized for one machine: internal topics have one replica, the log cleaner's buffer is small,
 * and transactions may last as long as Flink's exactly-once sink asks for by default. Topics are
 * not created by being named; {@link TopicLayout} creates the platform's.
 */
public final class KafkaPart implements OneProcess {

  private static final Duration GRACE = Duration.ofSeconds(15);

  /** Asking the broker takes a client; between two questions an open port is answer enough. */
  private static final Duration BETWEEN_QUESTIONS = Duration.ofSeconds(15);

  private final Endpoint clients;
  private final Optional<TopicLayout> layout;
  private final AtomicBoolean laidOut = new AtomicBoolean();
  private final ProcessPart process;
  private volatile long answeredAt;
  private volatile long answeredBy;

  /**
   * Creates the part.
   *
   * @param layout the topics to see to before the broker counts as healthy, if any
   */
  public KafkaPart(Site site, int port, int controllerPort, Optional<TopicLayout> layout) {
    this.layout = layout;
    clients = new Endpoint("clients", "", port, "GUANLAN_PORT_KAFKA");
    Endpoint controller =
        new Endpoint("quorum", "", controllerPort, "GUANLAN_PORT_KAFKA_CONTROLLER");
    process =
        new ProcessPart(
            new ProcessPart.Description(
                "kafka",
                Versions.of("kafka"),
                List.of(clients, controller),
                site.log("kafka"),
                () -> prepare(site, clients, controller),
                this::look,
                ChildProcess.LifeLine.WATCHED,
                GRACE));
  }

  /** Returns the address that clients bootstrap from. */
  public String bootstrapServers() {
    return clients.address();
  }

  @Override
  public boolean startsAlone() {
    return true;
  }

  @Override
  public ProcessPart process() {
    return process;
  }

  private Health look() {
    if (!Probes.opens(clients.port())) {
      return Health.starting("its port is not open yet");
    }
    long pid = process.pid().orElse(0L);
    boolean recently = System.nanoTime() - answeredAt < BETWEEN_QUESTIONS.toNanos();
    if (pid == answeredBy && recently) {
      return Health.up("");
    }
    Health health = KafkaProbe.look(bootstrapServers());
    if (health.isUp() && layout.isPresent() && !laidOut.get()) {
      try {
        layout.get().create(bootstrapServers());
        laidOut.set(true);
      } catch (IOException e) {
        return Health.starting("its topics are not there yet: " + e.getMessage());
      }
    }
    if (health.isUp()) {
      answeredAt = System.nanoTime();
      answeredBy = pid;
    }
    return health;
  }

  private static ProcessPart.Launch prepare(Site site, Endpoint clients, Endpoint controller)
      throws IOException {
    String classpath = new MavenClasspath(site.cache(), site.notice()).of("kafka");
    Path folder = site.data("kafka");
    Path properties = folder.resolve("server.properties");
    Files.writeString(
        properties,
        KafkaConfiguration.of(
            clients.address(), clients.address(), controller.address(), folder.resolve("data")));
    List<String> command =
        JavaCommand.with(
                "-Xms64m",
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:MaxDirectMemorySize=128m",
                "-XX:+ExitOnOutOfMemoryError")
            .logToConsole(folder)
            .mainClass(
                CodeSource.of(KafkaHost.class) + ":" + classpath,
                KafkaHost.class.getName(),
                List.of(properties.toString(), KafkaConfiguration.CLUSTER_ID));
    return new ProcessPart.Launch(command, Map.of(), folder);
  }
}
