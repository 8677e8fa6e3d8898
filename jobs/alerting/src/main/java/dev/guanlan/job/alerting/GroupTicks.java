package dev.guanlan.job.alerting;

import dev.guanlan.job.alerting.state.GroupProgress;
import dev.guanlan.job.alerting.state.MissingHistory;
import dev.guanlan.rules.CompiledGroup;
import dev.guanlan.rules.GroupEvaluator;
import dev.guanlan.rules.RuleException;
import dev.guanlan.rules.RuleInputs;
import dev.guanlan.rules.TickOutcome;
import dev.guanlan.rules.Windows;
import dev.guanlan.schema.RuleGroup;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.apache.flink.streaming.api.TimerService;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Evaluates a group at a tick that event time has passed, and sets the next one. Behind a tick its
 * next version takes over, if one waits for that.
 */
final class GroupTicks {

  private static final Logger LOG = LoggerFactory.getLogger(GroupTicks.class);

  private final GroupTurn turn;
  private final EvaluationTask task;
  private final AlertingSettings settings;
  private final TwoStages stages;
  private final GroupChanges changes;

  /** Evaluates for the timer at hand. */
  GroupTicks(GroupTurn turn) {
    this.turn = turn;
    this.task = turn.task();
    this.settings = task.settings();
    this.stages = turn.stages();
    this.changes = new GroupChanges(turn);
  }

  /**
   * Evaluates a group at its next tick.
   *
   * @param eventTime how far event time has come
   * @param skips whether the tick is too far behind, with those up to where none is
   * @param atPace whether the group is making up for missed ticks at the pace
   */
  void tick(LiveGroup group, RuleGroup rules, long eventTime, boolean skips, boolean atPace)
      throws Exception {
    TimerService timers = turn.timers();
    GroupProgress progress = group.progressOrBeginning();
    long tick = progress.nextTickMillis();
    RuleGroup accepted = changes.accepted(group);
    // Not just an interval on: an option may have moved the grid since the state was written.
    long next = settings.firstTickAfter(tick, rules);
    boolean evaluated = false;
    if (skips) {
      next = settings.firstTickAfter(eventTime - settings.maxCatchUpMillis(), rules);
      task.metrics().skipped.inc((next - tick) / settings.intervalMillis(rules));
      LOG.warn(
          "The rule group {} is {} ms behind; it goes on at {}, as far back as rules.max-catch-up"
              + " says",
          group.key(),
          eventTime - tick,
          next);
    } else {
      // At the pace for long after its time: what fires may be over, and a page would say that it
      // is
      // so now. The next tick tells what is, if that is due.
      boolean tellsFiring = !atPace || next > eventTime;
      evaluated = evaluate(tick, group, rules, progress, tellsFiring);
    }
    group.progress(
        new GroupProgress(
            next,
            evaluated ? tick : progress.lastTickMillis(),
            GroupProgress.NONE,
            evaluated ? List.of() : progress.stale()));
    timers.registerEventTimeTimer(next);
    HotGroup hot = task.hotGroups().of(group.key());
    RuleGroup successor = evaluated ? successor(hot, group, rules, tick) : null;
    hot.forgetUpTo(tick);
    if (successor == null && accepted != null && !changes.delay(group, rules, accepted)) {
      successor = accepted;
    }
    if (successor != null) {
      List<Integer> begun = changes.succeed(group, rules, successor);
      changes.begin(group, successor);
      task.timers().scheduleAfter(tick, group, successor, timers);
      changes.restoreAlerts(group, successor, begun);
    } else if (evaluated) {
      stages.settle(hot, rules);
    }
  }

  /** Returns the version of the group that takes over now, or null if none does. */
  private @Nullable RuleGroup successor(HotGroup hot, LiveGroup group, RuleGroup rules, long tick)
      throws Exception {
    RuleGroup next = hot.next();
    try {
      return stages.takeOver(hot, group, rules, tick);
    } catch (RuleException e) {
      // The release that took it into state could evaluate it, and this one cannot.
      task.metrics().refused.inc();
      LOG.error(
          "The next version of the rule group {} is not evaluated, its last one goes on: {}",
          group.key(),
          e.getMessage());
      hot.next(null);
      if (next != null) {
        group.forgetAlertsOfNext(next, rules);
        group.remarks(group.remarks().refusing(next, String.valueOf(e.getMessage())));
      }
      return null;
    }
  }

