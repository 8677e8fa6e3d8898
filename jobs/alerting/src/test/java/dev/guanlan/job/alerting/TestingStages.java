package dev.guanlan.job.alerting;

import dev.guanlan.connector.kafka.rules.RuleGroupRecords;
import dev.guanlan.job.common.enrich.Topology;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.promql.engine.StaleMarker;
import dev.guanlan.rules.ForStates;
import dev.guanlan.rules.Notification;
import dev.guanlan.schema.AlertTransition;
import dev.guanlan.schema.RuleGroupPlan;
import dev.guanlan.schema.RuleGroupStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.TreeMap;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.streaming.api.operators.co.CoProcessOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.apache.flink.streaming.util.KeyedTwoInputStreamOperatorTestHarness;
import org.apache.flink.streaming.util.TwoInputStreamOperatorTestHarness;
import org.apache.flink.util.OutputTag;
import org.jspecify.annotations.Nullable;

/**
 * Runs selection, shards and groups in Flink's harness, joined by hand: each task of the selection
 * hears of a plan when the test says so. What was written to the topics of rules and plans stays
 * there when everything is restored to an earlier state.
 */
final class TestingStages {

  private static final int MAX_PARALLELISM = 8;

  /** So many looks of a shard see all that was read. */
  private static final int QUIET_LOOKS = 5;

  private final @Nullable TestingStore store;
  private final List<RuleChange> rules;
  private final List<RuleGroupPlan> topic;
  private final List<TwoInputStreamOperatorTestHarness<SampleBlock, SelectionChange, GroupInput>>
      selections = new ArrayList<>();
  private final List<KeyedOneInputStreamOperatorTestHarness<String, GroupInput, GroupInput>>
      shards = new ArrayList<>();
  private final List<EvaluateLeaves> leaves = new ArrayList<>();
  private final KeyedTwoInputStreamOperatorTestHarness<
          String, GroupInput, GroupUpdate, AlertTransition>
      groups;

  /** How many plans of the topic each task of the selection has heard of. */
  private final int[] heard;

  private final List<String> lines = new ArrayList<>();
  private final List<RuleGroupStatus> statuses = new ArrayList<>();
  private long checkpoint;
  private long nowMillis;

  /**
   * Is a checkpoint.
   *
   * @param lines what was told before
   */
  record Snapshot(
      List<OperatorSubtaskState> selections,
      List<OperatorSubtaskState> shards,
      OperatorSubtaskState groups,
      int heard,
      List<String> lines) {}

  /**
   * Starts with nothing.
   *
   * @param store what shards are filled from, or null if they fill as time goes
   */
  TestingStages(AlertingSettings settings, @Nullable TestingStore store, int sources, int tasks)
      throws Exception {
    this(settings, store, sources, tasks, null, new ArrayList<>(), new ArrayList<>());
  }

  private TestingStages(
      AlertingSettings settings,
      @Nullable TestingStore store,
      int sources,
      int tasks,
      @Nullable Snapshot snapshot,
      List<RuleChange> rules,
      List<RuleGroupPlan> topic)
      throws Exception {
    this.store = store;
    this.topic = topic;
    this.rules = rules;
    this.heard = new int[sources];
    List<RuleChange> known = List.copyOf(rules);
    List<RuleGroupPlan> plans = List.copyOf(topic);
    for (int source = 0; source < sources; source++) {
      var harness =
          new TwoInputStreamOperatorTestHarness<>(
              new CoProcessOperator<>(
                  new SelectSamples(
                      known::forEach, plans::forEach, 300_000, TakeOver.AT_ONCE, 100_000)),
              MAX_PARALLELISM,
              sources,
              source);
      harness.setup(AlertingTypes.GROUP_INPUTS.createSerializer(new SerializerConfigImpl()));
      if (snapshot != null) {
        harness.initializeState(part(snapshot.selections(), sources, source));
        heard[source] = snapshot.heard();
      }
      harness.open();
      selections.add(harness);
    }
    for (int task = 0; task < tasks; task++) {
      var shard = new EvaluateLeaves(settings, store == null ? ShardStore.NONE : store.store());
      leaves.add(shard);
      var harness =
          new KeyedOneInputStreamOperatorTestHarness<>(
              new EvaluateLeavesOperator(shard),
              GroupInput::key,
              Types.STRING,
              MAX_PARALLELISM,
              tasks,
              task);
      harness.setup(AlertingTypes.GROUP_INPUTS.createSerializer(new SerializerConfigImpl()));
      if (snapshot != null) {
        harness.initializeState(part(snapshot.shards(), tasks, task));
      }
      harness.open();
      shards.add(harness);
    }
    groups =
        new KeyedTwoInputStreamOperatorTestHarness<>(
            new EvaluateRulesOperator(
                new EvaluateRules(settings, ForStates.DEFAULTS, Topology.UNKNOWN)),
            GroupInput::key,
            GroupUpdate::key,
            Types.STRING,
            MAX_PARALLELISM,
            1,
            0);
    groups.setup(AlertingTypes.TRANSITIONS.createSerializer(new SerializerConfigImpl()));
    if (snapshot != null) {
      groups.initializeState(snapshot.groups());
      lines.addAll(snapshot.lines());
    }
    groups.open();
  }

