package dev.guanlan.job.alerting;

import dev.guanlan.job.alerting.state.GroupProgress;
import dev.guanlan.job.alerting.state.KnownSeries;
import dev.guanlan.job.alerting.state.SeriesWindow;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.model.SeriesId;
import dev.guanlan.model.histogram.Histogram;
import dev.guanlan.promql.SelectedWindow;
import dev.guanlan.rules.CompiledGroup;
import dev.guanlan.rules.ForStates;
import dev.guanlan.rules.RuleMemory;
import dev.guanlan.schema.RuleGroup;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Is all that is known of a group, in memory from tick to tick. State is read when the group is
 * first met, and written before each checkpoint; both need the group's key to be current.
 */
final class LiveGroup {

  /** A log with so many times the samples of the windows is written anew. */
  private static final int MOST_WASTE = 4;

  /** A log of less is not worth it. */
  private static final int FEW_SAMPLES = 10_000;

  private final String key;
  private final SegmentLog log = new SegmentLog();
  private final LiveWindows windows;
  private final DroppedSeries dropped = new DroppedSeries();
  private @Nullable RuleGroup rules;

  /** Whether state holds what was recorded of the alerts, for the first tick. */
  private boolean alertsToRestore;

  /**
   * What was recorded of the alerts of versions that are on their way, whose rules tell what is
   * theirs. In memory only: after a failure before they are here it comes again, but not to a
   * version that is here and waits for shards.
   */
  private final List<SampleBlock> alertsOfNext = new ArrayList<>();

  private @Nullable GroupProgress progress;
  private GroupRemarks remarks = GroupRemarks.NONE;
  private List<RuleMemory> memories = List.of();

  /** Whether samples that rules recorded have come; null if that is not known. */
  private @Nullable Boolean looksAtRecorded;

  private final CatchUpPace pace = new CatchUpPace();

  /** Up to where event time had come when the group last paused for its pace. */
  private long laggedUpToMillis = Long.MIN_VALUE;

  /** What state holds, to tell what has changed. */
  private @Nullable RuleGroup writtenRules;

  private @Nullable GroupProgress writtenProgress;
  private GroupRemarks writtenRemarks = GroupRemarks.NONE;
  private List<RuleMemory> writtenMemories = List.of();
  private @Nullable Boolean writtenLooksAtRecorded;
  private long writtenLaggedUpToMillis = Long.MIN_VALUE;
  private long writtenReachedMillis = Long.MIN_VALUE;

  /** Whether it was touched since state was written. */
  boolean touched;

  private LiveGroup(String key, SeriesPool pool, int maxSeries) {
    this.key = key;
    this.windows = new LiveWindows(log, pool, maxSeries);
  }

  /**
   * Reads a group from state; an empty one if state has none.
   *
   * @param pool the series of all groups of the task
   * @param maxSeries how many series the windows may hold
   * @param compiler compiles the group
   */
  static LiveGroup read(
      String key, GroupStates states, SeriesPool pool, int maxSeries, LiveGroups.Compiler compiler)
      throws Exception {
    LiveGroup group = new LiveGroup(key, pool, maxSeries);
    RuleGroup rules = states.group().value();
    group.rules = rules;
    group.writtenRules = rules;
    group.progress = states.progress().value();
    group.writtenProgress = group.progress;
    group.remarks = GroupRemarks.read(states);
    group.writtenRemarks = group.remarks;
    group.memories = states.memories(rules == null ? 0 : rules.getRules().size());
    group.writtenMemories = group.memories;
    group.looksAtRecorded = states.looksAtRecorded().value();
    group.writtenLooksAtRecorded = group.looksAtRecorded;
    group.laggedUpToMillis = orLeast(states.laggedUpTo().value());
    group.writtenLaggedUpToMillis = group.laggedUpToMillis;
    long reached = orLeast(states.reached().value());
    group.writtenReachedMillis = reached;
    CompiledGroup compiled = rules == null ? null : compiler.compiled(rules);
    GroupProgress progress = group.progressOrBeginning();
    long last = Math.max(progress.lastTickMillis(), reached);
    group.readFixed(states, compiled);
    // Before, segments may be gone.
    group.readSegments(
        states,
        compiled == null || last == GroupProgress.NONE
            ? Long.MIN_VALUE
            : last - LiveWindows.reachMillis(compiled));
    // One that cannot be evaluated never says what it does not need, and would keep all others'.
    group.windows.share(rules == null || compiled != null);
    group.importWindows(states);
    for (Map.Entry<String, Long> entry : states.givenUp().entries()) {
      group.windows.givenUp().restore(entry.getKey(), entry.getValue());
    }
    if (rules != null && compiled != null && progress.nextTickMillis() != GroupProgress.NONE) {
      group.windows.goOn(rules, compiled, progress, reached);
    }
    group.alertsToRestore = states.forStates().get().iterator().hasNext();
    return group;
  }

