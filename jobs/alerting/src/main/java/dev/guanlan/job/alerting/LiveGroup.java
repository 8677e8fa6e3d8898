package dev.guanlan.job.alerting;

import dev.guanlan.job.alerting.state.GroupProgress;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.promql.SelectedWindow;
import dev.guanlan.rules.CompiledGroup;
import dev.guanlan.rules.ForStates;
import dev.guanlan.rules.RuleMemory;
import dev.guanlan.schema.RuleGroup;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Is all that is known of a group, in memory from tick to tick. State is read when the group is
 * first met, and written before each checkpoint; both need the group's key to be current.
 */
final class LiveGroup {

  private final String key;
  private final LoggedWindows logged;
  private final DroppedSeries dropped = new DroppedSeries();
  private final RecordedAlerts recordedAlerts = new RecordedAlerts();
  private final GroupPause pause = new GroupPause();
  private final Kept<RuleGroup> rules = new Kept<>();
  private final Kept<GroupProgress> progress = new Kept<>();

  /** Whether samples that rules recorded have come; null if that is not known. */
  private final Kept<Boolean> looksAtRecorded = new Kept<>();

  /** Up to where event time had come when the group last paused. */
  private final Kept<Long> laggedUpTo = new Kept<>();

  private GroupRemarks remarks = GroupRemarks.NONE;
  private List<RuleMemory> memories = List.of();

  /** What state holds, to tell what has changed. */
  private GroupRemarks writtenRemarks = GroupRemarks.NONE;

  private List<RuleMemory> writtenMemories = List.of();

  /** Whether it was touched since state was written. */
  boolean touched;

  private LiveGroup(String key, SeriesPool pool, int maxSeries) {
    this.key = key;
    this.logged = new LoggedWindows(pool, maxSeries);
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
    group.rules.read(states.group());
    group.progress.read(states.progress());
    group.looksAtRecorded.read(states.looksAtRecorded());
    group.laggedUpTo.read(states.laggedUpTo());
    RuleGroup rules = group.rules();
    group.remarks = GroupRemarks.read(states);
    group.writtenRemarks = group.remarks;
    group.memories = states.memories(rules == null ? 0 : rules.getRules().size());
    group.writtenMemories = group.memories;
    CompiledGroup compiled = rules == null ? null : compiler.compiled(rules);
    group.logged.read(states, rules, compiled, group.progressOrBeginning());
    group.recordedAlerts.read(states);
    return group;
  }

  String key() {
    return key;
  }

  LiveWindows windows() {
    return logged.windows();
  }

  /** Returns the series that the windows had no room for. */
  DroppedSeries dropped() {
    return dropped;
  }

