package dev.guanlan.job.alerting;

import dev.guanlan.connector.kafka.rules.RuleGroupRecords;
import dev.guanlan.job.common.enrich.Topology;
import dev.guanlan.model.Labels;
import dev.guanlan.model.Origin;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.model.histogram.Histogram;
import dev.guanlan.promql.engine.StaleMarker;
import dev.guanlan.rules.Alert;
import dev.guanlan.rules.ForStates;
import dev.guanlan.rules.Notification;
import dev.guanlan.rules.RuleFileException;
import dev.guanlan.rules.RuleFiles;
import dev.guanlan.rules.RuleGroup;
import dev.guanlan.schema.AlertTransition;
import dev.guanlan.schema.RuleGroupPlan;
import dev.guanlan.schema.RuleGroupStatus;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;
import org.apache.flink.util.OutputTag;
import org.jspecify.annotations.Nullable;

/** Runs the evaluation of rules in Flink's harness, and tells what it did in a line each. */
final class TestingEvaluation implements AutoCloseable {

  static final int MAX_PARALLELISM = 8;
  static final String FILE = "file";
  static final int STATUS_ALERTS = 100;

  private final KeyedTwoInputStreamOperatorTestHarness<
          String, GroupInput, GroupUpdate, AlertTransition>
      harness;
  private final EvaluateRules function;
  private long version = 1;

  private TestingEvaluation(
      AlertingSettings settings,
      Topology topology,
      int parallelism,
      int subtask,
      @Nullable OperatorSubtaskState state)
      throws Exception {
    function = new EvaluateRules(settings, ForStates.DEFAULTS, topology);
    harness =
        new KeyedTwoInputStreamOperatorTestHarness<>(
            new EvaluateRulesOperator(function),
            GroupInput::key,
            GroupUpdate::key,
            Types.STRING,
            MAX_PARALLELISM,
            parallelism,
            subtask);
    harness.setup(
        AlertingTypes.TRANSITIONS.createSerializer(
            new org.apache.flink.api.common.serialization.SerializerConfigImpl()));
    if (state != null) {
      harness.initializeState(state);
    }
    harness.open();
  }

  static TestingEvaluation start() throws Exception {
    return new TestingEvaluation(settings(), Topology.UNKNOWN, 1, 0, null);
  }

  static TestingEvaluation startWith(String... options) throws Exception {
    return restoreWith(null, options);
  }

  static TestingEvaluation restoreWith(@Nullable OperatorSubtaskState state, String... options)
      throws Exception {
    return new TestingEvaluation(
        AlertingSettings.of(AlertingJob.options(options)), Topology.UNKNOWN, 1, 0, state);
  }

  static TestingEvaluation startWith(Topology topology, @Nullable OperatorSubtaskState state)
      throws Exception {
    return new TestingEvaluation(settings(), topology, 1, 0, state);
  }

  static TestingEvaluation restore(OperatorSubtaskState state) throws Exception {
    return new TestingEvaluation(settings(), Topology.UNKNOWN, 1, 0, state);
  }

  /** Restores one of several tasks from the states of all tasks before. */
  static TestingEvaluation restore(
      int before, int parallelism, int subtask, OperatorSubtaskState... states) throws Exception {
    return restore(settings(), before, parallelism, subtask, states);
  }

  static TestingEvaluation restore(
      AlertingSettings settings,
      int before,
      int parallelism,
      int subtask,
      OperatorSubtaskState... states)
      throws Exception {
    OperatorSubtaskState all = AbstractStreamOperatorTestHarness.repackageState(states);
    return new TestingEvaluation(
        settings,
        Topology.UNKNOWN,
        parallelism,
        subtask,
        AbstractStreamOperatorTestHarness.repartitionOperatorState(
            all, MAX_PARALLELISM, before, parallelism, subtask));
  }

  static AlertingSettings settings() {
    return settings(Integer.MAX_VALUE);
  }

  /** Returns settings with which groups of so many series go over to four shards. */
  static AlertingSettings settings(int hotGroupSeries) {
    return settings(hotGroupSeries, 1000, 1, 60_000);
  }

  static AlertingSettings settings(
      int hotGroupSeries, int maxSeries, double windowMemoryFraction, long statusIntervalMillis) {
    return new AlertingSettings(
        60_000,
        60_000,
        300_000,
        1_000_000,
        30_000,
        50_000,
        maxSeries,
        windowMemoryFraction,
        hotGroupSeries,
        4,
        1000,
        7 * 86_400_000L,
        false,
        false,
        statusIntervalMillis,
        STATUS_ALERTS,
        true,
        new TreeMap<>(),
        "",
        "tenant");
  }

  static List<RuleGroup> groups(String yaml) throws RuleFileException {
    return RuleFiles.parse(yaml, FILE);
  }

  static String key(String tenant, String group) {
    return RuleGroup.key(tenant, FILE, group);
  }

  /** Publishes every group of a rule file. */
  void rules(String tenant, String yaml) throws Exception {
    for (RuleGroup group : groups(yaml)) {
      rules(tenant, group);
    }
  }

