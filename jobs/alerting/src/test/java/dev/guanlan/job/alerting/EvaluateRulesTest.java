package dev.guanlan.job.alerting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.guanlan.model.Labels;
import dev.guanlan.model.histogram.Buckets;
import dev.guanlan.model.histogram.Histogram;
import dev.guanlan.model.histogram.ResetHint;
import dev.guanlan.promql.Expression;
import dev.guanlan.promql.Parser;
import dev.guanlan.promql.ParserOptions;
import dev.guanlan.promql.engine.EvaluationException;
import dev.guanlan.promql.engine.MemorySampleSource;
import dev.guanlan.promql.engine.SampleSource;
import dev.guanlan.schema.AlertTransition;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class EvaluateRulesTest {

  private static final String T = "anonymous";
  private static final String G = "g";
  private static final long SECOND = 1000;
  private static final long START = 1_700_000_000_000L;
  private static final Labels UP = Labels.of("__name__", "up", "instance", "a");

  private static final String DOWN_FOR_30S =
      """
      groups:
        - name: g
          interval: 10s
          rules:
            - alert: Down
              expr: up == 0
              for: 30s
              labels: {severity: page}
              annotations: {summary: "{{ $labels.instance }} is down"}
      """;

  /** Feeds a sample every 5 s from one time to another, with the watermark right behind. */
  private static void feed(TestingEvaluation job, Labels series, long from, long to, double value)
      throws Exception {
    for (long t = from; t < to; t += 5 * SECOND) {
      job.sample(T, G, series, t, value);
      job.watermark(t - 1);
    }
  }

  @Nested
  @DisplayName("An alert")
  class AnAlert {

    @Test
    void goesFromPendingToFiringToResolvedAtItsTicks() throws Exception {
      try (TestingEvaluation job = TestingEvaluation.start()) {
        job.rules(T, DOWN_FOR_30S);
        feed(job, UP, START, START + 60 * SECOND, 0);
        long[] ticks = TestingEvaluation.ticks(G, 10 * SECOND, START, 10);
        assertThat(job.transitions())
            .containsExactly(
                ticks[0] + " Down INACTIVE→PENDING", ticks[3] + " Down PENDING→FIRING");
        assertThat(job.notifications()).containsExactly(ticks[3] + " Down firing");
        feed(job, UP, START + 60 * SECOND, START + 90 * SECOND, 1);
        long resolved = TestingEvaluation.ticks(G, 10 * SECOND, START + 60 * SECOND - 1, 1)[0];
        assertThat(job.transitions()).containsExactly(resolved + " Down FIRING→RESOLVED");
        assertThat(job.notifications()).containsExactly(resolved + " Down resolved");
      }
    }

    @Test
    void carriesItsLabelsTextsAndTimes() throws Exception {
      try (TestingEvaluation job = TestingEvaluation.start()) {
        job.rules(T, DOWN_FOR_30S);
        feed(job, UP, START, START + 60 * SECOND, 0);
        long[] ticks = TestingEvaluation.ticks(G, 10 * SECOND, START, 10);
        AlertTransition fired = job.transitionRecords().get(1);
        assertThat(fired.getLabels())
            .containsOnly(
                java.util.Map.entry("alertname", "Down"),
                java.util.Map.entry("instance", "a"),
                java.util.Map.entry("severity", "page"));
        assertThat(fired.getAnnotations()).containsEntry("summary", "a is down");
        assertThat(fired.getActiveAtMillis()).isEqualTo(ticks[0]);
        assertThat(fired.getFiredAtMillis()).isEqualTo(ticks[3]);
        assertThat(fired.getResolvedAtMillis()).isZero();
        assertThat(fired.getLastSampleMillis()).isBetween(ticks[3] - 5 * SECOND, ticks[3]);
      }
    }

    @Test
    void firesAtTheSameTimeAfterARestoreInMidPendingAndIsNotResolved() throws Exception {
      OperatorSubtaskState state;
      try (TestingEvaluation job = TestingEvaluation.start()) {
        job.rules(T, DOWN_FOR_30S);
        feed(job, UP, START, START + 25 * SECOND, 0);
        assertThat(job.transitions()).hasSize(1).first().asString().endsWith("INACTIVE→PENDING");
        state = job.snapshot(1);
      }
      try (TestingEvaluation job = TestingEvaluation.restore(state)) {
        feed(job, UP, START + 25 * SECOND, START + 60 * SECOND, 0);
        long[] ticks = TestingEvaluation.ticks(G, 10 * SECOND, START, 4);
        assertThat(job.transitions()).containsExactly(ticks[3] + " Down PENDING→FIRING");
      }
    }

    @Test
    void survivesAKillAsIfNothingHadBeenSinceTheLastCheckpoint() throws Exception {
      OperatorSubtaskState state;
      List<String> lost;
      try (TestingEvaluation job = TestingEvaluation.start()) {
        job.rules(T, DOWN_FOR_30S);
        feed(job, UP, START, START + 25 * SECOND, 0);
        job.transitions();
        state = job.snapshot(1);
        feed(job, UP, START + 25 * SECOND, START + 60 * SECOND, 0);
        lost = job.transitions();
      }
      try (TestingEvaluation job = TestingEvaluation.restore(state)) {
        feed(job, UP, START + 25 * SECOND, START + 60 * SECOND, 0);
        assertThat(job.transitions()).isEqualTo(lost).hasSize(1);
      }
    }

    @Test
    void isResolvedAfterItsSeriesVanishedForTheLookBack() throws Exception {
      try (TestingEvaluation job = TestingEvaluation.start()) {
        job.rules(T, DOWN_FOR_30S);
        feed(job, UP, START, START + 60 * SECOND, 0);
        job.transitions();
        long last = START + 55 * SECOND;
        job.watermark(last + 299 * SECOND);
        assertThat(job.transitions()).isEmpty();
        job.watermark(last + 320 * SECOND);
        assertThat(job.transitions()).hasSize(1).first().asString().endsWith("FIRING→RESOLVED");
      }
    }
  }

  @Nested
  @DisplayName("Time")
  class Time {

    @Test
    void missedTicksAreEvaluatedOneByOneInOrder() throws Exception {
      try (TestingEvaluation job = TestingEvaluation.start()) {
        job.rules(
            T,
            """
            groups:
              - name: g
                interval: 10s
                rules:
                  - {record: "r", expr: "up"}
            """);
        job.watermark(START - 1);
        job.samples(
            T,
            G,
            block -> {
              block.series(UP);
              for (int i = 0; i < 100; i++) {
                block.sample(START + i * SECOND, i);
              }
            });
        job.watermark(START + 99 * SECOND);
        long[] ticks = TestingEvaluation.ticks(G, 10 * SECOND, START - 1, 10);
        List<String> expected = new ArrayList<>();
        for (long tick : ticks) {
          if (tick <= START + 99 * SECOND) {
            expected.add(
                "%d {__name__=\"r\", instance=\"a\"} %s"
                    .formatted(tick, (double) Math.floorDiv(tick - START, SECOND)));
          }
        }
        assertThat(job.recorded()).isEqualTo(expected);
      }
    }

    @Test
    void absentFiresWhenEveryInputIsSilent() throws Exception {
      try (TestingEvaluation job = TestingEvaluation.start()) {
        job.rules(
            T,
            """
            groups:
              - name: g
                interval: 10s
                rules:
                  - {alert: Gone, expr: "absent(up)"}
            """);
        feed(job, UP, START, START + 20 * SECOND, 1);
        assertThat(job.transitions()).isEmpty();
        // The wall clock moves the watermark on; no sample does.
        job.watermark(START + 400 * SECOND);
        assertThat(job.transitions()).hasSize(1).first().asString().endsWith("INACTIVE→FIRING");
      }
    }

    @Test
    void verdictsDoNotDependOnTheOrderWithinTheLag() throws Exception {
      List<String> inOrder = verdicts(0);
      for (int seed = 1; seed <= 20; seed++) {
        assertThat(verdicts(seed)).as("seed %d", seed).isEqualTo(inOrder);
      }
      assertThat(inOrder).isNotEmpty();
    }

    private List<String> verdicts(int seed) throws Exception {
      Random random = new Random(seed);
      try (TestingEvaluation job = TestingEvaluation.start()) {
        job.rules(
            T,
            """
            groups:
              - name: g
                interval: 5s
                rules:
                  - {record: "rate", expr: "sum(rate(c[20s]))"}
            """);
        job.watermark(START);
        List<Long> times = new ArrayList<>();
        for (int i = 1; i <= 60; i++) {
          times.add(START + i * SECOND);
        }
        for (int from = 0; from < times.size(); from += 10) {
          List<Long> batch = times.subList(from, from + 10);
          long last = batch.get(9);
          List<Long> shuffled = new ArrayList<>(batch);
          if (seed > 0) {
            Collections.shuffle(shuffled, random);
          }
          for (long t : shuffled) {
            job.sample(T, G, Labels.of("__name__", "c", "i", "x"), t, (t - START) / 1000.0);
          }
          job.watermark(last);
        }
        return job.recorded();
      }
    }

    @Test
    void nativeHistogramsAreLookedAtAndRecorded() throws Exception {
      try (TestingEvaluation job = TestingEvaluation.start()) {
        job.rules(
            T,
            """
            groups:
              - name: g
                interval: 10s
                rules:
                  - {record: "both", expr: "sum without (instance) (latency)"}
                  - {record: "n", expr: "histogram_count(both)"}
            """);
        job.watermark(START);
        for (String instance : List.of("a", "b")) {
          Labels labels = Labels.of("__name__", "latency", "instance", instance);
          job.samples(
              T, G, block -> block.series(labels).histogram(START + SECOND, histogram(3, 2.5)));
        }
        long[] ticks = TestingEvaluation.ticks(G, 10 * SECOND, START + SECOND - 1, 1);
        job.watermark(ticks[0]);

        assertThat(job.recordedHistograms()).containsExactly(histogram(6, 5));
        assertThat(job.recorded()).last().isEqualTo(ticks[0] + " {__name__=\"n\"} 6.0");
      }
    }

    private static Histogram histogram(double count, double sum) {
      return new Histogram(
          ResetHint.UNKNOWN,
          3,
          0.001,
          0,
          count,
          sum,
          Buckets.of(new int[] {4}, new double[] {count}, 1),
          Buckets.EMPTY,
          new double[0]);
    }

    @Test
    void aLateSampleChangesNoPastVerdictButCountsLater() throws Exception {
      try (TestingEvaluation job = TestingEvaluation.start()) {
        job.rules(
            T,
            """
            groups:
              - name: g
                interval: 10s
                rules:
                  - {record: "n", expr: "count_over_time(up[1m])"}
            """);
        job.watermark(START);
        job.sample(T, G, UP, START + SECOND, 1);
        long[] ticks = TestingEvaluation.ticks(G, 10 * SECOND, START + SECOND - 1, 2);
        job.watermark(ticks[0]);
        assertThat(job.recorded())
            .last()
            .asString()
            .isEqualTo(ticks[0] + " {__name__=\"n\", instance=\"a\"} 1.0");
        job.sample(T, G, UP, START + 500, 1);
        assertThat(job.recorded()).isEmpty();
        job.watermark(ticks[1]);
        assertThat(job.recorded()).singleElement().asString().endsWith(" 2.0");
      }
    }

    @Test
    void aGroupsHistoryFillsItsWindowsBeforeItsFirstTick() throws Exception {
      try (TestingEvaluation job = TestingEvaluation.start()) {
        job.watermark(START);
        // Live samples that came before the group, one of which is stored by now.
        job.sample(T, G, UP, START + 2 * SECOND, 1);
        job.sample(T, G, UP, START + SECOND, 1);
        job.history(
            T,
            G,
            false,
            block -> {
              block.series(UP);
              for (long t = START - 600 * SECOND; t <= START + SECOND; t += SECOND) {
                block.sample(t, 1);
              }
            });
        job.rules(
            T,
            """
            groups:
              - name: g
                interval: 10s
                rules:
                  - {record: "n", expr: "count_over_time(up[5m])"}
            """);
        long[] ticks = TestingEvaluation.ticks(G, 10 * SECOND, START, 1);
        job.watermark(ticks[0]);
        long there = 2 - Math.floorDiv(ticks[0] - 300 * SECOND - START, SECOND);
        assertThat(job.recorded())
            .containsExactly(ticks[0] + " {__name__=\"n\", instance=\"a\"} " + (double) there);
      }
    }

    @Test
    void aGroupThatLostItsStateRestoresSinceWhenItsAlertsAreActive() throws Exception {
      try (TestingEvaluation job = TestingEvaluation.start()) {
        job.watermark(START);
        Labels series =
            Labels.of(
                "__name__",
                "ALERTS_FOR_STATE",
                "alertname",
                "Down",
                "instance",
                "a",
                "severity",
                "page");
        job.history(
            T,
            G,
            true,
            block ->
                block
                    .series(series)
                    .sample(START - 20 * SECOND, (double) (START - 1800 * SECOND) / SECOND));
        job.sample(T, G, UP, START, 0);
        job.rules(T, DOWN_FOR_30S.replace("for: 30s", "for: 20m"));
        // State is restored as it was, also before the first tick.
        OperatorSubtaskState state = job.snapshot(1);
        try (TestingEvaluation again = TestingEvaluation.restore(state)) {
          long[] ticks = TestingEvaluation.ticks(G, 10 * SECOND, START, 2);
          again.watermark(ticks[1]);
          assertThat(again.transitions()).containsExactly(ticks[0] + " Down INACTIVE→FIRING");
        }
      }
    }

    @Test
    void aGroupThatHasItsStateTakesNoAlertFromItsHistory() throws Exception {
      try (TestingEvaluation job = TestingEvaluation.start()) {
        String rules = DOWN_FOR_30S.replace("for: 30s", "for: 20m");
        job.watermark(START);
        job.sample(T, G, UP, START, 0);
        job.rules(T, rules);
        Labels series =
            Labels.of(
                "__name__",
                "ALERTS_FOR_STATE",
                "alertname",
                "Down",
                "instance",
                "a",
                "severity",
                "page");
        job.history(
            T,
            G,
            true,
            block -> block.series(series).sample(START, (double) (START - 1800 * SECOND) / SECOND));
        job.rules(T, rules.replace("is down", "is away"));
        long[] ticks = TestingEvaluation.ticks(G, 10 * SECOND, START, 1);
        job.watermark(ticks[0]);
        assertThat(job.transitions()).containsExactly(ticks[0] + " Down INACTIVE→PENDING");
      }
    }

    private static final String TWO_RULES =
        """
        groups:
          - name: g
            interval: 10s
            rules:
              - {alert: Down, expr: "up == 0", for: 20m}
              - {alert: Gone, expr: "up == 0", for: 20m}
        """;

    /** Sends what was recorded of two alerts since half an hour ago, before a change. */
    private static void recordedOfTwo(TestingEvaluation job) throws Exception {
      job.history(
          T,
          G,
          true,
          block -> {
            for (String alert : List.of("Down", "Gone")) {
              block
                  .series(
                      Labels.of(
                          "__name__", "ALERTS_FOR_STATE", "alertname", alert, "instance", "a"))
                  .sample(START - SECOND, (double) (START - 1800 * SECOND) / SECOND);
            }
          });
    }

    @Test
    void aRuleThatAChangeAddsRestoresSinceWhenItsAlertsAreActive() throws Exception {
      try (TestingEvaluation job = TestingEvaluation.start()) {
        long[] ticks = TestingEvaluation.ticks(G, 10 * SECOND, START, 4);
        String down = TWO_RULES.replaceAll(" *- .alert: Gone.*\n", "");
        job.watermark(START);
        job.rules(T, down);
        job.sample(T, G, UP, START, 1);
        job.watermark(ticks[0]);
        recordedOfTwo(job);
        // The last version ticks meanwhile, and has nothing of it.
        job.sample(T, G, UP, ticks[0] + SECOND, 1);
        job.watermark(ticks[1]);
        job.sample(T, G, UP, ticks[1] + SECOND, 0);
        job.rules(T, TWO_RULES);
        OperatorSubtaskState state = job.snapshot(1);
        try (TestingEvaluation again = TestingEvaluation.restore(state)) {
          again.watermark(ticks[2]);
          assertThat(again.transitions())
              .as("the other rule has its memory, which has no alert")
              .containsExactlyInAnyOrder(
                  ticks[2] + " Down INACTIVE→PENDING", ticks[2] + " Gone INACTIVE→FIRING");
        }
      }
    }

    @Test
    void alertsOfAVersionThatANewerOneOvertakesAreNotRestored() throws Exception {
      try (TestingEvaluation job = TestingEvaluation.start()) {
        long[] ticks = TestingEvaluation.ticks(G, 10 * SECOND, START, 3);
        String down = TWO_RULES.replaceAll(" *- .alert: Gone.*\n", "");
        job.watermark(START);
        job.rules(T, down);
        job.sample(T, G, UP, START, 1);
        job.watermark(ticks[0]);
        recordedOfTwo(job);
        job.rules(T, down.replace("20m", "21m"));
        job.sample(T, G, UP, ticks[0] + SECOND, 0);
        job.rules(T, TWO_RULES);
        job.watermark(ticks[1]);
        assertThat(job.transitions())
            .containsExactlyInAnyOrder(
                ticks[1] + " Down INACTIVE→PENDING", ticks[1] + " Gone INACTIVE→PENDING");
      }
    }

    @Test
    void aNewGroupBeginsAtTheFirstTickAfterEventTime() throws Exception {
      try (TestingEvaluation job = TestingEvaluation.start()) {
        job.watermark(START);
        job.rules(T, "groups: [{name: g, interval: 10s, rules: [{record: r, expr: vector(1)}]}]");
        job.watermark(START + 10 * SECOND);
        long first = TestingEvaluation.ticks(G, 10 * SECOND, START, 1)[0];
        assertThat(job.recorded()).containsExactly(first + " {__name__=\"r\"} 1.0");
      }
    }
  }

  @Nested
  @DisplayName("A group")
  class AGroup {

    @Test
    void showsARecordingToTheNextRuleAtTheSameTick() throws Exception {
      try (TestingEvaluation job = TestingEvaluation.start()) {
        job.rules(
            T,
            """
            groups:
              - name: g
                interval: 10s
                rules:
                  - {record: "job:up:sum", expr: "sum(up)"}
                  - {record: "job:up:double", expr: "job:up:sum * 2"}
                  - {alert: High, expr: "job:up:double > 3"}
                  - {record: "alerts:count", expr: "count(ALERTS{alertname='High'})"}
            """);
        job.watermark(START);
        job.sample(T, G, UP, START + 1, 2);
        long tick = TestingEvaluation.ticks(G, 10 * SECOND, START, 1)[0];
        job.watermark(tick);
        assertThat(job.recorded())
            .containsExactly(
                tick + " {__name__=\"job:up:sum\"} 2.0",
                tick + " {__name__=\"job:up:double\"} 4.0",
                tick + " {__name__=\"ALERTS\", alertname=\"High\", alertstate=\"firing\"} 1.0",
                tick
                    + " {__name__=\"ALERTS_FOR_STATE\", alertname=\"High\"} "
                    + (double) Math.floorDiv(tick, 1000L),
                tick + " {__name__=\"alerts:count\"} 1.0");
      }
    }

    @Test
    void marksSeriesAsStaleThatItDoesNotRecordAnyMore() throws Exception {
      try (TestingEvaluation job = TestingEvaluation.start()) {
        job.rules(T, "groups: [{name: g, interval: 10s, rules: [{record: r, expr: up > 0}]}]");
        job.watermark(START);
        job.sample(T, G, UP, START + 1, 1);
        long[] ticks = TestingEvaluation.ticks(G, 10 * SECOND, START, 3);
        job.watermark(ticks[0]);
        job.sample(T, G, UP, ticks[0] + 1, 0);
        job.watermark(ticks[2]);
        assertThat(job.recorded())
            .containsExactly(
                ticks[0] + " {__name__=\"r\", instance=\"a\"} 1.0",
                ticks[1] + " {__name__=\"r\", instance=\"a\"} stale");
      }
    }

    @Test
    void goesOnWithoutARuleThatFails() throws Exception {
      try (TestingEvaluation job = TestingEvaluation.start()) {
        job.rules(
            T,
            """
            groups:
              - name: g
                interval: 10s
                rules:
                  - {record: "bad", expr: "up * on() up"}
                  - {record: "good", expr: "sum(up)"}
            """);
        job.watermark(START);
        job.sample(T, G, UP, START + 1, 1);
        job.sample(T, G, Labels.of("__name__", "up", "instance", "b"), START + 1, 1);
        long tick = TestingEvaluation.ticks(G, 10 * SECOND, START, 1)[0];
        job.watermark(tick);
        assertThat(job.recorded()).containsExactly(tick + " {__name__=\"good\"} 2.0");
      }
    }

    @Test
    void tellsItsAlertsFromEqualOnesOfAnotherTenant() throws Exception {
      try (TestingEvaluation job = TestingEvaluation.start()) {
        List<String> tenants = List.of(T, "shop", "bank");
        for (String tenant : tenants) {
          job.rules(tenant, DOWN_FOR_30S);
        }
        for (long t = START; t < START + 60 * SECOND; t += 5 * SECOND) {
          for (String tenant : tenants) {
            job.sample(tenant, G, UP, t, 0);
          }
          job.watermark(t - 1);
        }
        String down = "{alertname=\"Down\", instance=\"a\", severity=\"page\"";
        assertThat(job.notifiedLabels())
            .containsExactlyInAnyOrder(
                down + "} firing",
                down + ", tenant=\"shop\"} firing",
                down + ", tenant=\"bank\"} firing");
        // The end of one is not that of the others.
        job.sample("shop", G, UP, START + 60 * SECOND, 1);
        job.watermark(START + 75 * SECOND);
        assertThat(job.notifiedLabels()).containsExactly(down + ", tenant=\"shop\"} resolved");
      }
    }

    @Test
    void goesOnWithoutARuleThatHasTooManyAlerts() throws Exception {
      try (TestingEvaluation job = TestingEvaluation.startWith("--rules.max-alerts", "2")) {
        job.rules(
            T,
            """
            groups:
              - name: g
                interval: 10s
                rules:
                  - {alert: Many, expr: up == 0}
                  - {record: "good", expr: "sum(up)"}
            """);
        long[] ticks = TestingEvaluation.ticks(G, 10 * SECOND, START, 3);
        job.watermark(START);
        for (String instance : List.of("a", "b", "c")) {
          Labels up = Labels.of("__name__", "up", "instance", instance);
          job.sample(T, G, up, START + 1, 0);
          job.sample(T, G, up, ticks[0] + 1, instance.equals("a") ? 1 : 0);
        }
        job.watermark(ticks[0]);
        assertThat(job.transitions()).isEmpty();
        assertThat(job.recorded()).containsExactly(ticks[0] + " {__name__=\"good\"} 0.0");
        assertThat(job.statuses().get(0).getRules().get(0).getLastError())
            .contains("it has 3 alerts")
            .contains("rules.max-alerts");
        job.watermark(ticks[1]);
        assertThat(job.transitions())
            .as("by itself when it has fewer")
            .containsExactly(
                ticks[1] + " Many INACTIVE→FIRING", ticks[1] + " Many INACTIVE→FIRING");
      }
    }

    @Test
    void waitsForARuleNoLongerThanItIsTold() throws Exception {
      MemorySampleSource samples = new MemorySampleSource();
      samples.append(UP, START, 1);
      SampleSource slow =
          (matchers, hints) -> {
            LockSupport.parkNanos(20_000_000);
            return samples.select(matchers, hints);
          };
      // So many parts that the engine looks at the clock.
      Expression expression =
          Parser.parse(String.join(" + ", Collections.nCopies(100, "up")), ParserOptions.DEFAULTS);
      AlertingSettings hasty =
          AlertingSettings.of(AlertingJob.options("--rules.query-timeout", "10 ms"));
      assertThatExceptionOfType(EvaluationException.class)
          .isThrownBy(() -> Evaluators.engine(hasty).instant(expression, slow, START))
          .withMessageContaining("took longer than 10 ms");
    }

    @Test
    void leavesNothingWhenItIsDeleted() throws Exception {
      try (TestingEvaluation job = TestingEvaluation.start()) {
        job.rules(T, DOWN_FOR_30S);
        feed(job, UP, START, START + 60 * SECOND, 0);
        job.transitions();
        job.notifications();
        job.recorded();
        job.delete(T, G);
        assertThat(job.transitions()).singleElement().asString().endsWith("Down FIRING→RESOLVED");
        assertThat(job.notifications()).as("Alertmanager lets it time out").isEmpty();
        assertThat(job.recorded()).hasSize(2).allMatch(line -> line.endsWith(" stale"));
        // Its samples are held for a while, as those of a group that is not known yet.
        assertThat(job.timers()).isOne();
        job.watermark(START + 60 * SECOND + EvaluateRules.HOLD_MILLIS);
        assertThat(job.stateEntries()).isZero();
        assertThat(job.timers()).isZero();
      }
    }

    @Test
    void beginsAnewWhereTimeIsWhenItIsPublishedAgain() throws Exception {
      String rules = "groups: [{name: g, interval: 1m, rules: [{alert: Down, expr: up == 0}]}]";
      Labels up = Labels.of("__name__", "up", "instance", "a");
      OperatorSubtaskState ahead;
      try (TestingEvaluation job = TestingEvaluation.start()) {
        job.watermark(START);
        job.rules(T, rules);
        // By a clock that was an hour ahead.
        job.watermark(START + 3600 * SECOND);
        ahead = job.snapshot(1);
      }
      try (TestingEvaluation job = TestingEvaluation.restore(ahead)) {
        job.watermark(START + 60 * SECOND);
        job.skipVersions(10);
        job.delete(T, G);
        job.rules(T, rules);
        job.sample(T, G, up, START + 60 * SECOND, 0);
        job.watermark(START + 180 * SECOND);
        assertThat(job.transitions()).hasSize(1).allMatch(line -> line.endsWith("→FIRING"));
      }
    }

    @Test
    void keepsTheAlertsOfRulesThatStayWhenItChanges() throws Exception {
      try (TestingEvaluation job = TestingEvaluation.start()) {
        job.rules(T, DOWN_FOR_30S);
        feed(job, UP, START, START + 25 * SECOND, 0);
        job.transitions();
        job.rules(
            T,
            """
            groups:
              - name: g
                interval: 10s
                rules:
                  - {record: "first", expr: "vector(1)"}
                  - alert: Down
                    expr: up == 0
                    for: 30s
                    labels: {severity: page}
                    annotations: {summary: "another text"}
            """);
        feed(job, UP, START + 25 * SECOND, START + 60 * SECOND, 0);
        long[] ticks = TestingEvaluation.ticks(G, 10 * SECOND, START, 4);
        assertThat(job.transitions()).containsExactly(ticks[3] + " Down PENDING→FIRING");
      }
    }

    @Test
    void endsTheAlertsOfARuleThatIsRemovedAndNotifiesNobody() throws Exception {
      try (TestingEvaluation job = TestingEvaluation.start()) {
        job.rules(T, DOWN_FOR_30S);
        feed(job, UP, START, START + 60 * SECOND, 0);
        job.transitions();
        job.notifications();
        job.rules(T, "groups: [{name: g, interval: 10s, rules: [{record: r, expr: vector(1)}]}]");
        assertThat(job.transitions()).singleElement().asString().endsWith("Down FIRING→RESOLVED");
        feed(job, UP, START + 60 * SECOND, START + 90 * SECOND, 0);
        assertThat(job.transitions()).isEmpty();
        assertThat(job.notifications()).isEmpty();
        assertThat(job.recorded()).filteredOn(line -> line.endsWith(" stale")).hasSize(2 + 1);
      }
    }

    @Test
    void tellsOfNoEndWhenAFiringRuleMovesToAnotherGroup() throws Exception {
      String moving =
          """
          groups:
            - {name: %s, interval: 10s, rules: [{record: r, expr: vector(1)}]}
            - {name: %s, interval: 10s, rules: [{alert: Down, expr: up == 0}]}
          """;
      try (TestingEvaluation job = TestingEvaluation.start()) {
        job.rules(T, moving.formatted("h", G));
        feed(job, UP, START, START + 15 * SECOND, 0);
        assertThat(job.notifications()).singleElement().asString().endsWith("Down firing");
        job.rules(T, moving.formatted(G, "h"));
        for (long t = START + 15 * SECOND; t < START + 30 * SECOND; t += 5 * SECOND) {
          job.sample(T, "h", UP, t, 0);
          job.watermark(t - 1);
        }
        assertThat(job.notifications()).singleElement().asString().endsWith("Down firing");
      }
    }

    @Test
    void isApartFromAnotherTenantsGroupOfTheSameName() throws Exception {
      try (TestingEvaluation job = TestingEvaluation.start()) {
        job.rules("one", DOWN_FOR_30S);
        job.rules("two", DOWN_FOR_30S);
        for (long t = START; t < START + 60 * SECOND; t += 5 * SECOND) {
          job.sample("one", G, UP, t, 0);
          job.sample("two", G, UP, t, 1);
          job.watermark(t - 1);
        }
        assertThat(job.transitionRecords())
            .hasSize(2)
            .allMatch(transition -> transition.getTenant().equals("one"));
      }
    }

    @Test
    void takesTheSamplesThatCameBeforeIt() throws Exception {
      try (TestingEvaluation job = TestingEvaluation.start()) {
        job.watermark(START);
        job.sample(T, G, UP, START + 1, 7);
        job.rules(T, "groups: [{name: g, interval: 10s, rules: [{record: r, expr: up}]}]");
        long tick = TestingEvaluation.ticks(G, 10 * SECOND, START, 1)[0];
        job.watermark(tick);
        assertThat(job.recorded()).singleElement().asString().endsWith(" 7.0");
      }
    }

    @Test
    void thatNeverComesLeavesNothingOfItsSamples() throws Exception {
      try (TestingEvaluation job = TestingEvaluation.start()) {
        job.watermark(START);
        job.sample(T, G, UP, START + 1, 7);
        assertThat(job.stateEntries()).isPositive();
        job.watermark(START + EvaluateRules.HOLD_MILLIS + 1);
        assertThat(job.stateEntries()).isZero();
        assertThat(job.timers()).isZero();
      }
    }
  }

  @Nested
  @DisplayName("Scaling")
  class Scaling {

    @Test
    void fromOneTaskToTwoAndBackLosesNoTickAndNoState() throws Exception {
      List<String> groups = List.of("a", "b", "c", "d", "e", "f");
      List<String> whole = new ArrayList<>();
      try (TestingEvaluation job = TestingEvaluation.start()) {
        publish(job, groups);
        run(List.of(job), groups, START, START + 90 * SECOND);
        whole.addAll(job.transitions());
      }
      List<String> scaled = new ArrayList<>();
      OperatorSubtaskState one;
      try (TestingEvaluation job = TestingEvaluation.start()) {
        publish(job, groups);
        run(List.of(job), groups, START, START + 20 * SECOND);
        scaled.addAll(job.transitions());
        one = job.snapshot(1);
      }
      OperatorSubtaskState left;
      OperatorSubtaskState right;
      try (TestingEvaluation first = TestingEvaluation.restore(1, 2, 0, one);
          TestingEvaluation second = TestingEvaluation.restore(1, 2, 1, one)) {
        run(List.of(first, second), groups, START + 20 * SECOND, START + 40 * SECOND);
        scaled.addAll(first.transitions());
        scaled.addAll(second.transitions());
        left = first.snapshot(2);
        right = second.snapshot(2);
      }
      try (TestingEvaluation job = TestingEvaluation.restore(2, 1, 0, left, right)) {
        run(List.of(job), groups, START + 40 * SECOND, START + 90 * SECOND);
        scaled.addAll(job.transitions());
      }
      assertThat(scaled).containsExactlyInAnyOrderElementsOf(whole).hasSize(2 * groups.size());
    }

    private void publish(TestingEvaluation job, List<String> groups) throws Exception {
      for (String group : groups) {
        job.rules(
            T,
            DOWN_FOR_30S
                .replace("name: g", "name: " + group)
                .replace("alert: Down", "alert: Down" + group));
      }
    }

    private void run(List<TestingEvaluation> tasks, List<String> groups, long from, long to)
        throws Exception {
      for (long t = from; t < to; t += 5 * SECOND) {
        for (String group : groups) {
          int keyGroup =
              org.apache.flink.runtime.state.KeyGroupRangeAssignment.assignKeyToParallelOperator(
                  TestingEvaluation.key(T, group), TestingEvaluation.MAX_PARALLELISM, tasks.size());
          tasks.get(keyGroup).sample(T, group, UP, t, 0);
        }
        for (TestingEvaluation task : tasks) {
          task.watermark(t - 1);
        }
      }
    }
  }
}
