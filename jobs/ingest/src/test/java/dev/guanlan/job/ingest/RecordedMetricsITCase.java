package dev.guanlan.job.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.guanlan.codec.remotewrite.RemoteWriteEncoder;
import dev.guanlan.job.common.JobEnvironment;
import dev.guanlan.job.common.JobOptions;
import dev.guanlan.model.Encoding;
import dev.guanlan.model.Labels;
import dev.guanlan.model.Origin;
import dev.guanlan.model.RawHeaders;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.model.Topics;
import dev.guanlan.testing.ClickHouseExtension;
import dev.guanlan.testing.KafkaExtension;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("What rules record")
final class RecordedMetricsITCase {

  @RegisterExtension static final KafkaExtension KAFKA = new KafkaExtension();

  @RegisterExtension static final ClickHouseExtension CLICKHOUSE = new ClickHouseExtension();

  private static final String DATABASE = "recorded_it";
  private static final double STALE = Double.longBitsToDouble(0x7ff0000000000002L);

  @TempDir static Path folder;

  /** The beginning of a minute: what is sent never lies on two days, which would be two rows. */
  private final long now = System.currentTimeMillis() / 60_000 * 60_000 - 60_000;

  @Test
  @DisplayName("is stored as other samples are, each once and for its own tenant")
  void isStored() throws Exception {
    KAFKA.createPlatformTopics(2);
    byte[] body =
        new RemoteWriteEncoder()
            .encode(
                SampleBlock.builder("ruled", Origin.NONE)
                    .series(
                        Labels.of(
                            "__name__", "ALERTS", "alertname", "Down", "alertstate", "firing"))
                    .sample(now, 1)
                    .sample(now + 1_000, STALE)
                    .series(Labels.of("__name__", "job:up:min", "job", "node"))
                    .sample(now, 0.25)
                    .build());
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of(
                "bootstrap.servers", KAFKA.bootstrapServers(), "transactional.id", "recorded-it"),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      // As after a failure of the alerting job: its last transaction is aborted, and made again.
      producer.initTransactions();
      producer.beginTransaction();
      producer.send(recorded("ruled", body)).get();
      producer.abortTransaction();
      producer.beginTransaction();
      producer.send(recorded("ruled", body)).get();
      producer.commitTransaction();
    }

    JobClient job = start();
    String ofTenant = "key IN (SELECT key FROM series WHERE tenant = 'ruled')";
    Awaitility.await()
        .atMost(Duration.ofMinutes(3))
        .until(() -> query("SELECT count() FROM samples WHERE " + ofTenant).equals("3"));
    job.stopWithSavepoint(false, folder.toString(), SavepointFormatType.NATIVE).get();
    assertThat(
            query(
                "SELECT labels['alertname'], labels['alertstate'], metric FROM series"
                    + " WHERE tenant = 'ruled' GROUP BY ALL ORDER BY metric"))
        .isEqualTo("Down\tfiring\tALERTS\n\t\tjob:up:min");
    assertThat(
            query(
                "SELECT toUnixTimestamp64Milli(timestamp) - %d AS t, hex(reinterpretAsUInt64(value))"
                        .formatted(now)
                    + " AS bits FROM samples WHERE "
                    + ofTenant
                    + " ORDER BY t, bits"))
        .as("each once, the marker of staleness with its very bits")
        .isEqualTo("0\t3FD0000000000000\n0\t3FF0000000000000\n1000\t7FF0000000000002");
    assertThat(query("SELECT uniqExact(tenant) FROM series")).isEqualTo("1");
  }

  private static ProducerRecord<byte[], byte[]> recorded(String tenant, byte[] body) {
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(Topics.RECORDED_METRICS, "ruled/file/group".getBytes(UTF_8), body);
    record
        .headers()
        .add(RawHeaders.ENCODING, Encoding.PROMETHEUS_REMOTE_WRITE.getBytes(UTF_8))
        .add(RawHeaders.TENANT, tenant.getBytes(UTF_8));
    return record;
  }

  private static String query(String sql) {
    return CLICKHOUSE.query(sql.replaceAll("FROM (samples|series)", "FROM " + DATABASE + ".$1"));
  }

  private static JobClient start() throws Exception {
    JobOptions options =
        JobOptions.parse(
            IngestNames.JOB,
            new String[] {
              "--kafka.bootstrap-servers", KAFKA.bootstrapServers(),
              "--clickhouse.url", CLICKHOUSE.url(),
              "--clickhouse.database", DATABASE
            },
            IngestOptions.all());
    IngestOptions ingest = IngestOptions.of(options);
    Database.prepare(ingest, Optional.empty());
    Configuration configuration = new Configuration();
    configuration.set(
        CheckpointingOptions.CHECKPOINTS_DIRECTORY,
        folder.resolve("checkpoints").toUri().toString());
    StreamExecutionEnvironment env =
        JobEnvironment.prepare(StreamExecutionEnvironment.createLocalEnvironment(2, configuration));
    env.enableCheckpointing(500);
    IngestJob.build(env, options, ingest);
    return env.executeAsync(IngestNames.JOB);
  }
}
