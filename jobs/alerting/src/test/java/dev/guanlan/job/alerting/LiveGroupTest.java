package dev.guanlan.job.alerting;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guanlan.model.Labels;
import dev.guanlan.rules.RecordingRule;
import dev.guanlan.rules.RuleGroup;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.streaming.util.OperatorSnapshotUtil;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What groups keep in memory between checkpoints, and in state over restarts. */
class LiveGroupTest {

  private static final String T = "anonymous";
  private static final String G = "g";
  private static final long SECOND = 1000;
  private static final long MINUTE = 60 * SECOND;
  private static final long START = 1_700_000_000_000L;
  private static final Labels A = Labels.of("__name__", "c", "instance", "a");
  private static final Labels B = Labels.of("__name__", "c", "instance", "b");

  private static final String RATES =
      """
      groups:
        - name: g
          interval: 10s
          rules:
            - {record: "rates", expr: "sum(rate(c[1m]))"}
            - {record: "counts", expr: "count_over_time(c[2m])"}
            - {record: "own", expr: "max_over_time(rates[1m])"}
            - {alert: Fast, expr: "rates > 0", for: 30s}
      """;

  private static String only(String... rules) {
    return "groups: [{name: g, interval: 10s, rules: [" + String.join(", ", rules) + "]}]";
  }

  /** Feeds two series every 5 s, one of them with gaps and out of order. */
  private static void feed(TestingEvaluation job, String group, long from, long to)
      throws Exception {
    for (long t = from; t < to; t += 5 * SECOND) {
      long step = (t - START) / (5 * SECOND);
      job.sample(T, group, A, t, (double) (step % 17 * 3));
      if (step % 4 != 0) {
        job.sample(T, group, B, t - step % 3 * SECOND, (double) step);
      }
      job.watermark(t - 4 * SECOND);
    }
  }

  private static List<String> everything(TestingEvaluation job) {
    List<String> lines = new ArrayList<>(job.transitions());
    lines.addAll(job.notifications());
    lines.addAll(job.recorded());
    return lines;
  }

  @Nested
  @DisplayName("A restart")
  class Restarts {

    @Test
    void changesNoVerdictHoweverOftenItHappens() throws Exception {
      List<String> straight = new ArrayList<>();
      long end = START + 15 * MINUTE;
      try (TestingEvaluation job = TestingEvaluation.start()) {
        job.rules(T, RATES);
        for (long t = START; t < end; t += 20 * SECOND) {
          feed(job, G, t, t + 20 * SECOND);
          straight.addAll(everything(job));
        }
      }
      List<String> restarted = new ArrayList<>();
      OperatorSubtaskState state;
      try (TestingEvaluation job = TestingEvaluation.start()) {
        job.rules(T, RATES);
        state = job.snapshot(1);
      }
      int checkpoint = 1;
      for (long t = START; t < end; t += 20 * SECOND) {
        try (TestingEvaluation job = TestingEvaluation.restore(state)) {
          feed(job, G, t, t + 5 * SECOND);
          job.snapshot(++checkpoint);
          feed(job, G, t + 5 * SECOND, t + 20 * SECOND);
          restarted.addAll(everything(job));
          state = job.snapshot(++checkpoint);
          // What comes after the checkpoint is lost with the task, and comes again.
          feed(job, G, t + 20 * SECOND, t + 35 * SECOND);
        }
      }
      assertThat(restarted).isEqualTo(straight).hasSizeGreaterThan(300);
    }

