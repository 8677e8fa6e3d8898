package dev.guanlan.job.alerting;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guanlan.connector.kafka.rules.RuleGroupRecords;
import dev.guanlan.connector.kafka.rules.RulePlanRecords;
import dev.guanlan.job.alerting.state.LeafResults;
import dev.guanlan.model.Labels;
import dev.guanlan.model.Origin;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.schema.PlanRoute;
import dev.guanlan.schema.RuleGroup;
import dev.guanlan.schema.RuleGroupPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Marks one shard of a group that looks back an hour, and sees when it says that it is filled. */
@DisplayName("The history of a shard")
class ShardHistoriesTest {

  private static final String TENANT = "t";
  private static final long INTERVAL_MILLIS = 60_000;
  private static final long RANGE_MILLIS = 3_600_000;

  /** How long after its last mark a shard is read to which nothing comes. */
  private static final long SILENT_MILLIS = TestingStore.DELAY_MILLIS + 2 * INTERVAL_MILLIS;

  private static final long BEGIN_MILLIS = 1_700_000_000_000L;
  private static final Labels SERIES = Labels.of("__name__", "up", "job", "a");
  private static final ShardKey KEY =
      new ShardKey(TestingEvaluation.key(TENANT, "g"), 7, ShardKey.shard(SERIES, 2));

  private final TestingStore store = new TestingStore();
  private EvaluateLeaves leaves;
  private KeyedOneInputStreamOperatorTestHarness<String, GroupInput, GroupInput> shards;
  private long nowMillis = BEGIN_MILLIS + 1_000_000;

  @BeforeEach
  void open() throws Exception {
    open(null);
    // What was there before the shard.
    for (long millis = BEGIN_MILLIS - 2 * RANGE_MILLIS; millis < BEGIN_MILLIS; millis += 60_000) {
      store.take(
          SampleBlock.builder(TENANT, new Origin("raw", 0, millis))
              .series(SERIES)
              .sample(millis, 1)
              .build());
    }
    shards.processWatermark(new Watermark(BEGIN_MILLIS - 1));
  }

  private void open(@Nullable OperatorSubtaskState state) throws Exception {
    leaves = new EvaluateLeaves(TestingEvaluation.settings(), store.store());
    shards =
        new KeyedOneInputStreamOperatorTestHarness<>(
            new EvaluateLeavesOperator(leaves),
            GroupInput::key,
            Types.STRING,
            TestingEvaluation.MAX_PARALLELISM,
            1,
            0);
    shards.setup(AlertingTypes.GROUP_INPUTS.createSerializer(new SerializerConfigImpl()));
    if (state != null) {
      shards.initializeState(state);
    }
    shards.open();
    clock(0);
  }

  @AfterEach
  void close() throws Exception {
    shards.close();
  }

  private OperatorSubtaskState snapshot() throws Exception {
    shards.prepareSnapshotPreBarrier(1);
    return shards.snapshot(1, 1);
  }

  private static RuleGroupPlan plan(long revision, boolean withShards) throws Exception {
    RuleGroup rules =
        RuleGroupRecords.toRecord(
            TENANT,
            TestingEvaluation.groups(
                    """
                    groups:
                    - name: g
                      interval: 1m
                      query_offset: 10s
                      rules:
                      - {record: r, expr: "sum(count_over_time(up[1h]))"}
                      - {record: s, expr: "sum(count_over_time(short[1m]))"}
                    """)
                .get(0),
            1);
    PlanRoute route = RulePlanRecords.route(KEY.version(), 2, rules);
    return RulePlanRecords.plan(rules, revision, true, withShards ? List.of(route) : List.of());
  }

  private void mark(int source, long revision, boolean withShards, long newestMillis)
      throws Exception {
    shards.processElement(
        new StreamRecord<>(
            new PlanMark(KEY.text(), source, 2, newestMillis, plan(revision, withShards))));
  }

  private void mark(int source, long newestMillis) throws Exception {
    mark(source, 7, true, newestMillis);
  }

  private void clock(long laterMillis) throws Exception {
    nowMillis += laterMillis;
    store.clock(nowMillis);
    shards.setProcessingTime(nowMillis);
  }

  /** Lets a read that is due come to its end. */
  private void read() throws Exception {
    for (int quiet = 0; quiet < 5; quiet++) {
      clock(ShardHistories.LOOK_MILLIS);
      if (store.answers(leaves.reading())) {
        quiet = 0;
      }
      Thread.sleep(1);
    }
  }

  /** Returns what the shard tells of its next tick. */
  private LeafResults tick(int number) throws Exception {
    shards.getOutput().clear();
    shards.processWatermark(new Watermark(BEGIN_MILLIS + number * INTERVAL_MILLIS));
    List<LeafResults> told = new ArrayList<>();
    for (GroupInput input : shards.extractOutputValues()) {
      told.add(((ShardResults) input).results());
    }
    return told.get(told.size() - 1);
  }

