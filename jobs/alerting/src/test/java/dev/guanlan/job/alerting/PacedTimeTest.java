package dev.guanlan.job.alerting;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guanlan.model.Labels;
import dev.guanlan.model.Topics;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.junit.jupiter.api.Test;

/** Has groups make up for an hour, one of which looks at what another records. */
class PacedTimeTest {

  private static final String T = "anonymous";
  private static final String A = "a";
  private static final String B = "b";
  private static final long SECOND = 1000;
  private static final long START = 1_700_000_000_000L;
  private static final long PAUSE = 3600 * SECOND;
  private static final long END = START + PAUSE;
  private static final int TICKS = 360;
  private static final Labels UP = Labels.of("__name__", "up", "instance", "x");
  private static final Labels SEEN = Labels.of("__name__", "seen");
  private static final Labels TOTAL = Labels.of("__name__", "total");

  /** The name of what A records says nothing of that. */
  private static final String RULES =
      """
      groups:
        - name: a
          interval: 10s
          rules:
            - {record: total, expr: sum(up)}
        - name: b
          interval: 10s
          rules:
            - {record: seen, expr: total}
            - {alert: Gone, expr: absent(total)}
            - {alert: High, expr: total > 0, for: 1m}
      """;

  private static final String RULES_OF_C =
      """
        - name: c
          interval: 10m
          rules:
            - {record: kept, expr: seen}
            - {alert: Lost, expr: absent(seen)}
      """;

  private static final long[] TICKS_OF_A = TestingEvaluation.ticks(A, 10 * SECOND, START, TICKS);
  private static final long[] TICKS_OF_B = TestingEvaluation.ticks(B, 10 * SECOND, START, TICKS);

  /** Is what came of groups, with Kafka between them: what they record is seen a while later. */
  private static final class Story {
    private final List<String> ofA = new ArrayList<>();
    private final List<String> ofB = new ArrayList<>();
    private final List<String> transitions = new ArrayList<>();

    /** Takes what was recorded and brings it back to B. */
    private int roundTrip(TestingEvaluation job) throws Exception {
      int taken = 0;
      for (String line : job.recorded()) {
        if (line.contains("\"total\"")) {
          ofA.add(line);
          recorded(job, Long.parseLong(line.substring(0, line.indexOf(' '))));
        } else if (line.contains("\"seen\"")) {
          ofB.add(line);
          taken++;
        }
      }
      transitions.addAll(job.transitions());
      return taken;
    }
  }

  private static void recorded(TestingEvaluation job, long timestamp) throws Exception {
    job.samplesOf(Topics.RECORDED_METRICS, T, B, b -> b.series(TOTAL).sample(timestamp, 1));
  }

  /** Begins before the pause, with all that is known live by then. */
  private static OperatorSubtaskState live() throws Exception {
    return live(RULES);
  }

  private static OperatorSubtaskState live(String rules) throws Exception {
    try (TestingEvaluation job = TestingEvaluation.start()) {
      job.rules(T, rules);
      for (long t = START - 200 * SECOND; t <= START; t += 5 * SECOND) {
        job.clock(t);
        job.sample(T, A, UP, t, 1);
        recorded(job, t);
        if (rules.endsWith(RULES_OF_C)) {
          long timestamp = t;
          job.samplesOf(Topics.RECORDED_METRICS, T, "c", b -> b.series(SEEN).sample(timestamp, 1));
        }
        job.watermark(t);
      }
      assertThat(job.transitions().stream().filter(line -> line.contains("High"))).hasSize(2);
      return job.snapshot(1);
    }
  }

  private static void backlog(TestingEvaluation job) throws Exception {
    backlog(job, START);
  }

  private static void backlog(TestingEvaluation job, long from) throws Exception {
    job.samples(
        T,
        A,
        block -> {
          block.series(UP);
          for (long t = from + SECOND; t <= from + PAUSE; t += 5 * SECOND) {
            block.sample(t, 1);
          }
        });
    job.watermark(from + PAUSE);
  }

  /** Has event time pass the hour in steps, at once by the clock. */
  private static void backlogInSteps(TestingEvaluation job, Story story) throws Exception {
    job.clock(END);
    for (long t = START; t <= END; t += 5 * SECOND) {
      job.sample(T, A, UP, t, 1);
      job.watermark(t);
      story.roundTrip(job);
    }
  }

