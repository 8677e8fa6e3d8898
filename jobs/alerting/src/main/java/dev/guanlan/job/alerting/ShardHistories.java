package dev.guanlan.job.alerting;

import dev.guanlan.job.alerting.ShardReading.Witness;
import dev.guanlan.job.alerting.state.GroupProgress;
import dev.guanlan.job.alerting.state.SourceMarks;
import dev.guanlan.promql.SelectedWindow;
import dev.guanlan.rules.CompiledGroup;
import dev.guanlan.store.ClickHouseException;
import dev.guanlan.store.FailureKind;
import dev.guanlan.store.SampleSelection;
import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.streaming.api.TimerService;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fills shards with their history, so that they lack nothing long before the range of their rules
 * has passed. The way of a shard:
 *
 * <ol>
 *   <li>All tasks of the selection have marked it. What they had before is stored some seconds
 *       later: so are live samples that come now, of which one is remembered.
 *   <li>Then a thread reads what is stored of the shard's own series, from where its next tick
 *       looks back to up to the newest sample that any task had before its mark, and some more:
 *       what is newer has come by itself.
 *   <li>The task takes it bit by bit, between live samples and ticks. What is there already changes
 *       nothing.
 *   <li>When all is taken, the sample that is remembered among it, the shard lacks nothing.
 *   <li>When it cannot be read, or is not all stored, the shard fills as time goes. It is tried
 *       again, ever later, if that may help. The alert path never waits for the storage path.
 * </ol>
 *
 * <p>A further mark begins all this anew: nobody has to know what it adds to those before. State
 * has the samples and, at last, that nothing is lacking. After a restart every task of the
 * selection marks a shard again; one that is not filled is then read anew. For one thread.
 */
