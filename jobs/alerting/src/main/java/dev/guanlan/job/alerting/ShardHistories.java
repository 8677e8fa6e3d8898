package dev.guanlan.job.alerting;

import dev.guanlan.job.alerting.ShardReading.NotStoredException;
import dev.guanlan.job.alerting.ShardReading.Witness;
import dev.guanlan.job.alerting.state.GroupProgress;
import dev.guanlan.job.alerting.state.SourceMarks;
import dev.guanlan.promql.SelectedWindow;
import dev.guanlan.rules.CompiledGroup;
import dev.guanlan.store.ClickHouseException;
import dev.guanlan.store.FailureKind;
import dev.guanlan.store.SampleSelection;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
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
 *       later: so are live samples that come now, of which some are remembered.
 *   <li>Then a thread looks whether these are stored, and reads what is stored of the shard's own
 *       series, from where its next tick looks back to up to the newest sample that any task had
 *       before its mark, and some more: what is newer has come by itself.
 *   <li>The task takes it bit by bit, between live samples and ticks. What is there already changes
 *       nothing.
 *   <li>When all is taken the shard lacks nothing.
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

  /** So many samples of different records are remembered, and so long after the first of them. */
  private static final int MOST_WITNESSES = 32;

  private static final long WITNESSES_MILLIS = 1_000;

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

  /** Returns how many histories are being read. */
  long reading() {
    return fillings.values().stream()
        .filter(filling -> filling.reading != null && !filling.reading.isDone())
        .count();
  }

  /**
   * Is a shard as it is now.
   *
   * @param rules what it is evaluated for: the version that looks at most
   * @param intervalMillis how often these tick
   * @param shards how many the group has
   */
  record Shard(
      LiveGroup group, String tenant, CompiledGroup rules, long intervalMillis, int shards) {}

  /** Is the way of a shard to its history. */
  private static final class Filling {
    private final SourceMarks marks;
    private final long markedMillis;
    private final List<Witness> witnesses = new ArrayList<>();

    /** When the first of them came, by the wall clock. */
    private long witnessedMillis;

    /** When there is something to do, by the wall clock. */
    private long timerMillis;

    private int failed;
    private @Nullable ShardReading reading;

    /** Whether the witnesses are to be others. */
    private boolean renew;

    Filling(SourceMarks marks, long nowMillis) {
      this.marks = marks;
      this.markedMillis = nowMillis;
    }

    /** Takes a sample of what has come live, if it is one that nobody had before. */
    private boolean witness(SelectedSamples samples, long nowMillis) {
      boolean first = witnesses.isEmpty() || renew;
      if (!first
          && (witnesses.size() == MOST_WITNESSES
              || nowMillis - witnessedMillis > WITNESSES_MILLIS)) {
        return false;
      }
      // The newest before may be by a clock ahead; one that was sent again was stored before.
      long after = Math.min(marks.newestMillis(), markedMillis);
      for (int s = 0; s < samples.seriesCount(); s++) {
        long millis = samples.timestamps()[samples.firstSample()[s]];
        if (millis > after) {
          if (first) {
            witnesses.clear();
            witnessedMillis = nowMillis;
            renew = false;
          }
          witnesses.add(new Witness(samples.ids()[2 * s], samples.ids()[2 * s + 1], millis));
          return first;
        }
      }
      return false;
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
      Filling filling = new Filling(marks, timers.currentProcessingTime());
      fillings.put(shard, filling);
      filling.waitFor(delayMillis, timers);
    }
  }

  /** Takes note of what has come live to a shard. */
  void came(String shard, SelectedSamples samples, TimerService timers) {
    // hot: once for each block, and of no cost once shards are filled.
    Filling filling = fillings.isEmpty() ? null : fillings.get(shard);
    if (filling == null || filling.reading != null) {
      return;
    }
    long now = timers.currentProcessingTime();
    if (filling.witness(samples, now)) {
      timers.deleteProcessingTimeTimer(filling.timerMillis);
      filling.waitFor(Math.max(filling.timerMillis - now, delayMillis), timers);
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
    long began = System.nanoTime();
    if (reading.take(shard.group(), intake) > 0) {
      // Live samples have as much of the task's time.
      long took = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
      filling.waitFor(1 + took, timers);
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
    long longest = filling.markedMillis + delayMillis + 2 * shard.intervalMillis();
    long left = longest - timers.currentProcessingTime();
    if (filling.witnesses.isEmpty() && left > 0) {
      // Nothing says yet that the store is up to date, but nothing may come at all.
      filling.waitFor(left, timers);
      return;
    }
    // What is behind the newest sample may have come before the job began, by a clock ahead.
    long toMillis = filling.marks.newestMillis() + HistoryReader.AHEAD_MILLIS;
    Set<SampleSelection> selections = new LinkedHashSet<>();
    for (SelectedWindow window : shard.rules().windows()) {
      long from = tick - window.millisBack() - shard.rules().group().queryOffsetMillis();
      selections.add(new SampleSelection(window.matchers(), from));
    }
    filling.reading =
        new ShardReading(
            Objects.requireNonNull(reader),
            Objects.requireNonNull(threads),
            shard,
            List.copyOf(filling.witnesses),
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
