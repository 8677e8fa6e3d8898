package dev.guanlan.job.alerting;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guanlan.connector.kafka.rules.RuleGroupRecords;
import dev.guanlan.connector.kafka.rules.RulePlanRecords;
import dev.guanlan.job.common.BlockTypes;
import dev.guanlan.job.common.enrich.Topology;
import dev.guanlan.model.Labels;
import dev.guanlan.model.Origin;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.model.SeriesId;
import dev.guanlan.model.histogram.Histogram;
import dev.guanlan.promql.Matcher;
import dev.guanlan.promql.SelectedWindow;
import dev.guanlan.promql.engine.MemorySampleSource;
import dev.guanlan.promql.engine.SelectHints;
import dev.guanlan.promql.engine.SeriesSet;
import dev.guanlan.promql.engine.StaleMarker;
import dev.guanlan.rules.DecomposedGroup;
import dev.guanlan.rules.GroupEvaluator;
import dev.guanlan.rules.RecordedSample;
import dev.guanlan.rules.RuleMemory;
import dev.guanlan.rules.TickOutcome;
import dev.guanlan.rules.Windows;
import dev.guanlan.schema.AlertTransition;
import dev.guanlan.schema.PlanRoute;
import dev.guanlan.schema.RuleGroup;
import dev.guanlan.schema.RuleGroupPlan;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Compares what the job makes of random rules and samples with what the rules make of a plain list
 * of all samples up to each tick: every transition, notification and recorded sample, to the bit.
 * The job fails once meanwhile, and goes on from a checkpoint.
 */
@DisplayName("The job's verdicts are those over all samples")
final class RuleDifferenceITCase {

  private static final long LENGTH_MILLIS = 12 * 60_000L;
  private static final AlertingSettings SETTINGS = TestingEvaluation.settings().forBacktest();

  /** More than there can be; Flink makes room for as many. */
  private static final int MOST_LINES = 5_000_000;

  /** Event time while rules come in, before that of any sample: every group begins there. */
  private static final long FIRST_WATERMARK =
      RandomSamples.START_MILLIS - RandomSamples.LAG_MILLIS - 2;

  @TempDir private static Path checkpoints;

  /** The groups that there are from the beginning. */
  private static volatile List<RuleChange> given = List.of();

  /** Their plans. */
  private static volatile List<RuleGroupPlan> planned = List.of();

  /** Is said of a group that has gone over to its shards. */
  private static final String IN_SHARDS = "plan in shards";

  @ParameterizedTest(name = "of {1} groups, seed {2}, parallelism {0}, in {3} shards")
  @CsvSource({"1, 1000, 1, 0", "4, 1000, 2, 0", "1, 600, 3, 3", "4, 1000, 4, 5"})
  void areTheSame(int parallelism, int count, long seed, int shards) throws Exception {
    RandomSamples samples = RandomSamples.of(seed, LENGTH_MILLIS);
    List<RuleChange> changes = new ArrayList<>();
    for (dev.guanlan.rules.RuleGroup group :
        TestingEvaluation.groups(new RandomRules(seed).groups(count))) {
      RuleGroup record = RuleGroupRecords.toRecord(RandomSamples.TENANT, group, 1);
      changes.add(
          new RuleChange(TestingEvaluation.key(RandomSamples.TENANT, group.name()), 1, record));
    }
    long lastWatermark = watermark(samples.blocks().get(samples.blocks().size() - 1));
    int parted = plan(changes, shards);
    List<SampleBlock> blocks = new ArrayList<>(samples.blocks());
    // Should all rules be there before any sample, this is the first that is known of event time.
    Origin begin = new Origin("raw", 0, FIRST_WATERMARK + RandomSamples.LAG_MILLIS + 1);
    blocks.add(0, SampleBlock.builder(RandomSamples.TENANT, begin).build());
    Map<String, List<String>> job = job(parallelism, blocks, changes, lastWatermark);

    List<String> differences = new ArrayList<>();
    long ticks = 0;
    long transitions = 0;
    int inShards = 0;
    for (RuleChange change : changes) {
      RuleGroup group = Objects.requireNonNull(change.group());
      List<String> lines = new ArrayList<>(job.getOrDefault(change.key(), List.of()));
      inShards += lines.contains(IN_SHARDS) ? 1 : 0;
      lines.removeIf(line -> line.startsWith("plan"));
      long interval = SETTINGS.intervalMillis(group);
      long first = SETTINGS.firstTickAfter(FIRST_WATERMARK, group);
      Reference reference = new Reference(change.key(), group, samples.samples());
      for (long tick = first; tick <= lastWatermark; tick += interval) {
        reference.tick(tick);
        ticks++;
      }
      differences.addAll(differences(change.key(), lines, reference.lines));
      transitions += lines.stream().filter(line -> line.startsWith("transition")).count();
    }
    assertThat(differences).isEmpty();
    assertThat(FailOnce.FAILURES).as("failures").hasValue(1);
    // The failure can come before all tasks have marked: then windows have to fill anew.
    assertThat(inShards).as("groups evaluated in shards").isBetween(parted * 3 / 4, parted);
    assertThat(ticks).as("ticks compared").isGreaterThan(count * 10L);
    assertThat(transitions).as("something happens").isGreaterThan(count);
  }

