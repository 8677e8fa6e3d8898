package dev.guanlan.job.alerting;

import dev.guanlan.connector.kafka.rules.RuleGroupRecords;
import dev.guanlan.job.alerting.state.GroupProgress;
import dev.guanlan.job.common.enrich.Topology;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.rules.CompiledGroup;
import dev.guanlan.rules.ForStates;
import dev.guanlan.schema.AlertTransition;
import dev.guanlan.schema.RuleGroup;
import java.util.Objects;
import java.util.function.Consumer;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.CheckpointListener;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.TimeDomain;
import org.apache.flink.streaming.api.TimerService;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.co.KeyedCoProcessFunction;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;

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
 *   <li>A group that looks at what rules record pauses between missed ticks ({@link PacedTime}), so
 *       that it comes to see that.
 *   <li>One that is too big for one task is evaluated over what its shards tell, and over windows
 *       for what it looks at in no shard ({@link TwoStages}).
 *   <li>A changed group keeps the memories of rules that kept their name and labels; alerts of its
 *       other rules are restored as those of a new group. While a change is refused the last
 *       version goes on; after a restart it is tried once more.
 *   <li>A deleted group ends its series, and its alerts on the topic of alerts; Alertmanager is
 *       told nothing and lets them time out. Its samples are held for a while as those that came
 *       before it: should it come back, the series whose labels were told to it are known. After
 *       that it leaves no state and no timer.
 * </ol>
 *
 * <p>Between checkpoints a group lives in memory; state is written right before each, and what has
 * changed alone ({@link LiveGroup}). Timers are Flink's.
 */
