package dev.guanlan.job.alerting;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guanlan.model.Labels;
import dev.guanlan.promql.engine.StaleMarker;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;

/** Series that several groups of a task look at. */
@Label("Series of several groups")
class SharedSeriesTest {

  private static final String T = "anonymous";
  private static final long SECOND = 1000;
  private static final long MINUTE = 60 * SECOND;
  private static final long START = 1_700_000_000_000L;
  private static final Labels A = Labels.of("__name__", "c", "instance", "a");

  /** Groups that look at the same series, each for as long as it likes. */
  private static final TreeMap<String, String> GROUPS =
      new TreeMap<>(
          java.util.Map.of(
              "edges",
              "interval: 10s, rules: [{record: rate, expr: 'rate(c[1m])'},"
                  + " {record: all, expr: 'sum(increase(c[3m]))'}]",
              "extremes",
              "interval: 15s, rules: [{record: max, expr: 'max_over_time(c[4m])'},"
                  + " {record: min, expr: 'min_over_time(c[30s])'}]",
              "long",
              "interval: 20s, query_offset: 5s, rules:"
                  + " [{record: avg, expr: 'avg_over_time(c[10m])'},"
                  + " {record: count, expr: 'count_over_time(c[2m])'}]",
              "alerts",
              "interval: 10s, rules: [{alert: High, expr: c > 70, for: 30s},"
                  + " {alert: Gone, expr: absent(c)}]",
              "own",
              "interval: 10s, rules: [{record: level, expr: 'c * 2'},"
                  + " {record: top, expr: 'max_over_time(level[2m])'}]"));

  private static String yaml(String group) {
    return "groups: [{name: " + group + ", " + GROUPS.get(group) + "}]";
  }

  private static List<String> everything(TestingEvaluation job) {
    List<String> lines = new ArrayList<>(job.transitions());
    lines.addAll(job.notifications());
    lines.addAll(job.recorded());
    return lines;
  }

  /** Is a sample as it comes to each group that looks at its series. */
  private record Coming(Labels series, long millis, double value) {}

