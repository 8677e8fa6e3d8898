package dev.guanlan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guanlan.local.stack.FlinkJob;
import dev.guanlan.store.ClickHouseHttp;
import dev.guanlan.store.Migrations;
import dev.guanlan.testing.ClickHouseExtension;
import dev.guanlan.testing.FlinkExtension;
import dev.guanlan.testing.KafkaExtension;
import dev.guanlan.testing.TestingProxy;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Feeds numbered telemetry onto the raw topics while everything around the ingest job fails, and
 * counts afterwards. With {@code -Dguanlan.chaos=full} it feeds 5,000,000 samples, 500,000 log
 * lines and 200,000 spans, without a fifth of each.
 */
@DisplayName("The ingest job, while everything around it fails,")
class IngestChaosITCase {

  private static final Logger LOG = LoggerFactory.getLogger(IngestChaosITCase.class);

  @RegisterExtension static final KafkaExtension KAFKA = new KafkaExtension();
  @RegisterExtension static final ClickHouseExtension CLICKHOUSE = new ClickHouseExtension();
  @RegisterExtension static final FlinkExtension FLINK = new FlinkExtension();

  private static final Path ROOT = Path.of(System.getProperty("guanlan.root", "../.."));
  private static final String DATABASE = "chaos";
  private static final int MOST_PARTS = 100;

  /** Between slices: several checkpoints are to pass from one disaster to the next. */
  private static final Duration PAUSE = Duration.ofMillis(500);

  private static TestingProxy network;
  private final AtomicInteger deaths = new AtomicInteger();
  private int mostParts;

  @AfterAll
  static void end() throws IOException {
    for (var job : FLINK.rest().jobs()) {
      if (!job.over()) {
        FLINK.rest().cancel(job.id());
      }
    }
    network.close();
  }

  @Test
  @DisplayName("loses nothing and stores nothing twice")
  void chaos() throws Exception {
    long began = System.nanoTime();
    ChaosLoad.Size size = ChaosLoad.Size.configured();
    KAFKA.createPlatformTopics(2);
    network = new TestingProxy(CLICKHOUSE.url());
    Migrations.ofThisRelease()
        .apply(ClickHouseHttp.builder(URI.create(CLICKHOUSE.url())).build(), DATABASE);
    createViews();
    submit();

    long start = System.currentTimeMillis() - size.samples() / 1_000;
    try (ChaosLoad load = new ChaosLoad(size, start, KAFKA.bootstrapServers())) {
      for (int slice = 0; slice < ChaosLoad.SLICES; slice++) {
        disturb(slice);
        load.send(slice);
        reviveClickHouse(slice);
        Thread.sleep(PAUSE.toMillis());
        look();
      }
    }

    awaitAll(
        "samples",
        "SELECT count(), uniqExact(value), sum(toInt64(value)) FROM {samples} WHERE metric_id IN"
            + " (SELECT metric_id FROM {series} WHERE tenant = 'chaos' AND metric = '%s')"
                .formatted(ChaosLoad.METRIC),
        "%d\t%d\t%d".formatted(size.samples(), size.samples(), sumUpTo(size.samples())));
    awaitAll(
        "logs",
        "SELECT count(), uniqExact(body) FROM {logs} WHERE tenant = 'chaos'",
        size.lines() + "\t" + size.lines());
    awaitAll(
        "spans",
        "SELECT count(), uniqExact(trace_id, span_id) FROM {spans} WHERE tenant = 'chaos'",
        size.spans() + "\t" + size.spans());
    assertThat(query("SELECT sum(rows), sum(millis) FROM {sums}"))
        .as("the materialized view of all samples")
        .isEqualTo(query("SELECT count(), sum(toUnixTimestamp64Milli(timestamp)) FROM {samples}"));
    assertThat(query("SELECT sum(rows) FROM {line_counts} WHERE tenant = 'chaos'"))
        .as("the materialized view of lines")
        .isEqualTo("" + size.lines());
    assertThat(query("SELECT sum(rows), sum(nanos) FROM {span_times} WHERE tenant = 'chaos'"))
        .as("the materialized view of spans")
        .isEqualTo(size.spans() + "\t" + size.spans() * ChaosLoad.SPAN_NANOS);
    look();
    assertThat(network.lost())
        .as("inserts whose answer was lost: two by the death of ClickHouse, ten in a row")
        .isGreaterThanOrEqualTo(12);
    assertThat(mostParts).as("most active parts of a partition at any time").isLessThan(MOST_PARTS);
    LOG.info(
        "Stored {} samples, {} lines and {} spans once each in {} s; at most {} active parts in a"
            + " partition; {} answers lost.",
        size.samples(),
        size.lines(),
        size.spans(),
        (System.nanoTime() - began) / 1_000_000_000,
        mostParts,
        network.lost());
  }

