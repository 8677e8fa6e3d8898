package dev.guanlan.job.alerting;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guanlan.connector.kafka.rules.RuleStatusRecords;
import dev.guanlan.model.Labels;
import dev.guanlan.schema.ActiveAlert;
import dev.guanlan.schema.RecordFormat;
import dev.guanlan.schema.RuleGroupStatus;
import dev.guanlan.schema.RuleHealth;
import dev.guanlan.schema.RuleStatus;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The status of a rule group")
final class RuleStatusTest {

  private static final String T = "anonymous";
  private static final String G = "g";
  private static final long SECOND = 1000;
  private static final long START = 1_700_000_000_000L;
  private static final long WALL = 1_800_000_000_000L;
  private static final long[] TICKS = TestingEvaluation.ticks(G, 10 * SECOND, START, 20);
  private static final Labels UP = Labels.of("__name__", "up", "instance", "a");

  private static final String RULES =
      """
      groups:
        - name: g
          interval: 10s
          limit: 2
          rules:
            - {record: up:sum, expr: sum(up)}
            - alert: Down
              expr: up == 0
              for: 20s
              annotations: {summary: "{{ $labels.instance }} is down"}
            - {alert: Blind, expr: absent(missing)}
            - {record: twice, expr: "up * on (instance) many"}
            - {record: many_of_them, expr: many}
            - {alert: Constant, expr: vector(1) > 2}
      """;

  /** Evaluates the tick of a number, with a sample of each series right before it. */
  private static List<RuleGroupStatus> tick(
      TestingEvaluation job, int number, double up, Labels... others) throws Exception {
    long at = TICKS[number] - SECOND;
    job.sample(T, G, UP, at, up);
    for (Labels series : others) {
      job.sample(T, G, series, at, 1);
    }
    job.watermark(TICKS[number]);
    return job.statuses();
  }

  private static TestingEvaluation start() throws Exception {
    TestingEvaluation job = TestingEvaluation.start();
    job.clock(WALL);
    job.watermark(START);
    job.rules(T, RULES);
    return job;
  }

  /** Changes rules after a restore, when versions are counted from the beginning. */
  private static void change(TestingEvaluation job, String yaml) throws Exception {
    job.rules(T, "groups: [{name: other, interval: 1d, rules: []}]");
    job.rules(T, yaml);
  }

  private static RuleStatus rule(List<RuleGroupStatus> statuses, String name) {
    assertThat(statuses).hasSize(1);
    return statuses.get(0).getRules().stream()
        .filter(rule -> rule.getName().equals(name))
        .findFirst()
        .orElseThrow();
  }

