package dev.guanlan.job.alerting;

import dev.guanlan.connector.kafka.rules.RuleGroupRecords;
import dev.guanlan.job.alerting.state.GroupProgress;
import dev.guanlan.job.alerting.state.SeriesWindow;
import dev.guanlan.model.Labels;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.model.SeriesId;
import dev.guanlan.model.histogram.Histogram;
import dev.guanlan.rules.CompiledGroup;
import dev.guanlan.rules.GroupEvaluator;
import dev.guanlan.rules.RuleException;
import dev.guanlan.rules.RuleMemory;
import dev.guanlan.rules.Succession;
import dev.guanlan.rules.TickOutcome;
import dev.guanlan.schema.AlertTransition;
import dev.guanlan.schema.RuleGroup;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.flink.api.common.functions.OpenContext;
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
 *   <li>When the group is known, its first tick is the first of its grid after event time.
 *   <li>Each tick is a timer. When event time has passed it, the rules are evaluated over the
 *       windows, their alerts move, and the next tick's timer is set; so no tick is left out, and
 *       missed ones follow each other in order.
 *   <li>A changed group keeps the memories of rules that kept their name and labels.
 *   <li>A deleted group resolves its alerts, ends its series, and leaves no state and no timer.
 * </ol>
 */
final class EvaluateRules
    extends KeyedCoProcessFunction<String, GroupSamples, RuleChange, AlertTransition> {

  private static final long serialVersionUID = 1;
  private static final Logger LOG = LoggerFactory.getLogger(EvaluateRules.class);

  /** Fires at the first watermark, whatever it is. */
  static final long FIRST_WATERMARK = Long.MIN_VALUE + 1;

  /** How long samples are held whose group is not known. */
  static final long HOLD_MILLIS = 600_000;

  private final AlertingSettings settings;
  private transient @Nullable GroupStates states;
  private transient @Nullable Evaluators evaluators;
  private transient @Nullable EvaluationMetrics metrics;
  private transient @Nullable StatusReports reports;
  private transient Map<String, Integer> seriesCounts = new HashMap<>();

  EvaluateRules(AlertingSettings settings) {
    this.settings = settings;
  }

  @Override
  public void open(OpenContext context) {
    states = GroupStates.of(getRuntimeContext());
    evaluators = new Evaluators(settings);
    metrics = new EvaluationMetrics(getRuntimeContext().getMetricGroup());
    reports = StatusReports.open(settings, getRuntimeContext());
    seriesCounts = new HashMap<>();
  }

  private GroupStates states() {
    return Objects.requireNonNull(states);
  }

  private Evaluators evaluators() {
    return Objects.requireNonNull(evaluators);
  }

  private EvaluationMetrics metrics() {
    return Objects.requireNonNull(metrics);
  }

  private StatusReports reports() {
    return Objects.requireNonNull(reports);
  }

  @Override
  public void processElement1(GroupSamples samples, Context context, Collector<AlertTransition> out)
      throws Exception {
    SampleBlock block = samples.block();
    GroupProgress progress = states().progress().value();
    if (progress == null) {
      progress = hold(block, context.timerService());
    }
    String key = context.getCurrentKey();
    int count = seriesCount(key);
    long late = 0;
    for (int s = 0; s < block.seriesCount(); s++) {
      count += addSamples(block, s, count) ? 1 : 0;
      long lateBefore = late;
      for (int i = block.firstSample(s); i < block.endSample(s); i++) {
        // Late: the tick that should have seen it is over. It still counts for later ticks.
        late += block.timestamp(i) <= progress.lastTickMillis() ? 1 : 0;
      }
      reports().late(key, block.labels(s), late - lateBefore);
    }
    seriesCounts.put(key, count);
    metrics().late(key, late);
  }

  /** Adds a series' samples to its window; returns whether the series is new. */
  private boolean addSamples(SampleBlock block, int series, int count) throws Exception {
    SeriesId id = block.id(series);
    SeriesWindow window = states().windows().get(id);
    int from = block.firstSample(series);
    int to = block.endSample(series);
    if (window == null && count >= settings.maxSeries()) {
      metrics().overflowed.inc(to - from);
      return false;
    }
    SeriesWindow before = window == null ? SeriesWindow.empty(block.labels(series)) : window;
    long[] timestamps = new long[to - from];
    double[] values = new double[to - from];
    for (int i = from; i < to; i++) {
      timestamps[i - from] = block.timestamp(i);
      values[i - from] = block.value(i);
    }
    SeriesWindow after =
        before.with(
            new SeriesWindow(
                block.labels(series), timestamps, values, histograms(block, from, to)));
    if (after.size() > before.size()) {
      states().windows().put(id, after);
    }
    return window == null;
  }

  private static @Nullable Histogram @Nullable [] histograms(SampleBlock block, int from, int to) {
    if (!block.hasHistograms()) {
      return null;
    }
    @Nullable Histogram[] histograms = new @Nullable Histogram[to - from];
    boolean any = false;
    for (int i = from; i < to; i++) {
      histograms[i - from] = block.histogram(i);
      any |= histograms[i - from] != null;
    }
    return any ? histograms : null;
  }

  private int seriesCount(String key) throws Exception {
    Integer known = seriesCounts.get(key);
    if (known != null) {
      return known;
    }
    int count = 0;
    for (SeriesId ignored : states().windows().keys()) {
      count++;
    }
    return count;
  }

  /** Begins to hold samples whose group is not known yet. */
  private GroupProgress hold(SampleBlock block, TimerService timers) throws Exception {
    long until = Math.max(timers.currentWatermark(), block.latestTimestamp()) + HOLD_MILLIS;
    GroupProgress progress =
        new GroupProgress(GroupProgress.NONE, GroupProgress.NONE, until, List.of());
    states().progress().update(progress);
    timers.registerEventTimeTimer(until);
    return progress;
  }

  @Override
  public void processElement2(RuleChange change, Context context, Collector<AlertTransition> out)
      throws Exception {
    RuleGroup known = states().group().value();
    if (known != null && change.version() <= known.getVersion()) {
      return;
    }
    RuleGroup next = change.group();
    if (next == null) {
      if (known != null) {
        succeed(known, null, context, out);
        new Emission(context, out, known).status(reports().deleted(known));
        forget(context.getCurrentKey(), context.timerService());
      }
      return;
    }
    try {
      evaluators().compile(change.key(), next);
    } catch (RuleException e) {
      metrics().refused.inc();
      LOG.error(
          "The new version of the rule group {} is not evaluated, its last one goes on: {}",
          change.key(),
          e.getMessage());
      return;
    }
    if (known != null) {
      succeed(known, next, context, out);
    }
    states().group().update(next);
    schedule(next, context.timerService());
  }

  /** Hands the memories of a group's rules to its next version, or ends them. */
  private void succeed(
      RuleGroup known, @Nullable RuleGroup next, Context context, Collector<AlertTransition> out)
      throws Exception {
    GroupProgress progress = states().progressOrBeginning();
    long now = Math.max(context.timerService().currentWatermark(), progress.lastTickMillis());
    Succession succession =
        Succession.of(
            RuleGroupRecords.fromRecord(known),
            states().memories(known.getRules().size()),
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
    states().memories().clear();
    states().store(succession.memories());
    List<Labels> stale = new ArrayList<>(progress.stale());
    stale.addAll(succession.stale());
    states()
        .progress()
        .update(
            new GroupProgress(
                progress.nextTickMillis(),
                progress.lastTickMillis(),
                progress.heldUntilMillis(),
                stale));
  }

  /** Sets the timer of a group's next tick: the first of its grid after event time. */
  private void schedule(RuleGroup group, TimerService timers) throws Exception {
    GroupProgress progress = states().progressOrBeginning();
    for (long old : new long[] {progress.nextTickMillis(), progress.heldUntilMillis()}) {
      if (old != GroupProgress.NONE) {
        timers.deleteEventTimeTimer(old);
      }
    }
    long now = Math.max(timers.currentWatermark(), progress.lastTickMillis());
    long nextTick = GroupProgress.NONE;
    if (now == Long.MIN_VALUE) {
      timers.registerEventTimeTimer(FIRST_WATERMARK);
    } else {
      nextTick = firstTickAfter(now, group);
      timers.registerEventTimeTimer(nextTick);
    }
    states()
        .progress()
        .update(
            new GroupProgress(
                nextTick, progress.lastTickMillis(), GroupProgress.NONE, progress.stale()));
  }

  private long firstTickAfter(long millis, RuleGroup group) {
    long interval = settings.intervalMillis(group);
    return dev.guanlan.rules.RuleGroup.firstTickAfter(
        millis,
        interval,
        dev.guanlan.rules.RuleGroup.offsetMillis(group.getNamespace(), group.getName(), interval));
  }

  /** Leaves nothing of a group. */
  private void forget(String key, TimerService timers) throws Exception {
    GroupProgress progress = states().progressOrBeginning();
    timers.deleteEventTimeTimer(FIRST_WATERMARK);
    for (long timer : new long[] {progress.nextTickMillis(), progress.heldUntilMillis()}) {
      if (timer != GroupProgress.NONE) {
        timers.deleteEventTimeTimer(timer);
      }
    }
    states().clear();
    evaluators().forget(key);
    metrics().forget(key);
    reports().forget(key);
    seriesCounts.remove(key);
  }

  @Override
  public void onTimer(long timestamp, OnTimerContext context, Collector<AlertTransition> out)
      throws Exception {
    RuleGroup group = states().group().value();
    GroupProgress progress = states().progressOrBeginning();
    if (group == null) {
      if (timestamp >= progress.heldUntilMillis()) {
        forget(context.getCurrentKey(), context.timerService());
      }
    } else if (progress.nextTickMillis() == GroupProgress.NONE) {
      schedule(group, context.timerService());
    } else if (timestamp == progress.nextTickMillis()) {
      tick(timestamp, group, progress, context, out);
    }
  }

  private void tick(
      long tick,
      RuleGroup group,
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
    long interval = settings.intervalMillis(group);
    long next = tick + interval;
    boolean evaluated = false;
    if (watermark - tick > settings.maxCatchUpMillis()) {
      next = firstTickAfter(watermark - settings.maxCatchUpMillis(), group);
      metrics().skipped.inc((next - tick) / interval);
      LOG.warn(
          "The rule group {} is {} ms behind; it goes on at {}, as far back as rules.max-catch-up"
              + " says",
          context.getCurrentKey(),
          watermark - tick,
          next);
    } else {
      evaluated = evaluate(tick, group, progress, context, out);
    }
    states()
        .progress()
        .update(
            new GroupProgress(
                next,
                evaluated ? tick : progress.lastTickMillis(),
                GroupProgress.NONE,
                evaluated ? List.of() : progress.stale()));
    timers.registerEventTimeTimer(next);
  }

  /** Evaluates a tick; returns whether that was possible. */
  private boolean evaluate(
      long tick,
      RuleGroup group,
      GroupProgress progress,
      OnTimerContext context,
      Collector<AlertTransition> out)
      throws Exception {
    String key = context.getCurrentKey();
    GroupEvaluator evaluator;
    try {
      evaluator = evaluators().of(key, group);
    } catch (RuleException e) {
      // It was accepted by the release that took it into state, and this one cannot read it.
      metrics().refused.inc();
      LOG.error("The rule group {} is not evaluated: {}", key, e.getMessage());
      return false;
    }
    long began = System.nanoTime();
    CompiledGroup compiled = evaluator.group();
    GroupWindows windows = GroupWindows.load(group.getTenant(), compiled, states().windows(), tick);
    List<RuleMemory> memories = states().memories(group.getRules().size());
    TickOutcome outcome = evaluator.evaluate(tick, memories, progress.stale(), windows);
    states().store(outcome.memories());
    long needed = tick + settings.intervalMillis(group) - compiled.reachMillis();
    windows.store(states().windows(), needed);
    seriesCounts.put(key, windows.size());

    Emission emission = new Emission(context, out, group);
    emission.transitions(outcome.transitions(), windows.newestSampleMillis());
    emission.notifications(outcome.notifications());
    emission.recorded(outcome.recorded());
    long nanos = System.nanoTime() - began;
    long now = context.timerService().currentProcessingTime();
    emission.status(reports().of(key, group, compiled, tick, outcome, windows, nanos, now));
    metrics().ticked(key, tick, outcome.failures());
    return true;
  }
}
