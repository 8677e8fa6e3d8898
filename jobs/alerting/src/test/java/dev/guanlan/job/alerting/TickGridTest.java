package dev.guanlan.job.alerting;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Groups tick")
final class TickGridTest {

  private static final String T = "anonymous";
  private static final String ALIGNED = "--rules.aligned";

  /** A multiple of 40 s, and 1 s. */
  private static final long START = 1_700_000_000_000L;

  private static final String RULES =
      """
      groups:
        - {name: g, interval: 10s, rules: [{record: g, expr: "time()"}]}
        - {name: h, interval: 20s, rules: [{record: h, expr: "time()"}]}
      """;

  private static String recorded(long tick, String series) {
    return "%d {__name__=\"%s\"} %s".formatted(tick, series, tick / 1000.0);
  }

  @Test
  @DisplayName("at the multiples of their interval where they are aligned")
  void aligned() throws Exception {
    try (TestingEvaluation job = TestingEvaluation.startWith(ALIGNED, "true")) {
      job.rules(T, RULES);
      job.watermark(START - 1);
      job.watermark(START + 25_000);
      assertThat(job.recorded())
          .containsExactlyInAnyOrder(
              recorded(START, "g"),
              recorded(START + 10_000, "g"),
              recorded(START + 20_000, "g"),
              recorded(START, "h"),
              recorded(START + 20_000, "h"));
    }
  }

  @Test
  @DisplayName("spread over their interval where they are not, whatever the time of the first tick")
  void spread() throws Exception {
    try (TestingEvaluation job = TestingEvaluation.startWith(ALIGNED, "false")) {
      job.rules(T, RULES);
      job.watermark(START - 1);
      job.watermark(START + 19_999);
      long[] ofG = TestingEvaluation.ticks("g", 10_000, START - 1, 2);
      long[] ofH = TestingEvaluation.ticks("h", 20_000, START - 1, 1);
      assertThat(job.recorded())
          .containsExactlyInAnyOrder(
              recorded(ofG[0], "g"), recorded(ofG[1], "g"), recorded(ofH[0], "h"));
      assertThat(ofG[0] % 10_000).as("it would prove nothing").isNotZero();
    }
  }

  @Test
  @DisplayName("on the other grid from the next tick on, when a restored job is told so")
  void realigned() throws Exception {
    OperatorSubtaskState state;
    long first = TestingEvaluation.ticks("g", 10_000, START - 1, 1)[0];
    try (TestingEvaluation job = TestingEvaluation.start()) {
      job.rules(T, RULES.lines().limit(2).reduce("", (a, b) -> a + b + '\n'));
      job.watermark(START - 1);
      state = job.snapshot(1);
    }
    try (TestingEvaluation job = TestingEvaluation.restoreWith(state, ALIGNED, "true")) {
      job.watermark(START + 25_000);
      assertThat(job.recorded())
          .containsExactly(
              recorded(first, "g"), recorded(START + 10_000, "g"), recorded(START + 20_000, "g"));
    }
  }

  @Test
  @DisplayName("with subqueries that name no step at the step of the default interval")
  void subqueries() throws Exception {
    try (TestingEvaluation job =
        TestingEvaluation.startWith(ALIGNED, "true", "--rules.default-interval", "20 s")) {
      job.rules(
          T,
          "groups: [{name: g, interval: 1m, rules: [{record: n, expr:"
              + " 'count_over_time(vector(1)[2m:])'}]}]");
      job.watermark(START + 15_000);
      job.watermark(START + 60_000);
      assertThat(job.recorded()).containsExactly((START + 40_000) + " {__name__=\"n\"} 6.0");
    }
  }
}
