package dev.guanlan.job.alerting;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guanlan.model.Labels;
import dev.guanlan.rules.RecordingRule;
import dev.guanlan.rules.RuleGroup;
import dev.guanlan.schema.RuleGroupStatus;
import dev.guanlan.schema.RuleHealth;
import dev.guanlan.schema.RuleStatus;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@DisplayName("The status of a rule group tells")
final class GroupRemarksTest {

  private static final String T = "anonymous";
  private static final String G = "g";
  private static final long SECOND = 1000;
  private static final long START = 1_700_000_000_000L;
  private static final long WALL = 1_800_000_000_000L;
  private static final long[] TICKS = TestingEvaluation.ticks(G, 10 * SECOND, START, 20);
  private static final Labels UP = Labels.of("__name__", "up", "instance", "a");

  private static String group(String expression) {
    return "groups: [{name: g, interval: 10s, rules: [{record: r, expr: '" + expression + "'}]}]";
  }

  private static List<RuleGroupStatus> tick(TestingEvaluation job, int number) throws Exception {
    job.sample(T, G, UP, TICKS[number] - SECOND, 1);
    job.watermark(TICKS[number]);
    return job.statuses();
  }

  private static TestingEvaluation start() throws Exception {
    TestingEvaluation job = TestingEvaluation.start();
    job.clock(WALL);
    return job;
  }

  private static TestingEvaluation restore(OperatorSubtaskState state) throws Exception {
    TestingEvaluation job = TestingEvaluation.restore(state);
    job.clock(WALL);
    // Versions are counted from the beginning again.
    for (int i = 0; i < 10; i++) {
      job.rules(T, "groups: [{name: other, interval: 1d, rules: []}]");
    }
    return job;
  }

  @Nested
  @DisplayName("that history is missing")
  class MissingHistories {

    private static final String MINUTE = group("count_over_time(up[1m])");

    @Test
    @DisplayName("until its longest range has passed, and at once that it has")
    void untilWindowsAreFull() throws Exception {
      try (TestingEvaluation job = start()) {
        job.watermark(START);
        job.rulesWithoutHistory(T, MINUTE, "ClickHouse is away");
        assertThat(tick(job, 0))
            .singleElement()
            .extracting(RuleGroupStatus::getMissingHistory)
            .isEqualTo(
                "stored samples from before %s are missing, which its rules look at until %s: ClickHouse is away"
                    .formatted(
                        Instant.ofEpochMilli(START), Instant.ofEpochMilli(START + 60 * SECOND)));
        int full = 0;
        while (TICKS[full] < START + 60 * SECOND) {
          full++;
        }
        for (int number = 1; number < full; number++) {
          assertThat(tick(job, number)).as("nothing else happens").isEmpty();
        }
        assertThat(tick(job, full))
            .singleElement()
            .extracting(RuleGroupStatus::getMissingHistory)
            .isEqualTo("");
      }
    }

    @Test
    @DisplayName("after a restart, too, and no more when a change brings it")
    void overARestart() throws Exception {
      OperatorSubtaskState state;
      try (TestingEvaluation job = start()) {
        job.watermark(START);
        job.rulesWithoutHistory(T, MINUTE, "ClickHouse is away");
        tick(job, 0);
        state = job.snapshot(1);
      }
      try (TestingEvaluation job = restore(state)) {
        assertThat(tick(job, 1).get(0).getMissingHistory()).endsWith(": ClickHouse is away");
        job.rules(T, MINUTE);
        assertThat(tick(job, 2).get(0).getMissingHistory()).isEmpty();
        state = job.snapshot(2);
      }
      try (TestingEvaluation job = restore(state)) {
        assertThat(tick(job, 3).get(0).getMissingHistory()).isEmpty();
      }
    }

    @Test
    @DisplayName("not where a change looks at nothing new")
    void nothingNew() throws Exception {
      try (TestingEvaluation job = start()) {
        job.watermark(START);
        job.rules(T, MINUTE);
        tick(job, 0);
        job.rulesWithoutHistory(T, group("2 * count_over_time(up[1m])"), "away");
        assertThat(tick(job, 1).get(0).getMissingHistory()).isEmpty();
        job.rulesWithoutHistory(T, group("count_over_time(up[2m])"), "away");
        assertThat(tick(job, 2).get(0).getMissingHistory()).endsWith(": away");
        job.rulesWithoutHistory(T, group("2 * count_over_time(up[2m])"), "away again");
        assertThat(tick(job, 3).get(0).getMissingHistory()).endsWith(": away");
      }
    }

    @Test
    @DisplayName("from the wall clock's time on while there is no event time")
    void beforeEventTime() throws Exception {
      try (TestingEvaluation job = start()) {
        job.rulesWithoutHistory(T, MINUTE, "away");
        job.watermark(START);
        assertThat(tick(job, 0).get(0).getMissingHistory())
            .contains("before " + Instant.ofEpochMilli(WALL));
      }
    }
  }

  @Nested
  @DisplayName("that a version is refused")
  class Refusals {

    private static RuleGroup broken() {
      return new RuleGroup(
          TestingEvaluation.FILE,
          G,
          10 * SECOND,
          0,
          0,
          Map.of(),
          List.of(new RecordingRule("r", "up +", Map.of())));
    }