  @Test
  @DisplayName("tells at its first tick what came in and what came out of every rule")
  void tellsEverything() throws Exception {
    try (TestingEvaluation job = start()) {
      Labels[] many = {
        Labels.of("__name__", "many", "instance", "a", "i", "1"),
        Labels.of("__name__", "many", "instance", "a", "i", "2"),
        Labels.of("__name__", "many", "instance", "b", "i", "3")
      };
      List<RuleGroupStatus> told = tick(job, 0, 0, many);

      RuleGroupStatus group = told.get(0);
      assertThat(RuleStatusRecords.key(group)).isEqualTo("anonymous/file/g");
      assertThat(group.getIntervalMillis()).isEqualTo(10 * SECOND);
      assertThat(group.getTickMillis()).isEqualTo(TICKS[0]);
      assertThat(group.getEvaluatedAtMillis()).isEqualTo(WALL);
      assertThat(group.getParts()).isEqualTo(1);
      assertThat(group.getRules()).hasSize(6);
      double ofRules =
          group.getRules().stream().mapToDouble(RuleStatus::getEvaluationSeconds).sum();
      assertThat(ofRules).isPositive();
      assertThat(group.getEvaluationSeconds()).isGreaterThanOrEqualTo(ofRules);

      RuleStatus sum = rule(told, "up:sum");
      assertThat(sum.getHealth()).isEqualTo(RuleHealth.OK);
      assertThat(sum.getInputSeries()).isEqualTo(1);
      assertThat(sum.getInputSamples()).isEqualTo(1);
      assertThat(sum.getOutputSize()).isEqualTo(1);
      assertThat(sum.getLastInputMillis()).isEqualTo(TICKS[0] - SECOND);
      assertThat(sum.getBlind()).isFalse();

      RuleStatus down = rule(told, "Down");
      assertThat(down.getPendingAlerts()).isEqualTo(1);
      assertThat(down.getFiringAlerts()).isZero();
      ActiveAlert alert = down.getAlerts().get(0);
      assertThat(alert.getLabels()).containsEntry("alertname", "Down").hasSize(2);
      assertThat(alert.getAnnotations()).containsEntry("summary", "a is down");
      assertThat(alert.getFiring()).isFalse();
      assertThat(alert.getActiveAtMillis()).isEqualTo(TICKS[0]);
      assertThat(alert.getValue()).isZero();

      assertThat(rule(told, "Blind").getBlind()).isTrue();
      assertThat(rule(told, "Blind").getFiringAlerts()).isEqualTo(1);
      RuleStatus constant = rule(told, "Constant");
      assertThat(constant.getBlind()).as("without a selector, nobody is blind").isFalse();
      assertThat(constant.getInputSeries()).isZero();

      RuleStatus failed = rule(told, "twice");
      assertThat(failed.getHealth()).isEqualTo(RuleHealth.ERR);
      assertThat(failed.getLastError()).contains("many");
      assertThat(failed.getLimited()).isFalse();
      RuleStatus limited = rule(told, "many_of_them");
      assertThat(limited.getHealth()).isEqualTo(RuleHealth.ERR);
      assertThat(limited.getLastError()).isEqualTo("exceeded limit of 2 with 3 series");
      assertThat(limited.getLimited()).isTrue();
      assertThat(limited.getOutputSize()).isEqualTo(3);
    }
  }

  @Test
  @DisplayName("is told again when an alert moves, a rule fails or is well, or a blind one sees")
  void isToldWhenSomethingChanges() throws Exception {
    try (TestingEvaluation job = start()) {
      assertThat(tick(job, 0, 0)).hasSize(1);
      assertThat(tick(job, 1, 0)).as("still pending").isEmpty();
      assertThat(rule(tick(job, 2, 0), "Down").getFiringAlerts()).isEqualTo(1);
      assertThat(tick(job, 3, 0)).as("still firing").isEmpty();
      Labels many = Labels.of("__name__", "many", "instance", "a", "i", "1");
      assertThat(rule(tick(job, 4, 0, many), "many_of_them").getBlind())
          .as("it saw nothing before")
          .isFalse();
      assertThat(tick(job, 5, 0, many)).isEmpty();
      Labels more = Labels.of("__name__", "many", "instance", "a", "i", "2");
      assertThat(rule(tick(job, 6, 0, many, more), "twice").getHealth()).isEqualTo(RuleHealth.ERR);
      assertThat(tick(job, 7, 0, many, more)).as("fails as before").isEmpty();
      RuleStatus resolved = rule(tick(job, 8, 1, many, more), "Down");
      assertThat(resolved.getAlerts()).isEmpty();
      assertThat(resolved.getFiringAlerts()).isZero();
    }
  }

  @Test
  @DisplayName("is told after its interval by the wall clock when nothing changes")
  void isToldOnceInAWhile() throws Exception {
    try (TestingEvaluation job = start()) {
      assertThat(tick(job, 0, 1)).hasSize(1);
      job.clock(WALL + 60 * SECOND - 1);
      assertThat(tick(job, 1, 1)).isEmpty();
      job.clock(WALL + 60 * SECOND);
      List<RuleGroupStatus> told = tick(job, 2, 1);
      assertThat(told).hasSize(1);
      assertThat(told.get(0).getEvaluatedAtMillis()).isEqualTo(WALL + 60 * SECOND);
      assertThat(rule(told, "up:sum").getInputSamples()).isEqualTo(3);
      assertThat(tick(job, 3, 1)).isEmpty();
    }
  }

