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

  private static final String CLUSTER_ID = "guanlan-of-a-machine-A";
  private static final Duration GRACE = Duration.ofSeconds(15);

  private final Endpoint clients;
  private final Optional<TopicLayout> layout;
  private final AtomicBoolean laidOut = new AtomicBoolean();
  private final ProcessPart process;

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
  public ProcessPart process() {
    return process;
  }

  private Health look() {
    if (!Probes.opens(clients.port())) {
      return Health.starting("its port is not open yet");
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
    return health;
  }

  private static ProcessPart.Launch prepare(Site site, Endpoint clients, Endpoint controller)
      throws IOException {
    String classpath = new MavenClasspath(site.cache(), site.notice()).of("kafka");
    Path folder = site.data("kafka");
    Path properties = folder.resolve("server.properties");
    Files.writeString(properties, configuration(folder.resolve("data"), clients, controller));
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
                List.of(properties.toString(), CLUSTER_ID));
    return new ProcessPart.Launch(command, Map.of(), folder);
  }

  private static String configuration(Path data, Endpoint clients, Endpoint controller) {
    return """
        process.roles=broker,controller
        node.id=1
        controller.quorum.voters=1@%2$s
        listeners=PLAINTEXT://%1$s,CONTROLLER://%2$s
        advertised.listeners=PLAINTEXT://%1$s
        controller.listener.names=CONTROLLER
        listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
        log.dirs=%3$s

        # One broker: nothing can be replicated.
        default.replication.factor=1
        min.insync.replicas=1
        offsets.topic.replication.factor=1
        offsets.topic.num.partitions=4
        transaction.state.log.replication.factor=1
        transaction.state.log.min.isr=1
        transaction.state.log.num.partitions=4
        share.coordinator.state.topic.replication.factor=1
        share.coordinator.state.topic.min.isr=1
        share.coordinator.state.topic.num.partitions=1
        # Flink's exactly-once sink asks for an hour by default; brokers allow 15 minutes by default.
        transaction.max.timeout.ms=3600000

        # A misspelt topic shall fail, not appear.
        auto.create.topics.enable=false
        num.partitions=4
        message.max.bytes=16777216
        replica.fetch.max.bytes=16777216
        log.retention.hours=24
        log.retention.bytes=1073741824
        log.segment.bytes=67108864
        log.cleaner.threads=1
        # 128 MB by default.
        log.cleaner.dedupe.buffer.size=8388608

        num.network.threads=2
        num.io.threads=4
        background.threads=4
        group.initial.rebalance.delay.ms=0
        # A broker that was killed is taken back when its old session has ended.
        broker.session.timeout.ms=3000
        broker.heartbeat.interval.ms=500
        controlled.shutdown.enable=true
        """
        .formatted(clients.address(), controller.address(), data);
  }
}
