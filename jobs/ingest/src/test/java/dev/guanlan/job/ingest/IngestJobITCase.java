package dev.guanlan.job.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.guanlan.job.common.JobEnvironment;
import dev.guanlan.job.common.JobOptions;
import dev.guanlan.model.Labels;
import dev.guanlan.model.SeriesId;
import dev.guanlan.model.Topics;
import dev.guanlan.schema.DeadLetter;
import dev.guanlan.store.ClickHouseException;
import dev.guanlan.store.ClickHouseHttp;
import dev.guanlan.store.InsertBody;
import dev.guanlan.testing.ClickHouseExtension;
import dev.guanlan.testing.KafkaExtension;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.runtime.client.JobCancellationException;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The ingest job, with a real Kafka and a real ClickHouse,")
@Timeout(1_200)
final class IngestJobITCase {

  @RegisterExtension static final KafkaExtension KAFKA = new KafkaExtension();

  @RegisterExtension static final ClickHouseExtension CLICKHOUSE = new ClickHouseExtension();

  private static final int PARTITIONS = 2;
  private static final String DATABASE = "ingest_it";
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  @TempDir static Path folder;

  /** The beginning of a minute: what is sent never lies on two days, which would be two rows. */
  private final long now = System.currentTimeMillis() / 60_000 * 60_000 - 60_000;

  @Test
  @DisplayName("stores all telemetry once, keeps garbage apart, and goes on from a savepoint")
  void wholeLife() throws Exception {
    KAFKA.createPlatformTopics(PARTITIONS);
    IngestOptions options = IngestOptions.of(jobOptions());
    Database.prepare(options, Optional.empty());

    JobClient first = start(null);
    send(0, 20);
    for (String topic :
        List.of(
            Topics.PROMETHEUS_REMOTE_WRITE,
            Topics.OTLP_METRICS,
            Topics.RECORDED_METRICS,
            Topics.OTLP_LOGS,
            Topics.OTLP_SPANS)) {
      send(topic, 0, ("garbage for " + topic).getBytes(UTF_8));
    }
    send(Topics.PROMETHEUS_REMOTE_WRITE, 0, Telemetry.samples("ancient", 0, 5, 0));
    awaitCounts(20);
    assertDeadLetters();
    assertThat(first.getJobStatus().get())
        .as("it would be FAILED if anything had stopped it: there are no restarts here")
        .isEqualTo(JobStatus.RUNNING);
    assertContent();
    String savepoint = stop(first);

    send(20, 40);
    JobClient second = start(savepoint);
    awaitCounts(40);
    CompletableFuture<?> end = second.getJobExecutionResult();
    second.cancel().get();
    assertThatThrownBy(end::get).hasRootCauseInstanceOf(JobCancellationException.class);

    CLICKHOUSE.query(
        "ALTER TABLE %s.logs ADD CONSTRAINT no_order CHECK body != 'order 77777/0'"
            .formatted(DATABASE));
    // As after a crash: whatever is in the checkpoint is committed again.
    JobClient third = start(newestCheckpoint());
    send(Topics.OTLP_LOGS, 0, Telemetry.logs(77_777, 1, now));
    for (int partition = 0; partition < PARTITIONS; partition++) {
      send(
          Topics.PROMETHEUS_REMOTE_WRITE,
          partition,
          Telemetry.samples("marker_" + partition, 0, 1, now));
      send(Topics.OTLP_LOGS, partition, Telemetry.logs(1_000 + partition, 1, now));
      send(Topics.OTLP_SPANS, partition, Telemetry.spans(1_000 + partition, 1, now));
    }
    Awaitility.await()
        .atMost(PATIENCE)
        .until(
            () ->
                query("SELECT uniq(metric) FROM series WHERE metric LIKE 'marker_%'").equals("2")
                    && query("SELECT uniq(trace_id) FROM spans").equals("42")
                    && query("SELECT uniq(body) FROM logs").equals(Integer.toString(40 * 10 + 2)));
    assertThat(deadLetters(2, letter -> letter.getReason().contains("no_order")))
        .as("the line that ClickHouse refuses, which was sent twice")
        .hasSize(2)
        .allSatisfy(letter -> assertThat(letter.getEncoding()).isEqualTo(DeadRows.ENCODING))
        .allSatisfy(
            letter ->
                assertThat(UTF_8.decode(letter.getPayload().duplicate()).toString())
                    .contains("order 77777/0"));
    assertThat(third.getJobStatus().get()).isEqualTo(JobStatus.RUNNING);
    third.stopWithSavepoint(false, folder.toString(), SavepointFormatType.NATIVE).get();
    assertThat(
            query(
                "SELECT count(), sum(value) FROM samples WHERE metric_id IN (SELECT metric_id FROM series WHERE metric = 'cpu')"))
        .isEqualTo(samplesUntil(40));
    assertThat(query("SELECT count() FROM logs WHERE body NOT LIKE 'order 100%'")).isEqualTo("800");
    assertThat(query("SELECT count() FROM spans")).isEqualTo(Integer.toString(40 * 5 + 2));
  }