  private static long orLeast(@Nullable Long millis) {
    return millis == null ? Long.MIN_VALUE : millis;
  }

  private void readFixed(GroupStates states, @Nullable CompiledGroup compiled) throws Exception {
    for (Map.Entry<SeriesId, SeriesWindow> entry : states.fixed().entries()) {
      windows.fixed().restore(entry.getKey(), entry.getValue());
    }
    for (String window : states.fixedLacks().keys()) {
      windows.fixed().restoreLack(window);
    }
    if (rules != null && compiled != null) {
      windows.followFixed(rules, compiled);
    }
  }

  private void readSegments(GroupStates states, long neededMillis) throws Exception {
    Map<Integer, LiveSeries> byNumber = new HashMap<>();
    for (Map.Entry<Integer, KnownSeries> entry : states.series().entries()) {
      byNumber.put(entry.getKey(), windows.restore(entry.getKey(), entry.getValue()));
    }
    log.read(
        states.segments(),
        segment -> {
          for (int i = 0; i < segment.size(); i++) {
            LiveSeries series = byNumber.get(segment.number(i));
            if (series == null) {
              // It has ended since.
              windows.series().used(segment.number(i));
            } else if (segment.timestamp(i) >= neededMillis) {
              // Of two samples at one time the first one counts; before, it may be gone.
              windows.admit(series, segment.timestamp(i), segment.value(i), segment.histogram(i));
            }
          }
        });
    windows.retainFilled();
  }

  /** Takes over what a release before segments wrote. */
  private void importWindows(GroupStates states) throws Exception {
    if (states.windows().isEmpty()) {
      return;
    }
    for (Map.Entry<SeriesId, SeriesWindow> entry : states.windows().entries()) {
      SeriesWindow window = entry.getValue();
      LiveSeries series = windows.begin(entry.getKey(), window.labels());
      @Nullable Histogram[] histograms = window.histograms();
      for (int i = 0; i < window.size(); i++) {
        windows.add(
            series,
            window.timestamps()[i],
            window.values()[i],
            histograms == null ? null : histograms[i]);
      }
      writeIfFull(states);
    }
    states.windows().clear();
  }

  String key() {
    return key;
  }

  LiveWindows windows() {
    return windows;
  }

  /** Returns the series that the windows had no room for. */
  DroppedSeries dropped() {
    return dropped;
  }

  /** Tells whether all that rules can look at is there, as far as there is any. */
  boolean isWhole() {
    return dropped.isEmpty() && windows.givenUp().isEmpty() && windows.fixed().isWhole();
  }

  /**
   * Returns why a selection cannot be evaluated at a tick, by its place, or null if it can.
   *
   * @param selections what each of them looks at
   * @param slackMillis for how much longer than a selection looks back it lacks what is left out
   * @param maxSeries how many series the windows may hold
   */
  IntFunction<@Nullable String> refusals(
      List<List<SelectedWindow>> selections, long tickMillis, long slackMillis, int maxSeries) {
    BitSet lacking = dropped.lacking(selections, tickMillis, slackMillis);
    return selection -> {
      if (lacking.get(selection)) {
        return DroppedSeries.refusal(maxSeries);
      }
      String refusal = windows.fixed().refusal(selections.get(selection));
      return refusal == null
          ? windows.givenUp().refusal(selections.get(selection), tickMillis, slackMillis)
          : refusal;
    };
  }