    @Test
    void withMoreTasksAndThenFewerChangesNoVerdict() throws Exception {
      List<String> groups = List.of("a", "b", "c", "d", "e", "f", "g", "h");
      List<String> straight = new ArrayList<>();
      try (TestingEvaluation job = TestingEvaluation.start()) {
        publish(job, groups);
        straight.addAll(run(List.of(job), groups, START, START + 9 * MINUTE));
      }
      List<String> scaled = new ArrayList<>();
      List<OperatorSubtaskState> states = new ArrayList<>();
      int before = 1;
      long from = START;
      for (int tasks : new int[] {1, 4, 2}) {
        List<TestingEvaluation> jobs = new ArrayList<>();
        for (int task = 0; task < tasks; task++) {
          jobs.add(
              states.isEmpty()
                  ? TestingEvaluation.start()
                  : TestingEvaluation.restore(
                      before, tasks, task, states.toArray(new OperatorSubtaskState[0])));
        }
        if (states.isEmpty()) {
          publish(jobs.get(0), groups);
        }
        scaled.addAll(run(jobs, groups, from, from + 3 * MINUTE));
        states.clear();
        for (TestingEvaluation job : jobs) {
          states.add(job.snapshot(1));
          job.close();
        }
        before = tasks;
        from += 3 * MINUTE;
      }
      assertThat(scaled).containsExactlyInAnyOrderElementsOf(straight).hasSizeGreaterThan(1000);
    }

    private void publish(TestingEvaluation job, List<String> groups) throws Exception {
      for (String group : groups) {
        job.rules(
            T,
            RATES
                .replace("name: g", "name: " + group)
                .replace("\"rates\"", "\"rates_" + group + "\"")
                .replace("rates[", "rates_" + group + "[")
                .replace("rates >", "rates_" + group + " >")
                .replace("\"counts\"", "\"counts_" + group + "\"")
                .replace("\"own\"", "\"own_" + group + "\"")
                .replace("alert: Fast", "alert: Fast_" + group));
      }
    }

    private List<String> run(List<TestingEvaluation> tasks, List<String> groups, long from, long to)
        throws Exception {
      List<String> lines = new ArrayList<>();
      for (long t = from; t < to; t += 5 * SECOND) {
        for (String group : groups) {
          int task =
              KeyGroupRangeAssignment.assignKeyToParallelOperator(
                  TestingEvaluation.key(T, group), TestingEvaluation.MAX_PARALLELISM, tasks.size());
          tasks.get(task).sample(T, group, A, t, (double) ((t - START) / SECOND % 170));
        }
        for (TestingEvaluation task : tasks) {
          task.watermark(t - 1);
          lines.addAll(everything(task));
        }
      }
      return lines;
    }

    @Test
    void takesOverWhatAnEarlierReleaseKept() throws Exception {
      OperatorSubtaskState old =
          OperatorSnapshotUtil.readStateHandle(
              "src/test/resources/dev/guanlan/job/alerting/state/before/windows.state");
      OperatorSubtaskState now;
      List<String> first = new ArrayList<>();
      long[] ticks = TestingEvaluation.ticks(G, 10 * SECOND, START, 4);
      try (TestingEvaluation job = TestingEvaluation.restore(old)) {
        job.rules(T, only("{record: r, expr: up}").replace("name: g", "name: unknown"));
        job.watermark(ticks[2]);
        now = job.snapshot(2);
        first.addAll(everything(job));
      }
      assertThat(first)
          .contains(
              ticks[2] + " {__name__=\"n\", instance=\"a\"} 5.0",
              ticks[2] + " {__name__=\"n\", instance=\"b\"} 5.0",
              ticks[2] + " {__name__=\"h\"} 3.0");
      try (TestingEvaluation job = TestingEvaluation.restore(now)) {
        job.watermark(ticks[3]);
        assertThat(everything(job))
            .contains(
                ticks[3] + " Down PENDING→FIRING",
                ticks[3] + " {__name__=\"n\", instance=\"a\"} 5.0",
                ticks[3] + " {__name__=\"h\"} 3.0")
            .anyMatch(line -> line.endsWith("{__name__=\"r\", instance=\"c\"} 5.0"));
      }
    }
  }

  @Nested
  @DisplayName("State")
  class State {

    private long sizeAfter(TestingEvaluation job, long from, long to) throws Exception {
      long size = 0;
      for (long t = from; t < to; t += 30 * SECOND) {
        feed(job, G, t, t + 30 * SECOND);
        size = job.snapshot(t).getStateSize();
      }
      return size;
    }

    @Test
    void doesNotGrowWithTime() throws Exception {
      try (TestingEvaluation job = TestingEvaluation.start()) {
        job.rules(T, RATES);
        long early = sizeAfter(job, START, START + 20 * MINUTE);
        long late = sizeAfter(job, START + 20 * MINUTE, START + 120 * MINUTE);
        assertThat(late).isBetween(early / 2, early + early / 10);
      }
    }