final class ShardHistories implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ShardHistories.class);

  /** How many shards of a task are read at once. */
  private static final int THREADS = 2;

  /** How often it is looked whether something has been read. */
  static final long LOOK_MILLIS = 50;

  /** How soon a read that has failed is tried again; later each time, up to the other. */
  private static final long RETRY_MILLIS = 1_000;

  private static final long LONGEST_RETRY_MILLIS = 600_000;

  private final long delayMillis;
  private final ShardStore.@Nullable Reader reader;
  private final @Nullable ExecutorService threads;
  private final Counter bootstraps;
  private final Counter failures;
  private final Map<String, Filling> fillings = new HashMap<>();
  private boolean failing;

  ShardHistories(ShardStore store, MetricGroup metrics) throws IOException {
    delayMillis = store.delayMillis();
    bootstraps = metrics.counter(AlertingNames.SHARD_BOOTSTRAPS);
    failures = metrics.counter(AlertingNames.SHARD_BOOTSTRAP_FAILURES);
    ShardStore.Source source = store.source();
    reader = source == null ? null : source.open();
    threads =
        source == null
            ? null
            : Executors.newFixedThreadPool(
                THREADS,
                work -> {
                  Thread thread = new Thread(work, "read-shard-history");
                  thread.setDaemon(true);
                  return thread;
                });
  }

  /**
   * Is a shard as it is now.
   *
   * @param rules what it is evaluated for: the version that looks at most
   * @param shards how many the group has
   */
  record Shard(LiveGroup group, String tenant, CompiledGroup rules, int shards) {}

  /** Is the way of a shard to its history. */
  private static final class Filling {
    private final SourceMarks marks;

    /** When there is something to do, by the wall clock. */
    private long timerMillis;

    private int failed;
    private @Nullable ShardReading reading;
    private @Nullable Witness witness;

    /** Whether the witness is to be another: the longer ago it came, the more there is to read. */
    private boolean renew;

    Filling(SourceMarks marks) {
      this.marks = marks;
    }

    void waitFor(long millis, TimerService timers) {
      timerMillis = timers.currentProcessingTime() + millis;
      timers.registerProcessingTimeTimer(timerMillis);
    }

    void end(TimerService timers) {
      timers.deleteProcessingTimeTimer(timerMillis);
      if (reading != null) {
        reading.cancel();
      }
    }
  }

  /** Says that the store is too far behind. */
  private static final class NotStoredException extends Exception {
    private static final long serialVersionUID = 1;

    NotStoredException(Witness witness) {
      super(
          "a sample of %d that came after it was marked is not stored yet; see how far the ingest"
                  .formatted(witness.millis())
              + " job is behind, and whether --"
              + BootstrapOptions.DELAY.key()
              + " is long enough");
    }
  }

  /**
   * Returns the newest time of a sample that can be missing behind a mark. A task that had none
   * since it began knows nothing of those before, which the store may have.
   */
  long newestMillis(PlanMark mark, TimerService timers) {
    return reader != null && mark.newestMillis() == Long.MIN_VALUE
        ? timers.currentProcessingTime()
        : mark.newestMillis();
  }

  /** Begins to fill a shard anew if it lacks what tasks of the selection had before their marks. */
  void marked(String shard, SourceMarks marks, TimerService timers) {
    forget(shard, timers);
    if (reader != null && marks.lacksHistory()) {
      Filling filling = new Filling(marks);
      fillings.put(shard, filling);
      filling.waitFor(delayMillis, timers);
    }
  }

  /** Takes note of what has come live to a shard. */
  void came(String shard, SelectedSamples samples, TimerService timers) {
    // hot: once for each block, and of no cost once shards are filled.
    Filling filling = fillings.isEmpty() ? null : fillings.get(shard);
    // What rules record is stored later than what they look at.
    if (filling == null
        || (filling.witness != null && !filling.renew)
        || filling.reading != null
        || samples.recorded()) {
      return;
    }
    for (int s = 0; s < samples.seriesCount(); s++) {
      long millis = samples.timestamps()[samples.firstSample()[s]];
      if (millis > filling.marks.newestMillis()) {
        filling.witness = new Witness(samples.ids()[2 * s], samples.ids()[2 * s + 1], millis);
        filling.renew = false;
        timers.deleteProcessingTimeTimer(filling.timerMillis);
        long wait = filling.timerMillis - timers.currentProcessingTime();
        filling.waitFor(Math.max(wait, delayMillis), timers);
        return;
      }
    }
  }

  /** Leaves nothing of a shard that lacks nothing any more, or is over. */
  void forget(String shard, TimerService timers) {
    Filling filling = fillings.remove(shard);
    if (filling != null) {
      filling.end(timers);
    }
  }

  /**
   * Tells whether there is something to do for a shard; timers of before a restart mean nothing.
   */
  boolean isDue(String shard, long timerMillis) {
    Filling filling = fillings.get(shard);
    return filling != null && filling.timerMillis == timerMillis;
  }

  /**
   * Does what is due for a shard.
   *
   * @return whether it lacks nothing any more
   */
  boolean fill(Shard shard, SampleIntake intake, TimerService timers) throws Exception {
    String key = shard.group().key();
    Filling filling = Objects.requireNonNull(fillings.get(key));
    ShardReading reading = filling.reading;
    if (reading == null) {
      begin(filling, shard, timers);
      return false;
    }
    // Looked at first: what was read last is there when the thread is done.
    boolean done = reading.isDone();
    if (reading.take(shard.group(), intake, filling.witness) > 0) {
      filling.waitFor(1, timers);
      return false;
    }
    if (!done) {
      filling.waitFor(LOOK_MILLIS, timers);
      return false;
    }
    try {
      reading.end();
    } catch (ExecutionException e) {
      fail(key, filling, Objects.requireNonNull(e.getCause()), timers);
      return false;
    }
    if (filling.witness != null && !filling.witness.isStored()) {
      fail(key, filling, new NotStoredException(filling.witness), timers);
      return false;
    }
    fillings.remove(key);
    bootstraps.inc();
    if (failing) {
      failing = false;
      LOG.info("Histories of shards are read again");
    }
    return true;
  }

  private void begin(Filling filling, Shard shard, TimerService timers) {
    long tick = shard.group().progressOrBeginning().nextTickMillis();
    if (tick == GroupProgress.NONE) {
      // As long as event time is not known, nor is how far back to look.
      filling.waitFor(LOOK_MILLIS, timers);
      return;
    }
    Witness witness = filling.witness;
    // What is behind the newest sample may have come before the job began, by a clock ahead.
    long ahead = filling.marks.newestMillis() + HistoryReader.AHEAD_MILLIS;
    long toMillis = witness == null ? ahead : Math.max(ahead, witness.millis());
    Set<SampleSelection> selections = new LinkedHashSet<>();
    for (SelectedWindow window : shard.rules().windows()) {
      long from = tick - window.millisBack() - shard.rules().group().queryOffsetMillis();
      // Of a short range, too, the witness is to be seen.
      from = witness == null ? from : Math.min(from, witness.millis() - 1);
      selections.add(new SampleSelection(window.matchers(), from));
    }
    filling.reading =
        new ShardReading(
            Objects.requireNonNull(reader),
            Objects.requireNonNull(threads),
            shard,
            List.copyOf(selections),
            toMillis);
    filling.waitFor(1, timers);
  }

  private void fail(String shard, Filling filling, Throwable failure, TimerService timers) {
    filling.reading = null;
    filling.renew = true;
    failures.inc();
    // Once, and not for each shard, while ClickHouse is away.
    if (!failing) {
      failing = true;
      LOG.warn(
          "The shard {} is not filled with its history and takes over when its rules' range has"
              + " passed, and so do others until this is said to be over; {} counts them: {}",
          shard,
          AlertingNames.SHARD_BOOTSTRAP_FAILURES,
          failure.getMessage(),
          failure);
    }
    if (isPassing(failure)) {
      filling.waitFor(
          Math.min(LONGEST_RETRY_MILLIS, RETRY_MILLIS << Math.min(filling.failed, 10)), timers);
      filling.failed++;
    } else {
      fillings.remove(shard);
    }
  }

  private static boolean isPassing(Throwable failure) {
    return failure instanceof NotStoredException
        || (failure instanceof ClickHouseException e && e.kind() == FailureKind.RETRYABLE);
  }

  @Override
  public void close() {
    if (threads != null) {
      threads.shutdownNow();
    }
  }
}
