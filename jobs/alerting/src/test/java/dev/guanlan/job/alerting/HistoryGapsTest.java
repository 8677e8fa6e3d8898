package dev.guanlan.job.alerting;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guanlan.model.Labels;
import java.time.Instant;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A history that was read without fault")
class HistoryGapsTest {

  private static final String T = "t";
  private static final String G = "g";
  private static final long SECOND = 1_000;
  private static final long MINUTE = 60_000;
  private static final long START = 1_700_000_000_000L;
  private static final Labels A = Labels.of("__name__", "x", "pod", "a");
  private static final Labels B = Labels.of("__name__", "x", "pod", "b");
  private static final long[] TICKS = TestingEvaluation.ticks(G, 10 * SECOND, START, 70);

  private static String group(String expression) {
    return "groups: [{name: g, interval: 10s, rules: [{record: r, expr: '" + expression + "'}]}]";
  }

  private static final String HOUR = group("count_over_time(x[1h])");

  /** Sends stored samples of the time before the group, up to so long ago. */
  private static void stored(TestingEvaluation job, Labels series, long everyMillis, long agoMillis)
      throws Exception {
    job.history(
        T,
        G,
        false,
        block -> {
          block.series(series);
          for (long t = START - 60 * MINUTE; t <= START - agoMillis; t += everyMillis) {
            block.sample(t, 1);
          }
        });
  }

  /** Returns what the status says at a tick, before which there come samples of some series. */
  private static String tick(TestingEvaluation job, int number, Labels... live) throws Exception {
    for (Labels series : live) {
      job.sample(T, G, series, TICKS[number] - SECOND, 1);
    }
    job.watermark(TICKS[number]);
    return job.statuses().stream().reduce((first, last) -> last).orElseThrow().getMissingHistory();
  }

  @Test
  @DisplayName("is known to have a hole where the store was behind")
  void storeBehind() throws Exception {
    try (TestingEvaluation job = TestingEvaluation.start()) {
      job.watermark(START);
      stored(job, A, 15 * SECOND, 30 * MINUTE);
      stored(job, B, 15 * SECOND, 31 * MINUTE);
      job.rulesWithHistory(T, HOUR, START);
      long live = TICKS[0] - SECOND;
      String why =
          "the store was behind: it had samples up to %s, and what came by itself is of %s; see how far the ingest job is behind"
              .formatted(Instant.ofEpochMilli(START - 30 * MINUTE), Instant.ofEpochMilli(live));
      assertThat(tick(job, 0, A, B))
          .isEqualTo(
              "stored samples from before %s are missing, which its rules look at until %s: %s"
                  .formatted(
                      Instant.ofEpochMilli(live), Instant.ofEpochMilli(live + 60 * MINUTE), why));
      job.rulesWithHistory(T, group("2 * count_over_time(x[1h])"), RuleChange.READ_BEFORE);
      assertThat(tick(job, 1, A, B)).as("the change reads nothing anew").endsWith(why);
      job.rulesWithHistory(T, HOUR, START);
      assertThat(tick(job, 2, A, B)).isEmpty();
    }
  }

  @Test
  @DisplayName("is known to have a hole also when its series are there a few ticks later")
  void laterTicks() throws Exception {
    try (TestingEvaluation job = TestingEvaluation.start()) {
      job.watermark(START);
      stored(job, A, 15 * SECOND, 30 * MINUTE);
      job.rulesWithHistory(T, HOUR, START);
      assertThat(tick(job, 0)).isEmpty();
      job.sample(T, G, A, TICKS[1] - SECOND, 1);
      job.watermark(TICKS[1]);
      job.rulesWithHistory(T, group("2 * count_over_time(x[1h])"), RuleChange.READ_BEFORE);
      assertThat(tick(job, 2, A)).contains("the store was behind");
    }
  }

  @Test
  @DisplayName("of a change is looked at when that ticks, not its last version")
  void ofAChange() throws Exception {
    try (TestingEvaluation job = TestingEvaluation.start()) {
      job.watermark(START);
      job.rulesWithHistory(T, group("x"), START);
      assertThat(tick(job, 0, A)).isEmpty();
      stored(job, A, 15 * SECOND, 30 * MINUTE);
      job.sample(T, G, A, TICKS[1] - SECOND, 1);
      job.watermark(TICKS[1]);
      job.rulesWithHistory(T, HOUR, START);
      assertThat(tick(job, 2, A)).contains("the store was behind");
    }
  }

  @Test
  @DisplayName("is whole where it ends shortly before what comes by itself")
  void upToDate() throws Exception {
    try (TestingEvaluation job = TestingEvaluation.start()) {
      job.watermark(START);
      stored(job, A, 15 * SECOND, 0);
      // One that pauses is no sign, nor is one that has long ended.
      stored(job, B, 15 * SECOND, 30 * MINUTE);
      stored(job, Labels.of("__name__", "x", "pod", "ended"), 15 * SECOND, 40 * MINUTE);
      job.rulesWithHistory(T, HOUR, START);
      assertThat(tick(job, 0, A, B)).isEmpty();
    }
  }

  @Test
  @DisplayName("is whole where there never was more")
  void nothingMore() throws Exception {
    try (TestingEvaluation job = TestingEvaluation.start()) {
      job.watermark(START);
      // Every ten minutes.
      stored(job, A, 10 * MINUTE, 10 * MINUTE);
      job.rulesWithHistory(T, HOUR, START);
      assertThat(tick(job, 0, A, B)).as("one that has few samples, and a new one").isEmpty();
    }
    try (TestingEvaluation job = TestingEvaluation.start()) {
      job.watermark(START);
      job.history(
          T,
          G,
          false,
          block -> {
            block.series(A);
            for (long t = START - 50 * MINUTE; t <= START - 40 * MINUTE; t += SECOND) {
              block.sample(t, 1);
            }
          });
      String fixed = "sum_over_time(x[10m] @ %d)".formatted((START - 40 * MINUTE) / SECOND);
      job.rulesWithHistory(T, group(fixed), START);
      assertThat(tick(job, 0, A)).as("of a time that is over").isEmpty();
    }
  }

  @Test
  @DisplayName("does not reach back to the first tick if event time was far behind")
  void eventTimeBehind() throws Exception {
    try (TestingEvaluation job = TestingEvaluation.start()) {
      job.watermark(START);
      job.rulesWithHistory(T, HOUR, TICKS[0] + 120 * MINUTE);
      assertThat(tick(job, 0, A))
          .isEqualTo(
              "stored samples from before %s are missing, which its rules look at until %s: event time was PT2H behind the clock when it was read, and for that only PT5M more of the past is"
                  .formatted(
                      Instant.ofEpochMilli(TICKS[0]),
                      Instant.ofEpochMilli(TICKS[0] + 60 * MINUTE)));
    }
  }

  @Test
  @DisplayName("reaches back to the first tick if event time was as far behind as is read for")
  void eventTimeLittleBehind() throws Exception {
    try (TestingEvaluation job = TestingEvaluation.start()) {
      job.watermark(START);
      job.rulesWithHistory(T, HOUR, TICKS[0] + 5 * MINUTE);
      assertThat(tick(job, 0, A)).isEmpty();
    }
    try (TestingEvaluation job = TestingEvaluation.start()) {
      job.watermark(START);
      // Nobody reads where there is no store.
      job.clock(START + 120 * MINUTE);
      job.rules(T, HOUR);
      assertThat(tick(job, 0, A)).isEmpty();
    }
  }
}