  @Test
  @DisplayName("tells of a move what rules found last, and anew of those with another result")
  void looksAgainWhereResultsChange() throws Exception {
    try (TestingEvaluation job = start()) {
      tick(job, 0, 1);
      tick(job, 1, 1);
      List<RuleGroupStatus> moved = tick(job, 2, 0);
      assertThat(rule(moved, "Down").getPendingAlerts()).isEqualTo(1);
      assertThat(rule(moved, "Down").getLastInputMillis()).isEqualTo(TICKS[2] - SECOND);
      assertThat(rule(moved, "up:sum").getLastInputMillis()).isEqualTo(TICKS[0] - SECOND);
      job.clock(WALL + 60 * SECOND);
      assertThat(rule(tick(job, 3, 0), "up:sum").getLastInputMillis()).isEqualTo(TICKS[3] - SECOND);
    }
  }

  @Test
  @DisplayName("is told anew after a restore and after a change of the group")
  void isToldAnew() throws Exception {
    OperatorSubtaskState state;
    try (TestingEvaluation job = start()) {
      assertThat(tick(job, 0, 1)).hasSize(1);
      state = job.snapshot(1);
    }
    try (TestingEvaluation job = TestingEvaluation.restore(state)) {
      job.clock(WALL);
      assertThat(tick(job, 1, 1)).hasSize(1);
      change(job, "groups: [{name: g, interval: 10s, rules: [{record: r, expr: up}]}]");
      assertThat(tick(job, 2, 1).get(0).getRules()).hasSize(1);
    }
  }

  @Test
  @DisplayName("counts late samples of the group and of the rules that select them")
  void countsLateSamples() throws Exception {
    try (TestingEvaluation job = start()) {
      tick(job, 0, 1);
      job.sample(T, G, UP, TICKS[0] - 3 * SECOND, 1);
      job.sample(T, G, UP, TICKS[0] - 4 * SECOND, 1);
      job.sample(T, G, Labels.of("__name__", "many"), TICKS[0] - 4 * SECOND, 1);
      job.clock(WALL + 60 * SECOND);
      List<RuleGroupStatus> told = tick(job, 1, 1);
      assertThat(told.get(0).getLateSamples()).isEqualTo(3);
      assertThat(rule(told, "up:sum").getLateSamples()).isEqualTo(2);
      assertThat(rule(told, "twice").getLateSamples()).isEqualTo(3);
      assertThat(rule(told, "many_of_them").getLateSamples()).isEqualTo(1);
      assertThat(rule(told, "Blind").getLateSamples()).isZero();
    }
  }

  @Test
  @DisplayName("tells some alerts of very many, those that fire first, and how many there are")
  void tellsSomeOfManyAlerts() throws Exception {
    try (TestingEvaluation job = TestingEvaluation.start()) {
      job.watermark(START);
      job.rules(T, "groups: [{name: g, interval: 10s, rules: [{alert: A, expr: m, for: 10s}]}]");
      for (int tick = 0; tick < 2; tick++) {
        for (int i = 0; i < (tick == 0 ? 30 : 250); i++) {
          Labels series = Labels.of("__name__", "m", "i", Integer.toString(1000 - i));
          job.sample(T, G, series, TICKS[tick] - SECOND, i);
        }
        job.watermark(TICKS[tick]);
      }
      List<RuleGroupStatus> told = job.statuses();
      RuleStatus rule = rule(told.subList(1, 2), "A");
      assertThat(rule.getFiringAlerts()).isEqualTo(30);
      assertThat(rule.getPendingAlerts()).isEqualTo(220);
      assertThat(rule.getAlerts()).hasSize(TestingEvaluation.STATUS_ALERTS);
      assertThat(rule.getAlerts().subList(0, 30)).allMatch(ActiveAlert::getFiring);
      assertThat(rule.getAlerts().subList(30, 100)).noneMatch(ActiveAlert::getFiring);
    }
  }