  @Test
  @DisplayName("is read some time after the last task of the selection has marked it")
  void afterTheLastMark() throws Exception {
    mark(0, BEGIN_MILLIS - 5_000);
    clock(10 * TestingStore.DELAY_MILLIS);
    read();
    assertThat(store.asked()).isEmpty();

    mark(1, BEGIN_MILLIS - 8_000);
    clock(SILENT_MILLIS - 1);
    assertThat(store.asked()).as("something may come yet").isEmpty();
    assertThat(tick(1).complete()).isFalse();
    clock(1);
    read();
    LeafResults filled = tick(2);
    assertThat(filled.complete()).isTrue();
    // A sample a minute up to the begin, as far back as the tick, moved by the offset, looks.
    long query = filled.tickMillis() - 10_000;
    long in = (BEGIN_MILLIS - 60_000 - (query - RANGE_MILLIS)) / 60_000 + 1;
    assertThat(filled.leaves().get(0).values()).containsExactly((double) in);
  }

  @Test
  @DisplayName("is what its rules look at from the next tick on, up to what came before the marks")
  void asFarAsRulesLook() throws Exception {
    mark(0, BEGIN_MILLIS - 5_000);
    mark(1, BEGIN_MILLIS - 8_000);
    long ticked = tick(1).tickMillis();
    clock(SILENT_MILLIS);
    read();
    assertThat(store.asked())
        .singleElement()
        .satisfies(
            asked -> {
              assertThat(asked.toMillis())
                  .isEqualTo(BEGIN_MILLIS - 5_000 + HistoryReader.AHEAD_MILLIS);
              assertThat(asked.selections())
                  .extracting(selection -> ticked + 60_000 - 10_000 - selection.fromMillis())
                  .containsExactlyInAnyOrder(60_000L, RANGE_MILLIS);
            });
  }

  @Test
  @DisplayName("is read if no task had samples since it began, as the store may have older ones")
  void nothingSinceTheBegin() throws Exception {
    mark(0, Long.MIN_VALUE);
    mark(1, Long.MIN_VALUE);
    assertThat(tick(1).complete()).isFalse();
    clock(SILENT_MILLIS);
    read();
    LeafResults filled = tick(2);
    assertThat(filled.complete()).isTrue();
    assertThat(filled.leaves().get(0).values()).hasSize(1);
  }

  @Test
  @DisplayName("is not all there while the store lacks what came behind the marks")
  void notStored() throws Exception {
    mark(0, BEGIN_MILLIS - 5_000);
    mark(1, BEGIN_MILLIS - 8_000);
    clock(TestingStore.DELAY_MILLIS - 1);
    SampleBlock late = live(SERIES, BEGIN_MILLIS - 5_000);
    SampleBlock live = live(SERIES, BEGIN_MILLIS - 4_000);
    clock(TestingStore.DELAY_MILLIS - 1);
    read();
    assertThat(store.asked()).hasSize(1);
    assertThat(tick(1).complete()).isFalse();
    store.take(late);
    clock(10_000);
    read();
    assertThat(store.asked()).hasSize(2);
    assertThat(tick(2).complete()).isFalse();
    // As another sample has come, it is this that must be there.
    SampleBlock later = live(SERIES, BEGIN_MILLIS + 2 * HistoryReader.AHEAD_MILLIS);
    store.take(live);
    clock(TestingStore.DELAY_MILLIS);
    read();
    assertThat(store.asked()).hasSize(3);
    assertThat(tick(3).complete()).isFalse();
    store.take(later);
    clock(10_000);
    read();
    assertThat(store.asked()).as("whether it is there, and then for all").hasSize(5);
    assertThat(tick(4).complete()).isTrue();
  }

  @Test
  @DisplayName("is all there if what came behind the marks is stored and no rule looks at it now")
  void storedOutOfReach() throws Exception {
    mark(0, BEGIN_MILLIS - 5_000);
    mark(1, BEGIN_MILLIS - 8_000);
    store.take(live(Labels.of("__name__", "short", "job", "a"), BEGIN_MILLIS - 4_000));
    assertThat(tick(5).complete()).isFalse();
    clock(TestingStore.DELAY_MILLIS);
    read();
    assertThat(tick(6).complete()).isTrue();
  }

  @Test
  @DisplayName("is not all there while the store lacks what came of any partition")
  void notStoredOfOnePartition() throws Exception {
    mark(0, BEGIN_MILLIS - 5_000);
    mark(1, BEGIN_MILLIS - 8_000);
    SampleBlock one = live(SERIES, BEGIN_MILLIS - 4_000);
    clock(500);
    SampleBlock other = live(Labels.of("__name__", "short", "job", "a"), BEGIN_MILLIS - 4_000);
    store.take(one);
    clock(TestingStore.DELAY_MILLIS);
    read();
    assertThat(store.asked()).hasSize(1);
    assertThat(tick(1).leaves().get(0).values()).as("nothing was read").containsExactly(1);
    store.take(other);
    clock(10_000);
    read();
    assertThat(tick(2).complete()).isTrue();
  }

