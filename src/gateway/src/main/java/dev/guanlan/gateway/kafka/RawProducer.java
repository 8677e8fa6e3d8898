package dev.guanlan.gateway.kafka;

import dev.guanlan.gateway.push.RecordSink;
import dev.guanlan.gateway.push.Refusal;
import dev.guanlan.model.Encoding;
import dev.guanlan.model.RawHeaders;
import dev.guanlan.model.RawRecord;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
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
 * Puts raw records on Kafka with idempotent producers, and answers when all in-sync replicas have
 * them. It goes on trying for minutes, in which a restarted broker cannot make one record two;
 * whoever cannot wait so long has {@link LateRecords}.
 */
public final class RawProducer implements RecordSink, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(RawProducer.class);
  private static final int LINGER_MILLIS = 5;
  private static final int BATCH_BYTES = 1 << 20;
  private static final int RECORD_OVERHEAD = 64 << 10;
  private static final int DELIVERY_TIMEOUT_MILLIS = 120_000;
  private static final int REQUEST_TIMEOUT_MILLIS = 5_000;

  /** What is compressed by its protocol already, and would only cost CPU once more. */
  private static final Set<String> COMPRESSED =
      Set.of(
          Encoding.PROMETHEUS_REMOTE_WRITE,
          Encoding.PROMETHEUS_REMOTE_WRITE_V2,
          Encoding.LOKI_PROTO);

  private final Producer<byte[], byte[]> asItIs;
  private final Producer<byte[], byte[]> compressing;
  private final Duration closeTimeout;

  private RawProducer(
      Producer<byte[], byte[]> asItIs,
      Producer<byte[], byte[]> compressing,
      Duration closeTimeout) {
    this.asItIs = asItIs;
    this.compressing = compressing;
    this.closeTimeout = closeTimeout;
  }

  /**
   * Connects to Kafka, without waiting for it.
   *
   * @param bootstrapServers Kafka's addresses, {@code host:port} with commas between
   * @param blockTimeout how long a record may wait for room or for Kafka to say where its topic is
   * @param closeTimeout how long to wait for Kafka at the end
   * @param maxRecordBytes the largest payload
   * @param bufferBytes how much may wait for Kafka
   */
  public static RawProducer connect(
      String bootstrapServers,
      Duration blockTimeout,
      Duration closeTimeout,
      int maxRecordBytes,
      long bufferBytes) {
    Map<String, Object> config = new HashMap<>();
    config.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    config.put(ProducerConfig.ACKS_CONFIG, "all");
    config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    config.put(ProducerConfig.LINGER_MS_CONFIG, LINGER_MILLIS);
    config.put(ProducerConfig.BATCH_SIZE_CONFIG, BATCH_BYTES);
    config.put(ProducerConfig.BUFFER_MEMORY_CONFIG, Math.max(2L * BATCH_BYTES, bufferBytes / 2));
    config.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, maxRecordBytes + RECORD_OVERHEAD);
    config.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_TIMEOUT_MILLIS);
    config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, DELIVERY_TIMEOUT_MILLIS);
    config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, blockTimeout.toMillis());
    config.put(ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 1_000);
    return new RawProducer(producer(config, "none"), producer(config, "lz4"), closeTimeout);
  }

  private static Producer<byte[], byte[]> producer(Map<String, Object> config, String compression) {
    Map<String, Object> own = new HashMap<>(config);
    own.put(ProducerConfig.CLIENT_ID_CONFIG, "guanlan-gateway-" + compression);
    own.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, compression);
    return new KafkaProducer<>(own, new ByteArraySerializer(), new ByteArraySerializer());
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
    int length = raw.payload().length; // The callback must not hold the payload itself.
    try {
      (COMPRESSED.contains(raw.encoding()) ? asItIs : compressing)
          .send(
              kafkaRecord,
              (metadata, failure) -> {
                if (failure == null) {
                  acknowledged.complete(null);
                } else {
                  acknowledged.completeExceptionally(refusal(topic, length, failure));
                }
              });
    } catch (KafkaException | IllegalStateException e) {
      acknowledged.completeExceptionally(refusal(topic, length, e));
    }
    return acknowledged;
  }

  private static Refusal refusal(String topic, int length, Exception failure) {
    if (failure instanceof RecordTooLargeException) {
      return new Refusal(
          Refusal.Reason.TOO_LARGE,
          "Kafka takes no record of "
              + length
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
            + " ("
            + failure.getClass().getSimpleName()
            + "); send again a little later",
        failure);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Waits for what is under way, and disconnects. */
  @Override
  public void close() {
    asItIs.close(closeTimeout);
    compressing.close(closeTimeout);
  }
}