  @Test
  @DisplayName("keeps rows that ClickHouse refuses among the dead letters")
  void refusedRows() throws Exception {
    KAFKA.createPlatformTopics(PARTITIONS);
    CLICKHOUSE.query("CREATE DATABASE refusing");
    CLICKHOUSE.query("CREATE TABLE refusing.n (n Int8, CONSTRAINT small CHECK n < 9) ORDER BY n");
    String insert = "INSERT INTO n FORMAT RowBinary";
    ClickHouseHttp client =
        ClickHouseHttp.builder(URI.create(CLICKHOUSE.url())).database("refusing").build();
    DeadRows dead = new DeadRows(KAFKA.bootstrapServers(), Clock.systemUTC());
    byte[] row = {99};
    try {
      client.insert(insert, InsertBody.of(row, 0, 1)).join();
    } catch (CompletionException refusal) {
      dead.refused(insert, row, (ClickHouseException) refusal.getCause());
    }
    dead.flush();
    dead.close();
    assertThat(deadLetters(1, letter -> letter.getReason().contains("small")))
        .singleElement()
        .satisfies(
            letter -> {
              assertThat(letter.getPayload()).isEqualTo(ByteBuffer.wrap(row));
              assertThat(letter.getReason()).contains("small");
              assertThat(letter.getHeaders().get(DeadRows.INSERT_HEADER))
                  .isEqualTo(ByteBuffer.wrap(insert.getBytes(UTF_8)));
            });
  }

  @Test
  @DisplayName("says at its start that ClickHouse is away, after a bounded wait")
  void clickHouseAway() {
    assertThatThrownBy(
            () ->
                IngestJob.main(
                    new String[] {
                      "--clickhouse.url", "http://127.0.0.1:1", "--clickhouse.wait", "1s"
                    }))
        .hasMessageContaining("cannot start without its tables")
        .hasMessageContaining("http://127.0.0.1:1")
        .hasMessageContaining("--clickhouse.wait");
  }

  private void assertContent() {
    assertThat(
            query(
                "SELECT metric, labels['instance'], labels['job'], tenant, day = toDate(first_seen)"
                    + " FROM series FINAL WHERE hex_id = '%s'"
                        .formatted(
                            SeriesId.of(
                                    "anonymous",
                                    Labels.of(
                                        "__name__", "cpu", "instance", "host-3", "job", "node"))
                                .toHex())))
        .isEqualTo("cpu\thost-3\tnode\tanonymous\t1");
    assertThat(query("SELECT count() FROM series_final WHERE metric = 'cpu'")).isEqualTo("50");
    assertThat(query("SELECT count() FROM series_final WHERE metric = 'ancient'")).isEqualTo("0");
    assertThat(
            query(
                "SELECT tenant, severity_number, severity_text, attributes['order'],"
                    + " resource['service.name'], service, cluster, trace_id, span_id, count(),"
                    + " uniq(entry_id) FROM logs_final WHERE body = 'order 3/4' GROUP BY ALL"))
        .isEqualTo(
            "anonymous\t9\tINFO\t4\tcheckout\tcheckout\teast\t"
                + "a5000000000000000000000400000005\t"
                + spanId(3, 4)
                + "\t2\t2");
    assertThat(
            query(
                "SELECT name, kind, duration, status, status_message, attributes['http.route'],"
                    + " service, cluster, `events.name`, toUnixTimestamp64Nano(`events.timestamp`[1])"
                    + " - toUnixTimestamp64Nano(start), `events.attributes`[1]['n'],"
                    + " `links.attributes`[1]['why'], empty(parent_span_id) FROM spans_final WHERE trace_id ="
                    + " 'a5000000000000000000000400000001' AND span_id = '"
                    + spanId(3, 2)
                    + "'"))
        .isEqualTo(
            "POST /orders\tserver\t1500\terror\tno\t/orders\tcheckout\teast\t['retry']\t7\t1\tbatch\t1");
  }

