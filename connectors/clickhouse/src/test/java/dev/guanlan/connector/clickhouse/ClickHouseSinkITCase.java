package dev.guanlan.connector.clickhouse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.guanlan.store.ClickHouseException;
import dev.guanlan.store.RowBuffer;
import dev.guanlan.testing.ClickHouseExtension;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.api.common.state.CheckpointListener;
import org.apache.flink.api.connector.source.lib.NumberSequenceSource;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A ClickHouse sink, in a Flink job with a real ClickHouse,")
@Timeout(600)
final class ClickHouseSinkITCase {

  @RegisterExtension static final ClickHouseExtension CLICKHOUSE = new ClickHouseExtension();

  private static final long ROWS = 40_000;
  private static final Duration LONGEST = Duration.ofMinutes(2);

  private String database;

  @BeforeEach
  void table(TestInfo test) {
    database = "sink_" + test.getTestMethod().orElseThrow().getName();
    CLICKHOUSE.query("CREATE DATABASE " + database);
    CLICKHOUSE.query(
        "CREATE TABLE %s.t (n Int64, CONSTRAINT small CHECK n < 1000000) ENGINE = ReplacingMergeTree ORDER BY n"
            .formatted(database));
    Flow.reset();
  }

  @Test
  @DisplayName("stores every row")
  void stores() throws Exception {
    flow(0, ROWS - 1, 0).execute();
    assertThat(query("SELECT count(), sum(n) FROM t"))
        .isEqualTo(ROWS + "\t" + ROWS * (ROWS - 1) / 2);
  }

  @Test
  @DisplayName("loses nothing when ClickHouse dies and comes back")
  void outage() throws Exception {
    Flow.dam = new CountDownLatch(1);
    JobClient job = flow(0, ROWS - 1, 50).executeAsync();
    Awaitility.await()
        .atMost(LONGEST)
        .until(() -> Long.parseLong(query("SELECT count() FROM t")) > 0);
    CLICKHOUSE.kill();
    Flow.dam.countDown();
    Thread.sleep(1_500);
    CLICKHOUSE.start();
    job.getJobExecutionResult().get();
    assertThat(query("SELECT count(), sum(n) FROM t FINAL"))
        .isEqualTo(ROWS + "\t" + ROWS * (ROWS - 1) / 2);
    assertThat(Flow.starts).as("it was mended by trying again, not by a restart").hasSize(1);
  }

  @Test
  @DisplayName("shows no row twice after it went back to a checkpoint")
  void restore() throws Exception {
    Flow.failOnce.set(true);
    flow(0, ROWS - 1, 20).execute();
    assertThat(Flow.starts).as("the job was restored once").hasSize(2);
    assertThat(query("SELECT count(), sum(n) FROM t FINAL"))
        .isEqualTo(ROWS + "\t" + ROWS * (ROWS - 1) / 2);
  }

  @Test
  @DisplayName("puts refused rows aside and goes on")
  void poison() throws Exception {
    flow(999_000, 1_000_002, 0).execute();
    assertThat(query("SELECT count(), max(n) FROM t FINAL")).isEqualTo("1000\t999999");
    assertThat(Flow.refused).containsExactlyInAnyOrder(1_000_000L, 1_000_001L, 1_000_002L);
    assertThat(Flow.starts).hasSize(1);
  }

  @Test
  @DisplayName("fails with what to do when the table is not there")
  void missingTable() {
    CLICKHOUSE.query("DROP TABLE " + database + ".t");
    assertThatThrownBy(() -> flow(0, 9, 0).execute())
        .hasStackTraceContaining("Apply the migrations to this database");
  }

  @Test
  @DisplayName("fails with what to do when the password file is not there")
  void missingPassword(@TempDir Path folder) {
    String file = folder.resolve("nothing").toString();
    assertThatThrownBy(() -> flow(0, 9, 0, file).execute())
        .hasStackTraceContaining("cannot be read from the file")
        .hasStackTraceContaining(file);
  }