  /** Has the clock go on for longer than an hour takes at the pace. */
  private static void makeUp(TestingEvaluation job, Story story) throws Exception {
    for (long clock = END; clock < END + 70 * SECOND; clock += 100) {
      job.clock(clock);
      story.roundTrip(job);
    }
  }

  private static List<String> lines(long[] ticks, String series) {
    List<String> lines = new ArrayList<>();
    for (long tick : ticks) {
      lines.add(tick + " {__name__=\"" + series + "\"} 1.0");
    }
    return lines;
  }

  @Test
  void aGroupThatLooksAtWhatAnotherRecordsSeesItAlsoAfterAPause() throws Exception {
    Story story = new Story();
    OperatorSubtaskState middle;
    long clock = END;
    try (TestingEvaluation job = TestingEvaluation.restore(live())) {
      job.clock(clock);
      backlog(job);
      int inTurn = story.roundTrip(job);
      assertThat(story.ofA).as("of who waits for nobody").isEqualTo(lines(TICKS_OF_A, "total"));
      assertThat(inTurn).isBetween(1, 2);
      while (story.ofB.size() < TICKS / 2) {
        clock += 100;
        job.clock(clock);
        assertThat(story.roundTrip(job)).isLessThanOrEqualTo(2);
      }
      assertThat(clock - END).isBetween(28_000L, 32_000L);
      middle = job.snapshot(2);
    }
    try (TestingEvaluation job = TestingEvaluation.restore(middle)) {
      job.clock(clock);
      // Timers of the wall clock come first, and event time anew.
      clock += 10_000;
      job.clock(clock);
      assertThat(story.roundTrip(job)).isZero();
      job.watermark(END);
      while (story.ofB.size() < TICKS && clock < END + 120_000) {
        clock += 100;
        job.clock(clock);
        story.roundTrip(job);
      }
      assertThat(job.timers()).as("one a group").isEqualTo(2);
    }
    assertThat(story.ofB).isEqualTo(lines(TICKS_OF_B, "seen"));
    assertThat(story.transitions).isEmpty();
  }

  @Test
  void whatComesWhileItPausesIsSeenByTheTicksItBelongsTo() throws Exception {
    Story story = new Story();
    try (TestingEvaluation job = TestingEvaluation.restore(live())) {
      job.clock(END);
      backlog(job);
      story.roundTrip(job);
      // Event time goes on meanwhile.
      for (long t = 1; t <= 100; t++) {
        job.clock(END + t * SECOND);
        job.sample(T, A, UP, END + t * SECOND, 1);
        job.watermark(END + t * SECOND);
        story.roundTrip(job);
      }
      assertThat(story.ofB)
          .isEqualTo(
              lines(TestingEvaluation.ticks(B, 10 * SECOND, START, story.ofB.size()), "seen"))
          .hasSizeGreaterThanOrEqualTo(TICKS + 9);
      assertThat(story.transitions).isEmpty();
    }
  }

  @Test
  void whereSourcesEndAllTicksBeforeAreEvaluatedInOrder() throws Exception {
    try (TestingEvaluation job = TestingEvaluation.restore(live())) {
      Story story = new Story();
      job.clock(END);
      backlog(job);
      story.roundTrip(job);
      job.watermark(Long.MAX_VALUE);
      story.roundTrip(job);
      assertThat(story.ofB).isEqualTo(lines(TICKS_OF_B, "seen"));
    }
  }

  @Test
  void noneIsLeftOutOfThoseItLagsBehindForThePace() throws Exception {
    Story story = new Story();
    try (TestingEvaluation job =
        TestingEvaluation.restoreWith(live(), "--rules.max-catch-up", "10 min")) {
      backlogInSteps(job, story);
      assertThat(story.ofB).hasSizeLessThan(3);
      makeUp(job, story);
      assertThat(story.ofB).isEqualTo(lines(TICKS_OF_B, "seen"));
    }
  }

