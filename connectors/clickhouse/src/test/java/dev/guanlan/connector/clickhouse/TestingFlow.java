package dev.guanlan.connector.clickhouse;

import dev.guanlan.store.ClickHouseException;
import dev.guanlan.store.ColumnBuffer;
import dev.guanlan.store.RowBuffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.api.common.state.CheckpointListener;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.connector.source.lib.NumberSequenceSource;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.jspecify.annotations.Nullable;

/** Builds jobs that write numbers into the table {@code t}. */
final class TestingFlow {

  static final long ROWS = 40_000;
  static final Duration LONGEST = Duration.ofMinutes(2);

  /** How often the job still has to fail. */
  static final AtomicInteger FAILURES = new AtomicInteger();

  /** The first number that each start of a task saw. */
  static final Queue<Long> STARTS = new ConcurrentLinkedQueue<>();

  static final Queue<Long> REFUSED = new ConcurrentLinkedQueue<>();

  /** What the second half of the numbers waits for. */
  static volatile CountDownLatch dam = new CountDownLatch(0);

  private final String url;
  private final String database;
  private final Path folder;
  private RowEncoder<Long> encoder = new Rows();
  private DeliveryGuarantee guarantee = DeliveryGuarantee.EXACTLY_ONCE;
  private Duration retryFor = LONGEST;
  private Duration checkpoints = Duration.ofMillis(100);
  private @Nullable String password;
  private @Nullable String from;
  private int parallelism = 1;
  private long heldBytes;
  private long first;
  private long last = ROWS - 1;

  TestingFlow(String url, String database, Path folder) {
    this.url = url;
    this.database = database;
    this.folder = folder;
  }

  static void reset() {
    FAILURES.set(0);
    FailingSerializer.FAILS.set(false);
    FailingSerializer.FAILED.set(0);
    dam = new CountDownLatch(0);
    STARTS.clear();
    REFUSED.clear();
  }

  TestingFlow encoder(RowEncoder<Long> other) {
    encoder = other;
    return this;
  }

  TestingFlow guarantee(DeliveryGuarantee other) {
    guarantee = other;
    return this;
  }

  TestingFlow retryFor(Duration longest) {
    retryFor = longest;
    return this;
  }

  TestingFlow checkpoints(Duration interval) {
    checkpoints = interval;
    return this;
  }

  TestingFlow password(String file) {
    password = file;
    return this;
  }

  TestingFlow parallelism(int tasks) {
    parallelism = tasks;
    return this;
  }

  TestingFlow heldBytes(long bytes) {
    heldBytes = bytes;
    return this;
  }

  TestingFlow numbers(long lowest, long highest) {
    first = lowest;
    last = highest;
    return this;
  }

  /** Sets the checkpoint or savepoint to go on from. */
  TestingFlow from(String path) {
    from = path;
    return this;
  }

  /**
   * Builds the job.
   *
   * @param pauseEvery after how many numbers it rests for a moment; 0 for never
   */
  StreamExecutionEnvironment env(int pauseEvery) {
    Configuration configuration = new Configuration();
    configuration.set(PipelineOptions.GENERIC_TYPES, false);
    configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
    configuration.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, FAILURES.get());
    configuration.set(
        RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(10));
    configuration.set(
        CheckpointingOptions.CHECKPOINTS_DIRECTORY,
        folder.resolve("checkpoints").toUri().toString());
    configuration.set(CheckpointingOptions.TOLERABLE_FAILURE_NUMBER, 1_000);
    configuration.set(
        CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
        ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION);
    if (from != null) {
      configuration.set(StateRecoveryOptions.SAVEPOINT_PATH, from);
    }
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.createLocalEnvironment(parallelism, configuration);
    env.enableCheckpointing(checkpoints.toMillis());
    env.fromSource(
            new NumberSequenceSource(first, last), WatermarkStrategy.noWatermarks(), "numbers")
        .uid("numbers")
        .map(new Passage(pauseEvery))
        .uid("passage")
        .sinkTo(
            ClickHouseSink.<Long>builder(
                    new ClickHouseTarget(url, database, "default", password, LONGEST), encoder)
                .deliveryGuarantee(guarantee)
                .batchRows(1_000)
                .interval(Duration.ofMillis(50))
                .backoff(Duration.ofMillis(50), Duration.ofMillis(500))
                .retryFor(retryFor)
                .heldBytes(heldBytes)
                .refusedRows(new Kept())
                .build())
        .uid("sink");
    return env;
  }

  /**
   * Lets numbers pass slowly, and fails when told to. Its second half waits for what the test needs
   * to have happened by then: behind a dam, or at a crawl until there is a checkpoint to go back
   * to.
   */
  private static final class Passage
      implements MapFunction<Long, Long>, CheckpointedFunction, CheckpointListener {
    private static final long serialVersionUID = 1L;

    private final int pauseEvery;
    private transient boolean started;
    private transient boolean checkpointed;

    Passage(int pauseEvery) {
      this.pauseEvery = pauseEvery;
    }

    @Override
    public Long map(Long number) throws Exception {
      if (!started) {
        started = true;
        STARTS.add(number);
      }
      if (number > ROWS / 2) {
        // Slowly rather than not at all, so that checkpoints go on in front of the dam.
        if (dam.getCount() > 0) {
          dam.await(20, TimeUnit.MILLISECONDS);
        }
        if (FAILURES.get() == 1 && checkpointed && FAILURES.compareAndSet(1, 0)) {
          throw new IllegalStateException("fails on purpose");
        }
        if (FAILURES.get() == 1) {
          Thread.sleep(10);
        }
      }
      if (pauseEvery > 0 && number % pauseEvery == 0) {
        Thread.sleep(2);
      }
      return number;
    }

    @Override
    public void initializeState(FunctionInitializationContext context) throws Exception {
      if (FailingSerializer.FAILS.get()) {
        context
            .getOperatorStateStore()
            .getListState(new ListStateDescriptor<>("failing", FailingSerializer.INSTANCE))
            .add(1L);
      }
    }

    @Override
    public void snapshotState(FunctionSnapshotContext context) {}

    @Override
    public void notifyCheckpointComplete(long checkpointId) {
      checkpointed = true;
    }
  }

  /** Writes each number as a row. */
  private static final class Rows implements RowEncoder<Long> {
    private static final long serialVersionUID = 1L;

    @Override
    public List<Insert> inserts() {
      return List.of(Insert.rows("INSERT INTO t (n) FORMAT RowBinary"));
    }

    @Override
    public void encode(Long number, Tables tables) {
      RowBuffer rows = tables.rows(0);
      rows.int64(number);
      rows.endRow();
    }
  }

  /** Writes each number as a row of one column. */
  static final class Columns implements RowEncoder<Long> {
    private static final long serialVersionUID = 1L;

    @Override
    public List<Insert> inserts() {
      return List.of(
          Insert.columns(
              "INSERT INTO t (n) FORMAT Native",
              List.of(new ColumnBuffer.Column("n", "Int64", 8))));
    }

    @Override
    public void encode(Long number, Tables tables) {
      ColumnBuffer columns = tables.columns(0);
      columns.int64(0, number);
      columns.endRow();
    }
  }

  /** Keeps what is refused for the test to see: the number is at the row's end in both formats. */
  private static final class Kept implements RefusedRows {
    private static final long serialVersionUID = 1L;

    @Override
    public void refused(String insert, byte[] row, ClickHouseException reason) {
      REFUSED.add(ByteBuffer.wrap(row, row.length - 8, 8).order(ByteOrder.LITTLE_ENDIAN).getLong());
    }
  }
}
