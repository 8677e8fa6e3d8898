package dev.guanlan.job.alerting;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guanlan.model.Labels;
import dev.guanlan.model.histogram.Histogram;
import dev.guanlan.promql.Matcher;
import dev.guanlan.promql.engine.MemorySampleSource;
import dev.guanlan.promql.engine.SelectHints;
import dev.guanlan.promql.engine.SeriesSet;
import dev.guanlan.promql.engine.StaleMarker;
import dev.guanlan.rules.CompiledGroup;
import dev.guanlan.rules.GroupEvaluator;
import dev.guanlan.rules.RecordedSample;
import dev.guanlan.rules.RuleGroup;
import dev.guanlan.rules.RuleMemory;
import dev.guanlan.rules.TickOutcome;
import dev.guanlan.rules.Windows;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What groups keep of the times that their selectors are fixed to. */
@DisplayName("A selector that is fixed to a time")
class FixedWindowsTest {

  private static final String T = "anonymous";
  private static final String G = "g";
  private static final long SECOND = 1000;
  private static final long MINUTE = 60 * SECOND;
  private static final long START = 1_700_000_000_000L;
  private static final Labels A = Labels.of("__name__", "c", "instance", "a");
  private static final Labels B = Labels.of("__name__", "c", "instance", "b");

  /** A time among the samples, and one that samples come from later. */
  private static final String NEAR = Long.toString((START + 3 * MINUTE) / SECOND);

  private static final String LATER = Long.toString((START + 7 * MINUTE) / SECOND) + ".003";

  private static final List<String> EXPRESSIONS =
      List.of(
          "c @ NEAR",
          "c @ LATER",
          "c @ NEAR offset 30s",
          "c @ LATER offset -20s",
          "c - c @ NEAR",
          "sum(rate(c[1m])) / sum(rate(c[1m] @ NEAR))",
          "increase(c[2m] @ LATER)",
          "irate(c[2m] @ NEAR)",
          "max_over_time(c[90s] @ NEAR) > min_over_time(c[90s] @ LATER)",
          "quantile_over_time(0.9, c[2m] @ LATER)",
          "count_over_time(c[1m:10s] @ NEAR)",
          "max_over_time(rate(c[30s] @ NEAR)[1m:10s])",
          "avg_over_time(rate(c[30s])[1m:10s] @ LATER offset 10s)",
          "max_over_time((c @ NEAR)[5m:1m] @ LATER)",
          "sum(max_over_time((c @ end())[1m:10s] @ NEAR))",
          "absent(c @ LATER)",
          "absent_over_time(c{instance=\"z\"}[1m] @ NEAR)",
          "own @ NEAR",
          "changes(own[2m] @ LATER)",
          "count({__name__=~\"c|own\"} @ LATER)",
          "timestamp(c @ NEAR)",
          "topk(1, c @ NEAR)");

  private static String rules() {
    StringBuilder yaml =
        new StringBuilder("groups:\n- name: g\n  interval: 10s\n  rules:\n")
            .append("  - {record: own, expr: 'sum(c)'}\n");
    for (int i = 0; i < EXPRESSIONS.size(); i++) {
      yaml.append("  - {record: 'r%d', expr: '%s'}\n".formatted(i, at(EXPRESSIONS.get(i))));
    }
    yaml.append(at("  - {alert: Grown, expr: 'c > 1.5 * (c @ NEAR)', for: 20s}\n"));
    return yaml.toString();
  }

  private static String at(String expression) {
    return expression.replace("NEAR", NEAR).replace("LATER", LATER);
  }

  private static String only(String... rules) {
    return "groups: [{name: g, interval: 10s, rules: [" + at(String.join(", ", rules)) + "]}]";
  }

  private record Sample(Labels labels, long millis, double value) {}

  /** Two series every 5 s, one of them with gaps, out of order, and a stale marker. */
  private static List<Sample> samples(long from, long to) {
    List<Sample> samples = new ArrayList<>();
    for (long t = from; t < to; t += 5 * SECOND) {
      long step = (t - START) / (5 * SECOND);
      samples.add(new Sample(A, t, (double) (step % 17 * 3)));
      if (step % 4 != 0) {
        double value = step == 55 ? StaleMarker.VALUE : (double) step / 3;
        samples.add(new Sample(B, t - step % 3 * SECOND, value));
      }
    }
    return samples;
  }