  /** Tells whether all that rules can look at is there, as far as there is any. */
  boolean isWhole() {
    return dropped.isEmpty()
        && windows().reach().givenUp().isEmpty()
        && windows().fixed().isWhole();
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
      String refusal = windows().fixed().refusal(selections.get(selection));
      return refusal == null
          ? windows().reach().givenUp().refusal(selections.get(selection), tickMillis, slackMillis)
          : refusal;
    };
  }

  /** Forgets what was left out so long ago that nothing lacks it any more. */
  void forgetLacks(long tickMillis, long reachMillis, long slackMillis) {
    dropped.forgetUpTo(tickMillis - reachMillis - slackMillis);
    windows().reach().givenUp().forgetFull(tickMillis, reachMillis, slackMillis);
  }

  /** Returns the group as it is evaluated, or null while only samples of it are known. */
  @Nullable RuleGroup rules() {
    return rules.get();
  }

  /** Sets what is evaluated. Memories of rules, where there are any, are set before. */
  void rules(RuleGroup next) {
    if (rules() == null) {
      // It is new: none have come.
      foundNoneRecorded();
    }
    rules.set(next);
    if (memories.isEmpty()) {
      memories = Collections.nCopies(next.getRules().size(), RuleMemory.EMPTY);
    }
  }

  /** Returns how far the group has come, or null if nothing of it is known. */
  @Nullable GroupProgress progress() {
    return progress.get();
  }

  GroupProgress progressOrBeginning() {
    GroupProgress known = progress();
    return known == null ? GroupProgress.BEGINNING : known;
  }

  void progress(GroupProgress next) {
    progress.set(next);
  }

  /** Returns how the group pauses between missed ticks. */
  GroupPause pause() {
    return pause;
  }

  /**
   * Returns up to where event time had come when the group last paused: so far it lags behind for
   * that, and not for what has not come. The least number if it never did.
   */
  long laggedUpToMillis() {
    Long millis = laggedUpTo.get();
    return millis == null ? Long.MIN_VALUE : millis;
  }

  /** Takes note that the group pauses. */
  void lags(long eventTime) {
    laggedUpTo.set(eventTime);
  }

  /** Takes note that samples have come that rules recorded. */
  void foundRecorded() {
    looksAtRecorded.set(true);
  }

  /** Takes note that the group is where the wall clock is, and that none have come so far. */
  void foundNoneRecorded() {
    if (looksAtRecorded.get() == null) {
      looksAtRecorded.set(false);
    }
  }

  /**
   * Tells whether samples that rules recorded have come, or may have before there was a record of
   * that.
   */
  boolean mayLookAtRecorded() {
    return !Boolean.FALSE.equals(looksAtRecorded.get());
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
   * Keeps what was recorded of the alerts.
   *
   * @param version the version of the group that it comes for
   */
  void rememberAlerts(SampleBlock recorded, long version, GroupStates states) throws Exception {
    recordedAlerts.remember(recorded, version, rules(), states);
  }

  /** Restores since when alerts are active from what was recorded of them, once. */
  void restoreAlerts(
      ForStates restoration, dev.guanlan.rules.RuleGroup group, long tickMillis, GroupStates states)
      throws Exception {
    memories = recordedAlerts.restore(restoration, group, memories, tickMillis, states);
  }

  /**
   * Restores since when the alerts of the rules are active that a version has and the last one had
   * not. All others keep what they remember.
   *
   * @param version the version's number
   * @param begun the places of those rules
   * @param tickMillis the version's first tick
   */
  void restoreAlertsOfNext(
      ForStates restoration,
      dev.guanlan.rules.RuleGroup next,
      long version,
      List<Integer> begun,
      long tickMillis) {
    memories = recordedAlerts.restoreNext(restoration, next, version, memories, begun, tickMillis);
  }

  /**
   * Keeps nothing of the alerts of a version that will not come.
   *
   * @param goesOn the version before that is evaluated, or waits for its shards
   */
  void forgetAlertsOfNext(RuleGroup next, RuleGroup goesOn) {
    recordedAlerts.forgetNext(next.getVersion(), goesOn.getVersion());
  }

  /** Leaves no rules, no memories and no progress; only samples, held until a time. */
  GroupProgress hold(long untilMillis) {
    GroupProgress held =
        new GroupProgress(GroupProgress.NONE, GroupProgress.NONE, untilMillis, List.of());
    rules.set(null);
    remarks = GroupRemarks.NONE;
    memories = List.of();
    recordedAlerts.forgetAllNext();
    laggedUpTo.set(null);
    windows().reach().forgetTime();
    progress.set(held);
    return held;
  }

  /**
   * Leaves nothing in the windows but what a part of the group looks at: the rest of it is
   * evaluated where its samples are kept from now on.
   */
  void narrow(RuleGroup version, CompiledGroup part, GroupStates states) throws Exception {
    windows().follow(version, part);
    windows().awaitNone();
    if (windows().retainChosen()) {
      logged.rewrite(states);
    }
  }

  /** Tells whether there is nothing to be kept. */
  boolean isEmpty() {
    return rules() == null
        && progress() == null
        && windows().series().size() == 0
        && windows().fixed().isEmpty();
  }

  /** Keeps what waits for a checkpoint within bounds, however long that takes. */
  void writeIfFull(GroupStates states) throws Exception {
    logged.writeIfFull(states);
  }

  /** Writes to state what has changed since the last time. */
  void write(GroupStates states) throws Exception {
    rules.write(states.group());
    progress.write(states.progress());
    looksAtRecorded.write(states.looksAtRecorded());
    laggedUpTo.write(states.laggedUpTo());
    remarks.write(writtenRemarks, states);
    writtenRemarks = remarks;
    states.store(writtenMemories, memories);
    writtenMemories = memories;
    logged.write(states);
  }
}
