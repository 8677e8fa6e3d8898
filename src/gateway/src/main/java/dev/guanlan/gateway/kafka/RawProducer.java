package dev.guanlan.gateway.kafka;

import dev.guanlan.gateway.push.RecordSink;
import dev.guanlan.gateway.push.Refusal;
import dev.guanlan.model.RawHeaders;
import dev.guanlan.model.RawRecord;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts raw records on Kafka with an idempotent producer, and answers when all in-sync replicas have
 * them. A record whose acknowledgement does not come in time may still be there: whoever sends it
 * again makes a second one, which the stores collapse.
 */
public final class RawProducer implements RecordSink, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(RawProducer.class);
  private static final int LINGER_MILLIS = 5;
  private static final int RECORD_OVERHEAD = 64 << 10;

  private final Producer<byte[], byte[]> producer;
  private final Duration acknowledgeTimeout;

  private RawProducer(Producer<byte[], byte[]> producer, Duration acknowledgeTimeout) {
    this.producer = producer;
    this.acknowledgeTimeout = acknowledgeTimeout;
  }

  /**
   * Connects to Kafka, without waiting for it.
   *
   * @param bootstrapServers Kafka's addresses, {@code host:port} with commas between
   * @param acknowledgeTimeout how long to wait for Kafka before a push is refused
   * @param maxRecordBytes the largest payload
   * @param bufferBytes how much may wait for Kafka
   */
  public static RawProducer connect(
      String bootstrapServers, Duration acknowledgeTimeout, int maxRecordBytes, long bufferBytes) {
    int timeout = Math.toIntExact(acknowledgeTimeout.toMillis());
    int requestTimeout = Math.max(1, Math.min(5_000, timeout - 2 * LINGER_MILLIS));
    Map<String, Object> config =
        Map.ofEntries(
            Map.entry(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers),
            Map.entry(ProducerConfig.CLIENT_ID_CONFIG, "guanlan-gateway"),
            Map.entry(ProducerConfig.ACKS_CONFIG, "all"),
            Map.entry(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true),
            Map.entry(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4"),
            Map.entry(ProducerConfig.LINGER_MS_CONFIG, LINGER_MILLIS),
            Map.entry(ProducerConfig.BATCH_SIZE_CONFIG, 256 << 10),
            Map.entry(ProducerConfig.BUFFER_MEMORY_CONFIG, bufferBytes),
            Map.entry(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, maxRecordBytes + RECORD_OVERHEAD),
            Map.entry(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, requestTimeout),
            Map.entry(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, timeout),
            Map.entry(ProducerConfig.MAX_BLOCK_MS_CONFIG, Math.min(2_000, timeout)),
            Map.entry(ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 1_000));
    return new RawProducer(
        new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer()),
        acknowledgeTimeout);
  }

  @Override
  @SuppressWarnings("FutureReturnValueIgnored") // The callback hears the outcome.
  public CompletableFuture<@Nullable Void> put(String topic, byte @Nullable [] key, RawRecord raw) {
    CompletableFuture<@Nullable Void> acknowledged = new CompletableFuture<>();
    RecordHeaders headers = new RecordHeaders();
    headers.add(RawHeaders.ENCODING, utf8(raw.encoding()));
    headers.add(RawHeaders.TENANT, utf8(raw.tenant()));
    headers.add(RawHeaders.RECEIVED_AT, utf8(Long.toString(raw.receivedAtMillis())));
    ProducerRecord<byte[], byte[]> kafkaRecord =
        new ProducerRecord<>(topic, null, raw.receivedAtMillis(), key, raw.payload(), headers);
    try {
      producer.send(
          kafkaRecord,
          (metadata, failure) -> {
            if (failure == null) {
              acknowledged.complete(null);
            } else {
              acknowledged.completeExceptionally(refusal(topic, raw, failure));
            }
          });
    } catch (KafkaException | IllegalStateException e) {
      acknowledged.completeExceptionally(refusal(topic, raw, e));
    }
    return acknowledged;
  }

  private Refusal refusal(String topic, RawRecord raw, Exception failure) {
    if (failure instanceof RecordTooLargeException) {
      return new Refusal(
          Refusal.Reason.TOO_LARGE,
          "Kafka takes no record of "
              + raw.payload().length
              + " bytes on the topic "
              + topic
              + "; send smaller batches, or raise the topic's max.message.bytes",
          failure);
    }
    LOG.warn("Kafka did not take a record for the topic {}: {}", topic, failure.toString());
    return new Refusal(
        Refusal.Reason.KAFKA,
        "Kafka did not acknowledge the record for the topic "
            + topic
            + " within "
            + acknowledgeTimeout.toMillis()
            + " ms ("
            + failure.getClass().getSimpleName()
            + "); send again a little later",
        failure);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Waits for what is under way, as long as one acknowledgement may take, and disconnects. */
  @Override
  public void close() {
    producer.close(acknowledgeTimeout);
  }
}
