package dev.guanlan.connector.kafka;

import java.time.Duration;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.kafka.clients.producer.ProducerConfig;

/**
 * Writes to Kafka exactly once: records become visible to read-committed consumers with the
 * checkpoint that they belong to, and never if it fails.
 */
public final class TransactionalSink {

  /**
   * How long a transaction may stay open: longer than any restart should take, because a prepared
   * transaction that the broker has aborted is lost; and within the 15 minutes that brokers allow
   * unless configured otherwise.
   */
  static final Duration TRANSACTION_TIMEOUT = Duration.ofMinutes(12);

  private TransactionalSink() {}

  /**
   * Makes the sink.
   *
   * @param bootstrapServers where Kafka is, as {@code host:port,host:port}
   * @param topic the topic written to
   * @param transactionalIdPrefix what the ids of this sink's transactions begin with; no other sink
   *     of any job on the same Kafka may use it, and a job must keep it over restarts
   * @param encoder makes the records
   */
  public static <T> KafkaSink<T> to(
      String bootstrapServers,
      String topic,
      String transactionalIdPrefix,
      RecordEncoder<T> encoder) {
    return KafkaSink.<T>builder()
        .setBootstrapServers(bootstrapServers)
        .setDeliveryGuarantee(DeliveryGuarantee.EXACTLY_ONCE)
        .setTransactionalIdPrefix(transactionalIdPrefix)
        .setProperty(
            ProducerConfig.TRANSACTION_TIMEOUT_CONFIG,
            Long.toString(TRANSACTION_TIMEOUT.toMillis()))
        .setProperty(ProducerConfig.ACKS_CONFIG, "all")
        .setRecordSerializer(encoder.toTopic(topic))
        .build();
  }
}