    @Test
    @DisplayName("while the last one goes on, after a restart, too, until the next")
    void lastVersionGoesOn() throws Exception {
      OperatorSubtaskState state;
      try (TestingEvaluation job = start()) {
        job.watermark(START);
        job.rules(T, group("up"));
        assertThat(tick(job, 0).get(0).getRefused()).isEmpty();
        job.rules(T, broken());
        RuleGroupStatus told = tick(job, 1).get(0);
        assertThat(told.getRefused())
            .startsWith("the version of 1970-01-01T00:00:00.003Z is refused, and the last")
            .contains("unexpected end");
        assertThat(told.getVersion()).isEqualTo(2);
        assertThat(told.getRules())
            .singleElement()
            .extracting(RuleStatus::getHealth)
            .isEqualTo(RuleHealth.OK);
        assertThat(job.recorded()).hasSize(2);
        assertThat(tick(job, 2)).as("once is enough").isEmpty();
        state = job.snapshot(1);
      }
      try (TestingEvaluation job = restore(state)) {
        assertThat(tick(job, 3).get(0).getRefused()).contains("00.003Z", "unexpected end");
        job.rules(T, group("up + 1"));
        assertThat(tick(job, 4).get(0).getRefused()).isEmpty();
        state = job.snapshot(2);
      }
      try (TestingEvaluation job = restore(state)) {
        assertThat(tick(job, 5).get(0).getRefused()).isEmpty();
      }
    }

    @Test
    @DisplayName("by an error of each rule where there is no other, now and then, and a tombstone")
    void newGroup() throws Exception {
      try (TestingEvaluation job = start()) {
        job.watermark(START);
        job.rules(T, broken());
        RuleGroupStatus told = tick(job, 0).get(0);
        assertThat(told.getRefused())
            .startsWith("the version of 1970-01-01T00:00:00.002Z is refused: ")
            .contains("unexpected end");
        assertThat(told.getRules())
            .singleElement()
            .satisfies(
                rule -> {
                  assertThat(rule.getName()).isEqualTo("r");
                  assertThat(rule.getHealth()).isEqualTo(RuleHealth.ERR);
                  assertThat(rule.getLastError()).isEqualTo(told.getRefused());
                });
        assertThat(tick(job, 1)).isEmpty();
        job.clock(WALL + 60 * SECOND);
        assertThat(tick(job, 2)).hasSize(1);
        job.rules(T, broken());
        job.clock(WALL + 120 * SECOND);
        assertThat(tick(job, 3).get(0).getVersion()).as("of the newest").isEqualTo(3);

        job.delete(T, G);
        assertThat(job.statuses()).singleElement().matches(RuleGroupStatus::getDeleted);
        job.watermark(TICKS[3] + 2 * EvaluateRules.HOLD_MILLIS);
        assertThat(job.stateEntries()).isZero();
        assertThat(job.timers()).isZero();
      }
    }

    @Test
    @DisplayName("and keep no samples of groups that look at the same series")
    void withoutOthersSamples() throws Exception {
      OperatorSubtaskState state;
      try (TestingEvaluation job = start()) {
        job.watermark(START);
        job.rules(T, broken());
        job.sample(T, G, UP, TICKS[0] - SECOND, 1);
        tick(job, 0);
        state = job.snapshot(1);
      }
      try (TestingEvaluation job = restore(state)) {
        job.rules(T, group("up").replace("name: g", "name: h"));
        feed(job, TICKS[1], 20);
        long bytes = job.windowBytes();
        feed(job, TICKS[1] + 20 * 60 * SECOND, 60);
        assertThat(job.windowBytes()).isEqualTo(bytes);
      }
    }

    /** Feeds both groups for minutes. */
    private static void feed(TestingEvaluation job, long from, int minutes) throws Exception {
      for (long t = from; t < from + minutes * 60L * SECOND; t += 10 * SECOND) {
        job.sample(T, "h", UP, t, 1);
        job.watermark(t - 1);
      }
    }

    @Test
    @DisplayName("no more once it is corrected")
    void corrected() throws Exception {
      try (TestingEvaluation job = start()) {
        job.watermark(START);
        job.rules(T, broken());
        tick(job, 0);
        job.rules(T, group("up"));
        RuleGroupStatus told = tick(job, 1).get(0);
        assertThat(told.getRefused()).isEmpty();
        assertThat(told.getMissingHistory()).isEmpty();
        assertThat(told.getRules().get(0).getHealth()).isEqualTo(RuleHealth.OK);
      }
    }

    @Test
    @DisplayName("until a release comes that knows it: no tick is left out, and history is missing")
    void takenUpLater() throws Exception {
      OperatorSubtaskState state;
      try (TestingEvaluation job = start()) {
        job.watermark(START);
        job.rules(T, group("up"));
        tick(job, 0);
        job.refuse(T, group("up + 1"));
        assertThat(tick(job, 1).get(0).getRefused()).isNotEmpty();
        state = job.snapshot(1);
      }
      try (TestingEvaluation job = restore(state)) {
        for (int number = 2; number < 6; number++) {
          job.sample(T, G, UP, TICKS[number] - SECOND, number);
        }
        job.watermark(TICKS[5]);
        assertThat(job.recorded())
            .extracting(line -> line.substring(line.lastIndexOf(' ') + 1))
            .containsExactly("2.0", "4.0", "5.0", "6.0");
        RuleGroupStatus last = job.statuses().get(1);
        assertThat(last.getVersion()).isEqualTo(3);
        assertThat(last.getRefused()).isEmpty();
        assertThat(last.getMissingHistory()).endsWith("the release before refused this version");
      }
    }
  }
}