  @Test
  @DisplayName("comes in parts that Kafka takes, and leaves none behind")
  void comesInParts() throws Exception {
    StringBuilder yaml = new StringBuilder("groups:\n  - name: g\n    interval: 10s\n    rules:\n");
    String text = "灾".repeat(1_000);
    for (int i = 0; i < 20; i++) {
      yaml.append("      - {alert: A%d, expr: m, annotations: {t: %s}}\n".formatted(i, text));
    }
    OperatorSubtaskState state;
    int parts;
    try (TestingEvaluation job = TestingEvaluation.start()) {
      job.watermark(START);
      job.rules(T, yaml.toString());
      for (int i = 0; i < 60; i++) {
        job.sample(T, G, Labels.of("__name__", "m", "i", "" + i), TICKS[0] - SECOND, i);
      }
      job.watermark(TICKS[0]);
      List<RuleGroupStatus> told = job.statuses();
      parts = told.size();
      assertThat(parts).isGreaterThan(3);
      RecordFormat<RuleGroupStatus> format = RecordFormat.of(RuleGroupStatus.class);
      List<String> rules = new ArrayList<>();
      for (int part = 0; part < parts; part++) {
        RuleGroupStatus record = told.get(part);
        assertThat(format.encode(record)).hasSizeLessThan(1_000_000);
        assertThat(record.getPart()).isEqualTo(part);
        assertThat(record.getParts()).isEqualTo(parts);
        assertThat(record.getFirstRule()).isEqualTo(rules.size());
        record.getRules().forEach(rule -> rules.add(rule.getName()));
      }
      assertThat(rules).hasSize(20).startsWith("A0", "A1").endsWith("A19");
      assertThat(told).extracting(RuleStatusRecords::key).doesNotHaveDuplicates();
      state = job.snapshot(1);
    }
    try (TestingEvaluation job = TestingEvaluation.restore(state)) {
      change(job, "groups: [{name: g, interval: 10s, rules: [{alert: A0, expr: m == 1}]}]");
      job.watermark(TICKS[1]);
      List<RuleGroupStatus> told = job.statuses();
      assertThat(told).hasSize(parts);
      assertThat(told.get(0).getParts()).isEqualTo(1);
      assertThat(told.subList(1, parts)).allMatch(RuleGroupStatus::getDeleted);

      job.delete(T, G);
      assertThat(job.statuses())
          .singleElement()
          .matches(RuleGroupStatus::getDeleted)
          .extracting(RuleStatusRecords::key)
          .isEqualTo("anonymous/file/g");
      job.delete(T, "other");
      // The samples are held for a while, should the group come back.
      job.watermark(TICKS[1] + EvaluateRules.HOLD_MILLIS);
      assertThat(job.stateEntries()).isZero();
      assertThat(job.timers()).isZero();
    }
  }

  @Test
  @DisplayName("is a tombstone on Kafka once the group is gone")
  void endsWithATombstone() throws Exception {
    try (TestingEvaluation job = start()) {
      StatusEncoder encoder = new StatusEncoder();
      RuleGroupStatus told = tick(job, 0, 1).get(0);
      byte[] value = encoder.value(told);
      assertThat(value).isNotNull();
      assertThat(RecordFormat.of(RuleGroupStatus.class).decode(value)).isEqualTo(told);
      job.delete(T, G);
      RuleGroupStatus gone = job.statuses().get(0);
      assertThat(encoder.key(gone)).isEqualTo(encoder.key(told));
      assertThat(encoder.value(gone)).isNull();
    }
  }
}