  private static void feed(TestingEvaluation job, String group, long from, long to)
      throws Exception {
    for (long t = from; t < to; t += 5 * SECOND) {
      for (Sample sample : samples(t, t + 1)) {
        job.sample(T, group, sample.labels(), sample.millis(), sample.value());
      }
      job.watermark(t - 4 * SECOND);
    }
  }

  private static List<String> recorded(TestingEvaluation job) {
    return job.recorded().stream().filter(line -> !line.endsWith("stale")).toList();
  }

  /** Evaluates over all samples up to each tick. */
  private static final class Reference implements Windows {
    private final List<Sample> seen = new ArrayList<>();

    List<String> recorded(long from, long to) throws Exception {
      RuleGroup group = TestingEvaluation.groups(rules()).get(0);
      GroupEvaluator evaluator =
          new GroupEvaluator(
              CompiledGroup.of(group, 300_000),
              Evaluators.engine(TestingEvaluation.settings()),
              TestingEvaluation.settings().evaluation(T),
              10 * SECOND);
      List<RuleMemory> memories = Collections.nCopies(group.rules().size(), RuleMemory.EMPTY);
      List<Sample> all = new ArrayList<>(samples(from, to));
      all.sort(Comparator.comparingLong(Sample::millis));
      List<String> lines = new ArrayList<>();
      int taken = 0;
      for (long tick : TestingEvaluation.ticks(G, 10 * SECOND, START - 1, 1000)) {
        if (tick > to - 9 * SECOND) {
          break;
        }
        for (; taken < all.size() && all.get(taken).millis() <= tick; taken++) {
          seen.add(all.get(taken));
        }
        TickOutcome outcome = evaluator.evaluate(tick, memories, List.of(), this);
        memories = outcome.memories();
        for (RecordedSample sample : outcome.recorded()) {
          lines.add(
              "%d %s %s"
                  .formatted(
                      sample.timestampMillis(),
                      sample.labels(),
                      StaleMarker.is(sample.value()) ? "stale" : sample.value()));
        }
      }
      return lines;
    }

    @Override
    public void append(Labels labels, long timestampMillis, double value) {
      seen.add(new Sample(labels, timestampMillis, value));
    }

    @Override
    public void append(Labels labels, long timestampMillis, Histogram histogram) {
      throw new UnsupportedOperationException();
    }

    @Override
    public SeriesSet select(List<Matcher> matchers, SelectHints hints) {
      MemorySampleSource source = new MemorySampleSource();
      seen.stream()
          .sorted(Comparator.comparingLong(Sample::millis))
          .forEach(sample -> source.append(sample.labels(), sample.millis(), sample.value()));
      return source.select(matchers, hints);
    }
  }

  private static List<String> sorted(List<String> lines) {
    return lines.stream().sorted().toList();
  }

  @Nested
  @DisplayName("has the answers over all samples")
  class Answers {

    private static final long END = START + 20 * MINUTE;

    @Test
    void whileSamplesOfTheTimeComeAndLongAfter() throws Exception {
      try (TestingEvaluation job = TestingEvaluation.start()) {
        job.watermark(START - 1);
        job.rules(T, rules());
        feed(job, G, START, END);
        List<String> lines = job.recorded();
        assertThat(sorted(lines)).isEqualTo(sorted(new Reference().recorded(START, END)));
        for (int i = 0; i < EXPRESSIONS.size(); i++) {
          String name = "\"r" + i + "\"";
          assertThat(lines).as(EXPRESSIONS.get(i)).anyMatch(line -> line.contains(name));
        }
      }
    }