  /** Does what is to happen before a slice is sent. */
  private void disturb(int slice) throws Exception {
    switch (slice) {
      case 10, 82 -> FLINK.killTaskManager();
      case 14, 86 -> FLINK.startTaskManager();
      case 22, 66 -> network.loseAnswer(this::killClickHouse);
      case 32 -> network.cut();
      case 36 -> network.mend();
      case 42, 74 -> restartFromSavepoint();
      case 50 -> {
        for (int i = 0; i < 10; i++) {
          network.loseAnswer(() -> {});
        }
      }
      case 56 -> {
        network.cut();
        FLINK.killTaskManager();
      }
      case 60 -> {
        FLINK.startTaskManager();
        network.mend();
      }
      default -> {
        // Peace.
      }
    }
  }

  /** Kills ClickHouse when it has stored a block and the job does not know it yet. */
  private void killClickHouse() {
    CLICKHOUSE.kill();
    deaths.incrementAndGet();
  }

  /**
   * Starts ClickHouse again once it was killed before it answered. The slice has to be sent by
   * then: of what came before, all may be stored and answered, so that nothing would be inserted
   * any more.
   */
  private void reviveClickHouse(int slice) {
    int wanted = slice == 22 ? 1 : slice == 66 ? 2 : 0;
    if (wanted > 0) {
      await("an insert to lose the answer of").until(() -> deaths.get() == wanted);
      CLICKHOUSE.start();
    }
  }

  private static void restartFromSavepoint() throws Exception {
    awaitRunning();
    assertThat(FLINK.jobs().stopWithSavepoint(Platform.INGEST)).exists();
    submit();
  }

  private static void submit() throws Exception {
    FLINK
        .jobs()
        .submit(
            new FlinkJob(
                Platform.INGEST,
                ROOT.resolve("jobs/ingest/target/ingest-job.jar"),
                List.of(
                    "--kafka.bootstrap-servers",
                    KAFKA.bootstrapServers(),
                    "--clickhouse.url",
                    network.url(),
                    "--clickhouse.database",
                    DATABASE,
                    // Short, so that a cut network fails the job and not only its patience.
                    "--clickhouse.retry-for",
                    "1s"),
                Map.of()));
    awaitRunning();
  }

  private static void awaitRunning() {
    await("the job runs")
        .until(
            () -> FLINK.rest().job(Platform.INGEST).filter(job -> job.fullyRunning()).isPresent());
  }

  private static void createViews() {
    String window = " SETTINGS non_replicated_deduplication_window = 10000";
    query(
        "CREATE TABLE {sums} (part UInt8, rows UInt64, millis Int64)"
            + " ENGINE = SummingMergeTree ORDER BY part"
            + window);
    query(
        "CREATE MATERIALIZED VIEW {sums_view} TO {sums} AS SELECT "
            + " toUInt8(toUnixTimestamp64Milli(timestamp) % 16) AS part, count() AS rows,"
            + " sum(toUnixTimestamp64Milli(timestamp)) AS millis FROM {samples} GROUP BY part");
    query(
        "CREATE TABLE {line_counts} (tenant String, rows UInt64)"
            + " ENGINE = SummingMergeTree ORDER BY tenant"
            + window);
    query(
        "CREATE MATERIALIZED VIEW {line_counts_view} TO {line_counts} AS"
            + " SELECT tenant, count() AS rows FROM {logs} GROUP BY tenant");
    query(
        "CREATE TABLE {span_times} (tenant String, rows UInt64, nanos Int64)"
            + " ENGINE = SummingMergeTree ORDER BY tenant"
            + window);
    query(
        "CREATE MATERIALIZED VIEW {span_times_view} TO {span_times} AS"
            + " SELECT tenant, count() AS rows, sum(duration) AS nanos FROM {spans} GROUP BY tenant");
  }

  /** Counts the active parts of the fullest partition. */
  private void look() {
    mostParts =
        Math.max(
            mostParts,
            Integer.parseInt(
                query(
                    "SELECT max(parts) FROM (SELECT count() AS parts FROM system.parts"
                        + " WHERE active AND database = 'chaos' GROUP BY table, partition)")));
  }

  private static long sumUpTo(long count) {
    return (count - 1) * count / 2;
  }

  private static void awaitAll(String what, String sql, String expected) {
    await(what).untilAsserted(() -> assertThat(query(sql)).isEqualTo(expected));
  }

  private static String query(String sql) {
    return CLICKHOUSE.query(sql.replaceAll("\\{(\\w+)}", DATABASE + ".$1"));
  }

  private static ConditionFactory await(String what) {
    return Awaitility.await(what).atMost(Duration.ofMinutes(5)).pollInterval(Duration.ofSeconds(1));
  }
}
