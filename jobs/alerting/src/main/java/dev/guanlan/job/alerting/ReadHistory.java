package dev.guanlan.job.alerting;

import dev.guanlan.job.alerting.HistoryReader.Filled;
import dev.guanlan.job.alerting.state.FilledWindows;
import dev.guanlan.rules.RuleException;
import dev.guanlan.schema.RuleGroup;
import dev.guanlan.store.ClickHouseException;
import dev.guanlan.store.FailureKind;
import dev.guanlan.store.ReadLimitException;
import java.io.IOException;
import java.io.Serializable;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.SimpleCounter;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamElement;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.util.function.ThrowingRunnable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends the history of a rule group ahead of the group itself. The way of a change:
 *
 * <ol>
 *   <li>A deletion goes on at once, as does everything if no store is configured, and a change that
 *       looks at nothing that the last version did not.
 *   <li>Any other new or changed group waits until what came before it is stored, some seconds
 *       after its publication.
 *   <li>A thread reads its history, and hands it on piece by piece: it holds one, and reads the
 *       next when that has gone on. One that turns out to be long is read anew where it holds up
 *       none but its like. While ClickHouse is away it is tried again.
 *   <li>Behind the last piece goes the group. Pieces that come twice change nothing.
 *   <li>When nothing comes for too long, or all takes too long, or cannot be, the group goes on
 *       without, counted, and the change says so. The alert path never waits for the storage path.
 * </ol>
 *
 * <p>No change waits for one of another group. Of two changes of one group the newer goes on, and
 * the older only if it was done before; so a group that is deleted stays so, also when changes that
 * were under way are taken up again after a failure, which is in any order. They are read from the
 * beginning then. A change that the checkpoint has is not read again, so that a restart fills
 * nothing anew, and what is filled is known behind it.
 *
 * <p>All but reading is done in the task's thread.
 */