    @ParameterizedTest
    @ValueSource(longs = {20, 50, 170})
    void whateverRestartsThereAre(long everySeconds) throws Exception {
      List<String> restarted = new ArrayList<>();
      OperatorSubtaskState state;
      try (TestingEvaluation job = TestingEvaluation.start()) {
        job.watermark(START - 1);
        job.rules(T, rules());
        state = job.snapshot(1);
      }
      int checkpoint = 1;
      long every = everySeconds * SECOND;
      for (long t = START; t < END; t += every) {
        try (TestingEvaluation job = TestingEvaluation.restore(state)) {
          feed(job, G, t, t + 5 * SECOND);
          job.snapshot(++checkpoint);
          feed(job, G, t + 5 * SECOND, Math.min(END, t + every));
          restarted.addAll(job.recorded());
          state = job.snapshot(++checkpoint);
          // What comes after the checkpoint is lost with the task, and comes again.
          feed(job, G, t + every, t + every + 15 * SECOND);
        }
      }
      assertThat(sorted(restarted)).isEqualTo(sorted(new Reference().recorded(START, END)));
    }

    @Test
    void withMoreTasksAndThenFewer() throws Exception {
      List<String> groups = List.of("a", "b", "c", "d", "e", "f");
      List<TestingEvaluation> tasks = List.of(TestingEvaluation.start());
      for (String group : groups) {
        tasks.get(0).watermark(START - 1);
        tasks.get(0).rules(T, only("{record: r, expr: 'c @ NEAR'}").replace("g, ", group + ", "));
      }
      int checkpoint = 0;
      long t = START;
      long until = START;
      for (int parallelism : List.of(3, 1, 4, 2)) {
        List<OperatorSubtaskState> states = new ArrayList<>();
        for (int i = 0; i < tasks.size(); i++) {
          states.add(tasks.get(i).snapshot(++checkpoint));
          tasks.get(i).close();
        }
        List<TestingEvaluation> next = new ArrayList<>();
        for (int subtask = 0; subtask < parallelism; subtask++) {
          next.add(
              TestingEvaluation.restore(
                  tasks.size(), parallelism, subtask, states.toArray(new OperatorSubtaskState[0])));
        }
        tasks = next;
        until += 2 * MINUTE;
        for (; t < until; t += 5 * SECOND) {
          for (String group : groups) {
            TestingEvaluation of =
                tasks.get(
                    KeyGroupRangeAssignment.assignKeyToParallelOperator(
                        TestingEvaluation.key(T, group),
                        TestingEvaluation.MAX_PARALLELISM,
                        tasks.size()));
            // Of the time itself, and then something else.
            double value = t <= START + 3 * MINUTE ? 7 : 8;
            of.sample(T, group, A, t, value);
          }
          for (TestingEvaluation task : tasks) {
            task.watermark(t);
          }
        }
        List<String> lines = new ArrayList<>();
        for (TestingEvaluation task : tasks) {
          lines.addAll(task.recorded());
        }
        assertThat(lines)
            .hasSizeGreaterThan(6 * 10)
            .allMatch(line -> line.endsWith("{__name__=\"r\", instance=\"a\"} 7.0"));
      }
      tasks.forEach(TestingEvaluation::close);
    }
  }

  @Nested
  @DisplayName("is given its history")
  class Histories {

    private void history(TestingEvaluation job) throws Exception {
      job.history(
          T,
          G,
          false,
          block -> {
            block.series(A);
            for (long t = START - 70 * MINUTE; t <= START - 60 * MINUTE; t += 15 * SECOND) {
              block.sample(t, (START - t) / 1e3);
            }
          });
    }

    private static final String PAST =
        only("{record: r, expr: 'c @ %d'}".formatted((START - 60 * MINUTE) / SECOND));

    @Test
    void beforeItsFirstTick() throws Exception {
      try (TestingEvaluation job = TestingEvaluation.start()) {
        job.watermark(START);
        history(job);
        job.rules(T, PAST);
        job.watermark(START + MINUTE);
        assertThat(job.recorded()).hasSize(6).allMatch(line -> line.endsWith("} 3600.0"));
      }
    }