  @Test
  @DisplayName("waits for a sample by the right clock where another was ahead before")
  void aClockAhead() throws Exception {
    mark(0, nowMillis + 9 * 60_000);
    mark(1, BEGIN_MILLIS - 8_000);
    SampleBlock live = live(SERIES, nowMillis + 1);
    clock(SILENT_MILLIS);
    read();
    assertThat(store.asked()).hasSize(1);
    assertThat(tick(1).complete()).isFalse();
    store.take(live);
    clock(10_000);
    read();
    assertThat(tick(2).complete()).isTrue();
  }

  private SampleBlock live(Labels series, long millis) throws Exception {
    SampleBlock block =
        SampleBlock.builder(TENANT, new Origin("raw", 0, nowMillis))
            .series(series)
            .sample(millis, 1)
            .build();
    GroupSelection selection = new GroupSelection(KEY.text());
    selection.add(0, 1, true);
    shards.processElement(new StreamRecord<>(selection.take(block)));
    return block;
  }

  @Test
  @DisplayName("is read anew when a mark comes while it is read")
  void markedMeanwhile() throws Exception {
    mark(0, BEGIN_MILLIS - 5_000);
    mark(1, BEGIN_MILLIS - 8_000);
    store.is(TestingStore.Health.HANGS);
    clock(SILENT_MILLIS);
    read();
    store.is(TestingStore.Health.WELL);
    mark(1, BEGIN_MILLIS - 3_000);
    read();
    assertThat(store.asked()).hasSizeLessThan(2);
    assertThat(tick(1).complete()).isFalse();
    clock(SILENT_MILLIS);
    read();
    assertThat(tick(2).complete()).isTrue();
    assertThat(Objects.requireNonNull(store.asked().get(store.asked().size() - 1)).toMillis())
        .isEqualTo(BEGIN_MILLIS - 3_000 + HistoryReader.AHEAD_MILLIS);
  }

  @Test
  @DisplayName("is read anew after a restart, once the shard is marked")
  void restarted() throws Exception {
    mark(0, BEGIN_MILLIS - 5_000);
    mark(1, BEGIN_MILLIS - 8_000);
    store.is(TestingStore.Health.HANGS);
    clock(SILENT_MILLIS);
    read();
    OperatorSubtaskState state = snapshot();
    shards.close();
    store.is(TestingStore.Health.WELL);
    store.asked().clear();

    open(state);
    shards.processWatermark(new Watermark(BEGIN_MILLIS));
    clock(2 * SILENT_MILLIS);
    read();
    assertThat(store.asked()).as("a timer of before").isEmpty();
    mark(0, BEGIN_MILLIS - 1_000);
    clock(SILENT_MILLIS);
    assertThat(tick(1).complete()).isFalse();
    read();
    assertThat(tick(2).complete()).isTrue();

    state = snapshot();
    shards.close();
    store.asked().clear();
    open(state);
    mark(0, BEGIN_MILLIS);
    mark(1, BEGIN_MILLIS);
    clock(2 * SILENT_MILLIS);
    read();
    assertThat(store.asked()).as("it is filled").isEmpty();
    assertThat(tick(3).complete()).isTrue();
  }

  @Test
  @DisplayName("is not waited for by a shard that is over")
  void over() throws Exception {
    for (TestingStore.Health health :
        List.of(TestingStore.Health.WELL, TestingStore.Health.HANGS)) {
      store.is(health);
      store.asked().clear();
      mark(0, BEGIN_MILLIS - 5_000);
      mark(1, BEGIN_MILLIS - 8_000);
      clock(health == TestingStore.Health.HANGS ? SILENT_MILLIS : 1);
      mark(0, 8, false, BEGIN_MILLIS);
      clock(2 * SILENT_MILLIS);
      read();
      assertThat(shards.numProcessingTimeTimers()).isZero();
      shards.prepareSnapshotPreBarrier(1);
      assertThat(shards.numKeyedStateEntries() + shards.numEventTimeTimers()).isZero();
    }
  }

  @Test
  @DisplayName("is kept no longer than rules look at it")
  void isForgotten() throws Exception {
    mark(0, BEGIN_MILLIS - 5_000);
    mark(1, BEGIN_MILLIS - 8_000);
    clock(SILENT_MILLIS);
    read();
    assertThat(tick(59).leaves().get(0).values()).hasSize(1);
    shards.prepareSnapshotPreBarrier(1);
    int filled = shards.numKeyedStateEntries();
    tick(60 + (int) (LiveWindows.KNOWN_MILLIS / INTERVAL_MILLIS) + 3);
    shards.prepareSnapshotPreBarrier(2);
    assertThat(shards.numKeyedStateEntries())
        .as("the series and its segment are gone")
        .isEqualTo(filled - 2);
  }
}