  @Test
  void norOverARestart() throws Exception {
    Story story = new Story();
    String[] options = {"--rules.max-catch-up", "10 min"};
    OperatorSubtaskState middle;
    try (TestingEvaluation job = TestingEvaluation.restoreWith(live(), options)) {
      backlogInSteps(job, story);
      middle = job.snapshot(2);
    }
    try (TestingEvaluation job = TestingEvaluation.restoreWith(middle, options)) {
      job.clock(END);
      job.watermark(END);
      makeUp(job, story);
      assertThat(story.ofB).isEqualTo(lines(TICKS_OF_B, "seen"));
    }
  }

  @Test
  void butThoseOfAPauseThatFollows() throws Exception {
    String[] options = {"--rules.max-catch-up", "10 min"};
    OperatorSubtaskState middle;
    try (TestingEvaluation job = TestingEvaluation.restoreWith(live(), options)) {
      Story story = new Story();
      for (long t = START; t <= END; t += 5 * SECOND) {
        job.clock(t);
        job.sample(T, A, UP, t, 1);
        job.watermark(t);
        story.roundTrip(job);
      }
      middle = job.snapshot(2);
    }
    long later = END + 24 * 3600 * SECOND;
    try (TestingEvaluation job = TestingEvaluation.restoreWith(middle, options)) {
      job.clock(later);
      // One that is behind begins at the pace, and does not pause.
      job.watermark(END + 10 * SECOND);
      assertThat(job.timersOfTheClock()).isZero();
      job.transitions();
      job.watermark(later);
      job.clock(later + SECOND);
      assertThat(job.transitions())
          .isNotEmpty()
          .allMatch(
              line -> Long.parseLong(line.substring(0, line.indexOf(' '))) >= later - 600 * SECOND);
    }
  }

  @Test
  void aClockThatIsSetBackStopsNobody() throws Exception {
    Story story = new Story();
    try (TestingEvaluation job = TestingEvaluation.restore(live())) {
      job.clock(END);
      backlog(job);
      story.roundTrip(job);
      int before = story.ofB.size();
      job.clock(START);
      recorded(job, END + SECOND);
      assertThat(job.timersOfTheClock()).isOne();
      for (long clock = START; clock < START + 2 * SECOND; clock += 100) {
        job.clock(clock);
      }
      story.roundTrip(job);
      assertThat(story.ofB).hasSizeGreaterThan(before);
    }
  }

  @Test
  void itIsNoFasterThanThePaceHoweverLongOneWaits() {
    for (long interval : new long[] {SECOND, 10 * SECOND, 60 * SECOND, 300 * SECOND}) {
      PacedTime paced = new PacedTime(START);
      long clock = END;
      paced.follow(END, clock);
      for (long tick = START; tick <= END; tick += interval) {
        while (tick > paced.reachedMillis()) {
          clock = paced.dueMillis(tick, clock);
          paced.follow(END, clock);
        }
      }
      assertThat(clock - END).as("every %d ms", interval).isBetween(59_000L, 60_500L);
    }
  }

  @Test
  void aBusyTaskMakesUpForALittleOfWhatItMissed() {
    PacedTime paced = new PacedTime(START);
    paced.follow(END, END);
    paced.follow(END, END + 600 * SECOND);
    assertThat(paced.reachedMillis()).isEqualTo(START + 15 * SECOND + 60 * SECOND);
  }

  @Test
  void itIsEventTimeWhileThereIsNothingToMakeUpFor() {
    PacedTime paced = new PacedTime(START);
    for (long t = START + 100 * SECOND; t < END; t += 100 * SECOND) {
      paced.follow(t, t);
      assertThat(paced.reachedMillis()).isEqualTo(t);
    }
  }

  @Test
  void aPauseIsMadeUpForToItsEnd() {
    PacedTime paced = new PacedTime(END - 480 * SECOND);
    paced.follow(END, END);
    paced.follow(END + 7 * SECOND, END + 7 * SECOND);
    assertThat(paced.reachedMillis()).isEqualTo(END - 405 * SECOND);
    for (long second = 8; second < 13; second++) {
      paced.follow(END + second * SECOND, END + second * SECOND);
    }
    assertThat(paced.reachedMillis()).isEqualTo(END - 105 * SECOND);
    for (long second = 13; second < 15; second++) {
      paced.follow(END + second * SECOND, END + second * SECOND);
    }
    assertThat(paced.reachedMillis()).isEqualTo(END + 14 * SECOND);
  }

