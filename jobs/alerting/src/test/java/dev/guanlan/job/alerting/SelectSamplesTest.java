package dev.guanlan.job.alerting;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guanlan.connector.kafka.rules.RuleGroupRecords;
import dev.guanlan.model.Labels;
import dev.guanlan.model.Origin;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.rules.RecordingRule;
import dev.guanlan.rules.RuleGroup;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.streaming.api.operators.co.CoProcessOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.TwoInputStreamOperatorTestHarness;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SelectSamplesTest {

  private static final String UP =
      "groups: [{name: up, rules: [{record: r, expr: 'up{job=\"a\"} + on() down'}]}]";
  private static final String ANY =
      "groups: [{name: any, rules: [{record: r, expr: '{job=~\"b|c\"}'}]}]";

  private final List<RuleChange> table = new ArrayList<>();
  private TwoInputStreamOperatorTestHarness<SampleBlock, RuleChange, GroupSamples> harness;

  private void open() throws Exception {
    List<RuleChange> known = new ArrayList<>(table);
    harness =
        new TwoInputStreamOperatorTestHarness<>(
            new CoProcessOperator<>(new SelectSamples(known::forEach, 300_000, 2)));
    harness.setup(AlertingTypes.GROUP_SAMPLES.createSerializer(new SerializerConfigImpl()));
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
    SampleBlock.Builder block = SampleBlock.builder(tenant, Origin.NONE);
    for (int i = 0; i < series.length; i++) {
      block.series(series[i]).sample(i, i);
    }
    harness.getOutput().clear();
    harness.processElement1(new StreamRecord<>(block.build()));
    List<String> lines = new ArrayList<>();
    for (GroupSamples samples : harness.extractOutputValues()) {
      for (int s = 0; s < samples.block().seriesCount(); s++) {
        lines.add(
            "%s: %s %s"
                .formatted(
                    samples.group(),
                    samples.block().labels(s),
                    samples.block().value(samples.block().firstSample(s))));
      }
    }
    return lines;
  }

  private static final Labels UP_A = Labels.of("__name__", "up", "job", "a");
  private static final Labels UP_B = Labels.of("__name__", "up", "job", "b");
  private static final Labels DOWN = Labels.of("__name__", "down", "job", "z");

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
    RuleGroup broken =
        new RuleGroup(
            "file", "up", 0, 0, 0, Map.of(), List.of(new RecordingRule("r", "up +", Map.of())));
    table.add(new RuleChange("t/file/up", 1, RuleGroupRecords.toRecord("t", broken, 1)));
    table.add(change("t", ANY, 1));
    open();
    assertThat(select("t", UP_A, UP_B)).containsExactly("t/file/any: " + UP_B + " 1.0");
  }
}