    @Test
    void ofWhichItIsKnownWhatHadNoRoomWhenTheVersionBeforeTicksForTheFirstTime() throws Exception {
      String[] options = {"--rules.max-series-per-group", "1"};
      try (TestingEvaluation job = TestingEvaluation.startWith(options)) {
        job.watermark(START);
        job.rules(T, only("{record: r, expr: 'count(up)'}"));
        job.sample(T, G, Labels.of("__name__", "up"), START + 1, 1);
        job.watermark(START + 30 * SECOND);
        job.rules(T, only("{record: r, expr: 'count(up) + 1'}"));
        history(job);
        job.watermark(START + MINUTE);
        recorded(job);
        job.rules(T, PAST.replace("'c @", "'absent(c @").replace("'}", ")'}"));
        job.watermark(START + 2 * MINUTE);
        assertThat(recorded(job)).as("it cannot be told").isEmpty();
      }
    }

    @Test
    void whichARestartBeforeTheFirstTickLeavesThere() throws Exception {
      OperatorSubtaskState state;
      try (TestingEvaluation job = TestingEvaluation.start()) {
        job.watermark(START);
        job.rules(T, only("{record: r, expr: 'count(up)'}"));
        job.sample(T, G, Labels.of("__name__", "up"), START + 1, 1);
        job.watermark(START + 30 * SECOND);
        history(job);
        job.rules(T, PAST);
        state = job.snapshot(1);
      }
      try (TestingEvaluation job = TestingEvaluation.restore(state)) {
        job.watermark(START + MINUTE);
        assertThat(recorded(job)).hasSize(3).allMatch(line -> line.endsWith("} 3600.0"));
      }
    }

    @Test
    void andKeepsItWhileTheGroupLooksAtItWhateverElseChanges() throws Exception {
      try (TestingEvaluation job = TestingEvaluation.start()) {
        job.watermark(START);
        history(job);
        job.rules(T, PAST);
        job.watermark(START + 20 * MINUTE);
        job.recorded();
        job.rules(T, PAST.replace("[{record", "[{record: n, expr: 'vector(1)'}, {record"));
        job.watermark(START + 21 * MINUTE);
        assertThat(job.recorded()).hasSize(12).anyMatch(line -> line.endsWith("\"a\"} 3600.0"));
        int entries = job.stateEntries();
        job.rules(T, only("{record: n, expr: 'vector(1)'}"));
        assertThat(job.stateEntries()).as("it is no more in state").isLessThan(entries);
        job.rules(T, PAST);
        job.watermark(START + 22 * MINUTE);
        assertThat(recorded(job)).as("nor anywhere").noneMatch(line -> line.contains("\"r\""));
      }
    }

    @Test
    void asItIsKeptForAWhileOfAGroupThatIsDeletedAndThenNotAtAll() throws Exception {
      try (TestingEvaluation job = TestingEvaluation.start()) {
        job.watermark(START);
        history(job);
        job.rules(T, PAST);
        job.watermark(START + MINUTE);
        job.recorded();
        job.delete(T, G);
        job.watermark(START + 2 * MINUTE);
        job.rules(T, PAST);
        job.watermark(START + 3 * MINUTE);
        assertThat(recorded(job)).hasSize(6).allMatch(line -> line.endsWith("} 3600.0"));
        job.delete(T, G);
        job.watermark(START + 60 * MINUTE);
        assertThat(job.stateEntries()).isZero();
        assertThat(job.windowBytes()).isZero();
      }
    }
  }

  @Test
  @DisplayName("can be asked by the text of an alert")
  void isAskedByTexts() throws Exception {
    try (TestingEvaluation job = TestingEvaluation.start()) {
      job.watermark(START - 1);
      String query = at("{{ with query \"c @ NEAR\" }}{{ . | first | value }}{{ end }}");
      job.rules(T, only("{alert: Any, expr: 'vector(1)', labels: {was: '" + query + "'}}"));
      job.sample(T, G, A, START + 2 * MINUTE, 5);
      job.sample(T, G, A, START + 4 * MINUTE, 6);
      job.watermark(START + 5 * MINUTE);
      assertThat(job.transitionRecords()).anyMatch(t -> "5".equals(t.getLabels().get("was")));
      job.transitions();
      job.watermark(START + 60 * MINUTE);
      assertThat(job.transitions()).as("for ever").isEmpty();
    }
  }