  void rules(String tenant, RuleGroup group) throws Exception {
    harness.processElement2(new StreamRecord<>(change(tenant, group)));
  }

  /** Publishes a group whose history could not be read. */
  void rulesWithoutHistory(String tenant, String yaml, String why) throws Exception {
    RuleChange change = change(tenant, groups(yaml).get(0));
    harness.processElement2(new StreamRecord<>(change.withoutHistory(why)));
  }

  /**
   * Publishes a group whose history was read.
   *
   * @param when when that was by the wall clock, or that it was before
   */
  void rulesWithHistory(String tenant, String yaml, long when) throws Exception {
    RuleChange change = change(tenant, groups(yaml).get(0));
    harness.processElement2(new StreamRecord<>(change.withHistory(when)));
  }

  private RuleChange change(String tenant, RuleGroup group) {
    version++;
    return new RuleChange(
        key(tenant, group.name()), version, RuleGroupRecords.toRecord(tenant, group, version));
  }

  /** Has versions that are published next be newer than those in state. */
  void skipVersions(int count) {
    version += count;
  }

  /** Has a group's next version refused, as a release does that does not know it. */
  void refuse(String tenant, String yaml) throws Exception {
    RuleChange change = change(tenant, groups(yaml).get(0));
    harness.getOperator().setCurrentKey(change.key());
    LiveGroup group = function.groups().of(change.key());
    group.remarks(group.remarks().refusing(Objects.requireNonNull(change.group()), "unknown"));
  }

  void delete(String tenant, String group) throws Exception {
    version++;
    harness.processElement2(new StreamRecord<>(new RuleChange(key(tenant, group), version, null)));
  }

  void sample(String tenant, String group, Labels labels, long timestamp, double value)
      throws Exception {
    samples(tenant, group, block -> block.series(labels).sample(timestamp, value));
  }

  void samples(String tenant, String group, Consumer<SampleBlock.Builder> content)
      throws Exception {
    samplesOf(Origin.NONE.topic(), tenant, group, content);
  }

  /** Sends samples that come from a topic. */
  void samplesOf(String topic, String tenant, String group, Consumer<SampleBlock.Builder> content)
      throws Exception {
    SampleBlock.Builder block = SampleBlock.builder(tenant, new Origin(topic, 0, 0));
    content.accept(block);
    harness.processElement1(new StreamRecord<>(selected(key(tenant, group), block.build(), true)));
  }

  /** Sends a sample whose series the group should know already. */
  void sampleWithoutLabels(String tenant, String group, Labels labels, long timestamp, double value)
      throws Exception {
    SampleBlock block =
        SampleBlock.builder(tenant, Origin.NONE).series(labels).sample(timestamp, value).build();
    harness.processElement1(new StreamRecord<>(selected(key(tenant, group), block, false)));
  }

  private static SelectedSamples selected(String key, SampleBlock block, boolean withLabels) {
    GroupSelection selection = new GroupSelection(key);
    for (int s = 0; s < block.seriesCount(); s++) {
      selection.add(s, block.endSample(s) - block.firstSample(s), withLabels);
    }
    return selection.take(block);
  }

  /** Sends stored samples of a group, as they come before the version that is published next. */
  void history(String tenant, String group, boolean ofAlerts, Consumer<SampleBlock.Builder> content)
      throws Exception {
    SampleBlock.Builder block = SampleBlock.builder(tenant, Origin.NONE);
    content.accept(block);
    harness.processElement2(
        new StreamRecord<>(
            new GroupHistory(key(tenant, group), version + 1, ofAlerts, block.build())));
  }

  void watermark(long millis) throws Exception {
    harness.processBothWatermarks(new Watermark(millis));
  }

  /** Moves the wall clock. */
  void clock(long millis) throws Exception {
    harness.setProcessingTime(millis);
  }

  /** Returns the plans that were told since the last call. */
  List<RuleGroupPlan> plans() {
    List<RuleGroupPlan> plans = new ArrayList<>();
    Queue<StreamRecord<RuleGroupPlan>> records = harness.getSideOutput(AlertingTypes.PLANS);
    while (records != null && !records.isEmpty()) {
      plans.add(records.remove().getValue());
    }
    return plans;
  }

  /** Returns what was told of groups since the last call. */
  List<RuleGroupStatus> statuses() {
    List<RuleGroupStatus> statuses = new ArrayList<>();
    Queue<StreamRecord<RuleGroupStatus>> records = harness.getSideOutput(AlertingTypes.RULE_STATUS);
    while (records != null && !records.isEmpty()) {
      statuses.add(records.remove().getValue());
    }
    return statuses;
  }

  OperatorSubtaskState snapshot(long checkpoint) throws Exception {
    harness.prepareSnapshotPreBarrier(checkpoint);
    return harness.snapshot(checkpoint, checkpoint);
  }

  /** Takes a snapshot of state as it is, with nothing written before. */
  OperatorSubtaskState snapshotState(long checkpoint) throws Exception {
    return harness.snapshot(checkpoint, checkpoint);
  }

