package dev.guanlan.job.alerting;

import dev.guanlan.job.alerting.HistoryReader.Filled;
import dev.guanlan.job.alerting.state.FilledWindows;
import dev.guanlan.rules.RuleException;
import dev.guanlan.schema.RuleGroup;
import java.io.IOException;
import java.io.Serializable;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Future;
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
 *       looks at nothing that the last version did not and has no rule whose alerts are restored
 *       that it did not have.
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

  private final BootstrapOptions options;
  private final @Nullable Source source;
  private transient Map<String, Known> groups = new HashMap<>();

  /** Whether state holds something else of them. */
  private transient boolean changed;

  /** What is under way, by group. */
  private transient Map<String, HistoryAttempt> attempts = new LinkedHashMap<>();

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
    for (HistoryAttempt attempt : attempts.values()) {
      changes.add(new StreamRecord<>(attempt.change()));
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
    HistoryAttempt older = attempts.remove(change.key());
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
      send(change.withHistory(RuleChange.READ_BEFORE));
      return;
    }
    know(change, filled);
    HistoryAttempt attempt = new HistoryAttempt(this, change, group, filled, first);
    attempts.put(change.key(), attempt);
    // The publisher's clock may be ahead: it came no earlier than now.
    long sinceMillis = Math.min(change.version(), clock.millis());
    attempt.schedule(Math.max(0, sinceMillis + options.delayMillis() - clock.millis()));
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

  /** Returns the wall clock's time. */
  long wallMillis() {
    return clock.millis();
  }

  /** Returns the time by the task's clock. */
  long now() {
    return getProcessingTimeService().getCurrentProcessingTime();
  }

  /** Has the task's thread do something at a time by its clock. */
  Future<?> at(long timeMillis, ThrowingRunnable<Exception> what) {
    return getProcessingTimeService().registerTimer(timeMillis, time -> what.run());
  }

  /** Has the task's thread do something. */
  void execute(ThrowingRunnable<Exception> what, String description) {
    mailbox().execute(what, description);
  }

  /** Tells whether an attempt has not been given up. */
  boolean isUnderWay(HistoryAttempt attempt) {
    return attempts.get(attempt.change().key()) == attempt;
  }

  /** Returns how long is waited for a piece. */
  Duration timeout() {
    return options.timeout();
  }

  /** Returns where long histories are read. */
  HistoryLane laneOfLong() {
    return Objects.requireNonNull(laneOfLong);
  }

  /** Counts a history that was read. */
  void countRead() {
    bootstraps.inc();
    if (failing) {
      failing = false;
      LOGGER.info("Histories of rule groups are read again");
    }
  }

  /** Counts a history that a group begins without. */
  void countFailed(RuleChange change, Exception failure) {
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
  }

  /** Sends a group on, and takes note of what is filled now. */
  void end(HistoryAttempt attempt, RuleChange sent, Filled now) {
    attempts.remove(attempt.change().key());
    know(attempt.change(), now);
    send(sent);
  }

  /** Sends a group, or a piece of what comes before it, on. */
  void send(GroupUpdate update) {
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
}