  /** Makes what comes in each of many steps: late, repeated, with gaps, resets and ends. */
  private static List<List<Coming>> steps(Random random) {
    List<List<Coming>> steps = new ArrayList<>();
    for (long t = START; t < START + 25 * MINUTE; t += 5 * SECOND) {
      List<Coming> step = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        Labels series = A.with("instance", "i" + i);
        boolean pausing = (t / (3 * MINUTE) + i) % 4 == 0 && i > 0;
        if (pausing || random.nextInt(5) == 0) {
          continue;
        }
        long millis = t - random.nextInt(4) * (random.nextInt(12) * SECOND);
        double value = random.nextInt(30) == 0 ? StaleMarker.VALUE : random.nextInt(100);
        step.add(new Coming(series, millis, value));
        if (random.nextInt(10) == 0) {
          step.add(new Coming(series, millis, value + 1));
        }
      }
      steps.add(step);
    }
    return steps;
  }

  private static List<String> alone(String group, List<List<Coming>> steps) throws Exception {
    List<String> lines = new ArrayList<>();
    try (TestingEvaluation job = TestingEvaluation.start()) {
      job.watermark(START);
      job.rules(T, yaml(group));
      for (int i = 0; i < steps.size(); i++) {
        for (Coming coming : steps.get(i)) {
          job.sample(T, group, coming.series(), coming.millis(), coming.value());
        }
        job.watermark(START + i * (5 * SECOND));
        lines.addAll(everything(job));
      }
    }
    return lines;
  }

  @Property(tries = 40)
  @Label("give each group what it would see by itself, also when groups part and meet again")
  void eachAsIfAlone(@ForAll long seed) throws Exception {
    Random random = new Random(seed);
    List<List<Coming>> steps = steps(random);
    List<String> alone = new ArrayList<>();
    for (String group : GROUPS.keySet()) {
      alone.addAll(alone(group, steps));
    }
    List<String> together = new ArrayList<>();
    List<TestingEvaluation> tasks = List.of(TestingEvaluation.start());
    tasks.get(0).watermark(START);
    for (String group : GROUPS.keySet()) {
      tasks.get(0).rules(T, yaml(group));
    }
    for (int i = 0; i < steps.size(); i++) {
      if (random.nextInt(25) == 0) {
        tasks = restarted(tasks, 1 + random.nextInt(3));
      }
      for (Coming coming : steps.get(i)) {
        for (String group : GROUPS.keySet()) {
          task(tasks, group).sample(T, group, coming.series(), coming.millis(), coming.value());
        }
      }
      for (TestingEvaluation task : tasks) {
        task.watermark(START + i * (5 * SECOND));
        together.addAll(everything(task));
      }
    }
    for (TestingEvaluation task : tasks) {
      task.close();
    }
    assertThat(together).containsExactlyInAnyOrderElementsOf(alone).hasSizeGreaterThan(1000);
  }

  @Example
  @Label("do, also where the first of two samples at one time is older than some of them look")
  void eachAsIfAloneBehindASegmentThatIsGone() throws Exception {
    eachAsIfAlone(126);
  }

  private static TestingEvaluation task(List<TestingEvaluation> tasks, String group) {
    return tasks.get(
        KeyGroupRangeAssignment.assignKeyToParallelOperator(
            TestingEvaluation.key(T, group), TestingEvaluation.MAX_PARALLELISM, tasks.size()));
  }

  private static List<TestingEvaluation> restarted(List<TestingEvaluation> tasks, int parallelism)
      throws Exception {
    List<OperatorSubtaskState> states = new ArrayList<>();
    for (TestingEvaluation task : tasks) {
      states.add(task.snapshot(1));
      task.close();
    }
    List<TestingEvaluation> next = new ArrayList<>();
    for (int subtask = 0; subtask < parallelism; subtask++) {
      next.add(
          TestingEvaluation.restore(
              tasks.size(), parallelism, subtask, states.toArray(new OperatorSubtaskState[0])));
    }
    return next;
  }

  @Example
  @Label("are in memory once, and not at all when no group looks at them")
  void once() throws Exception {
    try (TestingEvaluation job = TestingEvaluation.start()) {
      job.watermark(START);
      for (String group : GROUPS.keySet()) {
        job.rules(T, yaml(group));
        for (int i = 0; i < 7; i++) {
          job.sample(T, group, A.with("instance", "i" + i), START, 1);
        }
      }
      job.watermark(START + SECOND);
      assertThat(job.series()).isEqualTo(7);

      for (String group : GROUPS.keySet()) {
        job.delete(T, group);
      }
      job.watermark(START + SECOND + EvaluateRules.HOLD_MILLIS);
      assertThat(job.series()).isZero();
    }
  }

  @Example
  @Label("that a group records are seen by others once they have come to them")
  void recorded() throws Exception {
    String reader = "groups: [{name: reader, interval: 10s, rules: [{record: r, expr: level}]}]";
    Labels level = Labels.of("__name__", "level", "instance", "a");
    try (TestingEvaluation job = TestingEvaluation.start()) {
      job.watermark(START);
      job.rules(T, yaml("own"));
      job.rules(T, reader);
      job.sample(T, "own", A, START + 1, 21);
      job.watermark(START + 20 * SECOND);
      List<String> lines = job.recorded();
      assertThat(lines)
          .anyMatch(line -> line.endsWith("{__name__=\"top\", instance=\"a\"} 42.0"))
          .noneMatch(line -> line.contains("{__name__=\"r\""));

      job.sample(T, "reader", level, START + 15 * SECOND, 42);
      job.sample(T, "own", level, START + 15 * SECOND, 42);
      job.watermark(START + 40 * SECOND);
      assertThat(job.recorded())
          .anyMatch(line -> line.endsWith("{__name__=\"r\", instance=\"a\"} 42.0"));
    }
  }

  @Example
  @Label("are known for as long as they are there to a group that comes later, also over a restart")
  void later() throws Exception {
    String late = "groups: [{name: %s, interval: 10s, rules: [{record: n, expr: '%s'}]}]";
    String count = "count_over_time(c[5m])";
    OperatorSubtaskState state;
    try (TestingEvaluation job = TestingEvaluation.start()) {
      job.watermark(START);
      job.rules(T, yaml("long"));
      for (int i = 1; i <= 10; i++) {
        job.sample(T, "long", A, START + i * (10 * SECOND), i);
      }
      job.watermark(START + 100 * SECOND);
      job.rules(T, late.formatted("late", count));
      job.sample(T, "long", A, START + 110 * SECOND, 11);
      job.sample(T, "late", A, START + 110 * SECOND, 11);
      job.recorded();
      job.watermark(START + 120 * SECOND);
      assertThat(job.recorded())
          .anyMatch(line -> line.endsWith("{__name__=\"n\", instance=\"a\"} 11.0"));
      job.delete(T, "long");
      state = job.snapshot(1);
    }
    try (TestingEvaluation job = TestingEvaluation.restore(state)) {
      job.watermark(START + 130 * SECOND);
      assertThat(job.recorded())
          .anyMatch(line -> line.endsWith("{__name__=\"n\", instance=\"a\"} 11.0"));
    }
  }

  @Example
  @Label("get the history that one group is given for all that can see it, in state too")
  void history() throws Exception {
    String counts =
        "groups: [{name: %s, interval: 10s, rules: [{record: %s, expr:"
            + " 'count_over_time(c[%s])'}]}]";
    OperatorSubtaskState state;
    try (TestingEvaluation job = TestingEvaluation.start()) {
      job.watermark(START);
      job.rules(T, counts.formatted("one", "one", "5m"));
      job.sample(T, "one", A, START + SECOND, 1);
      job.watermark(START + 10 * SECOND);
      job.history(
          T,
          "two",
          false,
          block -> {
            block.series(A);
            for (int i = 60; i >= 0; i--) {
              block.sample(START - i * (10 * SECOND), 1);
            }
          });
      job.rules(T, counts.formatted("two", "two", "10m"));
      job.recorded();
      job.watermark(START + 20 * SECOND);
      state = job.snapshot(1);
    }
    List<String> lines = new ArrayList<>();
    for (int subtask = 0; subtask < 8; subtask++) {
      try (TestingEvaluation job = TestingEvaluation.restore(1, 8, subtask, state)) {
        job.watermark(START + 30 * SECOND);
        lines.addAll(job.recorded());
      }
    }
    // Each group has it, wherever the other is: of a tick in the last ten seconds.
    assertThat(lines)
        .hasSize(2)
        .anyMatch(line -> line.matches(".*\"one\", instance=\"a\"} (29|30).0"));
    assertThat(lines).anyMatch(line -> line.matches(".*\"two\", instance=\"a\"} (58|59|60).0"));
  }
}
