package dev.guanlan.job.alerting;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guanlan.model.Labels;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A group whose interval becomes shorter has what its sooner ticks look at")
final class IntervalChangeTest {

  private static final String T = "anonymous";
  private static final String G = "g";
  private static final long SECOND = 1000;
  private static final long MINUTE = 60 * SECOND;
  private static final long START = 1_700_000_000_000L;
  private static final Labels UP = Labels.of("__name__", "up", "instance", "a");

  /** The last tick of the long interval: the next would be in ten minutes. */
  private static final long LAST = TestingEvaluation.ticks(G, 10 * MINUTE, START, 1)[0];

  private static String group(String interval) {
    return """
        groups:
          - name: g
            interval: %s
            rules:
              - {alert: Down, expr: up == 0}
              - {record: counted, expr: "count_over_time(up[4m])"}
        """
        .formatted(interval);
  }

  private static void feed(TestingEvaluation job, long from, long to) throws Exception {
    for (long t = from; t < to; t += 15 * SECOND) {
      job.sample(T, G, UP, t, 0);
      job.watermark(t - 1);
    }
  }

  private static List<String> beginAndTick(TestingEvaluation job) throws Exception {
    job.watermark(START);
    job.rules(T, group("10m"));
    feed(job, LAST - 6 * MINUTE, LAST + 2 * MINUTE);
    return job.transitions();
  }

  private static TestingEvaluation restored() throws Exception {
    try (TestingEvaluation job = TestingEvaluation.start()) {
      beginAndTick(job);
      return TestingEvaluation.restore(job.snapshot(1));
    }
  }

  private static void changeAndCheck(TestingEvaluation job) throws Exception {
    job.recorded();
    job.rules(T, group("1m"));
    feed(job, LAST + 2 * MINUTE, LAST + 6 * MINUTE);
    assertThat(job.transitions()).as("it goes on firing").isEmpty();
    List<String> counted = new ArrayList<>();
    for (String line : job.recorded()) {
      if (line.contains("counted")) {
        counted.add(line.substring(line.lastIndexOf(' ') + 1));
      }
    }
    assertThat(counted).hasSizeGreaterThanOrEqualTo(3).containsOnly("16.0");
  }

  @Test
  @DisplayName("though the tick that it last expected was far away")
  void inARun() throws Exception {
    try (TestingEvaluation job = TestingEvaluation.start()) {
      assertThat(beginAndTick(job)).containsExactly(LAST + " Down INACTIVE→FIRING");
      changeAndCheck(job);
    }
  }

  @Test
  @DisplayName("after a restart also if it changes before event time is known")
  void beforeEventTime() throws Exception {
    try (TestingEvaluation job = restored()) {
      job.rules(T, "groups: [{name: other, interval: 1d, rules: []}]");
      changeAndCheck(job);
    }
  }

  @Test
  @DisplayName("after a restart, too")
  void afterARestart() throws Exception {
    try (TestingEvaluation job = restored()) {
      job.watermark(LAST + 2 * MINUTE - 15 * SECOND - 1);
      // Versions are counted from the beginning again.
      job.rules(T, "groups: [{name: other, interval: 1d, rules: []}]");
      changeAndCheck(job);
    }
  }
}