final class ReadHistory extends AbstractStreamOperator<GroupUpdate>
    implements OneInputStreamOperator<RuleChange, GroupUpdate>, BoundedOneInput {

  private static final long serialVersionUID = 1;
  private static final Logger LOGGER = LoggerFactory.getLogger(ReadHistory.class);

  /** How many changes may be under way; more, and plans behind them, wait in the source. */
  private static final int CAPACITY = 10_000;

  /** How many histories are read at once, while it is not known that they are long. */
  static final int THREADS = 4;

  /** How many long histories are. */
  static final int THREADS_OF_LONG = 2;

  /** A history with more samples is long: some seconds. */
  static final long MOST_SAMPLES_OF_SHORT = 2_000_000;

  private static final long RETRY_MILLIS = 1_000;
  private static final long MOST_RETRY_MILLIS = 32_000;

  /** How many times as long as for a piece is waited for all. */
  static final int MOST_TIMEOUTS = 10;

  private final BootstrapOptions options;
  private final @Nullable Source source;
  private transient Map<String, Known> groups = new HashMap<>();

  /** Whether state holds something else of them. */
  private transient boolean changed;

  /** What is under way, by group. */
  private transient Map<String, Attempt> attempts = new LinkedHashMap<>();

  private transient Clock clock = Clock.systemUTC();
  private transient Counter bootstraps = new SimpleCounter();
  private transient Counter failures = new SimpleCounter();
  private transient boolean failing;
  private transient @Nullable MailboxExecutor mailbox;
  private transient @Nullable ListState<StreamElement> underWay;
  private transient @Nullable ListState<FilledWindows> filledWindows;
  private transient @Nullable HistoryLane lane;
  private transient @Nullable HistoryLane laneOfLong;

  /** Opens a store in the task. */
  @FunctionalInterface
  interface Source extends Serializable {

    /**
     * Opens the store.
     *
     * @param maxSamples how many samples may be read at once
     */
    ShardStore.Reader open(long maxSamples) throws IOException;
  }

  ReadHistory(BootstrapOptions options) {
    this(options, options.source());
  }

  /**
   * Makes the step.
   *
   * @param source the store; null if there is none
   */
  ReadHistory(BootstrapOptions options, @Nullable Source source) {
    this.options = options;
    this.source = source;
  }

  /** Is the newest that is known of a group. */
  private record Known(long version, Filled filled) {

    static Known restored(FilledWindows state) {
      return new Known(
          state.version(), new Filled(Set.copyOf(state.windows()), state.queryOffsetMillis()));
    }

    FilledWindows state(String key) {
      return new FilledWindows(
          key, version, filled.queryOffsetMillis(), new TreeSet<>(filled.windows()));
    }
  }

  private void know(RuleChange change, Filled filled) {
    groups.put(change.key(), new Known(change.version(), filled));
    changed = true;
  }

  @Override
  public void setMailboxExecutor(MailboxExecutor executor) {
    super.setMailboxExecutor(executor);
    mailbox = executor;
  }

  private MailboxExecutor mailbox() {
    return Objects.requireNonNull(mailbox);
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    underWay = context.getOperatorStateStore().getListState(AlertingTypes.CHANGES_UNDER_WAY);
    filledWindows = context.getOperatorStateStore().getListState(AlertingTypes.FILLED_WINDOWS);
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    super.snapshotState(context);
    List<StreamElement> changes = new ArrayList<>();
    for (Attempt attempt : attempts.values()) {
      changes.add(new StreamRecord<>(attempt.change));
    }
    Objects.requireNonNull(underWay).update(changes);
    if (changed) {
      changed = false;
      List<FilledWindows> filled = new ArrayList<>();
      groups.forEach(
          (key, known) -> {
            if (!known.filled().equals(Filled.NOTHING)) {
              filled.add(known.state(key));
            }
          });
      Objects.requireNonNull(filledWindows).update(filled);
    }
  }

  @Override
  public void open() throws Exception {
    super.open();
    groups = new HashMap<>();
    attempts = new LinkedHashMap<>();
    clock = Clock.systemUTC();
    bootstraps = getMetricGroup().counter(AlertingNames.BOOTSTRAPS);
    failures = getMetricGroup().counter(AlertingNames.BOOTSTRAP_FAILURES);
    if (source != null) {
      long most = options.maxSamples();
      lane = lane(source.open(Math.min(most, MOST_SAMPLES_OF_SHORT)), THREADS);
      laneOfLong = lane(source.open(most), THREADS_OF_LONG);
    }
    for (FilledWindows filled : Objects.requireNonNull(filledWindows).get()) {
      groups.put(filled.key(), Known.restored(filled));
    }
    for (StreamElement element : Objects.requireNonNull(underWay).get()) {
      // Releases before have also put watermarks there.
      if (element.isRecord()) {
        take(element.<RuleChange>asRecord().getValue());
      }
    }
  }

  private HistoryLane lane(ShardStore.Reader reader, int atOnce) {
    return new HistoryLane(
        new HistoryReader(reader, options.lookbackMillis(), options.forStates(), clock), atOnce);
  }

  @Override
  public void close() throws Exception {
    try {
      super.close();
    } finally {
      if (lane != null) {
        lane.close();
      }
      if (laneOfLong != null) {
        laneOfLong.close();
      }
    }
  }

  @Override
  public void processElement(StreamRecord<RuleChange> change) throws Exception {
    while (attempts.size() >= CAPACITY) {
      mailbox().yield();
    }
    take(change.getValue());
  }

  private void take(RuleChange change) {
    Known known = groups.get(change.key());
    if (known != null && known.version() > change.version()) {
      return;
    }
    Attempt older = attempts.remove(change.key());
    if (older != null) {
      older.giveUp();
    }
    RuleGroup group = change.group();
    Filled filled = known == null || group == null ? Filled.NOTHING : known.filled();
    HistoryLane first = lane;
    if (first == null || group == null) {
      know(change, Filled.NOTHING);
      send(change);
      return;
    }
    Filled already = filledAlready(first.reader(), group, filled);
    if (already != null) {
      know(change, already);
      send(change);
      return;
    }
    know(change, filled);
    Attempt attempt = new Attempt(change, group, filled, first, now());
    attempts.put(change.key(), attempt);
    attempt.schedule(Math.max(0, change.version() + options.delayMillis() - clock.millis()));
    attempt.look();
  }

  private static @Nullable Filled filledAlready(
      HistoryReader reader, RuleGroup group, Filled filled) {
    try {
      return reader.filledAlready(group, filled);
    } catch (RuleException e) {
      // It is told where it is evaluated. When another release can, nothing is known to be filled.
      return Filled.NOTHING;
    }
  }

  private long now() {
    return getProcessingTimeService().getCurrentProcessingTime();
  }

  private void send(GroupUpdate update) {
    output.collect(new StreamRecord<>(update));
  }

  /** Waits for what is under way: changes have no event time but its end. */
  @Override
  public void processWatermark(Watermark mark) throws Exception {
    finishAll();
    super.processWatermark(mark);
  }

  @Override
  public void endInput() throws Exception {
    finishAll();
  }

  private void finishAll() throws InterruptedException {
    while (!attempts.isEmpty()) {
      mailbox().yield();
    }
  }

  /** Is a group on its way. */
  private final class Attempt implements Runnable {
    private final RuleChange change;
    private final RuleGroup group;
    private final Filled filled;
    private final long beganMillis;
    private HistoryLane where;
    private @Nullable Future<?> work;
    private @Nullable Future<?> timer;
    private @Nullable String lastFailure;
    private long retryMillis = RETRY_MILLIS;

    /** How many pieces were taken since it was begun last, and at most of any time. */
    private int pieces;

    private int mostPieces;

    /** Whether others are read before. */
    private boolean waits = true;

    /** When something of it was taken, or of those that it waited for. */
    private long tookMillis;

    Attempt(RuleChange change, RuleGroup group, Filled filled, HistoryLane where, long nowMillis) {
      this.change = change;
      this.group = group;
      this.filled = filled;
      this.where = where;
      this.beganMillis = nowMillis;
      this.tookMillis = nowMillis;
    }

    void schedule(long delayMillis) {
      work = where.schedule(this, delayMillis);
    }

    /** Ends it if it has waited for too long, and else looks again when that may be. */
    void look() {
      long timeout = options.timeout().toMillis();
      long took = waits ? Math.max(tookMillis, where.tookMillis()) : tookMillis;
      long until = Math.min(took + timeout, beganMillis + MOST_TIMEOUTS * timeout);
      if (now() < until) {
        timer = getProcessingTimeService().registerTimer(until, time -> ifCurrent(this::look));
        return;
      }
      Future<?> reading = work;
      fail(
          new TimeoutException(
              "ClickHouse did not give %s within %s (--%s)%s"
                  .formatted(
                      until == took + timeout ? "it" : "all of it",
                      until == took + timeout
                          ? options.timeout()
                          : options.timeout().multipliedBy(MOST_TIMEOUTS),
                      BootstrapOptions.TIMEOUT.key(),
                      lastFailure == null ? "" : ": " + lastFailure)));
      if (reading != null) {
        reading.cancel(true);
      }
    }

    /** Reads, in a thread of its lane. */
    // Whatever goes wrong with a history, its group begins: what is thrown here would be lost.
    @SuppressWarnings("CatchingUnchecked")
    @Override
    public void run() {
      try {
        tell(this::begin);
        Filled now = where.reader().read(change.key(), group, filled, this::handOver);
        tell(() -> succeed(now));
      } catch (ClickHouseException e) {
        tell(() -> fail(e));
      } catch (ReadLimitException e) {
        tell(() -> exceed(e));
      } catch (RuleException e) {
        // It is told where it is evaluated.
        tell(() -> succeed(Filled.NOTHING));
      } catch (InterruptedException e) {
        // It was given up.
        Thread.currentThread().interrupt();
      } catch (RejectedExecutionException e) {
        // The task ends.
        LOGGER.debug("The history of {} is not needed any more", change.key(), e);
      } catch (IOException | RuntimeException e) {
        tell(() -> fail(e));
      }
    }

    /** Has the task do something, unless this was given up. */
    private void tell(ThrowingRunnable<Exception> what) {
      mailbox().execute(() -> ifCurrent(what), "history of a rule group");
    }

    private void ifCurrent(ThrowingRunnable<Exception> what) throws Exception {
      if (attempts.get(change.key()) == this) {
        what.run();
      }
    }

    /**
     * Waits until a piece has gone on.
     *
     * @throws InterruptedException also if it was given up, or the task ends: who reads an answer
     *     is not told of an interrupt
     */
    private void handOver(GroupHistory piece) throws InterruptedException {
      CountDownLatch gone = new CountDownLatch(1);
      AtomicBoolean sent = new AtomicBoolean();
      mailbox()
          .execute(
              () -> {
                ifCurrent(
                    () -> {
                      send(piece);
                      tookPiece();
                      sent.set(true);
                    });
                gone.countDown();
              },
              "piece of the history of a rule group");
      while (!gone.await(1, TimeUnit.SECONDS)) {
        if (where.isClosed()) {
          throw new InterruptedException("the task ends");
        }
      }
      if (!sent.get()) {
        throw new InterruptedException(
            "the history of " + change.key() + " is not needed any more");
      }
    }

    /** Notes progress, which pieces that come again are not. */
    private void tookPiece() {
      pieces++;
      if (pieces > mostPieces) {
        mostPieces = pieces;
        took();
      }
    }

    private void begin() {
      tookMillis = Math.max(tookMillis, where.tookMillis());
      waits = false;
      pieces = 0;
    }

    private void took() {
      tookMillis = now();
      where.took(tookMillis);
    }

    private void succeed(Filled now) {
      took();
      bootstraps.inc();
      if (failing) {
        failing = false;
        LOGGER.info("Histories of rule groups are read again");
      }
      end(change, now);
    }

    /** Goes on where long histories are read, unless it was read there. */
    private void exceed(ReadLimitException limit) {
      HistoryLane last = Objects.requireNonNull(laneOfLong);
      if (where != last) {
        where = last;
        mostPieces = 0;
        waits = true;
        schedule(0);
        return;
      }
      fail(
          new IOException(
              "%s; select less, or raise --%s or --%s"
                  .formatted(
                      limit.getMessage(),
                      BootstrapOptions.MAX_SAMPLES.key(),
                      AlertingSettings.MAX_SERIES.key()),
              limit));
    }

    private void fail(Exception failure) {
      if (failure instanceof ClickHouseException e && e.kind() == FailureKind.RETRYABLE) {
        lastFailure = e.getMessage();
        // Others are read before it meanwhile.
        waits = true;
        schedule(retryMillis);
        retryMillis = Math.min(2 * retryMillis, MOST_RETRY_MILLIS);
        return;
      }
      failures.inc();
      // Once, and not for each group, while ClickHouse is away.
      if (!failing) {
        failing = true;
        LOGGER.warn(
            "The rule group {} begins without its history, and so do others until this is said to"
                + " be over; {} counts them: {}",
            change.key(),
            AlertingNames.BOOTSTRAP_FAILURES,
            failure.getMessage(),
            failure);
      }
      end(change.withoutHistory(String.valueOf(failure.getMessage())), kept());
    }

    private Filled kept() {
      try {
        return where.reader().kept(group, filled);
      } catch (RuleException e) {
        // It is refused where it is evaluated, and the last version goes on.
        return Filled.NOTHING;
      }
    }

    /** Sends the group on, and takes note of what is filled now. */
    private void end(RuleChange sent, Filled now) {
      attempts.remove(change.key());
      know(change, now);
      forgetTimer();
      send(sent);
    }

    void giveUp() {
      forgetTimer();
      if (work != null) {
        work.cancel(true);
      }
    }

    private void forgetTimer() {
      if (timer != null) {
        timer.cancel(false);
      }
    }
  }
}