  /** Returns how much a checkpoint would hold. */
  int stateEntries() throws Exception {
    harness.prepareSnapshotPreBarrier(0);
    return harness.numKeyedStateEntries();
  }

  /** Returns the numbers of the segments that state has of a group. */
  List<Long> segments(String tenant, String group) throws Exception {
    harness.getOperator().setCurrentKey(key(tenant, group));
    List<Long> sequences = new ArrayList<>();
    function.groups().states().segments().keys().forEach(sequences::add);
    return sequences;
  }

  int timers() {
    return harness.numEventTimeTimers();
  }

  int timersOfTheClock() {
    return harness.numProcessingTimeTimers();
  }

  /** Has state be as releases wrote it that did not tell whether recorded samples have come. */
  void forgetRecorded(String tenant, String group) throws Exception {
    harness.getOperator().setCurrentKey(key(tenant, group));
    function.groups().states().looksAtRecorded().clear();
  }

  /** Returns how many series are in memory, however many groups look at each. */
  int series() {
    return function.groups().series();
  }

  /** Returns how much memory the windows of the task take, by estimate. */
  long windowBytes() {
    return function.groups().budget().own();
  }

  long windowsGivenUp() {
    return function.metrics().givenUp.getCount();
  }

  long samplesUnknown() {
    return function.metrics().unknown.getCount();
  }

  long samplesOverflowed() {
    return function.metrics().overflowed.getCount();
  }

  /** Returns the transitions since the last call, as {@code time alert from→to}. */
  List<String> transitions() {
    List<String> lines = new ArrayList<>();
    for (AlertTransition transition : harness.extractOutputValues()) {
      lines.add(
          "%d %s %s→%s"
              .formatted(
                  transition.getTimestampMillis(),
                  transition.getAlert(),
                  transition.getFrom(),
                  transition.getTo()));
    }
    harness.getOutput().clear();
    return lines;
  }

  List<AlertTransition> transitionRecords() {
    return harness.extractOutputValues();
  }

  /** Returns what Alertmanager was told since the last call, as {@code time alert state}. */
  List<String> notifications() {
    return drain(
        AlertingTypes.NOTIFICATIONS,
        notification ->
            List.of(
                "%d %s %s"
                    .formatted(
                        notification.tickMillis(),
                        notification.labels().getOrEmpty("alertname"),
                        state(notification))));
  }

  /** Returns whom Alertmanager was told of since the last call, as {@code labels state}. */
  List<String> notifiedLabels() {
    return drain(
        AlertingTypes.NOTIFICATIONS,
        notification -> List.of(notification.labels() + " " + state(notification)));
  }

  private static String state(Notification notification) {
    return notification.resolvedAtMillis() == Alert.NEVER ? "firing" : "resolved";
  }

  /** Returns what was recorded since the last call, as {@code time series value}. */
  List<String> recorded() {
    return drain(
        AlertingTypes.RECORDED,
        samples -> {
          List<String> lines = new ArrayList<>();
          SampleBlock block = samples.block();
          for (int s = 0; s < block.seriesCount(); s++) {
            for (int i = block.firstSample(s); i < block.endSample(s); i++) {
              lines.add(
                  "%d %s %s"
                      .formatted(
                          block.timestamp(i),
                          block.labels(s),
                          StaleMarker.is(block.value(i)) ? "stale" : block.value(i)));
            }
          }
          return lines;
        });
  }

  /** Returns the histograms among what was recorded since the last call, which stays to be read. */
  List<Histogram> recordedHistograms() {
    List<Histogram> histograms = new ArrayList<>();
    Queue<StreamRecord<GroupSamples>> records = harness.getSideOutput(AlertingTypes.RECORDED);
    for (StreamRecord<GroupSamples> record :
        records == null ? List.<StreamRecord<GroupSamples>>of() : List.copyOf(records)) {
      SampleBlock block = record.getValue().block();
      for (int i = 0; i < block.sampleCount(); i++) {
        Histogram histogram = block.histogram(i);
        if (histogram != null) {
          histograms.add(histogram);
        }
      }
    }
    return histograms;
  }

  private <T> List<String> drain(
      OutputTag<T> tag, java.util.function.Function<T, List<String>> text) {
    List<String> lines = new ArrayList<>();
    Queue<StreamRecord<T>> records = harness.getSideOutput(tag);
    while (records != null && !records.isEmpty()) {
      lines.addAll(text.apply(records.remove().getValue()));
    }
    return lines;
  }

  @Override
  public void close() {
    try {
      harness.close();
    } catch (Exception e) {
      throw new IllegalStateException("the harness does not close", e);
    }
  }

  /** Returns the first ticks of a group after a time. */
  static long[] ticks(String group, long intervalMillis, long afterMillis, int count) {
    long offset = RuleGroup.offsetMillis(FILE, group, intervalMillis);
    long[] ticks = new long[count];
    Arrays.setAll(
        ticks,
        i -> RuleGroup.firstTickAfter(afterMillis, intervalMillis, offset) + i * intervalMillis);
    return ticks;
  }
}