  /** Plans shards for all groups that can be parted; returns how many these are. */
  private static int plan(List<RuleChange> changes, int shards) throws Exception {
    List<RuleGroupPlan> plans = new ArrayList<>();
    int local = 0;
    int own = 0;
    for (RuleChange change : changes) {
      RuleGroup group = Objects.requireNonNull(change.group());
      DecomposedGroup parts = shards > 0 ? SETTINGS.decomposed(group).orElse(null) : null;
      if (parts != null) {
        List<PlanRoute> routes = List.of(RulePlanRecords.route(1, shards, group));
        plans.add(RulePlanRecords.plan(group, 1, true, routes));
        List<SelectedWindow> windows = parts.rest().windows();
        local += windows.isEmpty() ? 0 : 1;
        own += windows.stream().anyMatch(RuleDifferenceITCase::isOfRecorded) ? 1 : 0;
      }
    }
    planned = plans;
    if (shards > 0) {
      assertThat(plans.size()).as("groups in two parts").isGreaterThan(2 * changes.size() / 3);
      assertThat(local).as("of them with local selectors").isGreaterThan(changes.size() / 8);
      assertThat(own).as("of them that record for themselves").isGreaterThan(changes.size() / 15);
    }
    return plans.size();
  }

  private static boolean isOfRecorded(SelectedWindow window) {
    return window.matchers().stream().anyMatch(matcher -> matcher.value().startsWith("rec:"));
  }

  /** Returns the lines that are on one side only, at the first of the ticks that have any. */
  private static List<String> differences(String key, List<String> job, List<String> reference) {
    Map<String, Integer> counts = new TreeMap<>();
    job.forEach(line -> counts.merge(line, 1, Integer::sum));
    reference.forEach(line -> counts.merge(line, -1, Integer::sum));
    List<String> differences = new ArrayList<>();
    counts.forEach(
        (line, count) -> {
          if (count != 0) {
            differences.add(key + (count > 0 ? " only the job: " : " only the reference: ") + line);
          }
        });
    return differences;
  }

  private static long watermark(SampleBlock block) {
    return block.origin().offset() - RandomSamples.LAG_MILLIS - 1;
  }

  /**
   * Evaluates a group over all samples there are, without any state but its memories. The series
   * are told in the order of their identities, as what is computed of many may depend on it.
   */
  private static final class Reference implements Windows {
    private final RuleGroup group;
    private final GroupEvaluator evaluator;
    private final List<RandomSamples.Sample> samples;
    private final SortedMap<SeriesId, List<RandomSamples.Sample>> series = new TreeMap<>();
    private MemorySampleSource source = new MemorySampleSource();
    private final List<String> lines = new ArrayList<>();
    private List<RuleMemory> memories;
    private int taken;