    @Test
    void ofShortRangesDoesNotGrowWithTheLongestRange() throws Exception {
      Labels[] many = new Labels[500];
      for (int i = 0; i < many.length; i++) {
        many[i] = Labels.of("__name__", "many", "i", "i" + i);
      }
      try (TestingEvaluation job = TestingEvaluation.start()) {
        job.rules(
            T,
            only(
                "{record: long, expr: 'sum(count_over_time(c[6h]))'},"
                    + " {record: short, expr: 'sum(count_over_time(many[1m]))'}"));
        long largest = 0;
        long newest = 0;
        for (long t = START; t < START + 90 * MINUTE; t += 15 * SECOND) {
          long at = t;
          job.samples(
              T,
              G,
              block -> {
                for (Labels series : many) {
                  block.series(series).sample(at, 1);
                }
                block.series(A).sample(at, 1);
              });
          job.watermark(t);
          newest = job.snapshot(t).getStateSize();
          largest = Math.max(largest, newest);
        }
        // 180,000 samples came, of which 2,400 matter; each takes some ten bytes.
        assertThat(largest).isLessThan(500_000);
        job.recorded();
        job.watermark(START + 90 * MINUTE);
        assertThat(job.recorded())
            .filteredOn(line -> line.contains("long"))
            .allMatch(line -> line.endsWith(" 360.0"))
            .isNotEmpty();
        OperatorSubtaskState state = job.snapshot(1);
        try (TestingEvaluation restored = TestingEvaluation.restore(state)) {
          restored.watermark(START + 90 * MINUTE + 10 * SECOND);
          assertThat(restored.recorded()).anyMatch(line -> line.endsWith("\"long\"} 360.0"));
        }
      }
    }

    @Test
    void isWrittenOnceWhileSamplesComeFarAheadOfTheTicks() throws Exception {
      try (TestingEvaluation job = TestingEvaluation.start()) {
        job.rules(T, RATES);
        feed(job, G, START, START + MINUTE);
        job.snapshot(1);
        List<Long> before = job.segments(T, G);
        for (int checkpoint = 2; checkpoint < 5; checkpoint++) {
          long from = START + checkpoint * 60L * MINUTE;
          job.samples(
              T,
              G,
              block -> {
                block.series(A);
                for (long t = from; t < from + 60 * MINUTE; t += 200) {
                  block.sample(t, 1);
                }
              });
          job.snapshot(checkpoint);
          assertThat(job.segments(T, G)).containsAll(before).hasSizeGreaterThan(before.size());
          before = job.segments(T, G);
        }
        job.watermark(START + 6 * 60 * MINUTE);
        job.snapshot(5);
        job.watermark(START + 6 * 60 * MINUTE + MINUTE);
        job.snapshot(6);
        assertThat(job.segments(T, G))
            .as("of what nobody looks at")
            .doesNotContainAnyElementsOf(before);
      }
    }

    @Test
    void keepsAHistoryUntilTheRulesThatLookAtItTick() throws Exception {
      OperatorSubtaskState state;
      long now = START + 2 * MINUTE;
      try (TestingEvaluation job = TestingEvaluation.start()) {
        job.rules(T, only("{record: r, expr: 'count_over_time(c[1m])'}"));
        for (long t = START; t <= now; t += 10 * SECOND) {
          job.sample(T, G, A, t, 1);
          job.watermark(t);
        }
        job.snapshot(1);
        job.history(
            T,
            G,
            false,
            block -> {
              block.series(B);
              for (long t = START - 60 * MINUTE; t < START - 10 * MINUTE; t += 10 * SECOND) {
                block.sample(t, 1);
              }
            });
        job.rules(T, only("{record: r, expr: 'count_over_time(c[2h])'}"));
        job.snapshot(2);
        job.sample(T, G, A, now + SECOND, 1);
        state = job.snapshot(3);
      }
      try (TestingEvaluation restored = TestingEvaluation.restore(state)) {
        restored.watermark(now + 10 * SECOND);
        assertThat(restored.recorded()).anyMatch(line -> line.endsWith("\"b\"} 300.0"));
      }
    }

