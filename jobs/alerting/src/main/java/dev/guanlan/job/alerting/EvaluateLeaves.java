package dev.guanlan.job.alerting;

import dev.guanlan.connector.kafka.rules.RuleGroupRecords;
import dev.guanlan.connector.kafka.rules.RulePlanRecords;
import dev.guanlan.job.alerting.state.GroupProgress;
import dev.guanlan.job.alerting.state.SourceMarks;
import dev.guanlan.promql.engine.Engine;
import dev.guanlan.rules.CompiledGroup;
import dev.guanlan.rules.DecomposedGroup;
import dev.guanlan.rules.RuleException;
import dev.guanlan.schema.PlanRoute;
import dev.guanlan.schema.RuleGroup;
import dev.guanlan.schema.RuleGroupPlan;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.streaming.api.TimerService;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Evaluates the leaves of groups that are too big for one task, shard by shard. The life of a
 * shard:
 *
 * <ol>
 *   <li>It begins with the first mark of a task of the selection, which brings the group's rules.
 *   <li>It ticks as the group does, and tells the group at each tick what its leaves give. A task
 *       forwards event time behind its timers, so that the group has it all when it ticks itself.
 *   <li>It says that it is complete from the first tick on at which its windows hold all that the
 *       leaves look at: every task of the selection has marked, and what those tasks had before
 *       lies out of reach.
 *   <li>A plan may bring another version of the group whose leaves look at nothing else. It then
 *       evaluates both, until a plan has the one alone.
 *   <li>It ends with the first mark of a plan that has no such shard, and leaves nothing.
 * </ol>
 *
 * <p>Windows live in memory and are written as those of groups are ({@link LiveGroup}). A shard
 * evaluates every tick, however far behind it is: which ticks are skipped the group decides.
 */
final class EvaluateLeaves extends KeyedProcessFunction<String, GroupInput, GroupInput> {

  private static final long serialVersionUID = 1;
  private static final Logger LOG = LoggerFactory.getLogger(EvaluateLeaves.class);

  private final AlertingSettings settings;
  private final GroupTimers groupTimers;

  /** What is evaluated in each shard: a version of its group, or two, the older first. */
  private transient Map<String, List<LiveShard>> shards = new HashMap<>();

  private transient @Nullable LiveGroups groups;
  private transient @Nullable ValueState<SourceMarks> marks;

  /** The newest plan that a shard knows; none before its first mark by this release. */
  private transient @Nullable ValueState<RuleGroupPlan> plan;

  private transient @Nullable EvaluationMetrics metrics;
  private transient @Nullable Engine engine;

  EvaluateLeaves(AlertingSettings settings) {
    this.settings = settings;
    this.groupTimers = new GroupTimers(settings);
  }

  @Override
  public void open(OpenContext context) {
    groups = new LiveGroups(GroupStates.of(getRuntimeContext()));
    marks = getRuntimeContext().getState(AlertingTypes.MARKS);
    plan = getRuntimeContext().getState(AlertingTypes.PLAN);
    metrics = new EvaluationMetrics(getRuntimeContext().getMetricGroup());
    engine = Evaluators.engine(settings);
    shards = new HashMap<>();
  }

  private LiveGroups groups() {
    return Objects.requireNonNull(groups);
  }

  private ValueState<SourceMarks> marks() {
    return Objects.requireNonNull(marks);
  }

  private ValueState<RuleGroupPlan> plan() {
    return Objects.requireNonNull(plan);
  }

  private EvaluationMetrics metrics() {
    return Objects.requireNonNull(metrics);
  }

  /**
   * Writes to state what has changed since the last time.
   *
   * @param setKey makes a shard's key the current one
   */
  void write(Consumer<String> setKey) throws Exception {
    groups().write(setKey);
  }

  @Override
  public void processElement(GroupInput input, Context context, Collector<GroupInput> out)
      throws Exception {
    LiveGroup group = groups().of(context.getCurrentKey());
    if (input instanceof PlanMark mark) {
      mark(mark, group, context.timerService());
    } else if (input instanceof SelectedSamples samples) {
      List<LiveShard> evaluated = evaluated(group);
      if (evaluated.isEmpty()) {
        // It is over, and a task of the selection does not know yet.
        return;
      }
      new SampleIntake(settings, metrics(), groups().states())
          .take(
              group,
              ShardKey.parse(group.key()).group(),
              samples,
              group.progressOrBeginning().lastTickMillis(),
              (series, late) -> evaluated.forEach(shard -> shard.late(series, late)));
    }
  }