  private static String spanId(int high, int low) {
    return "a5%06x%08x".formatted(high + 1, low + 1);
  }

  private static void assertDeadLetters() {
    List<DeadLetter> letters =
        deadLetters(5, letter -> !letter.getEncoding().equals(DeadRows.ENCODING));
    assertThat(letters)
        .hasSize(5)
        .allSatisfy(
            letter -> {
              assertThat(UTF_8.decode(letter.getPayload().duplicate()).toString())
                  .isEqualTo("garbage for " + letter.getTopic());
              assertThat(letter.getReason()).isNotBlank();
              assertThat(letter.getJob()).isEqualTo(IngestNames.JOB);
            });
  }

  /** Waits for dead letters of a kind. */
  private static List<DeadLetter> deadLetters(int atLeast, Predicate<DeadLetter> kind) {
    return KAFKA.await(
        Topics.DEAD_LETTERS,
        DeadLetter.getDecoder()::decode,
        kind,
        letters -> letters.size() >= atLeast,
        PATIENCE);
  }

  /** Sends the requests of each kind, in turn to each partition. */
  private void send(int from, int end) {
    for (int request = from; request < end; request++) {
      int partition = request % PARTITIONS;
      send(Topics.PROMETHEUS_REMOTE_WRITE, partition, Telemetry.samples("cpu", request, 50, now));
      send(Topics.OTLP_LOGS, partition, Telemetry.logs(request, 10, now));
      send(Topics.OTLP_SPANS, partition, Telemetry.spans(request, 5, now));
    }
  }

  private void send(String topic, int partition, byte[] body) {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", KAFKA.bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      producer.send(new ProducerRecord<>(topic, partition, null, body)).get();
    } catch (Exception e) {
      throw new IllegalStateException("cannot send to " + topic, e);
    }
  }

  private void awaitCounts(int requests) {
    Awaitility.await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(500))
        .untilAsserted(
            () -> {
              assertThat(query("SELECT count(), sum(value) FROM samples"))
                  .isEqualTo(samplesUntil(requests));
              assertThat(query("SELECT count() FROM logs"))
                  .isEqualTo(Integer.toString(requests * 20));
              assertThat(query("SELECT count() FROM spans"))
                  .isEqualTo(Integer.toString(requests * 5));
            });
  }

  private static String samplesUntil(int requests) {
    long sum = 50L * requests * (requests - 1) + 25L * requests;
    return requests * 100 + "\t" + sum;
  }

  private String query(String sql) {
    return CLICKHOUSE.query(
        sql.replaceAll("FROM (samples|series|logs|spans)", "FROM " + DATABASE + ".$1"));
  }

  private static JobOptions jobOptions() {
    return JobOptions.parse(
        IngestNames.JOB,
        new String[] {
          "--kafka.bootstrap-servers",
          KAFKA.bootstrapServers(),
          "--kafka.group-id",
          "ingest-" + UUID.randomUUID(),
          "--clickhouse.url",
          CLICKHOUSE.url(),
          "--clickhouse.database",
          DATABASE,
          "--clickhouse.flush-interval",
          "100ms"
        },
        IngestOptions.all());
  }

  private static JobClient start(@Nullable String savepoint) throws Exception {
    Configuration configuration = new Configuration();
    configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "none");
    configuration.set(
        CheckpointingOptions.CHECKPOINTS_DIRECTORY,
        folder.resolve("checkpoints").toUri().toString());
    configuration.set(
        CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
        ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION);
    if (savepoint != null) {
      configuration.set(StateRecoveryOptions.SAVEPOINT_PATH, savepoint);
    }
    StreamExecutionEnvironment env =
        JobEnvironment.prepare(
            StreamExecutionEnvironment.createLocalEnvironment(PARTITIONS, configuration));
    env.enableCheckpointing(500);
    JobOptions options = jobOptions();
    IngestJob.build(env, options, IngestOptions.of(options));
    return env.executeAsync(IngestNames.JOB);
  }

  /** Returns the newest of the checkpoints that cancelled jobs have left. */
  private static String newestCheckpoint() throws IOException {
    try (Stream<Path> files = Files.walk(folder.resolve("checkpoints"))) {
      return files
          .filter(file -> file.getFileName().toString().equals("_metadata"))
          .map(Path::getParent)
          .max(Comparator.comparingLong(chk -> chk.toFile().lastModified()))
          .orElseThrow()
          .toString();
    }
  }

  private static String stop(JobClient job) throws Exception {
    return job.stopWithSavepoint(false, folder.toString(), SavepointFormatType.NATIVE).get();
  }
}
