package dev.guanlan.job.alerting;

import dev.guanlan.job.alerting.state.GroupProgress;
import dev.guanlan.job.alerting.state.KnownSeries;
import dev.guanlan.model.Labels;
import dev.guanlan.model.SeriesId;
import dev.guanlan.model.histogram.Histogram;
import dev.guanlan.promql.Matcher;
import dev.guanlan.rules.CompiledGroup;
import dev.guanlan.schema.RuleGroup;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Holds all windows of a group in memory from tick to tick, and tells the log what is new. Series
 * are told in the order of their identities, which no restart and no order of arrival changes: a
 * sum of the same numbers in another order may be another number.
 *
 * <p>A series is known for a while after its last sample that matters: who sends its samples says
 * its labels only now and then ({@link SelectSamples#LABELS_MILLIS}).
 */
final class LiveWindows {

  /** How much longer a series is known than its samples matter. */
  static final long KNOWN_MILLIS = 2 * SelectSamples.LABELS_MILLIS;

  /** How often, in event time, all series are looked at for what has ended. */
  private static final long SWEEP_MILLIS = 60_000;

  private final SegmentLog log;
  private final SeriesPool pool;
  private final GroupSeries series = new GroupSeries();
  private final StoredHistory stored = new StoredHistory(this);
  private final HistoryGaps gaps = new HistoryGaps(this);
  private final FixedWindows fixed;
  private final WindowReach reach;
  private final RuleWindows ofRules;

  private String tenant = "";
  private long version;
  private long sweptMillis = Long.MIN_VALUE;

  /**
   * Begins with no series.
   *
   * @param maxSeries how many series are held at most of fixed times
   */
  LiveWindows(SegmentLog log, SeriesPool pool, int maxSeries) {
    this.log = log;
    this.pool = pool;
    this.fixed = new FixedWindows(pool, maxSeries);
    this.reach = new WindowReach(fixed, stored);
    this.ofRules = new RuleWindows(this, pool);
  }

  /** Returns the series that the group knows. */
  GroupSeries series() {
    return series;
  }

  /** Returns what comes from the store. */
  StoredHistory stored() {
    return stored;
  }

  /** Returns what tells that what came from the store is not whole. */
  HistoryGaps gaps() {
    return gaps;
  }

  /** Returns what is kept of fixed times. */
  FixedWindows fixed() {
    return fixed;
  }

  /** Returns what tells which samples are needed. */
  WindowReach reach() {
    return reach;
  }

  /** Returns what the group's rules see. */
  RuleWindows ofRules() {
    return ofRules;
  }

  /** Returns a number that grows with every change. */
  long version() {
    return version + fixed.version();
  }

  /** Returns whose the group is. */
  String tenant() {
    return tenant;
  }

  /** Takes a series that is in state under a number; its samples come before {@link #share}. */
  LiveSeries restore(int number, KnownSeries known) {
    return put(new LiveSeries(this, number, new SharedSeries(known.id(), known.labels())));
  }

  /**
   * Goes on with the samples that were restored.
   *
   * @param withOthers whether other groups use them, and this one uses theirs
   */
  void share(boolean withOthers) {
    for (LiveSeries known : series.all()) {
      SharedSeries merged = withOthers ? pool.merged(known.shared) : known.shared;
      if (merged != known.shared) {
        SharedSeries own = known.shared;
        known.move(merged);
        pool.count(own);
      }
      pool.count(merged);
    }
    reach.selectors().reorder();
    version++;
  }

  private LiveSeries put(LiveSeries added) {
    series.add(added);
    added.fixed = fixed.choosing(added.labels());
    version++;
    if (reach.isKnown()) {
      enlist(added);
    }
    return added;
  }

  private void enlist(LiveSeries known) {
    long neededBefore = known.neededMillis();
    known.reachMillis = reach.enlist(known);
    if (known.neededMillis() < neededBefore) {
      adopt(known, Long.MIN_VALUE, neededBefore);
    }
  }

  /** Makes a series known. */
  LiveSeries begin(SeriesId id, Labels labels) {
    LiveSeries begun = new LiveSeries(this, series.nextNumber(), pool.of(id, labels));
    series.born(put(begun));
    adopt(begun, Long.MIN_VALUE, Long.MAX_VALUE);
    pool.count(begun.shared);
    return begun;
  }

  /**
   * Makes the samples of a time that other groups have brought the group's own: it sees them, so it
   * shall see them after a restart too, wherever the others are then.
   */
  void adopt(LiveSeries to, long sinceMillis, long beforeMillis) {
    long since = Math.max(sinceMillis, to.neededMillis());
    to.samples()
        .forEach(
            since,
            beforeMillis,
            (timestamp, value, histogram) -> {
              log.add(to.number, timestamp, value, histogram);
              to.newestMillis = Math.max(to.newestMillis, timestamp);
              series.filled(to);
            });
  }

  /** Adds a sample to a series. */
  void add(LiveSeries to, long timestampMillis, double value, @Nullable Histogram histogram) {
    // hot: one comparison where nothing is fixed to a time, or only to times that are over.
    if (timestampMillis <= fixed.latestMillis()) {
      fixed.add(to.shared.id, to.labels(), to.fixed, timestampMillis, value, histogram);
    }
    keep(to, timestampMillis, value, histogram);
  }

  /** Keeps a sample for what rules select at their ticks; returns whether they needed it. */
  boolean keep(LiveSeries to, long timestampMillis, double value, @Nullable Histogram histogram) {
    if (!admit(to, timestampMillis, value, histogram)) {
      return false;
    }
    log.add(to.number, timestampMillis, value, histogram);
    return true;
  }

  /**
   * Adds a sample that the log has, or will have, to a series.
   *
   * @return false if the group has it already or does not need it
   */
  boolean admit(LiveSeries to, long timestampMillis, double value, @Nullable Histogram histogram) {
    // hot: no object, and no more of the past than what this sample pushes out.
    long newestMillis = to.newestMillis;
    to.newestMillis = Math.max(newestMillis, timestampMillis);
    if (timestampMillis < to.neededMillis()) {
      return false;
    }
    SharedSeries shared = to.shared;
    boolean first = shared.samples.add(timestampMillis, value, histogram);
    // Of a late sample that another group has brought, nobody knows whether this one has it too.
    if (!first
        && (timestampMillis == newestMillis
            || (timestampMillis < newestMillis && shared.users().size() == 1))) {
      return false;
    }
    shared.trim(to);
    pool.count(shared);
    series.filled(to);
    version++;
    return true;
  }

  /**
   * Makes the windows those of a version of the group.
   *
   * @param next all that it looks at here
   */
  void follow(RuleGroup rules, CompiledGroup next) {
    boolean came = stored.came(rules.getVersion());
    if (reach.isOf(next) && !came) {
      return;
    }
    tenant = rules.getTenant();
    followFixed(rules, next);
    reach.follow(next);
    choose();
    pool.reconsider();
  }

  /**
   * Has the fixed times be those of a version of the group, and takes what there is of them. From
   * when the version is known, so that neither a sample nor what was read of the past is missed.
   */
  void followFixed(RuleGroup rules, CompiledGroup next) {
    if (!fixed.follow(next.windows(), rules.getVersion())) {
      return;
    }
    for (LiveSeries known : series.all()) {
      known.fixed = fixed.choosing(known.labels());
      fixed.addAll(known.shared.id, known.samples(), known.fixed);
    }
  }

  /**
   * Notes that a version will not be followed, whatever of its samples has come.
   *
   * @param goesOn the version that is, or will be, instead
   */
  void refuse(RuleGroup version, RuleGroup goesOn) {
    if (stored.refused(version.getVersion(), goesOn.getVersion())) {
      choose();
    }
  }

  /** Awaits no version whose samples have come: it will be filled in another way. */
  void awaitNone() {
    if (stored.forget()) {
      choose();
    }
  }

  /**
   * Makes restored windows those of the version that they were of, between two ticks.
   *
   * @param reached up to when no tick is to come, or the least number if only the last one is known
   */
  void goOn(RuleGroup rules, CompiledGroup of, GroupProgress progress, long reached) {
    reach.goOn(progress, reached);
    follow(rules, of);
  }

  /** Has the selectors of the version that is followed, if any is, choose among the series. */
  private void choose() {
    if (!reach.beginChoice()) {
      return;
    }
    ofRules.forgetRecorded();
    boolean leaves = false;
    for (LiveSeries known : series.all()) {
      if (stored.keeps(known)) {
        reach.selectors().enlist(known);
      } else {
        enlist(known);
        leaves |= known.reachMillis == LiveSelectors.UNCHOSEN;
      }
    }
    if (leaves) {
      endIf(known -> known.reachMillis == LiveSelectors.UNCHOSEN);
    }
    sweptMillis = Long.MIN_VALUE;
    version++;
  }

  /**
   * Gives the widest window of a selector up that is left, and the memory back that it took.
   *
   * @return false if there is none
   */
  boolean giveUp(List<Matcher> matchers) {
    if (!reach.giveUp(matchers)) {
      return false;
    }
    choose();
    for (LiveSeries known : series.all()) {
      known.shared.trim();
      known.shared.samples.shrink();
      pool.count(known.shared);
    }
    return true;
  }

  /**
   * Notes that a tick is over. Now and then looks at all series for what has ended; a group that is
   * full, at every tick.
   */
  void advance(long tickMillis, long nextTickMillis, int maxSeries) {
    if (reach.advance(tickMillis, nextTickMillis)) {
      choose();
    }
    if (sweptMillis == Long.MIN_VALUE
        || tickMillis - sweptMillis >= SWEEP_MILLIS
        || series.isFull(maxSeries)) {
      sweptMillis = tickMillis;
      sweep(tickMillis);
    }
  }

  private void sweep(long tickMillis) {
    for (LiveSeries known : series.all()) {
      known.shared.trim(known);
      pool.count(known.shared);
    }
    endIf(known -> known.newestMillis < tickMillis - known.reachMillis - KNOWN_MILLIS);
    series.countSamples();
    version++;
  }

  /**
   * Leaves no series that no selector chooses: there are no rules on their way that will.
   *
   * @return whether there were any
   */
  boolean retainChosen() {
    return endIf(known -> known.fixed.length == 0 && !reach.selectors().choose(known.labels()));
  }

  /** Leaves no series but those that have samples; the others' labels come again. */
  void retainFilled() {
    endIf(known -> known.samples().isEmpty());
  }

  private boolean endIf(Predicate<LiveSeries> ends) {
    List<LiveSeries> alive = new ArrayList<>(series.size());
    for (LiveSeries known : series.all()) {
      if (ends.test(known)) {
        series.ended(known);
        leave(known);
        // It is the more to those who go on looking at it.
        known.shared.charge();
      } else {
        alive.add(known);
      }
    }
    if (alive.size() == series.size()) {
      return false;
    }
    series.retain(alive);
    reach.selectors().removeEnded();
    ofRules.removeEnded();
    version++;
    return true;
  }

  private void leave(LiveSeries known) {
    known.shared.leave(known);
    pool.release(known.shared);
  }

  /** Leaves all series to other groups; the windows must not be used any more. */
  void release() {
    series.all().forEach(this::leave);
    fixed.release();
  }
}