  @Test
  void whatIsTooFarBackTakesNoTimeWhereEventTimeIsThereAtOnce() throws Exception {
    Story story = new Story();
    try (TestingEvaluation job =
        TestingEvaluation.restoreWith(live(), "--rules.max-catch-up", "10 min")) {
      job.clock(END);
      backlog(job);
      for (long clock = END; clock < END + 12 * SECOND; clock += 100) {
        job.clock(clock);
        story.roundTrip(job);
      }
      long[] ticks = TestingEvaluation.ticks(B, 10 * SECOND, END - 600 * SECOND, 60);
      assertThat(story.ofB.get(0)).as("nothing was recorded before").startsWith("" + ticks[0]);
      assertThat(story.ofB.subList(1, 60)).isEqualTo(lines(ticks, "seen").subList(1, 60));
    }
  }

  @Test
  void aGroupOfALongIntervalPassesNoneThatItLooksAt() throws Exception {
    List<String> ofC = new ArrayList<>();
    try (TestingEvaluation job = TestingEvaluation.restore(live(RULES + RULES_OF_C))) {
      long clock = END;
      job.clock(clock);
      backlog(job);
      while (clock < END + 70 * SECOND) {
        for (String line : job.recorded()) {
          long timestamp = Long.parseLong(line.substring(0, line.indexOf(' ')));
          if (line.contains("\"total\"")) {
            recorded(job, timestamp);
          } else if (line.contains("\"seen\"")) {
            job.samplesOf(
                Topics.RECORDED_METRICS, T, "c", b -> b.series(SEEN).sample(timestamp, 1));
          } else if (line.contains("\"kept\"")) {
            ofC.add(line);
          }
        }
        clock += 100;
        job.clock(clock);
      }
      assertThat(ofC)
          .isEqualTo(lines(TestingEvaluation.ticks("c", 600 * SECOND, START, 6), "kept"));
      assertThat(job.transitions()).isEmpty();
    }
  }

  @Test
  void theNewestTickTellsWhatFiresHoweverOldItIs() throws Exception {
    String rules = "groups: [{name: a, interval: 1h, rules: [{alert: Down, expr: job:up == 0}]}]";
    long tick = TestingEvaluation.ticks(A, PAUSE, START, 1)[0];
    try (TestingEvaluation job = TestingEvaluation.start()) {
      job.rules(T, rules);
      job.clock(START);
      job.watermark(START);
      job.clock(tick + 600 * SECOND);
      job.sample(T, A, Labels.of("__name__", "job:up"), tick - SECOND, 0);
      job.watermark(tick + 600 * SECOND);
      job.clock(tick + 601 * SECOND);
      assertThat(job.notifications()).containsExactly(tick + " Down firing");
    }
  }

  @Test
  void nobodyIsToldAtThePaceThatAnAlertFiresWhichIsOver() throws Exception {
    String rules = "groups: [{name: a, interval: 10s, rules: [{alert: Down, expr: job:up == 0}]}]";
    Labels over = Labels.of("__name__", "job:up", "instance", "x");
    Labels begun = Labels.of("__name__", "job:up", "instance", "y");
    OperatorSubtaskState before;
    try (TestingEvaluation job = TestingEvaluation.start()) {
      job.rules(T, rules);
      for (long t = START - 200 * SECOND; t <= START; t += 5 * SECOND) {
        job.clock(t);
        job.sample(T, A, over, t, 0);
        job.watermark(t);
      }
      assertThat(job.notifications()).isNotEmpty().allMatch(line -> line.endsWith("Down firing"));
      before = job.snapshot(1);
    }
    try (TestingEvaluation job = TestingEvaluation.restore(before)) {
      job.clock(END);
      job.samples(
          T,
          A,
          block -> {
            block.series(over);
            for (long t = START + 5 * SECOND; t <= END; t += 5 * SECOND) {
              block.sample(t, t < START + PAUSE / 2 ? 0 : 1);
            }
            block.series(begun);
            for (long t = START + 5 * SECOND; t <= END; t += 5 * SECOND) {
              block.sample(t, t < START + PAUSE / 2 ? 1 : 0);
            }
          });
      job.watermark(END);
      for (long clock = END; clock < END + 70 * SECOND; clock += 100) {
        job.clock(clock);
      }
      assertThat(job.transitions()).hasSize(2);
      List<String> told = job.notifications();
      assertThat(told.stream().filter(line -> line.endsWith("resolved")).toList()).isNotEmpty();
      long last = TestingEvaluation.ticks(A, 10 * SECOND, END - 10 * SECOND, 1)[0];
      assertThat(told.stream().filter(line -> line.endsWith("firing")).toList())
          .containsExactly(last + " Down firing");
    }
  }