    /** Sends one of the pieces of a history: twenty minutes of three series. */
    private void piece(TestingEvaluation job, int piece) throws Exception {
      job.history(
          T,
          G,
          false,
          block -> {
            for (int i = 0; i < 3; i++) {
              block.series(Labels.of("__name__", "c", "pod", "past-" + i + piece / 2));
              // A series with many samples comes in several pieces.
              long from = START - (piece % 2 == 0 ? 40 : 20) * MINUTE;
              for (long t = from; t < from + 20 * MINUTE; t += 10 * SECOND) {
                block.sample(t, 1);
              }
            }
          });
    }

    @Test
    void takesAHistoryPieceByPieceWhileItsVersionBeforeTicks() throws Exception {
      OperatorSubtaskState state;
      long now = START;
      try (TestingEvaluation job = TestingEvaluation.start()) {
        job.rules(T, only("{record: r, expr: 'count_over_time(c[1m])'}"));
        for (int piece = 0; piece < 4; piece++) {
          now += 2 * MINUTE;
          job.sample(T, G, A, now, 1);
          job.watermark(now);
          piece(job, piece);
        }
        state = job.snapshot(1);
        piece(job, 4);
      }
      // A change that was under way is read from the beginning.
      try (TestingEvaluation job = TestingEvaluation.restore(state)) {
        // It is known, and the next one is newer.
        job.rules(T, only("{record: r, expr: 'count_over_time(c[1m])'}"));
        for (int piece = 0; piece < 6; piece++) {
          now += 2 * MINUTE;
          job.sample(T, G, A, now, 1);
          job.watermark(now);
          piece(job, piece);
          if (piece == 3) {
            job.snapshot(2);
          }
        }
        job.rules(T, only("{record: r, expr: 'count_over_time(c[2h])'}"));
        state = job.snapshot(3);
        assertSeesAll(job, now);
      }
      try (TestingEvaluation job = TestingEvaluation.restore(state)) {
        assertSeesAll(job, now);
      }
    }

    @Test
    void keepsAHistoryWhenTheVersionBeforeItTicksForTheFirstTime() throws Exception {
      try (TestingEvaluation job = TestingEvaluation.start()) {
        long now = START;
        job.rules(T, only("{record: r, expr: 'count_over_time(c[1m])'}"));
        job.watermark(now);
        job.rules(T, only("{record: r, expr: 'count_over_time(c[2m])'}"));
        for (int piece = 0; piece < 6; piece++) {
          piece(job, piece);
          now += MINUTE;
          job.watermark(now);
        }
        job.rules(T, only("{record: r, expr: 'count_over_time(c[2h])'}"));
        assertSeesAll(job, now);
      }
    }

    @Test
    void keepsAHistoryWhenAnotherVersionIsRefusedBeforeItsFirstTick() throws Exception {
      OperatorSubtaskState state;
      long now = START + MINUTE;
      try (TestingEvaluation job = TestingEvaluation.start()) {
        job.rules(T, only("{record: r, expr: 'count_over_time(c[1m])'}"));
        job.watermark(START);
        job.watermark(now);
        for (int piece = 0; piece < 6; piece++) {
          piece(job, piece);
        }
        RuleGroup last =
            TestingEvaluation.groups(only("{record: r, expr: 'count_over_time(c[2h])'}")).get(0);
        job.rules(T, last);
        job.snapshot(1);
        job.rules(
            T,
            new RuleGroup(
                last.namespace(),
                last.name(),
                last.intervalMillis(),
                0,
                0,
                Map.of(),
                List.of(new RecordingRule("r", "up +", Map.of()))));
        state = job.snapshot(2);
      }
      try (TestingEvaluation job = TestingEvaluation.restore(state)) {
        assertSeesAll(job, now);
      }
    }

    private void assertSeesAll(TestingEvaluation job, long now) throws Exception {
      job.recorded();
      job.watermark(now + 10 * SECOND);
      List<String> recorded = job.recorded();
      for (int i = 0; i < 3; i++) {
        for (int pair = 0; pair < 3; pair++) {
          String end = "\"past-" + i + pair + "\"} 240.0";
          assertThat(recorded).filteredOn(line -> line.endsWith(end)).hasSize(1);
        }
      }
    }

