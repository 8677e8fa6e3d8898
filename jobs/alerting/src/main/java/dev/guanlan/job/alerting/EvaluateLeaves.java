package dev.guanlan.job.alerting;

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
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.streaming.api.TimeDomain;
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
 *       lies out of reach, or has come from the store ({@link ShardHistories}).
 *   <li>A plan may bring other versions of the group whose leaves look at nothing else. It
 *       evaluates all of them that the plan has.
 *   <li>It ends with the first mark of a plan that has no such shard, and leaves nothing. After a
 *       restart that went back behind that mark, none comes: it ends when it has ticked for long
 *       without any.
 * </ol>
 *
 * <p>Windows live in memory and are written as those of groups are ({@link LiveGroup}). A shard
 * evaluates every tick, however far behind it is: which ticks are skipped the group decides.
 */
final class EvaluateLeaves extends KeyedProcessFunction<String, GroupInput, GroupInput> {

  private static final long serialVersionUID = 1;
  private static final Logger LOG = LoggerFactory.getLogger(EvaluateLeaves.class);

  private final AlertingSettings settings;
  private final ShardStore store;
  private final GroupTimers groupTimers;

  /** For how long, by the wall clock, a shard is kept that no task of the selection knows of. */
  static final long UNKNOWN_MILLIS = 600_000;

  private transient Map<String, Evaluated> shards = new HashMap<>();

  /** Is what is in memory of a shard besides its windows. */
  private static final class Evaluated {
    /** The versions of its group that the plan has, the oldest first; none that cannot be. */
    private List<LiveShard> versions = List.of();

    /** Whether a task of the selection has marked it since the task started. */
    private boolean marked;

    /** When it first ticked without, by the wall clock, or the least number. */
    private long unmarkedMillis = Long.MIN_VALUE;
  }

  private transient @Nullable LiveGroups groups;
  private transient @Nullable ValueState<SourceMarks> marks;

  /** The newest plan that a shard knows; none before its first mark by this release. */
  private transient @Nullable ValueState<RuleGroupPlan> plan;

  private transient @Nullable ShardHistories histories;
  private transient @Nullable EvaluationMetrics metrics;
  private transient @Nullable Engine engine;

  EvaluateLeaves(AlertingSettings settings, ShardStore store) {
    this.settings = settings;
    this.store = store;
    this.groupTimers = new GroupTimers(settings);
  }

  @Override
  public void open(OpenContext context) throws IOException {
    groups =
        new LiveGroups(
            GroupStates.of(getRuntimeContext()),
            WindowBudget.ofHeap(settings.windowMemoryFraction()),
            settings.maxSeries(),
            this::inShardsIfPossible);
    marks = getRuntimeContext().getState(AlertingTypes.MARKS);
    plan = getRuntimeContext().getState(AlertingTypes.PLAN);
    metrics = new EvaluationMetrics(getRuntimeContext().getMetricGroup());
    engine = Evaluators.engine(settings);
    shards = new HashMap<>();
    histories = new ShardHistories(store, getRuntimeContext().getMetricGroup());
  }

  @Override
  public void close() {
    try {
      if (histories != null) {
        histories.close();
      }
    } finally {
      if (groups != null) {
        groups.close();
      }
    }
  }

  private @Nullable CompiledGroup inShardsIfPossible(RuleGroup rules) {
    try {
      DecomposedGroup parted = settings.decomposed(rules).orElse(null);
      return parted == null ? null : parted.inShards();
    } catch (RuleException e) {
      return null;
    }
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

  /** Returns how many histories are being read. */
  long reading() {
    return histories().reading();
  }

  private ShardHistories histories() {
    return Objects.requireNonNull(histories);
  }

  private EvaluationMetrics metrics() {
    return Objects.requireNonNull(metrics);
  }

  private SampleIntake intake() {
    return new SampleIntake(settings, metrics(), groups());
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
      if (group.rules() == null) {
        // It is over, and a task of the selection does not know yet.
        return;
      }
      List<LiveShard> versions = evaluated(group).versions;
      intake()
          .take(
              group,
              ShardKey.parse(group.key()).group(),
              samples,
              group.progressOrBeginning().lastTickMillis(),
              false,
              (series, late) -> versions.forEach(shard -> shard.late(series, late)));
      relieve();
      histories().came(group.key(), samples, context.timerService());
    }
  }

