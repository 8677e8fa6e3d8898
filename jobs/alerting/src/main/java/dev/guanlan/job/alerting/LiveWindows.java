package dev.guanlan.job.alerting;

import dev.guanlan.job.alerting.state.GroupProgress;
import dev.guanlan.job.alerting.state.KnownSeries;
import dev.guanlan.model.Labels;
import dev.guanlan.model.SeriesId;
import dev.guanlan.model.histogram.Histogram;
import dev.guanlan.promql.Matcher;
import dev.guanlan.promql.engine.SelectHints;
import dev.guanlan.promql.engine.StandingSeries;
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

  /**
   * So long at least is kept what no rule looks at yet: until rules that do are known here, too.
   */
  static final long LEAST_REACH_MILLIS = 60_000;

  /** How often, in event time, all series are looked at for what has ended. */
  private static final long SWEEP_MILLIS = 60_000;

  private final SegmentLog log;
  private final SeriesPool pool;
  private final GroupSeries series = new GroupSeries();
  private final LiveSelectors selectors = new LiveSelectors();
  private final GivenUpWindows givenUp = new GivenUpWindows();
  private final StoredHistory stored = new StoredHistory(this);
  private final HistoryGaps gaps = new HistoryGaps(this);
  private final FixedWindows fixed;
  private final RuleWindows ofRules;

  private @Nullable CompiledGroup group;
  private String tenant = "";
  private int empty;
  private long samplesCounted;
  private long version;

  /**
   * Up to when there will be no tick any more, since the last one; what later ticks do not look at
   * is not needed. The next may come sooner than it seems, if the group's interval becomes shorter.
   */
  private long reachedMillis = Long.MIN_VALUE;

  /** The next tick as it was known at the last one. */
  private long horizonMillis = Long.MIN_VALUE;

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
    this.ofRules = new RuleWindows(this, pool);
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
    selectors.reorder();
    version++;
  }

  private LiveSeries put(LiveSeries added) {
    series.add(added);
    added.fixed = fixed.choosing(added.labels());
    version++;
    if (group != null) {
      enlist(added, group);
    }
    return added;
  }

  /** Makes a series known. */
  LiveSeries begin(SeriesId id, Labels labels) {
    LiveSeries begun = new LiveSeries(this, series.nextNumber(), pool.of(id, labels));
    empty++;
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
    long since = Math.max(sinceMillis, neededMillis(to));
    to.samples()
        .forEach(
            since,
            beforeMillis,
            (timestamp, value, histogram) -> {
              log.add(to.number, timestamp, value, histogram);
              to.newestMillis = Math.max(to.newestMillis, timestamp);
              fill(to);
            });
  }

  private void fill(LiveSeries known) {
    empty -= known.filled ? 0 : 1;
    known.filled = true;
  }

  /** Tells whether a group with so many series takes no further one. */
  boolean isFull(int maxSeries) {
    return series.size() - empty >= maxSeries || series.size() / 2 >= maxSeries;
  }

  /** Returns the series that the group knows. */
  GroupSeries series() {
    return series;
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
    if (timestampMillis < neededMillis(to)) {
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
    fill(to);
    version++;
    return true;
  }

  /**
   * Takes note of how far time has come.
   *
   * @param millis no tick will be at this time or before, unless there was none yet
   */
  void pass(long millis) {
    if (reachedMillis != Long.MIN_VALUE) {
      reachedMillis = Math.max(reachedMillis, millis);
    }
  }

  /** Returns up to when there will be no tick any more; the least number before the first. */
  long reachedMillis() {
    return reachedMillis;
  }

  /** Returns the time before which no sample of a series is needed; the least number if open. */
  long neededMillis(LiveSeries of) {
    return reachedMillis == Long.MIN_VALUE || of.reachMillis == Long.MAX_VALUE
        ? Long.MIN_VALUE
        : reachedMillis - of.reachMillis;
  }

  /**
   * Makes the windows those of a version of the group.
   *
   * @param next all that it looks at here
   */
  void follow(RuleGroup rules, CompiledGroup next) {
    boolean came = stored.came(rules.getVersion());
    if (group == next && !came) {
      return;
    }
    tenant = rules.getTenant();
    followFixed(rules, next);
    givenUp.follow(next, horizonMillis);
    choose(next);
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
      chooseAnew();
    }
  }

  /** Awaits no version whose samples have come: it will be filled in another way. */
  void awaitNone() {
    if (stored.forget()) {
      chooseAnew();
    }
  }

  private void chooseAnew() {
    CompiledGroup followed = group;
    if (followed != null) {
      choose(followed);
    }
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

  /**
   * Makes restored windows those of the version that they were of, between two ticks.
   *
   * @param reached up to when no tick is to come, or the least number if only the last one is known
   */
  void goOn(RuleGroup rules, CompiledGroup of, GroupProgress progress, long reached) {
    reachedMillis = Math.max(progress.lastTickMillis(), reached);
    horizonMillis = progress.nextTickMillis();
    follow(rules, of);
  }

  /** Has the selectors of a version choose among the series. */
  private void choose(CompiledGroup next) {
    group = next;
    ofRules.forgetRecorded();
    selectors.follow(next, givenUp::isPaused);
    boolean leaves = false;
    for (LiveSeries known : series.all()) {
      if (stored.keeps(known)) {
        selectors.enlist(known);
      } else {
        enlist(known, next);
        leaves |= known.reachMillis == LiveSelectors.UNCHOSEN;
      }
    }
    if (leaves) {
      endUnchosen();
    }
    sweptMillis = Long.MIN_VALUE;
    version++;
  }

  private void endUnchosen() {
    endIf(known -> known.reachMillis == LiveSelectors.UNCHOSEN);
  }

  /**
   * Leaves no series that no selector chooses: there are no rules on their way that will.
   *
   * @return whether there were any
   */
  boolean retainChosen() {
    int before = series.size();
    endIf(known -> known.fixed.length == 0 && !selectors.choose(known.labels()));
    return series.size() < before;
  }

  /** Tells whether any selector chooses a series, or would if something were kept for it. */
  boolean wouldChoose(Labels labels) {
    return selectors.choose(labels)
        || givenUp.choose(labels)
        || fixed.choosing(labels) != FixedWindows.NONE;
  }

  private void endIf(Predicate<LiveSeries> ends) {
    List<LiveSeries> alive = new ArrayList<>(series.size());
    for (LiveSeries known : series.all()) {
      if (ends.test(known)) {
        empty -= known.filled ? 0 : 1;
        end(known);
        // It is the more to those who go on looking at it.
        known.shared.charge();
      } else {
        alive.add(known);
      }
    }
    retain(alive);
  }

  /** Returns what is not kept, or not whole yet, for want of memory. */
  GivenUpWindows givenUp() {
    return givenUp;
  }

  /** Returns the selectors, each with the series that it chooses. */
  LiveSelectors selectors() {
    return selectors;
  }

  /**
   * Tells whether it is known what looks at the series. Not before the first tick since a restart,
   * and not while they are filled for rules that are on their way.
   */
  boolean mayGiveUp() {
    return group != null && !stored.areAwaiting();
  }

  /**
   * Gives the widest window of a selector up that is left, and the memory back that it took.
   *
   * @return false if there is none
   */
  boolean giveUp(List<Matcher> matchers) {
    CompiledGroup followed = group;
    if (followed == null
        || !givenUp.giveUp(matchers, horizonMillis, selectors.newestMillis(matchers))) {
      return false;
    }
    choose(followed);
    for (LiveSeries known : series.all()) {
      known.shared.trim();
      known.shared.samples.shrink();
      pool.count(known.shared);
    }
    return true;
  }

  /** Tells whether a series is not to be kept, for want of memory, and notes that it was there. */
  boolean leavesOut(@Nullable Labels labels, long newestMillis) {
    if (!givenUp.isPausing()
        || (labels != null
            && (selectors.choose(labels)
                || fixed.choosing(labels).length > 0
                || !givenUp.choose(labels)))) {
      return false;
    }
    givenUp.leftOut(newestMillis);
    return true;
  }

  private void enlist(LiveSeries known, CompiledGroup of) {
    long neededBefore = known.neededMillis();
    long reach = selectors.enlist(known);
    known.reachMillis = reach == LiveSelectors.UNCHOSEN ? reachOfUnchosen(known, of) : reach;
    if (known.neededMillis() < neededBefore) {
      adopt(known, Long.MIN_VALUE, neededBefore);
    }
  }

  private long reachOfUnchosen(LiveSeries known, CompiledGroup of) {
    boolean given = givenUp.choose(known.labels());
    if (known.fixed.length == 0) {
      // If no rule looks at it, those that will are on their way.
      return given ? LiveSelectors.UNCHOSEN : reachMillis(of);
    }
    // What is looked at is not here, but rules that look at more may be on their way, too.
    return given ? 0 : Math.min(reachMillis(of), EvaluateRules.HOLD_MILLIS);
  }

  /** Returns how far before a tick of a group samples are kept. */
  static long reachMillis(CompiledGroup group) {
    return Math.max(group.reachMillis(), LEAST_REACH_MILLIS);
  }

  /** Tells whether any rule can look at a sample of a series, now or later. */
  boolean isLookedAt(LiveSeries known, long timestampMillis) {
    return known.fixed.length == 0
        || FixedWindows.lookAt(known.fixed, timestampMillis)
        || selectors.choose(known.labels());
  }

  /**
   * Returns why a selection that no rule says as it stands would not see all there was, or null if
   * it does.
   */
  @Nullable String refusal(List<Matcher> matchers, SelectHints hints) {
    String lack = fixed.refusal(matchers, hints);
    if (lack != null) {
      return lack;
    }
    long offset = group == null ? 0 : group.group().queryOffsetMillis();
    return givenUp.refusal(matchers, horizonMillis - offset - hints.startMillis());
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

  /**
   * Returns the time of the newest sample up to a tick, or 0 if there is none; what the rules
   * recorded at the tick does not count.
   */
  long newestSampleMillis(long tickMillis, long recordedMillis) {
    long newest = 0;
    for (LiveSeries known : series.all()) {
      if (known.newestMillis <= newest) {
        continue;
      }
      StandingSeries samples = known.samples();
      long last = samples.newestMillis(tickMillis);
      boolean recorded = last == recordedMillis && known.recordedMillis == recordedMillis;
      if (recorded && last != Long.MIN_VALUE) {
        last = samples.newestMillis(last - 1);
      }
      newest = Math.max(newest, last);
    }
    return newest;
  }

  /**
   * Notes that a tick is over. Now and then looks at all series for what has ended; a group that is
   * full, at every tick.
   */
  void advance(long tickMillis, long nextTickMillis, int maxSeries) {
    reachedMillis = Math.max(reachedMillis, tickMillis);
    horizonMillis = nextTickMillis;
    // What a narrower window keeps is not noted sample by sample.
    givenUp.leftOut(nextTickMillis);
    if (group != null && !stored.areAwaiting() && givenUp.resume(nextTickMillis)) {
      choose(group);
    }
    if (sweptMillis == Long.MIN_VALUE
        || tickMillis - sweptMillis >= SWEEP_MILLIS
        || isFull(maxSeries)) {
      sweptMillis = tickMillis;
      sweep(tickMillis);
    }
  }

  private void sweep(long tickMillis) {
    List<LiveSeries> alive = new ArrayList<>(series.size());
    int without = 0;
    long samples = 0;
    for (LiveSeries known : series.all()) {
      known.shared.trim(known);
      pool.count(known.shared);
      if (known.newestMillis < tickMillis - known.reachMillis - KNOWN_MILLIS) {
        end(known);
        continue;
      }
      alive.add(known);
      int size = known.samples().sizeSince(known.neededMillis());
      known.filled = size > 0;
      without += known.filled ? 0 : 1;
      samples += size;
    }
    empty = without;
    samplesCounted = samples;
    version++;
    if (alive.size() < series.size()) {
      retain(alive);
    }
  }

  /** Leaves no series but those that have samples; the others' labels come again. */
  void retainFilled() {
    List<LiveSeries> filled = new ArrayList<>(series.size());
    for (LiveSeries known : series.all()) {
      if (!known.samples().isEmpty()) {
        filled.add(known);
      } else {
        end(known);
      }
    }
    empty = 0;
    retain(filled);
  }

  private void end(LiveSeries known) {
    series.ended(known);
    leave(known);
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

  private void retain(List<LiveSeries> alive) {
    series.retain(alive);
    selectors.removeEnded();
    ofRules.removeEnded();
    version++;
  }

  /** Returns how many samples there were when they were last counted. */
  long samplesCounted() {
    return samplesCounted;
  }

  /** Counts the samples that are needed. */
  long countSamples() {
    samplesCounted = 0;
    for (LiveSeries known : series.all()) {
      samplesCounted += known.samples().sizeSince(known.neededMillis());
    }
    return samplesCounted;
  }

  /** Returns the time before which no sample is needed, or the least number if that is open. */
  long neededMillis() {
    return reachedMillis == Long.MIN_VALUE || group == null || stored.areAwaiting()
        ? Long.MIN_VALUE
        : reachedMillis - reachMillis(group);
  }
}
