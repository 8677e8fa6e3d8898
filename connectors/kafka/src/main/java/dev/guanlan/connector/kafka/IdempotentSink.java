package dev.guanlan.connector.kafka;

import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.kafka.clients.producer.ProducerConfig;

/**
 * Writes to Kafka at least once: nothing is lost, the producer's own retries repeat nothing, and
 * what was written since the last checkpoint is written again after a failure.
 */
public final class IdempotentSink {

  private IdempotentSink() {}

  /**
   * Makes the sink.
   *
   * @param bootstrapServers where Kafka is, as {@code host:port,host:port}
   * @param topic the topic written to
   * @param encoder makes the records
   */
  public static <T> KafkaSink<T> to(
      String bootstrapServers, String topic, RecordEncoder<T> encoder) {
    return KafkaSink.<T>builder()
        .setBootstrapServers(bootstrapServers)
        .setDeliveryGuarantee(DeliveryGuarantee.AT_LEAST_ONCE)
        .setProperty(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, "true")
        .setProperty(ProducerConfig.ACKS_CONFIG, "all")
        .setRecordSerializer(encoder.toTopic(topic))
        .build();
  }
}