  /**
   * Returns why rules cannot be evaluated over the group's own windows, by their places.
   *
   * @param kept what the windows are for
   * @param inputs what the rules look at there
   */
  private IntFunction<@Nullable String> refusals(
      LiveGroup group,
      RuleGroup rules,
      CompiledGroup kept,
      Supplier<RuleInputs> inputs,
      long tick) {
    if (group.isWhole()) {
      return rule -> null;
    }
    long slack =
        DroppedSeries.slackMillis(settings.intervalMillis(rules), rules.getQueryOffsetMillis());
    group.forgetLacks(tick, kept.reachMillis(), slack);
    return group.refusals(inputs.get().windows(), tick, slack, settings.maxSeries());
  }

  /** Evaluates a tick; returns whether that was possible. */
  private boolean evaluate(
      long tick, LiveGroup group, RuleGroup rules, GroupProgress progress, boolean tellsFiring)
      throws Exception {
    String key = group.key();
    HotGroup hot = task.hotGroups().of(key);
    ShardedVersion shards;
    GroupEvaluator evaluator;
    CompiledGroup whole;
    CompiledGroup kept;
    try {
      shards = stages.shards(hot, group, rules, tick, task.groups().states());
      evaluator =
          shards == null ? task.evaluators().of(key, rules) : task.evaluators().restOf(rules);
      whole = shards == null ? evaluator.group() : task.evaluators().whole(rules);
      kept = shards == null ? whole : task.evaluators().inShards(hot, rules).all();
    } catch (RuleException e) {
      // Another release published it, or took it into state, and this one cannot read it.
      task.metrics().refused.inc();
      long now = turn.timers().currentProcessingTime();
      String why = String.valueOf(e.getMessage());
      turn.emission(rules)
          .status(task.reports().refused(key, rules, group.memories(), why, tick, now));
      return false;
    }
    long began = System.nanoTime();
    long query = tick - rules.getQueryOffsetMillis();
    LiveWindows own = group.windows();
    lookForGaps(tick, group, rules, shards);
    own.follow(rules, kept);
    own.fixed().lookAt(tick);
    Windows windows =
        shards == null
            ? own.ofRules()
            : new PartedWindows(stages.load(hot, rules, tick, task.metrics()), own.ofRules());
    group.restoreAlerts(task.forStates(), evaluator.group().group(), tick, task.groups().states());
    // What shards lack fails their leaves.
    IntFunction<@Nullable String> refusals =
        refusals(
            group,
            rules,
            kept,
            () ->
                shards == null
                    ? RuleInputs.of(whole, settings.lookbackMillis())
                    : RuleInputs.ofPart(evaluator.group()),
            tick);
    TickOutcome outcome =
        evaluator.evaluate(
            tick, group.memories(), progress.stale(), windows, refusals, tellsFiring);
    group.memories(outcome.memories());
    Emission emission = turn.emission(rules);
    emission.outcome(
        outcome,
        () ->
            Math.max(
                own.series().newestSampleMillis(tick, query),
                shards == null ? 0 : shards.newestSampleMillis(tick)));
    long nanos = System.nanoTime() - began;
    long reach = whole.reachMillis();
    group.remarks(group.remarks().lookingBackTo(whole.oldestMillis(tick)));
    GroupWay way = hot.way(group, tick, reach);
    long now = turn.timers().currentProcessingTime();
    RuleFindings here = RuleFindings.in(own.ofRules().asTheyAre(), query);
    RuleFindings findings =
        shards == null
            ? here
            : new RuleFindings.InParts(
                shards.findings(tick), here, RuleInputs.ofPart(evaluator.group()));
    emission.status(task.reports().of(key, rules, whole, tick, outcome, findings, way, nanos, now));
    task.metrics().ticked(key, tick, outcome.failures());
    own.advance(tick, nextTick(tick, rules, hot.next()), settings.maxSeries());
    if (shards == null) {
      stages.plan(hot, group, rules);
    }
    task.metrics().hot(key, shards != null);
    group.writeIfFull(task.groups().states());
    return true;
  }

  /** Looks whether the group's history is whole, unless shards have read their own. */
  private static void lookForGaps(
      long tick, LiveGroup group, RuleGroup rules, @Nullable ShardedVersion shards) {
    HistoryGaps gaps = group.windows().gaps();
    if (shards != null) {
      gaps.forget();
      return;
    }
    MissingHistory missing = gaps.find(tick, rules.getVersion());
    if (missing != null && group.remarks().missingHistory() == null) {
      group.remarks(group.remarks().lacking(missing));
    }
  }

  /** Returns the first tick after one of a version or of the one that may have taken over then. */
  private long nextTick(long tick, RuleGroup rules, @Nullable RuleGroup next) {
    long first = settings.firstTickAfter(tick, rules);
    return next == null ? first : Math.min(first, settings.firstTickAfter(tick, next));
  }
}
