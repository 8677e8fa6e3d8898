package dev.guanlan.job.alerting;

import dev.guanlan.connector.kafka.rules.RuleGroupRecords;
import dev.guanlan.job.alerting.state.GroupProgress;
import dev.guanlan.job.alerting.state.MissingHistory;
import dev.guanlan.job.common.enrich.Topology;
import dev.guanlan.model.Labels;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.rules.CompiledGroup;
import dev.guanlan.rules.ForStates;
import dev.guanlan.rules.GroupEvaluator;
import dev.guanlan.rules.RuleException;
import dev.guanlan.rules.RuleInputs;
import dev.guanlan.rules.Succession;
import dev.guanlan.rules.TickOutcome;
import dev.guanlan.rules.Windows;
import dev.guanlan.schema.AlertTransition;
import dev.guanlan.schema.RuleGroup;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.CheckpointListener;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.streaming.api.TimerService;
import org.apache.flink.streaming.api.functions.co.KeyedCoProcessFunction;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Evaluates each rule group at its ticks in event time. The life of a group:
 *
 * <ol>
 *   <li>Samples may come before the group itself; they are held for a while.
 *   <li>Its history comes before it: stored samples for its windows, and what was recorded of its
 *       alerts, from which its first tick restores since when they are active.
 *   <li>When the group is known, its first tick is the first of its grid after event time.
 *   <li>Each tick is a timer. When event time has passed it, the rules are evaluated over the
 *       windows, their alerts move, and the next tick's timer is set; so no tick is left out, and
 *       missed ones follow each other in order.
 *   <li>One that is too big for one task is evaluated over what its shards tell, and over windows
 *       for what it looks at in no shard ({@link TwoStages}).
 *   <li>A changed group keeps the memories of rules that kept their name and labels. While a change
 *       is refused the last version goes on; after a restart it is tried once more.
 *   <li>A deleted group resolves its alerts and ends its series. Its samples are held for a while
 *       as those that came before it: should it come back, the series whose labels were told to it
 *       are known. After that it leaves no state and no timer.
 * </ol>
 *
 * <p>Between checkpoints a group lives in memory; state is written right before each, and what has
 * changed alone ({@link LiveGroup}). Timers are Flink's.
 */