  private static OperatorSubtaskState part(
      List<OperatorSubtaskState> states, int parallelism, int subtask) throws Exception {
    return AbstractStreamOperatorTestHarness.repartitionOperatorState(
        AbstractStreamOperatorTestHarness.repackageState(
            states.toArray(OperatorSubtaskState[]::new)),
        MAX_PARALLELISM,
        states.size(),
        parallelism,
        subtask);
  }

  /** Ends everything as it is, and starts again from a checkpoint; the topics stay. */
  TestingStages restore(AlertingSettings settings, Snapshot snapshot, int sources, int tasks)
      throws Exception {
    close();
    TestingStages restored =
        new TestingStages(settings, store, sources, tasks, snapshot, rules, topic);
    restored.clock(nowMillis);
    return restored;
  }

  /** Takes a checkpoint; a restart goes back to it once it is completed. */
  Snapshot snapshot() throws Exception {
    checkpoint++;
    List<OperatorSubtaskState> ofSelections = new ArrayList<>();
    for (var harness : selections) {
      ofSelections.add(harness.snapshot(checkpoint, 1));
    }
    List<OperatorSubtaskState> ofShards = new ArrayList<>();
    for (var harness : shards) {
      harness.prepareSnapshotPreBarrier(checkpoint);
      ofShards.add(harness.snapshot(checkpoint, 1));
    }
    groups.prepareSnapshotPreBarrier(checkpoint);
    OperatorSubtaskState ofGroups = groups.snapshot(checkpoint, 1);
    int first = heard[0];
    for (int each : heard) {
      first = Math.min(first, each);
    }
    return new Snapshot(ofSelections, ofShards, ofGroups, first, lines());
  }

  /** Tells that the newest checkpoint is completed. */
  void complete() throws Exception {
    groups.notifyOfCompletedCheckpoint(checkpoint);
  }

  long nowMillis() {
    return nowMillis;
  }

  /** Moves the wall clock of shards and of their store. */
  void clock(long millis) throws Exception {
    nowMillis = millis;
    if (store != null) {
      store.clock(millis);
    }
    for (var harness : shards) {
      harness.setProcessingTime(millis);
    }
  }

  /** Moves the wall clock on to a time, and has shards take what the store gives them then. */
  void fill(long millis) throws Exception {
    clock(Math.max(nowMillis, millis));
    TestingStore from = Objects.requireNonNull(store);
    boolean filling = shards.stream().anyMatch(harness -> harness.numProcessingTimeTimers() > 0);
    for (int quiet = 0; filling && quiet < QUIET_LOOKS; quiet++) {
      if (from.answers(leaves.stream().mapToLong(EvaluateLeaves::reading).sum())) {
        quiet = 0;
        Thread.sleep(1);
      }
      clock(nowMillis + ShardHistories.LOOK_MILLIS);
    }
  }

  int sources() {
    return selections.size();
  }

  /** Publishes a version of a group, or deletes it. */
  void rules(String key, long version, dev.guanlan.rules.@Nullable RuleGroup group)
      throws Exception {
    RuleChange change =
        new RuleChange(
            key,
            version,
            group == null ? null : RuleGroupRecords.toRecord(RandomSamples.TENANT, group, version));
    rules.removeIf(each -> each.key().equals(key));
    rules.add(change);
    for (var harness : selections) {
      harness.processElement2(new StreamRecord<>(change));
    }
    drain();
    groups.processElement2(new StreamRecord<>(change));
    drain();
  }

  /** Sends some of the history of a version of a group. */
  void history(String key, long version, SampleBlock block) throws Exception {
    history(key, version, false, block);
  }