    @Test
    void waitsForAHistoryThatComesForLongerThanItsSamplesAreHeld() throws Exception {
      try (TestingEvaluation job = TestingEvaluation.start()) {
        long now = START;
        for (int piece = 0; piece < 6; piece++) {
          job.watermark(now);
          piece(job, piece);
          now += 5 * MINUTE;
        }
        job.watermark(now);
        job.rules(T, only("{record: r, expr: 'count_over_time(c[2h])'}"));
        assertSeesAll(job, now);
      }
      try (TestingEvaluation job = TestingEvaluation.start()) {
        job.watermark(START);
        piece(job, 0);
        piece(job, 1);
        assertThat(job.timers()).isEqualTo(1);
        job.watermark(START + EvaluateRules.HOLD_MILLIS);
        assertThat(job.series()).as("it never comes").isZero();
        assertThat(job.timers()).isZero();
        assertThat(job.stateEntries()).isZero();
      }
    }

    @Test
    void keepsAHistoryThatComesBeforeThereIsEventTime() throws Exception {
      try (TestingEvaluation job = TestingEvaluation.start()) {
        job.clock(START + 60 * MINUTE);
        job.history(
            T,
            G,
            false,
            block -> {
              block.series(B);
              for (long t = START; t < START + 10 * MINUTE; t += 10 * SECOND) {
                block.sample(t, 1);
              }
            });
        job.watermark(START + 60 * MINUTE);
        job.rules(T, only("{record: r, expr: 'count_over_time(c[2h])'}"));
        job.watermark(START + 60 * MINUTE + 10 * SECOND);
        assertThat(job.recorded()).anyMatch(line -> line.endsWith("\"b\"} 60.0"));
      }
    }

    @Test
    void keepsNoSeriesForLongThatHasEnded() throws Exception {
      try (TestingEvaluation job = TestingEvaluation.start()) {
        job.rules(T, only("{record: r, expr: 'count(count_over_time(c[1m]))'}"));
        long early = 0;
        long last = 0;
        for (int i = 0; i < 200; i++) {
          long t = START + i * MINUTE;
          job.sample(T, G, Labels.of("__name__", "c", "pod", "pod-" + i), t, 1);
          job.watermark(t);
          last = job.snapshot(i).getStateSize();
          early = i == 60 ? last : early;
        }
        assertThat(last).isLessThan(early + early / 10);
      }
    }
  }

  @Nested
  @DisplayName("Labels")
  class LabelsOnce {

    private static final String COUNT = "{record: r, expr: 'count_over_time(c[1m])'}";

    @Test
    void areKnownOnceTheyWereToldAndOverARestart() throws Exception {
      OperatorSubtaskState state;
      long[] ticks = TestingEvaluation.ticks(G, 10 * SECOND, START, 2);
      try (TestingEvaluation job = TestingEvaluation.start()) {
        job.watermark(START);
        job.rules(T, only(COUNT));
        job.sample(T, G, A, START + 1, 1);
        job.sampleWithoutLabels(T, G, A, START + 2, 1);
        job.watermark(ticks[0]);
        assertThat(job.recorded())
            .containsExactly(ticks[0] + " {__name__=\"r\", instance=\"a\"} 2.0");
        state = job.snapshot(1);
      }
      try (TestingEvaluation job = TestingEvaluation.restore(state)) {
        job.sampleWithoutLabels(T, G, A, ticks[0] + 1, 1);
        job.watermark(ticks[1]);
        assertThat(job.recorded())
            .containsExactly(ticks[1] + " {__name__=\"r\", instance=\"a\"} 3.0");
        assertThat(job.samplesUnknown()).isZero();
      }
    }

    @Test
    void thatWereNeverToldAreCountedAndTheirSamplesDropped() throws Exception {
      try (TestingEvaluation job = TestingEvaluation.start()) {
        job.watermark(START);
        job.rules(T, only(COUNT));
        job.sampleWithoutLabels(T, G, A, START + 1, 1);
        job.sample(T, G, B, START + 1, 1);
        job.watermark(START + 10 * SECOND);
        assertThat(job.recorded()).singleElement().asString().contains("instance=\"b\"");
        assertThat(job.samplesUnknown()).isOne();
      }
    }