  /** Gives up what takes too much memory, also where it is evaluated. */
  private void relieve() {
    for (String key : groups().relieve()) {
      metrics().givenUp.inc();
      Evaluated shard = shards.get(key);
      if (shard != null) {
        shard.versions.forEach(LiveShard::forgetSeries);
      }
    }
  }

  private void mark(PlanMark mark, LiveGroup group, TimerService timers) throws Exception {
    RuleGroupPlan known = plan().value();
    if (known == null || known.getRevision() < mark.plan().getRevision()) {
      List<PlanRoute> routes = routes(mark.plan(), group);
      if (routes.isEmpty()) {
        end(group, timers);
        return;
      }
      plan().update(mark.plan());
      boolean begins = group.rules() == null;
      RuleGroup rules = RulePlanRecords.rules(routes.get(0));
      group.rules(rules);
      Evaluated shard = evaluated(group);
      shard.versions = versions(group, routes, shard.versions);
      if (begins) {
        groupTimers.schedule(group, rules, timers);
      }
    }
    evaluated(group).marked = true;
    long newestMillis = histories().newestMillis(mark, timers);
    SourceMarks now = marksSoFar().with(mark.source(), mark.sources(), newestMillis);
    marks().update(now);
    histories().marked(group.key(), now, timers);
  }

  private void end(LiveGroup group, TimerService timers) {
    groupTimers.delete(group.progressOrBeginning(), timers);
    histories().forget(group.key(), timers);
    groups().forget(group.key());
    marks().clear();
    plan().clear();
    shards.remove(group.key());
  }

  private static List<PlanRoute> routes(RuleGroupPlan plan, LiveGroup group) {
    return RulePlanRecords.routesTo(plan, ShardKey.parse(group.key()).version());
  }

  private SourceMarks marksSoFar() throws Exception {
    SourceMarks known = marks().value();
    return known == null ? SourceMarks.NONE : known;
  }

  /** Returns what is evaluated in a shard that has rules. */
  private Evaluated evaluated(LiveGroup group) throws Exception {
    Evaluated shard = shards.get(group.key());
    if (shard == null) {
      shard = new Evaluated();
      RuleGroupPlan known = plan().value();
      if (known != null) {
        shard.versions = versions(group, routes(known, group), List.of());
      } else if (group.rules() != null) {
        // By the release before, whose shards had one version.
        shard.versions = new ArrayList<>();
        ShardKey key = ShardKey.parse(group.key());
        add(key, key.version(), group.rules(), shard.versions);
      }
      shards.put(group.key(), shard);
    }
    return shard;
  }

  private List<LiveShard> versions(LiveGroup group, List<PlanRoute> routes, List<LiveShard> before)
      throws IOException {
    List<LiveShard> versions = new ArrayList<>();
    for (PlanRoute route : routes) {
      int added = versions.size();
      before.stream().filter(each -> each.version() == route.getVersion()).forEach(versions::add);
      if (versions.size() == added) {
        add(
            ShardKey.parse(group.key()),
            route.getVersion(),
            RulePlanRecords.rules(route),
            versions);
      }
    }
    return versions;
  }

  private void add(ShardKey key, long version, RuleGroup rules, List<LiveShard> to) {
    DecomposedGroup parted = parted(key.text(), rules);
    if (parted != null) {
      to.add(
          new LiveShard(
              key,
              version,
              rules,
              parted,
              Objects.requireNonNull(engine),
              settings.lookbackMillis()));
    }
  }