  /** Sends what was recorded of the alerts of a version of a group. */
  void alerts(String key, long version, SampleBlock block) throws Exception {
    history(key, version, true, block);
  }

  private void history(String key, long version, boolean ofAlerts, SampleBlock block)
      throws Exception {
    groups.processElement2(new StreamRecord<>(new GroupHistory(key, version, ofAlerts, block)));
    drain();
  }

  void samples(int source, SampleBlock block) throws Exception {
    selections.get(source).processElement1(new StreamRecord<>(block));
    drain();
  }

  /** Has a task of the selection hear of the next plan, if there is one. */
  void hear(int source) throws Exception {
    if (heard[source] < topic.size()) {
      RuleGroupPlan plan = topic.get(heard[source]++);
      selections.get(source).processElement2(new StreamRecord<>(new PlanChange(plan)));
      drain();
    }
  }

  /** Returns the plans that were written, in all runs. */
  List<RuleGroupPlan> plans() {
    return topic;
  }

  void watermark(long millis) throws Exception {
    for (var harness : shards) {
      harness.processWatermark(new Watermark(millis));
    }
    drain();
    groups.processBothWatermarks(new Watermark(millis));
    drain();
  }

  /** Hands on what each stage has for the next. */
  private void drain() throws Exception {
    for (var harness : selections) {
      for (GroupInput input : taken(harness, AlertingTypes.TO_SHARDS)) {
        int task =
            KeyGroupRangeAssignment.assignKeyToParallelOperator(
                input.key(), MAX_PARALLELISM, shards.size());
        shards.get(task).processElement(new StreamRecord<>(input));
      }
      for (GroupInput input : harness.extractOutputValues()) {
        groups.processElement1(new StreamRecord<>(input));
      }
      harness.getOutput().clear();
    }
    for (var harness : shards) {
      for (GroupInput input : harness.extractOutputValues()) {
        groups.processElement1(new StreamRecord<>(input));
      }
      harness.getOutput().clear();
    }
    for (AlertTransition transition : groups.extractOutputValues()) {
      lines.add(
          "transition "
              + AlertTransition.newBuilder(transition)
                  .setLabels(new TreeMap<>(transition.getLabels()))
                  .setAnnotations(new TreeMap<>(transition.getAnnotations()))
                  .build());
    }
    groups.getOutput().clear();
    for (Notification notification : taken(groups, AlertingTypes.NOTIFICATIONS)) {
      lines.add("notification " + notification);
    }
    for (GroupSamples recorded : taken(groups, AlertingTypes.RECORDED)) {
      add(recorded.block());
    }
    topic.addAll(taken(groups, AlertingTypes.PLANS));
    statuses.addAll(taken(groups, AlertingTypes.RULE_STATUS));
  }

  private void add(SampleBlock block) {
    for (int s = 0; s < block.seriesCount(); s++) {
      for (int i = block.firstSample(s); i < block.endSample(s); i++) {
        double value = block.value(i);
        lines.add(
            "recorded %d %s %s"
                .formatted(
                    block.timestamp(i),
                    block.labels(s),
                    block.histogram(i) != null
                        ? block.histogram(i)
                        : StaleMarker.is(value)
                            ? "stale"
                            : Long.toHexString(Double.doubleToLongBits(value))));
      }
    }
  }

  private static <T> List<T> taken(AbstractStreamOperatorTestHarness<?> harness, OutputTag<T> tag) {
    List<T> all = new ArrayList<>();
    Queue<StreamRecord<T>> records = harness.getSideOutput(tag);
    while (records != null && !records.isEmpty()) {
      all.add(records.remove().getValue());
    }
    return all;
  }

  /** Returns everything that was told, in its order, in a line each. */
  List<String> lines() {
    return List.copyOf(lines);
  }

  /** Returns what was told of groups in this run. */
  List<RuleGroupStatus> statuses() {
    return statuses;
  }

  /** Returns how much the shards' checkpoint would hold. */
  int shardEntries() throws Exception {
    int entries = 0;
    for (var harness : shards) {
      harness.prepareSnapshotPreBarrier(0);
      entries += harness.numKeyedStateEntries() + harness.numEventTimeTimers();
    }
    return entries;
  }

  void close() throws Exception {
    for (var harness : selections) {
      harness.close();
    }
    for (var harness : shards) {
      harness.close();
    }
    groups.close();
  }
}
