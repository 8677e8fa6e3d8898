package dev.guanlan.job.alerting;

import dev.guanlan.connector.kafka.rules.RuleGroupRecords;
import dev.guanlan.connector.kafka.rules.RulePlanRecords;
import dev.guanlan.job.alerting.state.GroupProgress;
import dev.guanlan.job.alerting.state.LeafResults;
import dev.guanlan.job.alerting.state.SourceMarks;
import dev.guanlan.promql.engine.Engine;
import dev.guanlan.rules.CompiledGroup;
import dev.guanlan.rules.DecomposedGroup;
import dev.guanlan.rules.RuleException;
import dev.guanlan.schema.PlanRoute;
import dev.guanlan.schema.RuleGroup;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
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
  private transient Map<String, LiveShard> shards = new HashMap<>();

  /** The shards that cannot be evaluated. */
  private transient Set<String> broken = new HashSet<>();

  private transient @Nullable LiveGroups groups;
  private transient @Nullable ValueState<SourceMarks> marks;
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
    metrics = new EvaluationMetrics(getRuntimeContext().getMetricGroup());
    engine = Evaluators.engine(settings);
    shards = new HashMap<>();
    broken = new HashSet<>();
  }

  private LiveGroups groups() {
    return Objects.requireNonNull(groups);
  }

  private ValueState<SourceMarks> marks() {
    return Objects.requireNonNull(marks);
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
      LiveShard shard = shard(group);
      if (shard == null) {
        // It is over, and a task of the selection does not know yet.
        return;
      }
      new SampleIntake(settings, metrics(), groups().states())
          .take(
              group,
              shard.key().group(),
              samples,
              group.progressOrBeginning().lastTickMillis(),
              shard::late);
    }
  }

  private void mark(PlanMark mark, LiveGroup group, TimerService timers) throws Exception {
    ShardKey key = ShardKey.parse(group.key());
    PlanRoute route = RulePlanRecords.route(mark.plan(), key.version());
    if (route == null) {
      groupTimers.delete(group.progressOrBeginning(), timers);
      groups().forget(group.key());
      marks().clear();
      shards.remove(group.key());
      broken.remove(group.key());
      return;
    }
    if (group.rules() == null) {
      RuleGroup rules = RulePlanRecords.rules(route);
      group.rules(rules);
      groupTimers.schedule(group, rules, timers);
    }
    marks().update(known().with(mark.source(), mark.sources(), mark.newestMillis()));
  }

  private SourceMarks known() throws Exception {
    SourceMarks known = marks().value();
    return known == null ? SourceMarks.NONE : known;
  }

  /** Returns what evaluates a shard; null if there is no such shard, or it cannot be evaluated. */
  private @Nullable LiveShard shard(LiveGroup group) {
    RuleGroup rules = group.rules();
    if (rules == null) {
      return null;
    }
    LiveShard shard = shards.get(group.key());
    if (shard == null && !broken.contains(group.key())) {
      DecomposedGroup parted = parted(group.key(), rules);
      if (parted == null) {
        broken.add(group.key());
        return null;
      }
      shard =
          new LiveShard(
              ShardKey.parse(group.key()),
              rules,
              parted,
              Objects.requireNonNull(engine),
              settings.lookbackMillis());
      shards.put(group.key(), shard);
    }
    return shard;
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
    LiveShard shard = shard(group);
    if (rules == null || shard == null || timers.currentWatermark() == Long.MAX_VALUE) {
      return;
    }
    if (progress.nextTickMillis() == GroupProgress.NONE) {
      groupTimers.schedule(group, rules, timers);
    } else if (timestamp == progress.nextTickMillis()) {
      out.collect(new ShardResults(tick(timestamp, group, shard, rules)));
      timers.registerEventTimeTimer(group.progressOrBeginning().nextTickMillis());
    }
  }

  private LeafResults tick(long tick, LiveGroup group, LiveShard shard, RuleGroup rules)
      throws Exception {
    LiveWindows windows = group.windows();
    windows.follow(rules.getTenant(), shard.group().whole());
    SourceMarks known = known();
    boolean complete = known.fills(tick, shard.group().whole().reachMillis());
    if (complete && !known.filled()) {
      marks().update(known.nowFilled());
    }
    LeafResults results = shard.evaluate(tick, complete, windows);
    long next = settings.firstTickAfter(tick, rules);
    windows.advance(tick, next, settings.maxSeries());
    group.progress(new GroupProgress(next, tick, GroupProgress.NONE, List.of()));
    group.writeIfFull(groups().states());
    return results;
  }
}