    Reference(String key, RuleGroup group, List<RandomSamples.Sample> samples) throws Exception {
      this.group = group;
      this.samples = samples;
      TopologyPlaces unknown = new TopologyPlaces(Topology.UNKNOWN, new UnregisteredMetricsGroup());
      evaluator = new Evaluators(SETTINGS, unknown).of(key, group);
      memories = Collections.nCopies(group.getRules().size(), RuleMemory.EMPTY);
    }

    void tick(long tickMillis) {
      for (; taken < samples.size() && samples.get(taken).millis() <= tickMillis; taken++) {
        take(samples.get(taken));
      }
      TickOutcome outcome = evaluator.evaluate(tickMillis, memories, List.of(), this);
      memories = outcome.memories();
      outcome
          .transitions()
          .forEach(transition -> lines.add(line(Transitions.of(group, transition, 0))));
      outcome.notifications().forEach(notification -> lines.add("notification " + notification));
      for (RecordedSample sample : outcome.recorded()) {
        lines.add(
            recorded(
                group.getQueryOffsetMillis(),
                sample.labels(),
                sample.timestampMillis(),
                sample.value(),
                sample.histogram()));
      }
    }

    @Override
    public void append(Labels labels, long timestampMillis, double value) {
      take(new RandomSamples.Sample(labels, timestampMillis, value, null));
    }

    @Override
    public void append(Labels labels, long timestampMillis, Histogram histogram) {
      take(new RandomSamples.Sample(labels, timestampMillis, Double.NaN, histogram));
    }

    private void take(RandomSamples.Sample sample) {
      SeriesId id = SeriesId.of(RandomSamples.TENANT, sample.labels());
      List<RandomSamples.Sample> known = series.get(id);
      if (known != null) {
        known.add(sample);
        put(sample);
      } else {
        series.put(id, new ArrayList<>(List.of(sample)));
        source = new MemorySampleSource();
        series.values().forEach(all -> all.forEach(this::put));
      }
    }

    private void put(RandomSamples.Sample sample) {
      Histogram histogram = sample.histogram();
      if (histogram == null) {
        source.append(sample.labels(), sample.millis(), sample.value());
      } else {
        source.append(sample.labels(), sample.millis(), 0, histogram);
      }
    }

    @Override
    public SeriesSet select(List<Matcher> matchers, SelectHints hints) {
      return source.select(matchers, hints);
    }
  }