final class EvaluateRules
    extends KeyedCoProcessFunction<String, GroupInput, GroupUpdate, AlertTransition>
    implements CheckpointListener {

  private static final long serialVersionUID = 1;
  private static final Logger LOG = LoggerFactory.getLogger(EvaluateRules.class);

  /** Fires at the first watermark, whatever it is. */
  static final long FIRST_WATERMARK = Long.MIN_VALUE + 1;

  /** How long samples are held whose group is not known. */
  static final long HOLD_MILLIS = 600_000;

  private final AlertingSettings settings;
  private final GroupTimers groupTimers;
  private final ForStates forStates;
  private final Topology topology;
  private transient @Nullable LiveGroups groups;
  private transient @Nullable HotGroups hotGroups;
  private transient @Nullable Evaluators evaluators;
  private transient @Nullable EvaluationMetrics metrics;
  private transient @Nullable StatusReports reports;
  private transient Checkpoints checkpoints = Checkpoints.NONE;

  EvaluateRules(AlertingSettings settings, ForStates forStates, Topology topology) {
    this.settings = settings;
    this.groupTimers = new GroupTimers(settings);
    this.forStates = forStates;
    this.topology = topology;
  }

  @Override
  public void open(OpenContext context) {
    groups =
        new LiveGroups(
            GroupStates.of(getRuntimeContext()),
            WindowBudget.ofHeap(settings.windowMemoryFraction()),
            settings.maxSeries(),
            this::followed);
    hotGroups = new HotGroups(HotStates.of(getRuntimeContext()));
    MetricGroup group = getRuntimeContext().getMetricGroup();
    evaluators = new Evaluators(settings, new TopologyPlaces(topology, group));
    metrics = new EvaluationMetrics(group);
    group.gauge("series", groups()::series);
    group.gauge("windowBytes", groups().budget()::own);
    reports = StatusReports.open(settings, getRuntimeContext());
    checkpoints = Checkpoints.NONE;
  }

  @Override
  public void close() {
    try {
      if (evaluators != null) {
        evaluators.close();
      }
    } finally {
      if (groups != null) {
        groups.close();
      }
    }
  }

  LiveGroups groups() {
    return Objects.requireNonNull(groups);
  }

  private HotGroup hot(String key) throws Exception {
    return Objects.requireNonNull(hotGroups).of(key);
  }

  /** Returns what the windows of the group whose key is current are for; null if that is broken. */
  private @Nullable CompiledGroup followed(RuleGroup rules) throws Exception {
    try {
      return evaluators().ownWindows(hot(RuleGroupRecords.key(rules)), rules);
    } catch (RuleException e) {
      // Its next tick says so.
      return null;
    }
  }

  private TwoStages stages(Context context) {
    return new TwoStages(
        settings,
        evaluators(),
        plan -> context.output(AlertingTypes.PLANS, plan),
        checkpoints,
        context.timerService().currentProcessingTime());
  }

  private SampleIntake intake() {
    return new SampleIntake(settings, metrics(), groups());
  }

  private Evaluators evaluators() {
    return Objects.requireNonNull(evaluators);
  }

  EvaluationMetrics metrics() {
    return Objects.requireNonNull(metrics);
  }

  private StatusReports reports() {
    return Objects.requireNonNull(reports);
  }

  /**
   * Writes to state what has changed since the last time.
   *
   * @param setKey makes a group's key the current one
   */
  void write(Consumer<String> setKey) throws Exception {
    groups().write(setKey);
    Objects.requireNonNull(hotGroups).write(setKey);
  }

  @Override
  public void processElement1(GroupInput input, Context context, Collector<AlertTransition> out)
      throws Exception {
    LiveGroup group = groups().of(context.getCurrentKey());
    HotGroup hot = hot(group.key());
    if (input instanceof PlanMark mark) {
      mark(mark, group, hot, context);
    } else if (input instanceof ShardResults told) {
      hot.take(told.results(), group.rules() != null);
    } else if (input instanceof SelectedSamples samples) {
      take(samples, group, hot, context);
    }
  }

  private void mark(PlanMark mark, LiveGroup group, HotGroup hot, Context context)
      throws Exception {
    long before = hot.sharded();
    stages(context).mark(hot, mark);
    RuleGroup rules = group.rules();
    if (hot.sharded() != before && rules != null) {
      // What comes before the next tick is for that, too.
      CompiledGroup followed = followed(rules);
      if (followed != null) {
        group.windows().follow(rules.getTenant(), followed);
      }
    }
  }

  private void take(SelectedSamples samples, LiveGroup group, HotGroup hot, Context context)
      throws Exception {
    GroupProgress progress = group.progress();
    if (progress == null) {
      long newest = Math.max(context.timerService().currentWatermark(), samples.latestTimestamp());
      progress = groupTimers.hold(group, newest, context.timerService());
    }
    intake()
        .take(
            group,
            group.key(),
            samples,
            progress.lastTickMillis(),
            // Tasks of the selection may not have heard that the others go to shards.
            hot.sharded() != HotGroup.OWN_WINDOWS,
            (series, late) -> reports().late(group.key(), series, late));
    relieve();
  }

  @Override
  public void processElement2(GroupUpdate update, Context context, Collector<AlertTransition> out)
      throws Exception {
    if (update instanceof RuleChange change) {
      change(change, context, out);
    } else if (update instanceof GroupHistory history) {
      remember(history, context);
    }
  }

  /** Takes note that state is written for a checkpoint. */
  void begin(long checkpoint) {
    checkpoints = new Checkpoints(checkpoint, checkpoints.completed());
  }

  @Override
  public void notifyCheckpointComplete(long checkpoint) {
    checkpoints = new Checkpoints(checkpoints.begun(), checkpoint);
  }

  /** Gives up what takes too much memory, also where it is evaluated. */
  private void relieve() {
    for (String key : groups().relieve()) {
      metrics().givenUp.inc();
      evaluators().forget(key);
    }
  }

  /** Takes what is stored of a group that is about to begin, or to change. */
  private void remember(GroupHistory history, Context context) throws Exception {
    LiveGroup group = groups().of(context.getCurrentKey());
    SampleBlock block = history.block();
    if (group.rules() == null) {
      // By the clock, too: there may be no event time yet, and what comes may be old.
      TimerService timers = context.timerService();
      long newest = Math.max(timers.currentWatermark(), block.latestTimestamp());
      groupTimers.holdOn(group, Math.max(newest, timers.currentProcessingTime()), timers);
    }
    if (history.ofAlerts()) {
      group.rememberAlerts(block, groups().states());
      return;
    }
    if (hot(group.key()).sharded() != HotGroup.OWN_WINDOWS) {
      return;
    }
    intake().remember(group, block);
    relieve();
  }

  private void change(RuleChange change, Context context, Collector<AlertTransition> out)
      throws Exception {
    LiveGroup group = groups().of(context.getCurrentKey());
    RuleGroup known = group.rules();
    if (known != null && change.version() <= known.getVersion()) {
      return;
    }
    RuleGroup next = change.group();
    if (next == null) {
      if (known != null) {
        succeed(group, known, null, context, out);
        new Emission(context, out, known).status(reports().deleted(known));
        stages(context).end(hot(group.key()), known);
        Objects.requireNonNull(hotGroups).forget(group.key());
        end(group, context.timerService());
      }
      return;
    }
    String refusal = evaluators().refusal(change.key(), next);
    if (refusal != null && known != null && !known.equals(group.remarks().refused())) {
      metrics().refused.inc();
      LOG.error(
          "The new version of the rule group {} is not evaluated, its last one goes on: {}",
          change.key(),
          refusal);
      group.remarks(group.remarks().refusing(next, refusal));
      group.windows().remembered();
      return;
    }
    // A group that is refused and has no last version begins nonetheless: its ticks tell of it.
    GroupRemarks remarks = group.remarks();
    group.remarks(refusal == null ? remarks.accepting() : remarks.refusing(next, refusal));
    if (known != null) {
      HotGroup hot = hot(group.key());
      if (stages(context).change(hot, next)) {
        narrow(group, known);
        return;
      }
      succeed(group, known, next, context, out);
    }
    String why = change.missingHistory();
    if (why == null || known == null || !looksWithin(next, known)) {
      group.remarks(
          group.remarks().lacking(why == null ? null : new MissingHistory(now(context), why)));
    }
    switchTo(group, next);
    groupTimers.schedule(group, next, context.timerService());
  }

  /** Has a version be the one that is evaluated from the next tick on. */
  private void switchTo(LiveGroup group, RuleGroup next) {
    group.rules(next);
    group.windows().changed();
    try {
      group.windows().followFixed(settings.compiled(next));
    } catch (RuleException e) {
      LOG.debug("The rule group {} cannot be evaluated, as its ticks tell", group.key(), e);
    }
  }

  /** Has the windows of a group in shards hold what they are for, now that another is to follow. */
  private void narrow(LiveGroup group, RuleGroup rules) throws Exception {
    CompiledGroup followed = followed(rules);
    if (followed != null) {
      group.narrow(rules.getTenant(), followed, groups().states());
    }
  }

  /**
   * Tells whether a version looks at nothing that the one before does not. Who reads histories does
   * not know that after an upgrade from a release that forgot it, and asks for what is here.
   */
  private boolean looksWithin(RuleGroup next, RuleGroup known) {
    try {
      return settings.compiled(next).looksWithin(settings.compiled(known));
    } catch (RuleException e) {
      return false;
    }
  }

  /** Returns event time, or what the clock says as long as there is none. */
  private static long now(Context context) {
    long watermark = context.timerService().currentWatermark();
    return watermark == Long.MIN_VALUE ? context.timerService().currentProcessingTime() : watermark;
  }

  /** Returns the version that the release before refused, if this one can evaluate it. */
  private @Nullable RuleGroup accepted(LiveGroup group, Context context) {
    RuleGroup refused = group.remarks().untried();
    if (refused == null) {
      return null;
    }
    String refusal = evaluators().refusal(group.key(), refused);
    if (refusal != null) {
      group.remarks(group.remarks().refusing(refused, refusal));
      return null;
    }
    group.remarks(
        group
            .remarks()
            .accepting()
            .lacking(new MissingHistory(now(context), "the release before refused this version")));
    return refused;
  }

  /** Hands the memories of a group's rules to its next version, or ends them. */
  private void succeed(
      LiveGroup group,
      RuleGroup known,
      @Nullable RuleGroup next,
      Context context,
      Collector<AlertTransition> out) {
    GroupProgress progress = group.progressOrBeginning();
    long now = Math.max(context.timerService().currentWatermark(), progress.lastTickMillis());
    Succession succession =
        Succession.of(
            RuleGroupRecords.fromRecord(known),
            group.memories(),
            next == null ? null : RuleGroupRecords.fromRecord(next),
            now,
            settings.intervalMillis(known),
            settings.evaluation());
    Emission emission = new Emission(context, out, known);
    emission.transitions(succession.transitions(), 0);
    emission.notifications(succession.resolved());
    if (next == null) {
      emission.end(succession.stale(), progress.stale(), now);
      return;
    }
    group.memories(succession.memories());
    List<Labels> stale = new ArrayList<>(progress.stale());
    stale.addAll(succession.stale());
    group.progress(
        new GroupProgress(
            progress.nextTickMillis(),
            progress.lastTickMillis(),
            progress.heldUntilMillis(),
            stale));
  }

  /** Leaves nothing of a group that is deleted but its samples, and those for a while. */
  private void end(LiveGroup group, TimerService timers) {
    GroupProgress progress = group.progressOrBeginning();
    groupTimers.delete(progress, timers);
    groupTimers.hold(group, Math.max(timers.currentWatermark(), progress.lastTickMillis()), timers);
    // Should it come back, its history does, too.
    group.windows().fixed().forgetLacks();
    evaluators().forget(group.key());
    metrics().forget(group.key());
    reports().forget(group.key());
  }

  @Override
  public void onTimer(long timestamp, OnTimerContext context, Collector<AlertTransition> out)
      throws Exception {
    LiveGroup group = groups().of(context.getCurrentKey());
    RuleGroup rules = group.rules();
    GroupProgress progress = group.progressOrBeginning();
    if (rules == null) {
      if (timestamp >= progress.heldUntilMillis()) {
        groupTimers.delete(progress, context.timerService());
        groups().forget(group.key());
        Objects.requireNonNull(hotGroups).forget(group.key());
      }
    } else if (progress.nextTickMillis() == GroupProgress.NONE) {
      groupTimers.schedule(group, rules, context.timerService());
    } else if (timestamp == progress.nextTickMillis()) {
      tick(timestamp, group, rules, progress, context, out);
    }
  }

  private void tick(
      long tick,
      LiveGroup group,
      RuleGroup rules,
      GroupProgress progress,
      OnTimerContext context,
      Collector<AlertTransition> out)
      throws Exception {
    TimerService timers = context.timerService();
    long watermark = timers.currentWatermark();
    if (watermark == Long.MAX_VALUE) {
      // The sources have ended: what is to come is not known, and so no tick of it can be judged.
      return;
    }
    RuleGroup accepted = accepted(group, context);
    // Not just an interval on: an option may have moved the grid since the state was written.
    long next = settings.firstTickAfter(tick, rules);
    boolean evaluated = false;
    if (watermark - tick > settings.maxCatchUpMillis()) {
      next = settings.firstTickAfter(watermark - settings.maxCatchUpMillis(), rules);
      metrics().skipped.inc((next - tick) / settings.intervalMillis(rules));
      LOG.warn(
          "The rule group {} is {} ms behind; it goes on at {}, as far back as rules.max-catch-up"
              + " says",
          context.getCurrentKey(),
          watermark - tick,
          next);
    } else {
      evaluated = evaluate(tick, group, rules, progress, context, out);
    }
    group.progress(
        new GroupProgress(
            next,
            evaluated ? tick : progress.lastTickMillis(),
            GroupProgress.NONE,
            evaluated ? List.of() : progress.stale()));
    timers.registerEventTimeTimer(next);
    HotGroup hot = hot(group.key());
    RuleGroup successor = evaluated ? successor(hot, group, rules, tick, context) : null;
    hot.forgetUpTo(tick);
    if (successor == null && accepted != null) {
      if (stages(context).change(hot, accepted)) {
        narrow(group, rules);
      } else {
        successor = accepted;
      }
    }
    if (successor != null) {
      succeed(group, rules, successor, context, out);
      switchTo(group, successor);
      groupTimers.scheduleAfter(tick, group, successor, timers);
    } else if (evaluated) {
      stages(context).settle(hot, rules);
    }
  }

  /** Returns the version of the group that takes over now, or null if none does. */
  private @Nullable RuleGroup successor(
      HotGroup hot, LiveGroup group, RuleGroup rules, long tick, OnTimerContext context)
      throws Exception {
    RuleGroup next = hot.next();
    try {
      return stages(context).takeOver(hot, group, rules, tick);
    } catch (RuleException e) {
      // The release that took it into state could evaluate it, and this one cannot.
      metrics().refused.inc();
      LOG.error(
          "The next version of the rule group {} is not evaluated, its last one goes on: {}",
          group.key(),
          e.getMessage());
      hot.next(null);
      if (next != null) {
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
      long tick,
      LiveGroup group,
      RuleGroup rules,
      GroupProgress progress,
      OnTimerContext context,
      Collector<AlertTransition> out)
      throws Exception {
    String key = group.key();
    TwoStages stages = stages(context);
    HotGroup hot = hot(key);
    ShardedVersion shards;
    GroupEvaluator evaluator;
    CompiledGroup whole;
    CompiledGroup kept;
    try {
      shards = stages.shards(hot, group, rules, tick, groups().states());
      evaluator = shards == null ? evaluators().of(key, rules) : evaluators().restOf(rules);
      whole = shards == null ? evaluator.group() : evaluators().whole(rules);
      kept = shards == null ? whole : evaluators().inShards(hot, rules).all();
    } catch (RuleException e) {
      // Another release published it, or took it into state, and this one cannot read it.
      metrics().refused.inc();
      long now = context.timerService().currentProcessingTime();
      String why = String.valueOf(e.getMessage());
      new Emission(context, out, rules)
          .status(reports().refused(key, rules, group.memories(), why, tick, now));
      return false;
    }
    long began = System.nanoTime();
    long query = tick - rules.getQueryOffsetMillis();
    LiveWindows own = group.windows();
    own.follow(rules.getTenant(), kept);
    own.fixed().lookAt(tick);
    Windows windows =
        shards == null ? own : new PartedWindows(stages.load(hot, rules, tick, metrics()), own);
    group.restoreAlerts(forStates, evaluator.group().group(), tick, groups().states());
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
        evaluator.evaluate(tick, group.memories(), progress.stale(), windows, refusals);
    group.memories(outcome.memories());
    Emission emission = new Emission(context, out, rules);
    emission.outcome(
        outcome,
        () ->
            Math.max(
                own.newestSampleMillis(tick, query),
                shards == null ? 0 : shards.newestSampleMillis(tick)));
    long nanos = System.nanoTime() - began;
    long reach = whole.reachMillis();
    group.remarks(group.remarks().lookingBackTo(whole.oldestMillis(tick)));
    GroupWay way = hot.way(group, tick, reach);
    long now = context.timerService().currentProcessingTime();
    RuleFindings here = RuleFindings.in(own.asTheyAre(), query);
    RuleFindings findings =
        shards == null
            ? here
            : new RuleFindings.InParts(
                shards.findings(tick), here, RuleInputs.ofPart(evaluator.group()));
    emission.status(reports().of(key, rules, whole, tick, outcome, findings, way, nanos, now));
    metrics().ticked(key, tick, outcome.failures());
    own.advance(tick, nextTick(tick, rules, hot.next()), settings.maxSeries());
    if (shards == null) {
      stages.plan(hot, group, rules);
    }
    metrics().hot(key, shards != null);
    group.writeIfFull(groups().states());
    return true;
  }

  /** Returns the first tick after one of a version or of the one that may have taken over then. */
  private long nextTick(long tick, RuleGroup rules, @Nullable RuleGroup next) {
    long first = settings.firstTickAfter(tick, rules);
    return next == null ? first : Math.min(first, settings.firstTickAfter(tick, next));
  }
}