    @Test
    void areKnownForAsLongAsTheyAreNotToldAgain() throws Exception {
      try (TestingEvaluation job = TestingEvaluation.start()) {
        job.rules(T, only(COUNT));
        job.sample(T, G, A, START, 1);
        // The window is empty long before the labels come again at the latest.
        for (long t = START; t < START + SelectSamples.LABELS_MILLIS; t += 10 * SECOND) {
          job.watermark(t);
        }
        job.recorded();
        long last = START + SelectSamples.LABELS_MILLIS - 1;
        job.sampleWithoutLabels(T, G, A, last, 1);
        job.watermark(last + 10 * SECOND);
        assertThat(job.recorded()).singleElement().asString().endsWith("instance=\"a\"} 1.0");
        assertThat(job.samplesUnknown()).isZero();
      }
    }

    @Test
    void areKnownToAGroupThatComesBackSoon() throws Exception {
      try (TestingEvaluation job = TestingEvaluation.start()) {
        job.watermark(START);
        job.rules(T, only(COUNT));
        job.sample(T, G, A, START + 1, 1);
        job.delete(T, G);
        job.sampleWithoutLabels(T, G, A, START + 2, 1);
        job.rules(T, only(COUNT));
        job.sampleWithoutLabels(T, G, A, START + 3, 1);
        job.watermark(START + 10 * SECOND);
        assertThat(job.recorded()).singleElement().asString().endsWith("instance=\"a\"} 3.0");
      }
    }
  }

  @Test
  void aFullGroupTakesAFurtherSeriesWhenOneHasEnded() throws Exception {
    try (TestingEvaluation job = TestingEvaluation.start()) {
      job.rules(T, only("{record: r, expr: 'count(count_over_time(c[1m]))'}"));
      int most = TestingEvaluation.settings().maxSeries();
      for (int i = 0; i < most; i++) {
        job.sample(T, G, Labels.of("__name__", "c", "i", "i" + i), START, 1);
      }
      job.watermark(START);
      job.sample(T, G, A, START + 1, 1);
      assertThat(job.samplesOverflowed()).isOne();
      job.watermark(START + 7 * MINUTE);
      job.recorded();
      job.sample(T, G, A, START + 7 * MINUTE + 1, 1);
      job.watermark(START + 7 * MINUTE + 10 * SECOND);
      assertThat(job.recorded()).singleElement().asString().endsWith("} 1.0");
      assertThat(job.samplesOverflowed()).isOne();
    }
  }

  @Test
  void aRuleThatLacksSeriesFailsAloneAndIsWellAgainWhenNothingReachesBackToThem() throws Exception {
    try (TestingEvaluation job = TestingEvaluation.start()) {
      job.rules(
          T,
          only(
              "{record: all, expr: 'count(count_over_time(c[1m]))'}",
              "{record: other, expr: 'count(count_over_time(d[1m]))'}"));
      Labels other = Labels.of("__name__", "d");
      job.sample(T, G, other, START, 1);
      int most = TestingEvaluation.settings().maxSeries();
      for (int i = 0; i < most; i++) {
        job.sample(T, G, Labels.of("__name__", "c", "i", "i" + i), START, 1);
      }
      job.watermark(START);
      job.watermark(START + 10 * SECOND);
      assertThat(job.recorded()).singleElement().asString().contains("other");
      assertThat(job.samplesOverflowed()).isOne();

      // Nothing is left out any more, but it could have been, unnamed.
      job.sample(T, G, other, START + 5 * MINUTE, 1);
      job.watermark(START + 5 * MINUTE + 10 * SECOND);
      assertThat(job.recorded())
          .isNotEmpty()
          .allSatisfy(line -> assertThat(line).contains("other").doesNotContain("all"));
      job.sample(T, G, other, START + 7 * MINUTE, 1);
      job.sample(T, G, A, START + 7 * MINUTE, 1);
      job.watermark(START + 7 * MINUTE + 10 * SECOND);
      assertThat(job.recorded()).anyMatch(line -> line.contains("all") && line.endsWith("} 1.0"));
    }
  }
}