  /** Forgets what was left out so long ago that nothing lacks it any more. */
  void forgetLacks(long tickMillis, long reachMillis, long slackMillis) {
    dropped.forgetUpTo(tickMillis - reachMillis - slackMillis);
    windows.givenUp().forgetFull(tickMillis, reachMillis, slackMillis);
  }

  /** Returns the group as it is evaluated, or null while only samples of it are known. */
  @Nullable RuleGroup rules() {
    return rules;
  }

  /** Sets what is evaluated. Memories of rules, where there are any, are set before. */
  void rules(RuleGroup next) {
    if (rules == null && looksAtRecorded == null) {
      // It is new: none have come.
      looksAtRecorded = false;
    }
    rules = next;
    if (memories.isEmpty()) {
      memories = Collections.nCopies(next.getRules().size(), RuleMemory.EMPTY);
    }
  }

  /** Returns how far the group has come, or null if nothing of it is known. */
  @Nullable GroupProgress progress() {
    return progress;
  }

  GroupProgress progressOrBeginning() {
    GroupProgress known = progress;
    return known == null ? GroupProgress.BEGINNING : known;
  }

  void progress(GroupProgress next) {
    progress = next;
  }

  /** Returns how the group makes up for missed ticks. */
  CatchUpPace pace() {
    return pace;
  }

  /**
   * Returns up to where event time had come when the group last paused for its pace: so far it lags
   * behind for that, and not for what has not come. The least number if it never did.
   */
  long laggedUpToMillis() {
    return laggedUpToMillis;
  }

  /** Takes note that the group pauses for its pace. */
  void lags(long eventTime) {
    laggedUpToMillis = eventTime;
  }

  /** Takes note that samples have come that rules recorded. */
  void foundRecorded() {
    looksAtRecorded = true;
  }

  /** Takes note that the group is where the wall clock is, and that none have come so far. */
  void foundNoneRecorded() {
    if (looksAtRecorded == null) {
      looksAtRecorded = false;
    }
  }

  /**
   * Tells whether samples that rules recorded have come, or may have before there was a record of
   * that.
   */
  boolean mayLookAtRecorded() {
    return looksAtRecorded == null || looksAtRecorded;
  }

  /** Returns what is wrong with the group as a whole. */
  GroupRemarks remarks() {
    return remarks;
  }

  void remarks(GroupRemarks next) {
    remarks = next;
  }

  List<RuleMemory> memories() {
    return memories;
  }

  void memories(List<RuleMemory> next) {
    memories = next;
  }

  /**
   * Keeps what was recorded of the alerts: of a new group for its first tick, of a change until it
   * is here.
   *
   * @param version the version of the group that it comes for
   */
  void rememberAlerts(SampleBlock recorded, long version, GroupStates states) throws Exception {
    RuleGroup known = rules;
    if (known == null) {
      states.forStates().add(recorded);
      alertsToRestore = true;
    } else if (version > known.getVersion()) {
      // What came for a version before is not read again, and may be of a rule of this one.
      alertsOfNext.add(recorded);
    }
  }

  /**
   * Restores since when the alerts of the rules are active that a version has and the last one had
   * not. All others keep what they remember.
   *
   * @param begun the places of those rules
   * @param tickMillis the version's first tick
   */
  void restoreAlertsOfNext(
      ForStates restoration,
      dev.guanlan.rules.RuleGroup next,
      List<Integer> begun,
      long tickMillis) {
    memories = restoration.restore(next, memories, begun, alertsOfNext, tickMillis);
    forgetAlertsOfNext();
  }

  /** Keeps nothing of the alerts of a version that will not come. */
  void forgetAlertsOfNext() {
    alertsOfNext.clear();
  }

  /** Restores since when alerts are active from what was recorded of them, once. */
  void restoreAlerts(
      ForStates restoration, dev.guanlan.rules.RuleGroup group, long tickMillis, GroupStates states)
      throws Exception {
    if (alertsToRestore) {
      memories = restoration.restore(group, memories, states.forStates().get(), tickMillis);
      states.forStates().clear();
      alertsToRestore = false;
    }
  }

