package dev.guanlan.local.stack;

import java.nio.file.Path;

/**
 * Writes the configuration of a Kafka broker that is its own KRaft quorum, sized for one machine.
 */
public final class KafkaConfiguration {

  /** The id that its storage is formatted with; one broker, one cluster. */
  public static final String CLUSTER_ID = "guanlan-of-a-machine-A";

  private KafkaConfiguration() {}

  /**
   * Returns the text of {@code server.properties}.
   *
   * @param listen where the broker listens for clients, host:port
   * @param advertised where clients find it, host:port
   * @param controller where its quorum listens, host:port
   * @param data folder of its log segments
   */
  public static String of(String listen, String advertised, String controller, Path data) {
    return """
        process.roles=broker,controller
        node.id=1
        controller.quorum.voters=1@%3$s
        listeners=PLAINTEXT://%1$s,CONTROLLER://%3$s
        advertised.listeners=PLAINTEXT://%2$s
        controller.listener.names=CONTROLLER
        listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
        log.dirs=%4$s

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
        .formatted(listen, advertised, controller, data);
  }
}
