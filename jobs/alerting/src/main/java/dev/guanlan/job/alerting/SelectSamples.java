package dev.guanlan.job.alerting;

import dev.guanlan.connector.kafka.rules.RulePlanRecords;
import dev.guanlan.model.Labels;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.rules.RuleException;
import dev.guanlan.schema.RuleGroupPlan;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.SimpleCounter;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.co.CoProcessFunction;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes from each block what rule groups select, and hands it on group by group.
 *
 * <p>The topics of rules and plans are the state. They are read to their ends before the first
 * block, and the broadcast stream brings what changes later; a change that is known already is
 * ignored. Flink keeps up to when there were samples: a plan that is followed from some sample on
 * has shards that lack those before. And it keeps the last version of each group of which a newer
 * one is refused, since the topic forgets it, and the group is still evaluated. What a version
 * looks at is taken for as long as the next one may need to take over, by event time, which Flink
 * keeps, too: the topic has versions yet that were replaced long ago. A series is matched once and
 * remembered with its groups until the rules change or as many others as are remembered were looked
 * at since.
 *
 * <p>Samples go by their series' identities. The labels go along when a series is new here, when
 * the rules have changed, and again after five minutes; a group keeps them for longer than that.
 */
final class SelectSamples extends CoProcessFunction<SampleBlock, SelectionChange, GroupInput>
    implements CheckpointedFunction {

  private static final long serialVersionUID = 1;
  private static final Logger LOG = LoggerFactory.getLogger(SelectSamples.class);

  /** For how long, in event time, a series' labels are not told again. */
  static final long LABELS_MILLIS = 300_000;

  private final RuleTable table;
  private final PlanTable plans;
  private final long lookbackMillis;
  private final TakeOver takeOver;
  private final int cachedSeries;
  private transient RuleIndex index = new RuleIndex(0);
  private transient PlanRoutes routes = new PlanRoutes(0);

  /** Whether it was told to whom it concerns which plans there were when the task started. */
  private transient boolean marked;

  /** The newest time of any sample, in this run and those before it. */
  private transient long newestMillis = Long.MIN_VALUE;

  /** How far event time has come, in this run and those before it, but for the sources' end. */
  private transient long eventMillis = Long.MIN_VALUE;

  /** Whether the job goes on from state; if not, nothing of older versions is evaluated. */
  private transient boolean restored;

  /** The last versions of groups of which a newer one is refused. */
  private transient Map<String, RuleChange> lastVersions = new HashMap<>();

  private transient @Nullable ListState<Long> newestState;
  private transient @Nullable LeastTime eventTimeState;
  private transient @Nullable ListState<RuleChange> lastVersionsState;
  private transient SeriesMatches matches = new SeriesMatches(1);

  /** The groups that select series, one for each key. */
  private transient Map<String, GroupSelection> selections = new HashMap<>();

  /** The different sets of groups that select series, and their numbers. */
  private transient List<GroupSelection[]> sets = new ArrayList<>();

  private transient Map<List<String>, Integer> setNumbers = new HashMap<>();

  /** The groups that select something of the block at hand. */
  private transient List<GroupSelection> touched = new ArrayList<>();

  private transient Counter selected = new SimpleCounter();
  private transient Counter unselected = new SimpleCounter();
  private transient Counter refused = new SimpleCounter();

  /**
   * Makes the step.
   *
   * @param takeOver when a version takes over from the one before it
   * @param cachedSeries how many series are remembered with their groups
   */
  SelectSamples(
      RuleTable table, PlanTable plans, long lookbackMillis, TakeOver takeOver, int cachedSeries) {
    this.table = table;
    this.plans = plans;
    this.lookbackMillis = lookbackMillis;
    this.takeOver = takeOver;
    this.cachedSeries = cachedSeries;
  }

  @Override
  public void open(OpenContext context) {
    MetricGroup metrics = getRuntimeContext().getMetricGroup();
    selected = metrics.counter(AlertingNames.SELECTED);
    unselected = metrics.counter(AlertingNames.UNSELECTED);
    refused = metrics.counter(AlertingNames.GROUPS_REFUSED);
    matches = new SeriesMatches(cachedSeries);
    selections = new HashMap<>();
    sets = new ArrayList<>();
    setNumbers = new HashMap<>();
    touched = new ArrayList<>();
    RuleIndex filled = new RuleIndex(lookbackMillis, takeOver);
    index = filled;
    PlanRoutes planned = new PlanRoutes(lookbackMillis);
    routes = planned;
    // What is over was over before, of times that are fixed and of versions that were replaced.
    filled.pass(newestMillis, eventMillis);
    readTable();
    if (!restored) {
      filled.forgetReplaced();
    }
    plans.read(plan -> planned.apply(plan, true));
    marked = false;
    metrics.gauge("ruleGroups", filled::size);
  }

  /** Reads the table, with what the topic has forgotten of refused groups that live. */
  private void readTable() {
    List<RuleChange> before = List.copyOf(lastVersions.values());
    lastVersions.clear();
    before.forEach(change -> apply(change, Long.MIN_VALUE));
    Set<String> living = new HashSet<>();
    table.read(
        change -> {
          living.add(change.key());
          apply(change, Long.MIN_VALUE);
        });
    for (RuleChange last : before) {
      if (!living.contains(last.key())) {
        index.remove(last.key());
      }
    }
  }

  @Override
  public void processElement1(SampleBlock block, Context context, Collector<GroupInput> out) {
    markFound(context, out);
    noteEventTime(context);
    long newest = block.latestTimestamp();
    if (index.pass(newest, eventMillis)) {
      // Labels go along anew, as they do when rules change.
      selections.clear();
      forget();
    }
    int series = block.seriesCount();
    int without = 0;
    // hot: a series that is known costs one look and allocates nothing.
    for (int s = 0; s < series; s++) {
      int place = matches.find(block.idHigh(s), block.idLow(s));
      if (place < 0) {
        place = matches.add(block.idHigh(s), block.idLow(s), match(block, s));
      }
      GroupSelection[] groups = sets.get(matches.set(place));
      if (groups.length == 0) {
        without++;
      } else {
        select(block, s, place, groups);
      }
    }
    unselected.inc(without);
    for (int i = 0; i < touched.size(); i++) {
      SelectedSamples part = touched.get(i).take(block);
      selected.inc(part.sampleCount());
      if (touched.get(i).ofShard()) {
        context.output(AlertingTypes.TO_SHARDS, part);
      } else {
        out.collect(part);
      }
    }
    touched.clear();
    newestMillis = Math.max(newestMillis, newest);
  }

  private void noteEventTime(Context context) {
    long watermark = context.timerService().currentWatermark();
    if (watermark != Long.MAX_VALUE) {
      eventMillis = Math.max(eventMillis, watermark);
    }
  }

  /** Tells groups and shards once that this task follows the plans that it found. */
  private void markFound(Context context, Collector<GroupInput> out) {
    if (!marked) {
      marked = true;
      index.goOn(context.timerService().currentProcessingTime());
      for (RuleGroupPlan plan : routes.plans()) {
        mark(plan, PlanRoutes.shards(plan), context, out);
      }
    }
  }

  private void mark(
      RuleGroupPlan plan, Collection<String> shards, Context context, Collector<GroupInput> out) {
    int source = getRuntimeContext().getTaskInfo().getIndexOfThisSubtask();
    int sources = getRuntimeContext().getTaskInfo().getNumberOfParallelSubtasks();
    for (String shard : shards) {
      context.output(
          AlertingTypes.TO_SHARDS, new PlanMark(shard, source, sources, newestMillis, plan));
    }
    out.collect(new PlanMark(RulePlanRecords.key(plan), source, sources, newestMillis, plan));
  }

  private void select(SampleBlock block, int series, int place, GroupSelection[] groups) {
    int from = block.firstSample(series);
    int to = block.endSample(series);
    if (from == to) {
      return;
    }
    long newest = Long.MIN_VALUE;
    for (int i = from; i < to; i++) {
      newest = Math.max(newest, block.timestamp(i));
    }
    long told = matches.toldMillis(place);
    boolean withLabels =
        told == SeriesMatches.NEVER || newest < told || newest - told >= LABELS_MILLIS;
    if (withLabels) {
      matches.told(place, newest);
    }
    for (GroupSelection group : groups) {
      if (group.isEmpty()) {
        touched.add(group);
      }
      group.add(series, to - from, withLabels);
    }
  }

  /** Returns the number of the set of groups that select a series. */
  private int match(SampleBlock block, int series) {
    Labels labels = block.labels(series);
    List<String> keys =
        routes.of(block.tenant(), labels, index.match(block.tenant(), labels), index);
    Integer known = setNumbers.get(keys);
    if (known != null) {
      return known;
    }
    if (sets.size() / 2 > cachedSeries) {
      // More sets than series that are remembered: most are of series that are not.
      forget();
    }
    GroupSelection[] groups = new GroupSelection[keys.size()];
    for (int i = 0; i < groups.length; i++) {
      groups[i] = selections.computeIfAbsent(keys.get(i), GroupSelection::new);
    }
    setNumbers.put(keys, sets.size());
    sets.add(groups);
    return sets.size() - 1;
  }

  @Override
  public void processElement2(SelectionChange change, Context context, Collector<GroupInput> out) {
    noteEventTime(context);
    if (change instanceof RuleChange rules) {
      apply(rules, context.timerService().currentProcessingTime());
    } else if (change instanceof PlanChange plan) {
      markFound(context, out);
      follow(plan.plan(), context, out);
    }
  }

  private void follow(RuleGroupPlan plan, Context context, Collector<GroupInput> out) {
    Collection<String> concerned = routes.apply(plan, false);
    if (!concerned.isEmpty()) {
      // Labels go along anew, as they do when rules change.
      selections.clear();
      forget();
      mark(plan, concerned, context, out);
      return;
    }
    RuleGroupPlan newest = routes.plan(RulePlanRecords.key(plan));
    if (newest.getRevision() > plan.getRevision()) {
      // Its maker does not know that a newer one is followed, and is told.
      mark(newest, List.of(), context, out);
    }
  }

  @Override
  public void initializeState(FunctionInitializationContext context) throws Exception {
    ListState<Long> state =
        context.getOperatorStateStore().getUnionListState(AlertingTypes.NEWEST_SAMPLE);
    newestState = state;
    newestMillis = Long.MIN_VALUE;
    // What any task had before may have been what any had before another parallelism.
    for (long newest : state.get()) {
      newestMillis = Math.max(newestMillis, newest);
    }
    LeastTime eventTime = new LeastTime(context, AlertingTypes.EVENT_TIME);
    eventTimeState = eventTime;
    eventMillis = eventTime.restoredMillis();
    restored = context.isRestored();
    ListState<RuleChange> last =
        context.getOperatorStateStore().getUnionListState(AlertingTypes.LAST_VERSIONS);
    lastVersionsState = last;
    lastVersions = new HashMap<>();
    for (RuleChange change : last.get()) {
      lastVersions.put(change.key(), change);
    }
  }

  @Override
  public void snapshotState(FunctionSnapshotContext context) throws Exception {
    if (newestState != null) {
      newestState.update(List.of(newestMillis));
    }
    if (eventTimeState != null) {
      eventTimeState.write(eventMillis);
    }
    if (lastVersionsState != null) {
      // All tasks know the same.
      boolean first = getRuntimeContext().getTaskInfo().getIndexOfThisSubtask() == 0;
      lastVersionsState.update(first ? List.copyOf(lastVersions.values()) : List.of());
    }
  }

  private void apply(RuleChange change, long nowMillis) {
    try {
      if (index.apply(change, nowMillis)) {
        selections.clear();
        forget();
        lastVersions.remove(change.key());
      }
    } catch (RuleException e) {
      refused.inc();
      RuleChange last = index.newest(change.key());
      if (last != null && last.group() != null) {
        lastVersions.put(change.key(), last);
      }
      LOG.error("The rule group {} is not evaluated: {}", change.key(), e.getMessage());
    }
  }

  private void forget() {
    matches.clear();
    sets.clear();
    setNumbers.clear();
  }
}