final class EvaluateRules
    extends KeyedCoProcessFunction<String, GroupInput, GroupUpdate, AlertTransition>
    implements CheckpointListener, CheckpointedFunction {

  private static final long serialVersionUID = 1;

  /** Fires at the first watermark, whatever it is. */
  static final long FIRST_WATERMARK = Long.MIN_VALUE + 1;

  /** Fires when the sources have ended. */
  static final long END = Long.MAX_VALUE;

  /** How long samples are held whose group is not known. */
  static final long HOLD_MILLIS = 600_000;

  private final AlertingSettings settings;
  private final ForStates forStates;
  private final Topology topology;
  private transient @Nullable EvaluationTask task;
  private transient Checkpoints checkpoints = Checkpoints.NONE;

  /** The newest watermark but that of the sources' end. */
  private transient long passedMillis = Long.MIN_VALUE;

  /** How far the paced time had come in runs before this one. */
  private transient long pacedMillis = Long.MIN_VALUE;

  private transient @Nullable LeastTime pacedState;

  EvaluateRules(AlertingSettings settings, ForStates forStates, Topology topology) {
    this.settings = settings;
    this.forStates = forStates;
    this.topology = topology;
  }

  @Override
  public void open(OpenContext context) {
    MetricGroup group = getRuntimeContext().getMetricGroup();
    EvaluationMetrics metrics = new EvaluationMetrics(group);
    StatusReports reports = StatusReports.open(settings, getRuntimeContext());
    HotGroups hotGroups = new HotGroups(HotStates.of(getRuntimeContext()));
    Evaluators evaluators = new Evaluators(settings, new TopologyPlaces(topology, group));
    LiveGroups groups =
        new LiveGroups(
            GroupStates.of(getRuntimeContext()),
            WindowBudget.ofHeap(settings.windowMemoryFraction()),
            settings.maxSeries(),
            rules -> evaluators.followed(hotGroups.of(RuleGroupRecords.key(rules)), rules));
    group.gauge("series", groups::series);
    group.gauge("windowBytes", groups.budget()::own);
    task =
        new EvaluationTask(
            settings,
            new GroupTimers(settings),
            forStates,
            new PacedTime(pacedMillis),
            groups,
            hotGroups,
            evaluators,
            metrics,
            reports);
    checkpoints = Checkpoints.NONE;
    passedMillis = Long.MIN_VALUE;
  }

  @Override
  public void close() {
    if (task != null) {
      task.close();
    }
  }

  private EvaluationTask task() {
    return Objects.requireNonNull(task);
  }

  LiveGroups groups() {
    return task().groups();
  }

  EvaluationMetrics metrics() {
    return task().metrics();
  }

  private HotGroup hot(String key) throws Exception {
    return task().hotGroups().of(key);
  }

  private TwoStages stages(Context context) {
    return new TwoStages(
        settings,
        task().evaluators(),
        plan -> context.output(AlertingTypes.PLANS, plan),
        checkpoints,
        context.timerService().currentProcessingTime());
  }

  private GroupTurn turn(Context context, Collector<AlertTransition> out) {
    return new GroupTurn(task(), stages(context), context, out);
  }

  private SampleIntake intake() {
    return new SampleIntake(settings, metrics(), groups());
  }

  /**
   * Writes to state what has changed since the last time.
   *
   * @param setKey makes a group's key the current one
   */
  void write(Consumer<String> setKey) throws Exception {
    groups().write(setKey);
    task().hotGroups().write(setKey);
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
      CompiledGroup followed = task().evaluators().followed(hot, rules);
      if (followed != null) {
        group.windows().follow(rules, followed);
      }
    }
  }

  private void take(SelectedSamples samples, LiveGroup group, HotGroup hot, Context context)
      throws Exception {
    if (samples.recorded()) {
      group.foundRecorded();
    }
    GroupProgress progress = group.progress();
    if (progress == null) {
      long newest = Math.max(context.timerService().currentWatermark(), samples.latestTimestamp());
      progress = task().timers().hold(group, newest, context.timerService());
    }
    pauseOn(group, context);
    if (group.rules() != null) {
      group.windows().reach().pass(GroupTimers.reachedMillis(group, context.timerService()));
    }
    intake()
        .take(
            group,
            group.key(),
            samples,
            progress.lastTickMillis(),
            // Tasks of the selection may not have heard that the others go to shards.
            hot.sharded() != HotGroup.OWN_WINDOWS,
            (series, late) -> task().reports().late(group.key(), series, late));
    relieve();
  }

  /** Has a group that pauses go on with that, also where the clock was set back meanwhile. */
  private void pauseOn(LiveGroup group, Context context) {
    TimerService timers = context.timerService();
    GroupPause pause = group.pause();
    if (pause.wakesMillis() == GroupProgress.NONE) {
      return;
    }
    group.lags(eventTime(context));
    long now = timers.currentProcessingTime();
    if (!pause.isSeenTo(now)) {
      long tick = group.progressOrBeginning().nextTickMillis();
      task().timers().pause(pause, tick, task().pacedTime().dueMillis(tick, now), timers);
    }
  }

  @Override
  public void processElement2(GroupUpdate update, Context context, Collector<AlertTransition> out)
      throws Exception {
    if (update instanceof RuleChange change) {
      new GroupChanges(turn(context, out)).take(change);
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

  @Override
  public void initializeState(FunctionInitializationContext context) throws Exception {
    LeastTime paced = new LeastTime(context, AlertingTypes.PACED_TIME);
    pacedState = paced;
    pacedMillis = paced.restoredMillis();
  }

  @Override
  public void snapshotState(FunctionSnapshotContext context) throws Exception {
    if (pacedState != null) {
      pacedState.write(task().pacedTime().reachedMillis());
    }
  }

  /**
   * Takes note of how far event time comes, before timers do.
   *
   * @param nowMillis the wall clock
   */
  void pass(long watermark, long nowMillis) {
    if (watermark != Long.MAX_VALUE) {
      passedMillis = watermark;
      task().pacedTime().follow(watermark, nowMillis);
    }
  }

  /**
   * Returns how far event time has come. When the sources have ended that is where they did: what
   * is to come is not known, and so no tick of it can be judged.
   */
  private long eventTime(Context context) {
    long watermark = context.timerService().currentWatermark();
    return watermark == Long.MAX_VALUE ? passedMillis : watermark;
  }

  /** Gives up what takes too much memory, also where it is evaluated. */
  private void relieve() {
    for (String key : groups().relieve()) {
      metrics().givenUp.inc();
      task().evaluators().forget(key);
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
      task().timers().holdOn(group, Math.max(newest, timers.currentProcessingTime()), timers);
    }
    if (history.ofAlerts()) {
      group.rememberAlerts(block, history.version(), groups().states());
      return;
    }
    if (hot(group.key()).sharded() != HotGroup.OWN_WINDOWS) {
      // Shards read their own. Should it go back to one task before they come to need it, it lacks.
      SampleIntake.lose(group, history);
      return;
    }
    intake().remember(group, history);
    relieve();
  }

  @Override
  public void onTimer(long timestamp, OnTimerContext context, Collector<AlertTransition> out)
      throws Exception {
    LiveGroup group = groups().of(context.getCurrentKey());
    RuleGroup rules = group.rules();
    GroupProgress progress = group.progressOrBeginning();
    boolean woken = context.timeDomain() == TimeDomain.PROCESSING_TIME;
    if (rules == null) {
      if (!woken && timestamp >= progress.heldUntilMillis()) {
        task().timers().delete(progress, context.timerService());
        groups().forget(group.key());
        task().hotGroups().forget(group.key());
      }
    } else if (progress.nextTickMillis() == GroupProgress.NONE) {
      if (!woken) {
        task().timers().schedule(group, rules, context.timerService());
      }
    } else if (woken) {
      new PacedTicks(turn(context, out), eventTime(context)).wake(group, timestamp);
    } else if (timestamp == progress.nextTickMillis() || timestamp == END) {
      // Event time has passed the next one, too, if that is due: its timer fires right behind.
      new PacedTicks(turn(context, out), eventTime(context)).tick(group);
    }
  }
}