  private @Nullable DecomposedGroup parted(String key, RuleGroup rules) {
    String why = "its rules cannot be parted";
    try {
      DecomposedGroup parted = settings.decomposed(rules).orElse(null);
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
    if (rules == null || timers.currentWatermark() == Long.MAX_VALUE) {
      return;
    }
    Evaluated shard = evaluated(group);
    if (shard.versions.isEmpty()) {
      return;
    }
    if (context.timeDomain() == TimeDomain.PROCESSING_TIME) {
      if (histories().isDue(group.key(), timestamp)) {
        fill(group, rules, shard.versions.get(0), timers);
      }
      return;
    }
    if (progress.nextTickMillis() == GroupProgress.NONE) {
      groupTimers.schedule(group, rules, timers);
    } else if (timestamp == progress.nextTickMillis()) {
      if (isLeftOver(shard, timers.currentProcessingTime())) {
        LOG.warn("The shard {} is of no plan any more and ends", group.key());
        end(group, timers);
        return;
      }
      tick(timestamp, group, shard.versions, rules, timers, out);
      timers.registerEventTimeTimer(group.progressOrBeginning().nextTickMillis());
    }
  }

  private void fill(LiveGroup group, RuleGroup rules, LiveShard oldest, TimerService timers)
      throws Exception {
    RuleGroupPlan known = plan().value();
    List<PlanRoute> routes = known == null ? List.of() : routes(known, group);
    if (routes.isEmpty()) {
      histories().forget(group.key(), timers);
      return;
    }
    ShardHistories.Shard shard =
        new ShardHistories.Shard(
            group,
            rules.getTenant(),
            oldest.group().inShards(),
            settings.intervalMillis(rules),
            routes.get(0).getShards());
    boolean filled = histories().fill(shard, intake(), timers);
    relieve();
    if (filled && group.isWhole()) {
      marks().update(marksSoFar().nowFilled());
    }
  }

  private static boolean isLeftOver(Evaluated shard, long nowMillis) {
    if (shard.marked) {
      return false;
    }
    if (shard.unmarkedMillis == Long.MIN_VALUE) {
      shard.unmarkedMillis = nowMillis;
    }
    return nowMillis - shard.unmarkedMillis >= UNKNOWN_MILLIS;
  }

  private void tick(
      long tick,
      LiveGroup group,
      List<LiveShard> versions,
      RuleGroup rules,
      TimerService timers,
      Collector<GroupInput> out)
      throws Exception {
    LiveWindows windows = group.windows();
    // The oldest version looks at all that the newer ones do.
    CompiledGroup oldest = versions.get(0).group().inShards();
    windows.follow(rules, oldest);
    long slack =
        DroppedSeries.slackMillis(settings.intervalMillis(rules), rules.getQueryOffsetMillis());
    group.forgetLacks(tick, oldest.reachMillis(), slack);
    SourceMarks known = marksSoFar();
    // What goes over only to fail had better stay where it is; what has gone over stays so.
    boolean complete =
        known.fills(tick, oldest.reachMillis()) && (known.filled() || group.isWhole());
    if (complete && !known.filled()) {
      marks().update(known.nowFilled());
      histories().forget(group.key(), timers);
    }
    for (LiveShard shard : versions) {
      IntFunction<@Nullable String> refusals =
          group.refusals(shard.selections(), tick, slack, settings.maxSeries());
      out.collect(new ShardResults(shard.evaluate(tick, complete, windows, refusals)));
    }
    long next = settings.firstTickAfter(tick, rules);
    windows.advance(tick, next, settings.maxSeries());
    // Another interval is another version, which is prepared for.
    windows.reach().pass(next - 1);
    group.progress(new GroupProgress(next, tick, GroupProgress.NONE, List.of()));
    group.writeIfFull(groups().states());
  }
}
