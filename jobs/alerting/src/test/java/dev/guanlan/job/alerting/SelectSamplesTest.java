package dev.guanlan.job.alerting;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guanlan.connector.kafka.rules.RuleGroupRecords;
import dev.guanlan.model.Labels;
import dev.guanlan.model.Origin;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.model.SeriesId;
import dev.guanlan.rules.RecordingRule;
import dev.guanlan.rules.RuleGroup;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.co.CoProcessOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.streaming.util.TwoInputStreamOperatorTestHarness;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SelectSamplesTest {

  private static final String UP =
      "groups: [{name: up, rules: [{record: r, expr: 'up{job=\"a\"} + on() down'}]}]";
  private static final String ANY =
      "groups: [{name: any, rules: [{record: r, expr: '{job=~\"b|c\"}'}]}]";

  private TakeOver takeOver = TakeOver.AT_ONCE;

  private final List<RuleChange> table = new ArrayList<>();

  /** Whose labels went along with the last block, as {@code group: series}. */
  private final List<String> told = new ArrayList<>();

  private TwoInputStreamOperatorTestHarness<SampleBlock, SelectionChange, GroupInput> harness;

  private void open() throws Exception {
    open(2);
  }

  private void open(int cachedSeries) throws Exception {
    open(cachedSeries, null);
  }

  private void open(int cachedSeries, @Nullable OperatorSubtaskState state) throws Exception {
    List<RuleChange> known = new ArrayList<>(table);
    harness =
        new TwoInputStreamOperatorTestHarness<>(
            new CoProcessOperator<>(
                new SelectSamples(
                    known::forEach, PlanTable.none(), 300_000, takeOver, cachedSeries)));
    harness.setup(AlertingTypes.GROUP_INPUTS.createSerializer(new SerializerConfigImpl()));
    if (state != null) {
      harness.initializeState(state);
    }
    harness.open();
  }

  @AfterEach
  void close() throws Exception {
    harness.close();
  }

  private static RuleChange change(String tenant, String yaml, long version) throws Exception {
    RuleGroup group = TestingEvaluation.groups(yaml).get(0);
    return new RuleChange(
        TestingEvaluation.key(tenant, group.name()),
        version,
        RuleGroupRecords.toRecord(tenant, group, version));
  }

  /** Sends a block of one sample a series, and tells what comes out as {@code group: series}. */
  private List<String> select(String tenant, Labels... series) throws Exception {
    return select(0, tenant, series);
  }

  /** Sends a block of one sample a series at a time. */
  private List<String> select(long millis, String tenant, Labels... series) throws Exception {
    SampleBlock.Builder builder = SampleBlock.builder(tenant, Origin.NONE);
    for (int i = 0; i < series.length; i++) {
      builder.series(series[i]).sample(millis, i);
    }
    SampleBlock block = builder.build();
    Map<SeriesId, Labels> known = new HashMap<>();
    for (int s = 0; s < block.seriesCount(); s++) {
      known.put(block.id(s), block.labels(s));
    }
    harness.getOutput().clear();
    told.clear();
    harness.processElement1(new StreamRecord<>(block));
    List<String> lines = new ArrayList<>();
    for (GroupInput input : harness.extractOutputValues()) {
      SelectedSamples samples = (SelectedSamples) input;
      for (int s = 0; s < samples.seriesCount(); s++) {
        Labels labels = known.get(new SeriesId(samples.ids()[2 * s], samples.ids()[2 * s + 1]));
        assertThat(samples.labels(s)).isIn(labels, null);
        if (samples.labels(s) != null) {
          told.add(samples.group() + ": " + labels);
        }
        lines.add(
            "%s: %s %s"
                .formatted(samples.group(), labels, samples.values()[samples.firstSample()[s]]));
      }
    }
    return lines;
  }

  private static final Labels UP_A = Labels.of("__name__", "up", "job", "a");
  private static final Labels UP_B = Labels.of("__name__", "up", "job", "b");
  private static final Labels DOWN = Labels.of("__name__", "down", "job", "z");

  private static final long PUBLISHED = 1_700_000_000_000L;

  @Test
  void selectsForAFixedTimeWhileThereAreSamplesOfIt() throws Exception {
    long time = 1_700_000_000_000L;
    table.add(change("t", groupOf("fixed", "up @ " + time / 1_000), 1));
    table.add(change("t", groupOf("moving", "down"), 1));
    open();
    long begin = time - 300_000;
    assertThat(select(begin, "t", UP_A, DOWN)).singleElement().asString().contains("moving");
    assertThat(select(begin + 1, "t", UP_A)).singleElement().asString().contains("fixed");
    assertThat(told).as("with its labels").hasSize(1);
    assertThat(select(begin - 60_000, "t", UP_A)).as("comes later").hasSize(1);
    assertThat(select(time + 7_000_000, "t", UP_A)).as("of one of many senders").hasSize(1);
    harness.processBothWatermarks(new Watermark(time + RuleIndex.LATE_MILLIS));
    assertThat(select(time, "t", UP_A)).as("as late as can be").hasSize(1);
    harness.processBothWatermarks(new Watermark(time + RuleIndex.LATE_MILLIS + 1));
    assertThat(select(time, "t", UP_A, DOWN)).singleElement().asString().contains("moving");
    assertThat(told).as("as the first of its set").hasSize(1);
  }

  @Test
  void selectsForARangeThatMovesThoughAFixedTimeIsOver() throws Exception {
    table.add(change("t", groupOf("both", "up - up @ 1700000000"), 1));
    open();
    harness.processBothWatermarks(new Watermark(1_800_000_000_000L));
    assertThat(select(1_800_000_000_001L, "t", UP_A)).hasSize(1);
    harness.processElement2(new StreamRecord<>(change("t", groupOf("both", "up @ 1700000000"), 2)));
    assertThat(select(1_800_000_000_002L, "t", UP_A)).isEmpty();
    harness.processElement2(new StreamRecord<>(change("t", groupOf("both", "up"), 3)));
    assertThat(select(1_800_000_000_003L, "t", UP_A)).hasSize(1);
    assertThat(told).hasSize(1);
  }

  private static String groupOf(String name, String expression) {
    return "groups: [{name: %s, rules: [{record: r, expr: '%s'}]}]".formatted(name, expression);
  }

  @Test
  void knowsEveryRuleBeforeTheFirstBlock() throws Exception {
    table.add(change("t", UP, 1));
    table.add(change("t", ANY, 1));
    open();
    assertThat(select("t", UP_A, Labels.of("__name__", "x"), UP_B, DOWN))
        .containsExactly(
            "t/file/up: " + UP_A + " 0.0",
            "t/file/up: " + DOWN + " 3.0",
            "t/file/any: " + UP_B + " 2.0");
  }

  @Test
  void givesATenantsSamplesToItsOwnGroupsOnly() throws Exception {
    table.add(change("one", UP, 1));
    table.add(change("two", UP, 1));
    open();
    assertThat(select("two", UP_A)).containsExactly("two/file/up: " + UP_A + " 0.0");
    assertThat(select("three", UP_A)).isEmpty();
  }

  @Test
  void followsTheStreamOfRulesWhereItIsNewer() throws Exception {
    table.add(change("t", UP, 5));
    open();
    assertThat(select("t", UP_A)).hasSize(1);
    // The stream begins with what the table held, and with what was before it.
    harness.processElement2(
        new StreamRecord<>(change("t", ANY.replace("name: any", "name: up"), 4)));
    harness.processElement2(new StreamRecord<>(new RuleChange("t/file/up", 5, null)));
    assertThat(select("t", UP_A, UP_B)).hasSize(1);
    harness.processElement2(
        new StreamRecord<>(change("t", ANY.replace("name: any", "name: up"), 6)));
    assertThat(select("t", UP_A, UP_B)).containsExactly("t/file/up: " + UP_B + " 1.0");
    harness.processElement2(new StreamRecord<>(new RuleChange("t/file/up", 7, null)));
    assertThat(select("t", UP_A, UP_B)).isEmpty();
  }

  @Test
  void selectsForAVersionUntilTheNextHasTakenOver() throws Exception {
    takeOver = new TakeOver(0, 610_000);
    long published = PUBLISHED;
    RuleChange first = change("t", UP, published - 900_000);
    RuleChange second = change("t", ANY.replace("name: any", "name: up"), published - 100_000);
    RuleChange third = change("t", groupOf("up", "other"), published);
    table.add(first);
    open();
    OperatorSubtaskState before = harness.snapshot(1, 1);
    harness.processElement2(new StreamRecord<>(second));
    harness.processElement2(new StreamRecord<>(third));
    Labels other = Labels.of("__name__", "other");
    String[] all = {
      "t/file/up: " + UP_A + " 0.0", "t/file/up: " + UP_B + " 1.0", "t/file/up: " + other + " 2.0"
    };
    assertThat(select("t", UP_A, UP_B, other)).containsExactly(all);
    harness.processBothWatermarks(new Watermark(published + 510_000));
    assertThat(select("t", UP_A, UP_B, other)).containsExactly(all);
    harness.processBothWatermarks(new Watermark(published + 510_001));
    assertThat(select("t", UP_A, UP_B, other)).containsExactly(all[1], all[2]);
    assertThat(told).as("to those who may be new to it").hasSize(2);
    harness.processBothWatermarks(new Watermark(published + 610_001));
    assertThat(select("t", UP_A, UP_B, other)).containsExactly(all[2]);
    harness.processBothWatermarks(new Watermark(published + 610_002));
    harness.processElement2(new StreamRecord<>(change("t", groupOf("up", "down"), published + 1)));
    assertThat(select("t", UP_A, UP_B, other)).as("it came late").isEmpty();

    harness.close();
    table.add(second);
    table.add(third);
    open(2, before);
    assertThat(select("t", UP_A, UP_B, other)).as("restored to before").containsExactly(all);
    harness.processElement2(new StreamRecord<>(new RuleChange("t/file/up", published + 2, null)));
    assertThat(select("t", UP_A, UP_B, other)).as("deletions take effect at once").isEmpty();

    // It was away for an hour, which event time passes while the newest version is under way.
    harness.close();
    open(2, before);
    long back = published + 3_600_000;
    harness.setProcessingTime(back);
    select("t", UP_A);
    harness.processBothWatermarks(new Watermark(back + 610_000));
    assertThat(select("t", UP_A, UP_B, other)).containsExactly(all);
    harness.processBothWatermarks(new Watermark(back + 610_001));
    assertThat(select("t", UP_A, UP_B, other)).containsExactly(all[2]);
  }

  /** Returns a version of a group that looks at one metric, and the next that looks at another. */
  private static List<RuleChange> upAndThenDown() throws Exception {
    return List.of(
        change("t", groupOf("g", "up"), PUBLISHED - 900_000),
        change("t", groupOf("g", "down"), PUBLISHED));
  }

  /** Has a task select until event time has come to some point, or not begun, and returns state. */
  private OperatorSubtaskState stopAt(long watermark, long newestSample) throws Exception {
    open();
    if (watermark != Long.MIN_VALUE) {
      harness.processBothWatermarks(new Watermark(watermark));
    }
    select(newestSample, "t", UP_A);
    OperatorSubtaskState state = harness.snapshot(1, 1);
    harness.close();
    return state;
  }

  private static OperatorSubtaskState merged(OperatorSubtaskState... states) throws Exception {
    return AbstractStreamOperatorTestHarness.repartitionOperatorState(
        AbstractStreamOperatorTestHarness.repackageState(states),
        TestingEvaluation.MAX_PARALLELISM,
        states.length,
        1,
        0);
  }

  @Test
  void selectsNoMoreAfterARestartForAVersionThatWasOverBefore() throws Exception {
    takeOver = new TakeOver(10_000, 610_000);
    table.addAll(upAndThenDown());
    long over = PUBLISHED + 610_001;
    OperatorSubtaskState state = stopAt(over, over);
    open(2, state);
    assertThat(select(over, "t", UP_A, DOWN)).as("without a watermark").hasSize(1);
    OperatorSubtaskState again = harness.snapshot(2, 2);
    harness.close();
    open(2, again);
    assertThat(select(over, "t", UP_A, DOWN)).as("it did not come before the next").hasSize(1);

    harness.close();
    OperatorSubtaskState behind = stopAt(over - 1, over);
    OperatorSubtaskState idle = stopAt(Long.MIN_VALUE, over);
    open(2, merged(state, behind, idle));
    assertThat(select(over, "t", UP_A, DOWN)).as("of a task that was behind").hasSize(2);
    harness.close();
    open(2, merged(state, idle));
    assertThat(select(over, "t", UP_A, DOWN)).as("of one without event time").hasSize(1);

    harness.close();
    OperatorSubtaskState ended = stopAt(Long.MAX_VALUE, PUBLISHED);
    open(2, ended);
    assertThat(select(over, "t", UP_A, DOWN)).as("its sources had ended").hasSize(2);
  }

  @Test
  void goesOnWithAVersionThatWasNotOverThoughASenderWasAhead() throws Exception {
    takeOver = new TakeOver(10_000, 610_000);
    table.addAll(upAndThenDown());
    open(2, stopAt(PUBLISHED + 300_000, PUBLISHED + 900_000));
    long back = PUBLISHED + 3_600_000;
    harness.setProcessingTime(back);
    assertThat(select(PUBLISHED, "t", UP_A, DOWN)).hasSize(2);
    harness.processBothWatermarks(new Watermark(back));
    assertThat(select(back, "t", UP_A, DOWN)).hasSize(2);

    harness.close();
    open(2, stopAt(Long.MIN_VALUE, PUBLISHED + 900_000));
    harness.setProcessingTime(back);
    assertThat(select(PUBLISHED, "t", UP_A, DOWN)).hasSize(2);
    harness.processBothWatermarks(new Watermark(PUBLISHED + 610_001));
    assertThat(select(back, "t", UP_A, DOWN)).as("only samples tell of time").hasSize(1);
  }

  @Test
  void selectsForFixedTimesAfterARestartAsBefore() throws Exception {
    table.add(change("t", groupOf("early", "up @ " + PUBLISHED / 1_000), 1));
    table.add(change("t", groupOf("late", "up @ " + (PUBLISHED / 1_000 + 60)), 1));
    long over = PUBLISHED + RuleIndex.LATE_MILLIS + 1;
    open(2, stopAt(over, over));
    assertThat(select(PUBLISHED, "t", UP_A)).singleElement().asString().contains("late");
    harness.processBothWatermarks(new Watermark(over + 59_999));
    assertThat(select(PUBLISHED, "t", UP_A)).hasSize(1);
    harness.processBothWatermarks(new Watermark(over + 60_000));
    assertThat(select(PUBLISHED, "t", UP_A)).isEmpty();
  }

  @Test
  void selectsForNoOlderVersionWithoutState() throws Exception {
    takeOver = new TakeOver(10_000, 610_000);
    table.addAll(upAndThenDown());
    table.add(change("t", groupOf("other", "up"), PUBLISHED));
    open();
    assertThat(select("t", UP_A, DOWN))
        .containsExactly("t/file/other: " + UP_A + " 0.0", "t/file/g: " + DOWN + " 1.0");
    harness.processElement2(
        new StreamRecord<>(change("t", groupOf("g", "other"), PUBLISHED + 60_000)));
    assertThat(select("t", UP_A, DOWN)).as("of this run it does").hasSize(2);
  }

  @Test
  void selectsForNoVersionThatWasReplacedBeforeItCouldBeEvaluated() throws Exception {
    takeOver = new TakeOver(10_000, 610_000);
    table.add(change("t", groupOf("g", "down"), PUBLISHED - 900_000));
    open();
    select("t", DOWN);
    hear(PUBLISHED, "up", PUBLISHED + 100);
    hear(PUBLISHED + 9_000, "other", PUBLISHED + 9_100);
    assertThat(select("t", UP_A, DOWN)).containsExactly("t/file/g: " + DOWN + " 1.0");
    harness.processBothWatermarks(new Watermark(PUBLISHED + 619_100));
    assertThat(select("t", DOWN)).as("it goes on in the place of the next").hasSize(1);
    harness.processBothWatermarks(new Watermark(PUBLISHED + 619_101));
    assertThat(select("t", DOWN)).isEmpty();
  }

  private void hear(long published, String expression, long atMillis) throws Exception {
    harness.setProcessingTime(atMillis);
    harness.processElement2(new StreamRecord<>(change("t", groupOf("g", expression), published)));
  }

  @Test
  void selectsForAVersionThatMayHaveBeenEvaluatedThoughItWasReplacedSoon() throws Exception {
    takeOver = new TakeOver(10_000, 610_000);
    open();
    hear(PUBLISHED, "up", PUBLISHED + 5_000);
    hear(PUBLISHED + 9_000, "other", PUBLISHED + 10_000);
    assertThat(select("t", UP_A)).as("it was read before").hasSize(1);

    harness.close();
    open();
    hear(PUBLISHED, "up", PUBLISHED - 60_000);
    hear(PUBLISHED + 9_000, "other", PUBLISHED - 50_000);
    assertThat(select("t", UP_A)).as("its publisher's clock was ahead").hasSize(1);

    harness.close();
    open();
    hear(PUBLISHED, "up", PUBLISHED);
    hear(PUBLISHED + 10_000, "other", PUBLISHED + 10_000);
    assertThat(select("t", UP_A)).as("it was published long before").hasSize(1);

    harness.close();
    open();
    select("t", UP_A);
    hear(PUBLISHED, "up", PUBLISHED);
    hear(PUBLISHED + 60_000, "down", PUBLISHED + 60_000);
    hear(PUBLISHED + 120_000, "up > 1", PUBLISHED + 120_000);
    hear(PUBLISHED + 121_000, "other", PUBLISHED + 121_000);
    harness.processBothWatermarks(new Watermark(PUBLISHED + 731_000));
    assertThat(select("t", UP_A, DOWN)).as("it looks at no more than those before").hasSize(2);
    harness.processBothWatermarks(new Watermark(PUBLISHED + 731_001));
    assertThat(select("t", UP_A, DOWN)).isEmpty();
  }

  @Test
  void selectsForAVersionThatWasFoundIfItMayHaveBeenEvaluated() throws Exception {
    takeOver = new TakeOver(10_000, 610_000);
    table.add(change("t", groupOf("g", "up"), PUBLISHED));
    OperatorSubtaskState state = stopAt(PUBLISHED, PUBLISHED);
    open(2, state);
    hear(PUBLISHED + 9_000, "down", PUBLISHED + 9_000);
    assertThat(select("t", UP_A, DOWN)).as("of one nobody knows when it was heard of").hasSize(2);

    harness.close();
    table.add(change("t", groupOf("g", "down"), PUBLISHED + 9_000));
    open(2, state);
    assertThat(select("t", UP_A, DOWN)).containsExactly("t/file/g: " + DOWN + " 1.0");
  }

  @Test
  void matchesMoreSeriesThanItRemembers() throws Exception {
    table.add(change("t", ANY, 1));
    open();
    Labels[] many = new Labels[10];
    for (int i = 0; i < many.length; i++) {
      many[i] = Labels.of("__name__", "m" + i, "job", i % 2 == 0 ? "b" : "x");
    }
    assertThat(select("t", many)).hasSize(5);
    assertThat(select("t", many)).hasSize(5);
  }

  @Test
  void leavesOutAGroupThatCannotBeEvaluated() throws Exception {
    table.add(broken(1));
    table.add(change("t", ANY, 1));
    open();
    assertThat(select("t", UP_A, UP_B)).containsExactly("t/file/any: " + UP_B + " 1.0");
  }

  private static RuleChange broken(long version) {
    RuleGroup broken =
        new RuleGroup(
            "file", "up", 0, 0, 0, Map.of(), List.of(new RecordingRule("r", "up +", Map.of())));
    return new RuleChange("t/file/up", version, RuleGroupRecords.toRecord("t", broken, version));
  }

  @Test
  void goesOnWithTheVersionBeforeOneThatCannotBeEvaluated() throws Exception {
    List<String> ofLast = List.of("t/file/up: " + UP_A + " 0.0");
    table.add(change("t", UP, 1));
    table.add(broken(2));
    open();
    assertThat(select("t", UP_A, UP_B)).as("the topic has both still").isEqualTo(ofLast);

    OperatorSubtaskState state = harness.snapshot(1, 1);
    harness.close();
    table.remove(0);
    open(2, state);
    assertThat(select("t", UP_A, UP_B)).as("the topic has forgotten it").isEqualTo(ofLast);

    state = harness.snapshot(2, 2);
    harness.close();
    open(2, state);
    assertThat(select("t", UP_A, UP_B)).as("after another restart, too").isEqualTo(ofLast);

    harness.processElement2(
        new StreamRecord<>(change("t", ANY.replace("name: any", "name: up"), 3)));
    assertThat(select("t", UP_A, UP_B)).containsExactly("t/file/up: " + UP_B + " 1.0");
    OperatorSubtaskState corrected = harness.snapshot(3, 3);
    harness.close();
    open(2, corrected);
    assertThat(select("t", UP_A, UP_B)).as("no version is kept any more").isEmpty();

    harness.close();
    table.clear();
    open(2, state);
    assertThat(select("t", UP_A, UP_B)).as("the group was deleted meanwhile").isEmpty();
  }

  @Test
  void tellsLabelsWhenTheyAreNewAndAgainAfterFiveMinutes() throws Exception {
    table.add(change("t", UP, 1));
    open(10);
    String up = "t/file/up: " + UP_A;
    assertThat(select(1000, "t", UP_A)).containsExactly(up + " 0.0");
    assertThat(told).containsExactly(up);
    for (long millis : new long[] {1000, 2000, 300_999}) {
      assertThat(select(millis, "t", UP_A)).containsExactly(up + " 0.0");
      assertThat(told).isEmpty();
    }
    assertThat(select(301_000, "t", UP_A, DOWN)).hasSize(2);
    assertThat(told).containsExactly(up, "t/file/up: " + DOWN);
    assertThat(select(301_001, "t", UP_A, DOWN)).hasSize(2);
    assertThat(told).isEmpty();
    // Time went back: who takes the samples may have been told of nothing so early.
    assertThat(select(999, "t", UP_A)).hasSize(1);
    assertThat(told).containsExactly(up);
  }

  @Test
  void tellsLabelsAgainWhenRulesHaveChanged() throws Exception {
    table.add(change("t", UP, 1));
    open(10);
    select("t", UP_A);
    select("t", UP_A);
    assertThat(told).isEmpty();
    harness.processElement2(new StreamRecord<>(change("t", ANY, 1)));
    select("t", UP_A);
    assertThat(told).containsExactly("t/file/up: " + UP_A);
  }

  @Test
  void tellsLabelsAgainOfSeriesThatItHasForgotten() throws Exception {
    table.add(change("t", ANY, 1));
    open(2);
    select("t", UP_B);
    select("t", UP_B);
    assertThat(told).isEmpty();
    for (int i = 0; i < 4; i++) {
      select("t", Labels.of("__name__", "m" + i, "job", "b"));
    }
    select("t", UP_B);
    assertThat(told).containsExactly("t/file/any: " + UP_B);
  }

  @Test
  void allocatesNothingForSeriesThatItKnowsAndNobodySelects() throws Exception {
    table.add(change("t", UP, 1));
    SelectSamples select =
        new SelectSamples(
            List.copyOf(table)::forEach, PlanTable.none(), 300_000, TakeOver.AT_ONCE, 100_000);
    TwoInputStreamOperatorTestHarness<SampleBlock, SelectionChange, GroupInput> direct =
        new TwoInputStreamOperatorTestHarness<>(new CoProcessOperator<>(select));
    harness = direct;
    direct.setup(AlertingTypes.GROUP_INPUTS.createSerializer(new SerializerConfigImpl()));
    direct.open();
    int series = 10_000;
    SampleBlock.Builder builder = SampleBlock.builder("t", Origin.NONE);
    for (int i = 0; i < series; i++) {
      builder.series(Labels.of("__name__", "other", "job", "j" + i)).sample(i, i);
    }
    SampleBlock block = builder.build();
    for (int i = 0; i < 3; i++) {
      direct.processElement1(new StreamRecord<>(block));
    }
    com.sun.management.ThreadMXBean threads =
        (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    StreamRecord<SampleBlock> record = new StreamRecord<>(block);
    long before = threads.getCurrentThreadAllocatedBytes();
    direct.processElement1(record);
    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(2048);
    assertThat(direct.getOutput()).isEmpty();
  }

  @Test
  void allocatesNothingForSeriesThatItKnowsButTheirColumns() throws Exception {
    table.add(change("t", ANY, 1));
    open(100_000);
    int series = 10_000;
    SampleBlock.Builder builder = SampleBlock.builder("t", Origin.NONE);
    for (int i = 0; i < series; i++) {
      builder.series(Labels.of("__name__", "m" + i, "job", "b")).sample(1, i);
    }
    StreamRecord<SampleBlock> record = new StreamRecord<>(builder.build());
    for (int i = 0; i < 3; i++) {
      harness.processElement1(record);
    }
    com.sun.management.ThreadMXBean threads =
        (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    GroupSelection selection = new GroupSelection("t/file/any");
    SampleBlock block = record.getValue();
    for (int round = 0; round < 2; round++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int s = 0; s < series; s++) {
        selection.add(s, 1, false);
      }
      SelectedSamples taken = selection.take(block);
      long spent = threads.getCurrentThreadAllocatedBytes() - before;
      assertThat(taken.sampleCount()).isEqualTo(series);
      if (round > 0) {
        assertThat(spent).isLessThan(series * (16L + 4 + 8 + 8) + 2048);
      }
    }
  }
}