  @Test
  @DisplayName("fails with what to do when the password is wrong, and does not tell it")
  void wrongPassword(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("password"), "hunter2\n");
    assertThatThrownBy(() -> flow(0, 9, 0, file.toString()).execute())
        .hasStackTraceContaining("Check the user and the password file")
        .satisfies(
            e -> {
              for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                assertThat(String.valueOf(cause.getMessage())).doesNotContain("hunter2");
              }
            });
  }

  private StreamExecutionEnvironment flow(long first, long last, int pauseEvery) {
    return flow(first, last, pauseEvery, null);
  }

  private StreamExecutionEnvironment flow(
      long first, long last, int pauseEvery, @Nullable String password) {
    Configuration configuration = new Configuration();
    configuration.set(PipelineOptions.GENERIC_TYPES, false);
    configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
    configuration.set(
        RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, Flow.failOnce.get() ? 1 : 0);
    configuration.set(
        RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(10));
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.createLocalEnvironment(1, configuration);
    env.enableCheckpointing(100);
    ClickHouseTarget target =
        new ClickHouseTarget(CLICKHOUSE.url(), database, "default", password, LONGEST);
    env.fromSource(
            new NumberSequenceSource(first, last), WatermarkStrategy.noWatermarks(), "numbers")
        .map(new Flow(pauseEvery))
        .sinkTo(
            ClickHouseSink.<Long>builder(target, new Rows())
                .batchRows(1_000)
                .interval(Duration.ofMillis(50))
                .backoff(Duration.ofMillis(50), Duration.ofMillis(500))
                .retryFor(LONGEST)
                .refusedRows(new Kept())
                .build());
    return env;
  }

  private String query(String sql) {
    return CLICKHOUSE.query(sql.replace("FROM t", "FROM " + database + ".t"));
  }

  /**
   * Lets numbers pass slowly, and fails when told to. Its second half waits for what the test needs
   * to have happened by then: behind a dam, or at a crawl until there is a checkpoint to go back
   * to.
   */
  private static final class Flow implements MapFunction<Long, Long>, CheckpointListener {
    private static final long serialVersionUID = 1L;
    static final AtomicBoolean failOnce = new AtomicBoolean();
    static volatile CountDownLatch dam = new CountDownLatch(0);
    static final Queue<Long> starts = new ConcurrentLinkedQueue<>();
    static final Queue<Long> refused = new ConcurrentLinkedQueue<>();

    private final int pauseEvery;
    private transient boolean started;
    private transient boolean checkpointed;

    Flow(int pauseEvery) {
      this.pauseEvery = pauseEvery;
    }

    static void reset() {
      failOnce.set(false);
      dam = new CountDownLatch(0);
      starts.clear();
      refused.clear();
    }

    @Override
    public Long map(Long number) throws Exception {
      if (!started) {
        started = true;
        starts.add(number);
      }
      if (number > ROWS / 2) {
        if (!dam.await(LONGEST.toMillis(), TimeUnit.MILLISECONDS)) {
          throw new IllegalStateException("the dam was never opened");
        }
        if (checkpointed && failOnce.compareAndSet(true, false)) {
          throw new IllegalStateException("fails on purpose");
        }
        if (failOnce.get()) {
          Thread.sleep(10);
        }
      }
      if (pauseEvery > 0 && number % pauseEvery == 0) {
        Thread.sleep(2);
      }
      return number;
    }

    @Override
    public void notifyCheckpointComplete(long checkpointId) {
      checkpointed = true;
    }
  }

  /** Writes each number as a row. */
  private static final class Rows implements RowEncoder<Long> {
    private static final long serialVersionUID = 1L;

    @Override
    public List<String> inserts() {
      return List.of("INSERT INTO t (n) FORMAT RowBinary");
    }

    @Override
    public void encode(Long number, Tables tables) {
      RowBuffer rows = tables.rows(0);
      rows.int64(number);
      rows.endRow();
    }
  }

  /** Keeps what is refused for the test to see. */
  private static final class Kept implements RefusedRows {
    private static final long serialVersionUID = 1L;

    @Override
    public void refused(String insert, byte[] row, ClickHouseException reason) {
      Flow.refused.add(ByteBuffer.wrap(row).order(ByteOrder.LITTLE_ENDIAN).getLong());
    }
  }
}