  @Test
  void aChangedGroupGoesOnWhereItWas() throws Exception {
    Story story = new Story();
    try (TestingEvaluation job = TestingEvaluation.restore(live())) {
      job.clock(END);
      backlog(job);
      story.roundTrip(job);
      int before = story.ofB.size();
      job.skipVersions(10);
      job.rules(T, RULES.replace("{record: seen, expr: total}", "{record: seen, expr: total + 1}"));
      assertThat(story.roundTrip(job)).isZero();
      makeUp(job, story);
      assertThat(before).isLessThan(3);
      List<String> expected = lines(TICKS_OF_B, "seen");
      expected.replaceAll(
          line -> expected.indexOf(line) < before ? line : line.replace("1.0", "2.0"));
      assertThat(story.ofB).isEqualTo(expected);
      assertThat(story.transitions).isEmpty();
    }
  }

  @Test
  void aGroupThatIsDeletedWhileItPausesLeavesNothing() throws Exception {
    try (TestingEvaluation job = TestingEvaluation.restore(live())) {
      job.clock(END);
      backlog(job);
      job.recorded();
      assertThat(job.timersOfTheClock()).isOne();
      job.skipVersions(10);
      job.delete(T, A);
      job.delete(T, B);
      assertThat(job.timersOfTheClock()).isZero();
      job.recorded();
      job.clock(END + 10 * SECOND);
      job.watermark(END + EvaluateRules.HOLD_MILLIS);
      assertThat(job.recorded()).isEmpty();
      assertThat(job.stateEntries()).isZero();
      assertThat(job.timers()).isZero();
    }
  }

  @Test
  void namesSayThatAlertsAndRecordsAreLookedAtBeforeAnyHaveCome() throws Exception {
    assertThat(ticksAtOnce("ALERTS{alertname=\"X\"}")).isLessThan(3);
    assertThat(ticksAtOnce("job:up:sum")).isLessThan(3);
    assertThat(ticksAtOnce("{job=\"x\"}")).isLessThan(3);
    assertThat(ticksAtOnce("up")).isEqualTo(TICKS);
    assertThat(ticksAtOnce("{__name__=~\"up|down\"}")).isEqualTo(TICKS);
  }

  private static int ticksAtOnce(String selector) throws Exception {
    try (TestingEvaluation job = TestingEvaluation.start()) {
      job.clock(END);
      job.rules(
          T,
          """
          groups:
            - name: b
              interval: 10s
              rules:
                - {record: seen, expr: 'count(%s) or vector(0)'}
          """
              .formatted(selector));
      job.watermark(START);
      job.watermark(END);
      return job.recorded().size();
    }
  }

  @Test
  void oneWhoseStateDoesNotTellMakesUpAtThePaceUntilItIsLive() throws Exception {
    OperatorSubtaskState state;
    try (TestingEvaluation job = TestingEvaluation.restore(live())) {
      job.forgetRecorded(T, A);
      state = job.snapshotState(2);
    }
    try (TestingEvaluation job = TestingEvaluation.restore(state)) {
      Story story = new Story();
      job.clock(END);
      backlog(job);
      story.roundTrip(job);
      assertThat(story.ofA).hasSizeLessThan(3);
      for (long clock = END; story.ofA.size() < TICKS; clock += 100) {
        job.clock(clock);
        story.roundTrip(job);
      }
      assertThat(story.ofA).isEqualTo(lines(TICKS_OF_A, "total"));
      job.clock(END + 70 * SECOND);
      job.watermark(END + 70 * SECOND);
      story.roundTrip(job);
      int before = story.ofA.size();
      job.clock(END + 70 * SECOND + PAUSE);
      backlog(job, END + 70 * SECOND);
      story.roundTrip(job);
      assertThat(story.ofA).as("it is known now").hasSize(before + TICKS);
    }
  }
}