  /** Runs the job over the samples, and returns what it did in a line each, by group. */
  private static Map<String, List<String>> job(
      int parallelism, List<SampleBlock> blocks, List<RuleChange> changes, long lastWatermark)
      throws Exception {
    given = changes;
    // Event time must not jump to its end, where nothing is judged, if the samples are all there
    // before the rules: behind them comes what ends no group, and the time up to which to judge.
    List<SelectionChange> all = new ArrayList<>(changes);
    all.add(new RuleChange(key("none"), 1, null));
    Configuration configuration = new Configuration();
    configuration.set(PipelineOptions.GENERIC_TYPES, false);
    configuration.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofMillis(100));
    configuration.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, checkpoints.toUri().toString());
    configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
    configuration.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ZERO);
    configuration.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, 10);
    FailOnce.FAILURES.set(0);
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.createLocalEnvironment(parallelism, configuration);
    DataStream<SampleBlock> samples =
        env.fromData(blocks, BlockTypes.SAMPLES)
            .setParallelism(1)
            .assignTimestampsAndWatermarks(
                WatermarkStrategy.<SampleBlock>forGenerator(
                    context -> new AtEachElement<>(RuleDifferenceITCase::watermark)))
            .setParallelism(1)
            .map(new FailOnce(blocks.size()))
            .returns(BlockTypes.SAMPLES)
            .setParallelism(1)
            .rebalance();
    DataStream<SelectionChange> rules =
        env.fromData(all, AlertingTypes.SELECTION_CHANGES)
            .setParallelism(1)
            .assignTimestampsAndWatermarks(
                WatermarkStrategy.<SelectionChange>forGenerator(
                    context ->
                        new AtEachElement<>(
                            change ->
                                change.key().equals(key("none"))
                                    ? lastWatermark
                                    : FIRST_WATERMARK)))
            .setParallelism(1);
    SingleOutputStreamOperator<AlertTransition> transitions =
        AlertingJob.evaluate(
            samples,
            rules,
            new AlertingJob.Tables(new Given(), plans -> planned.forEach(plans)),
            BootstrapOptions.of(AlertingJob.options()),
            Topology.UNKNOWN,
            SETTINGS);
    DataStream<String> lines =
        transitions
            .map(transition -> key(transition.getGroup()) + '\t' + line(transition))
            .returns(Types.STRING)
            .union(
                transitions
                    .getSideOutput(AlertingTypes.PLANS)
                    .map(
                        plan ->
                            RulePlanRecords.key(plan)
                                + '\t'
                                + (plan.getToGroup() ? "plan" : IN_SHARDS))
                    .returns(Types.STRING),
                transitions
                    .getSideOutput(AlertingTypes.NOTIFICATIONS)
                    .map(
                        notification ->
                            key("g" + number(notification.labels()))
                                + "\tnotification "
                                + notification)
                    .returns(Types.STRING),
                transitions
                    .getSideOutput(AlertingTypes.RECORDED)
                    .flatMap(
                        (GroupSamples recorded, Collector<String> out) -> {
                          SampleBlock block = recorded.block();
                          long offset = offset(recorded.group());
                          for (int series = 0; series < block.seriesCount(); series++) {
                            for (int i = block.firstSample(series);
                                i < block.endSample(series);
                                i++) {
                              out.collect(
                                  recorded.group()
                                      + '\t'
                                      + recorded(
                                          offset,
                                          block.labels(series),
                                          block.timestamp(i),
                                          block.value(i),
                                          block.histogram(i)));
                            }
                          }
                        })
                    .returns(Types.STRING));
    Map<String, List<String>> byGroup = new HashMap<>();
    for (String line : lines.executeAndCollect(MOST_LINES)) {
      int tab = line.indexOf('\t');
      byGroup
          .computeIfAbsent(line.substring(0, tab), key -> new ArrayList<>())
          .add(line.substring(tab + 1));
    }
    return byGroup;
  }

  private static String key(String group) {
    return TestingEvaluation.key(RandomSamples.TENANT, group);
  }

  /** Returns the number of the group that an alert is of. */
  private static String number(Labels alert) {
    String name = alert.getOrEmpty("alertname");
    return name.substring(1, name.indexOf('x'));
  }

  private static long offset(String key) {
    for (RuleChange change : given) {
      if (change.key().equals(key)) {
        return Objects.requireNonNull(change.group()).getQueryOffsetMillis();
      }
    }
    throw new IllegalStateException("no group " + key);
  }

  /** Writes a transition down, its maps in order. */
  private static String line(AlertTransition transition) {
    return "transition "
        + AlertTransition.newBuilder(transition)
            .setLabels(new TreeMap<>(transition.getLabels()))
            .setAnnotations(new TreeMap<>(transition.getAnnotations()))
            .setLastSampleMillis(0)
            .build();
  }

  private static String recorded(
      long offset, Labels labels, long millis, double value, @Nullable Histogram histogram) {
    return "recorded %d %s %s"
        .formatted(millis + offset, labels, histogram == null ? bits(value) : histogram);
  }

  /** Tells values apart to the last bit; a NaN has a sign or none as the processor likes. */
  private static String bits(double value) {
    return StaleMarker.is(value) ? "stale" : Long.toHexString(Double.doubleToLongBits(value));
  }

  /** Tells event time with every element. */
  private record AtEachElement<T>(ToLongFunction<T> watermark) implements WatermarkGenerator<T> {

    @Override
    public void onEvent(T element, long timestamp, WatermarkOutput output) {
      output.emitWatermark(new Watermark(watermark.applyAsLong(element)));
    }

    @Override
    public void onPeriodicEmit(WatermarkOutput output) {}
  }

  /** Is the groups that there are from the beginning. */
  private static final class Given implements RuleTable {

    private static final long serialVersionUID = 1;

    @Override
    public void read(Consumer<RuleChange> groups) {
      given.forEach(groups);
    }
  }
}