  @Test
  @DisplayName("takes no memory for what comes after its time")
  void takesNoMemoryAfterwards() throws Exception {
    try (TestingEvaluation job = TestingEvaluation.start()) {
      job.watermark(START - 1);
      job.rules(T, only("{record: r, expr: 'count_over_time(c[1m] @ NEAR)'}"));
      feed(job, G, START, START + 4 * MINUTE);
      long bytes = job.windowBytes();
      int entries = job.stateEntries();
      feed(job, G, START + 4 * MINUTE, START + 200 * MINUTE);
      assertThat(job.windowBytes()).isLessThanOrEqualTo(bytes);
      assertThat(job.stateEntries()).isLessThanOrEqualTo(entries);
      job.recorded();
      // As the selection does not send them any more.
      job.watermark(START + 300 * MINUTE);
      assertThat(job.series()).isZero();
      assertThat(job.recorded()).isNotEmpty().anyMatch(line -> line.endsWith("\"a\"} 12.0"));
    }
  }

  @Test
  @DisplayName("counts no sample as late that it does not look at")
  void countsWhatItLooksAt() throws Exception {
    try (TestingEvaluation job = TestingEvaluation.start()) {
      job.watermark(START - 1);
      job.rules(T, only("{record: r, expr: 'c @ NEAR'}"));
      feed(job, G, START, START + 10 * MINUTE);
      job.sample(T, G, A, START + 5 * MINUTE + 1, 1);
      job.sample(T, G, A, START + 3 * MINUTE - 1, 1);
      job.clock(120 * SECOND);
      job.watermark(START + 11 * MINUTE);
      var statuses = job.statuses();
      assertThat(statuses.get(statuses.size() - 1).getLateSamples()).isOne();
    }
  }

  @Test
  @DisplayName("takes what comes late, for the ticks to come")
  void takesWhatIsLate() throws Exception {
    try (TestingEvaluation job = TestingEvaluation.start()) {
      job.watermark(START - 1);
      job.rules(T, only("{record: r, expr: 'c @ NEAR'}"));
      job.sample(T, G, A, START, 1);
      job.watermark(START + 30 * MINUTE);
      assertThat(recorded(job)).isNotEmpty().allMatch(line -> line.endsWith("} 1.0"));
      job.sample(T, G, A, START + 2 * MINUTE, 2);
      job.watermark(START + 31 * MINUTE);
      assertThat(recorded(job)).hasSize(6).allMatch(line -> line.endsWith("} 2.0"));
    }
  }

  @Test
  @DisplayName("fails where there was no room for a series, also after a restart, and alone")
  void failsWithoutRoom() throws Exception {
    String[] options = {"--rules.max-series-per-group", "2"};
    String rules =
        only(
            "{record: all, expr: 'count(c @ NEAR)'}",
            "{record: one, expr: 'c{instance=\"a\"} @ NEAR'}",
            "{record: other, expr: 'd @ NEAR'}");
    OperatorSubtaskState state;
    try (TestingEvaluation job = TestingEvaluation.startWith(options)) {
      job.watermark(START - 1);
      job.rules(T, rules);
      job.sample(T, G, A, START + MINUTE, 1);
      job.sample(T, G, B, START + MINUTE, 1);
      job.sample(T, G, Labels.of("__name__", "c", "instance", "x"), START + MINUTE, 1);
      job.watermark(START + 2 * MINUTE);
      assertThat(recorded(job)).allMatch(line -> line.contains("\"one\""));
      state = job.snapshot(1);
    }
    try (TestingEvaluation job = TestingEvaluation.restoreWith(state, options)) {
      job.watermark(START + 60 * MINUTE);
      assertThat(recorded(job)).isNotEmpty().allMatch(line -> line.contains("\"one\""));
      // There is room now, for what comes; the first of a new harness has a version that is known.
      job.rules(T, rules);
      job.rules(T, rules.replace(NEAR, Long.toString((START + 62 * MINUTE) / SECOND)));
      job.sample(T, G, A, START + 61 * MINUTE, 1);
      job.watermark(START + 63 * MINUTE);
      assertThat(recorded(job)).anyMatch(line -> line.contains("\"all\""));
    }
  }
}