  private void mark(PlanMark mark, LiveGroup group, TimerService timers) throws Exception {
    RuleGroupPlan known = plan().value();
    if (known == null || known.getRevision() < mark.plan().getRevision()) {
      List<PlanRoute> routes = routes(mark.plan(), group);
      shards.remove(group.key());
      if (routes.isEmpty()) {
        groupTimers.delete(group.progressOrBeginning(), timers);
        groups().forget(group.key());
        marks().clear();
        plan().clear();
        return;
      }
      plan().update(mark.plan());
      boolean begins = group.rules() == null;
      RuleGroup rules = RulePlanRecords.rules(routes.get(0));
      group.rules(rules);
      if (begins) {
        groupTimers.schedule(group, rules, timers);
      }
    }
    marks().update(marksSoFar().with(mark.source(), mark.sources(), mark.newestMillis()));
  }

  private static List<PlanRoute> routes(RuleGroupPlan plan, LiveGroup group) {
    return RulePlanRecords.routesTo(plan, ShardKey.parse(group.key()).version());
  }

  private SourceMarks marksSoFar() throws Exception {
    SourceMarks known = marks().value();
    return known == null ? SourceMarks.NONE : known;
  }

  /** Returns what is evaluated in a shard; nothing if there is no such shard, or it cannot be. */
  private List<LiveShard> evaluated(LiveGroup group) throws Exception {
    RuleGroup rules = group.rules();
    if (rules == null) {
      return List.of();
    }
    List<LiveShard> evaluated = shards.get(group.key());
    if (evaluated == null) {
      evaluated = new ArrayList<>();
      ShardKey key = ShardKey.parse(group.key());
      RuleGroupPlan known = plan().value();
      if (known == null) {
        add(key, key.version(), rules, evaluated);
      } else {
        for (PlanRoute route : routes(known, group)) {
          add(key, route.getVersion(), RulePlanRecords.rules(route), evaluated);
        }
      }
      shards.put(group.key(), evaluated);
    }
    return evaluated;
  }

  private void add(ShardKey key, long version, RuleGroup rules, List<LiveShard> to) {
    DecomposedGroup parted = parted(key.text(), rules);
    if (parted != null) {
      to.add(
          new LiveShard(
              new ShardKey(key.group(), version, key.shard()),
              rules,
              parted,
              Objects.requireNonNull(engine),
              settings.lookbackMillis()));
    }
  }

  private @Nullable DecomposedGroup parted(String key, RuleGroup rules) {
    String why = "its rules cannot be parted";
    try {
      CompiledGroup whole =
          CompiledGroup.of(RuleGroupRecords.fromRecord(rules), settings.lookbackMillis());
      DecomposedGroup parted = DecomposedGroup.of(whole).orElse(null);
      if (parted != null) {
        return parted;
      }
    } catch (RuleException e) {
      why = String.valueOf(e.getMessage());
    }
    metrics().refused.inc();
    LOG.error(
        "The shard {} was planned by another release and is not evaluated: {}; its group goes on in"
            + " one task",
        key,
        why);
    return null;
  }

  @Override
  public void onTimer(long timestamp, OnTimerContext context, Collector<GroupInput> out)
      throws Exception {
    LiveGroup group = groups().of(context.getCurrentKey());
    RuleGroup rules = group.rules();
    GroupProgress progress = group.progressOrBeginning();
    TimerService timers = context.timerService();
    List<LiveShard> evaluated = evaluated(group);
    if (rules == null || evaluated.isEmpty() || timers.currentWatermark() == Long.MAX_VALUE) {
      return;
    }
    if (progress.nextTickMillis() == GroupProgress.NONE) {
      groupTimers.schedule(group, rules, timers);
    } else if (timestamp == progress.nextTickMillis()) {
      tick(timestamp, group, evaluated, rules, out);
      timers.registerEventTimeTimer(group.progressOrBeginning().nextTickMillis());
    }
  }

  private void tick(
      long tick,
      LiveGroup group,
      List<LiveShard> evaluated,
      RuleGroup rules,
      Collector<GroupInput> out)
      throws Exception {
    LiveWindows windows = group.windows();
    // The older version looks at all that the newer one does.
    CompiledGroup older = evaluated.get(0).group().whole();
    windows.follow(rules.getTenant(), older);
    SourceMarks known = marksSoFar();
    boolean complete = known.fills(tick, older.reachMillis());
    if (complete && !known.filled()) {
      marks().update(known.nowFilled());
    }
    for (LiveShard shard : evaluated) {
      out.collect(new ShardResults(shard.evaluate(tick, complete, windows)));
    }
    long next = settings.firstTickAfter(tick, rules);
    windows.advance(tick, next, settings.maxSeries());
    group.progress(new GroupProgress(next, tick, GroupProgress.NONE, List.of()));
    group.writeIfFull(groups().states());
  }
}
