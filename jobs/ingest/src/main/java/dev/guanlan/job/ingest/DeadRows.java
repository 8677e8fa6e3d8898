package dev.guanlan.job.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.guanlan.connector.clickhouse.RefusedRows;
import dev.guanlan.model.Topics;
import dev.guanlan.schema.DeadLetter;
import dev.guanlan.schema.RecordFormat;
import dev.guanlan.store.ClickHouseException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * Sends rows that ClickHouse refuses to {@link Topics#DEAD_LETTERS}, at least once, with the insert
 * that they belong to. Such a letter has no origin: its topic is empty, partition and offset are
 * -1. Rows are rare enough that the producer is made for the first one.
 */
final class DeadRows implements RefusedRows {

  private static final long serialVersionUID = 1L;

  /** How the payload of such a letter is encoded, if the insert says so. */
  static final String ENCODING = "clickhouse_row_binary";

  /** How it is encoded if the row was one of a block of columns. */
  static final String COLUMNS_ENCODING = "clickhouse_native";

  /** The letter's header that holds the insert. */
  static final String INSERT_HEADER = "insert";

  private static final int MAX_PAYLOAD_BYTES = 900 << 10;

  private final String bootstrapServers;
  private final Clock clock;

  private transient @Nullable KafkaProducer<byte[], byte[]> producer;
  private transient volatile @Nullable Exception failure;

  DeadRows(String bootstrapServers, Clock clock) {
    this.bootstrapServers = bootstrapServers;
    this.clock = clock;
  }

  @Override
  public void refused(String insert, byte[] row, ClickHouseException reason) {
    KafkaProducer<byte[], byte[]> sender = producer;
    if (sender == null) {
      sender = connect();
      producer = sender;
    }
    byte[] letter = RecordFormat.of(DeadLetter.class).encode(letter(insert, row, reason));
    byte[] key = ("clickhouse/" + insert.hashCode()).getBytes(UTF_8);
    var unused =
        sender.send(
            new ProducerRecord<>(Topics.DEAD_LETTERS, key, letter),
            (metadata, problem) -> {
              if (problem != null) {
                failure = problem;
              }
            });
  }

  @Override
  public void flush() throws IOException {
    if (producer != null) {
      producer.flush();
    }
    Exception problem = failure;
    if (problem != null) {
      throw new IOException(
          "Rows that ClickHouse refused could not be kept in the topic %s at %s; see that Kafka runs and that the topic is there"
              .formatted(Topics.DEAD_LETTERS, bootstrapServers),
          problem);
    }
  }

  @Override
  public void close() {
    if (producer != null) {
      producer.close(Duration.ofSeconds(5));
    }
  }

  private DeadLetter letter(String insert, byte[] row, ClickHouseException reason) {
    return DeadLetter.newBuilder()
        .setTenant("")
        .setTopic("")
        .setPartition(-1)
        .setOffset(-1)
        .setEncoding(insert.endsWith(" FORMAT Native") ? COLUMNS_ENCODING : ENCODING)
        .setFailedAtMillis(clock.millis())
        .setJob(IngestNames.JOB)
        .setReason(String.valueOf(reason.getMessage()))
        .setKey(null)
        .setPayload(ByteBuffer.wrap(row, 0, Math.min(row.length, MAX_PAYLOAD_BYTES)).slice())
        .setPayloadBytes(row.length)
        .setHeaders(Map.of(INSERT_HEADER, ByteBuffer.wrap(insert.getBytes(UTF_8))))
        .build();
  }

  private KafkaProducer<byte[], byte[]> connect() {
    return new KafkaProducer<>(
        Map.of(
            ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers,
            ProducerConfig.MAX_BLOCK_MS_CONFIG, 10_000,
            ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 60_000,
            ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 20_000),
        new ByteArraySerializer(),
        new ByteArraySerializer());
  }
}