  /** Leaves no rules, no memories and no progress; only samples, held until a time. */
  GroupProgress hold(long untilMillis) {
    GroupProgress held =
        new GroupProgress(GroupProgress.NONE, GroupProgress.NONE, untilMillis, List.of());
    rules = null;
    remarks = GroupRemarks.NONE;
    memories = List.of();
    forgetAlertsOfNext();
    laggedUpToMillis = Long.MIN_VALUE;
    progress = held;
    return held;
  }

  /**
   * Leaves nothing in the windows but what a part of the group looks at: the rest of it is
   * evaluated where its samples are kept from now on.
   */
  void narrow(RuleGroup version, CompiledGroup part, GroupStates states) throws Exception {
    windows.follow(version, part);
    windows.awaitNone();
    if (windows.retainChosen()) {
      rewrite(states);
    }
  }

  /** Tells whether there is nothing to be kept. */
  boolean isEmpty() {
    return rules == null
        && progress == null
        && windows.series().size() == 0
        && windows.fixed().isEmpty();
  }

  /** Keeps what waits for a checkpoint within bounds, however long that takes. */
  void writeIfFull(GroupStates states) throws Exception {
    if (log.isFull()) {
      log.write(states.segments());
    }
  }

  /** Writes to state what has changed since the last time. */
  void write(GroupStates states) throws Exception {
    if (!Objects.equals(rules, writtenRules)) {
      states.group().update(rules);
      writtenRules = rules;
    }
    if (!Objects.equals(progress, writtenProgress)) {
      states.progress().update(progress);
      writtenProgress = progress;
    }
    remarks.write(writtenRemarks, states);
    writtenRemarks = remarks;
    states.store(writtenMemories, memories);
    writtenMemories = memories;
    if (!Objects.equals(looksAtRecorded, writtenLooksAtRecorded)) {
      states.looksAtRecorded().update(looksAtRecorded);
      writtenLooksAtRecorded = looksAtRecorded;
    }
    if (laggedUpToMillis != writtenLaggedUpToMillis) {
      states.laggedUpTo().update(laggedUpToMillis);
      writtenLaggedUpToMillis = laggedUpToMillis;
    }
    if (windows.reachedMillis() != writtenReachedMillis) {
      writtenReachedMillis = windows.reachedMillis();
      states.reached().update(writtenReachedMillis);
    }
    for (LiveSeries born : windows.series().takeBorn()) {
      states.series().put(born.number, born.known());
    }
    for (int ended : windows.series().takeEnded()) {
      states.series().remove(ended);
    }
    Map<String, Long> givenUp = windows.givenUp().takeChanged();
    if (givenUp != null) {
      states.givenUp().clear();
      states.givenUp().putAll(givenUp);
    }
    windows.fixed().write(states);
    writeSegments(states);
  }

  private void writeSegments(GroupStates states) throws Exception {
    long needed = windows.neededMillis();
    if (needed != Long.MIN_VALUE) {
      log.removeBefore(needed, states.segments());
    }
    // Long ranges keep the samples of series that only short ones look at. What comes far ahead of
    // the ticks was in no sweep, and is no waste.
    if (isWasteful(windows.samplesCounted()) && isWasteful(windows.countSamples())) {
      rewrite(states);
    } else {
      log.write(states.segments());
    }
  }

  private boolean isWasteful(long neededSamples) {
    return log.writtenSamples() > MOST_WASTE * neededSamples + FEW_SAMPLES;
  }

  private void rewrite(GroupStates states) throws Exception {
    log.clear(states.segments());
    for (LiveSeries series : windows.series().all()) {
      series
          .samples()
          .forEach(
              series.neededMillis(),
              Long.MAX_VALUE,
              (timestamp, value, histogram) -> log.add(series.number, timestamp, value, histogram));
      writeIfFull(states);
    }
    log.write(states.segments());
  }
}
