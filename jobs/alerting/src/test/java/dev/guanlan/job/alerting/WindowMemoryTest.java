package dev.guanlan.job.alerting;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guanlan.model.Labels;
import dev.guanlan.schema.RuleGroupStatus;
import dev.guanlan.schema.RuleHealth;
import dev.guanlan.schema.RuleStatus;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;

/** What becomes of rules whose windows take more memory than there is. */
@Label("Windows that take too much memory")
class WindowMemoryTest {

  private static final String T = "anonymous";
  private static final long SECOND = 1000;
  private static final long MINUTE = 60 * SECOND;
  private static final long STEP = 15 * SECOND;
  private static final long START = 1_700_000_000_000L;
  private static final String FRACTION = "--rules.window-memory-fraction";

  /** The metric of which there are suddenly many series. */
  private static final String MANY = "many";

  private static final TreeMap<String, String> GROUPS =
      new TreeMap<>(
          Map.of(
              "few",
              "interval: 15s, rules: [{record: few_rate, expr: 'sum(rate(few[2m]))'},"
                  + " {record: few_absent, expr: 'absent_over_time(few{i=\"9\"}[3m])'}]",
              "mixed",
              "interval: 15s, rules: [{record: mixed_few, expr: 'max(max_over_time(few[4m]))'},"
                  + " {record: mixed_many, expr: 'count(count_over_time(many[5m]))'}]",
              "wide",
              "interval: 30s, query_offset: 5s, rules:"
                  + " [{record: wide_many, expr: 'sum(count_over_time(many[6m]))'},"
                  + " {record: near_many, expr: 'count(count_over_time(many[1m])) or vector(0)'},"
                  + " {record: wide_few, expr: 'sum(count_over_time(few[10m]))'}]"));

  private static String[] limitedTo(long bytes) {
    return new String[] {FRACTION, Double.toString((double) bytes / heap())};
  }

  private static long heap() {
    return Runtime.getRuntime().maxMemory();
  }

  private static String yaml(String group) {
    return "groups: [{name: " + group + ", " + GROUPS.get(group) + "}]";
  }

  private static Labels series(String metric, int i) {
    return Labels.of("__name__", metric, "i", Integer.toString(i));
  }

  /** Sends samples as the selection does: with labels at first, and every few minutes. */
  private static final class Sender {
    private final Map<String, Long> labelled = new HashMap<>();

    void send(TestingEvaluation to, String group, Labels series, long millis, double value)
        throws Exception {
      String key = group + series;
      long last = labelled.getOrDefault(key, Long.MIN_VALUE);
      if (last == Long.MIN_VALUE || millis - last >= SelectSamples.LABELS_MILLIS) {
        labelled.put(key, millis);
        to.sample(T, group, series, millis, value);
      } else {
        to.sampleWithoutLabels(T, group, series, millis, value);
      }
    }

    void restart() {
      labelled.clear();
    }
  }

  private static boolean looksAt(String group, String metric) {
    return GROUPS.get(group).contains(metric);
  }

  /** Is the job in one or several tasks, that may be restarted. */
  private static final class Tasks {
    private final AlertingSettings settings;
    private final Sender sender = new Sender();
    private List<TestingEvaluation> all;
    private long givenUp;

    Tasks(String... options) throws Exception {
      settings = AlertingSettings.of(AlertingJob.options(options));
      all = List.of(TestingEvaluation.startWith(options));
    }

    TestingEvaluation of(String group) {
      return all.get(
          KeyGroupRangeAssignment.assignKeyToParallelOperator(
              TestingEvaluation.key(T, group), TestingEvaluation.MAX_PARALLELISM, all.size()));
    }

    void send(String metric, int i, long millis, double value) throws Exception {
      for (String group : GROUPS.keySet()) {
        if (looksAt(group, metric)) {
          sender.send(of(group), group, series(metric, i), millis, value);
        }
      }
    }

    void restart(int parallelism) throws Exception {
      List<OperatorSubtaskState> states = new ArrayList<>();
      for (TestingEvaluation task : all) {
        states.add(task.snapshot(1));
      }
      int before = all.size();
      close();
      List<TestingEvaluation> next = new ArrayList<>();
      for (int subtask = 0; subtask < parallelism; subtask++) {
        next.add(
            TestingEvaluation.restore(
                settings,
                before,
                parallelism,
                subtask,
                states.toArray(new OperatorSubtaskState[0])));
      }
      all = next;
      sender.restart();
    }

    List<String> recorded() {
      List<String> lines = new ArrayList<>();
      for (TestingEvaluation task : all) {
        for (String line : task.recorded()) {
          if (!line.endsWith("stale")) {
            lines.add(line);
          }
        }
      }
      return lines;
    }

    void close() {
      for (TestingEvaluation task : all) {
        givenUp += task.windowsGivenUp();
        task.close();
      }
    }
  }

  /** Is what a run recorded, and how many windows it gave up. */
  private record Run(List<String> recorded, long givenUp) {}

  /** Runs for an hour in which there are many series twice, for a few minutes. */
  private static Run run(long seed, boolean restarts, String... options) throws Exception {
    Random random = new Random(seed);
    Random restarting = new Random(seed);
    Tasks tasks = new Tasks(options);
    List<String> recorded = new ArrayList<>();
    for (String group : GROUPS.keySet()) {
      tasks.of(group).watermark(START);
      tasks.of(group).rules(T, yaml(group));
    }
    for (long t = START; t < START + 60 * MINUTE; t += STEP) {
      if (restarts && restarting.nextInt(20) == 0) {
        tasks.restart(1 + restarting.nextInt(3));
      }
      for (int i = 0; i < 5; i++) {
        tasks.send("few", i, t + random.nextInt(1_000), random.nextInt(100));
        tasks.send(MANY, i, t + random.nextInt(30_000), random.nextInt(100));
      }
      long minute = (t - START) / MINUTE;
      for (int i = 0; i < 100 && minute >= 10 && minute < 13; i++) {
        tasks.send(MANY, 1_000 + random.nextInt(1_000), t - random.nextInt(20_000), 1);
      }
      for (TestingEvaluation task : tasks.all) {
        task.watermark(t);
      }
      recorded.addAll(tasks.recorded());
    }
    tasks.close();
    return new Run(recorded, tasks.givenUp);
  }

  @Property(tries = 25)
  @Label("never give a rule a wrong answer, and give it the right ones again in the end")
  void rightOrNothing(@ForAll long seed) throws Exception {
    List<String> whole = run(seed, false).recorded();
    Run limited = run(seed, true, limitedTo(120_000 + Math.floorMod(seed, 330) * 1_000));
    assertThat(limited.givenUp()).isPositive();
    assertThat(whole).containsAll(limited.recorded());
    assertThat(limited.recorded().size()).isLessThan(whole.size());
    assertThat(lasting(limited.recorded())).containsExactlyInAnyOrderElementsOf(lasting(whole));
    // Whoever looks at few series does not notice.
    for (String rule : List.of("few_rate", "few_absent", "mixed_few")) {
      assertThat(of(rule, limited.recorded())).containsExactlyElementsOf(of(rule, whole));
    }
    assertThat(of("mixed_many", limited.recorded()).size())
        .isLessThan(of("mixed_many", whole).size());
  }

  private static List<String> of(String rule, List<String> recorded) {
    return recorded.stream().filter(line -> line.contains("\"" + rule + "\"")).toList();
  }

  /** Returns what was recorded in the last minutes. */
  private static List<String> lasting(List<String> recorded) {
    return recorded.stream()
        .filter(line -> Long.parseLong(line.substring(0, line.indexOf(' '))) > START + 55 * MINUTE)
        .toList();
  }

  @Example
  @Label("are given up where they reach back farthest, and what looks less far goes on")
  void widestFirst() throws Exception {
    String rules =
        "groups: [{name: g, interval: 1m, rules: ["
            + "{record: near, expr: 'sum(count_over_time(few[5m]))'},"
            + " {record: far, expr: 'sum(count_over_time(few[2d]))'}]}]";
    try (TestingEvaluation job = TestingEvaluation.startWith(limitedTo(60_000))) {
      job.watermark(START);
      job.rules(T, rules);
      Random random = new Random(1);
      int near = 0;
      long most = 0;
      List<RuleGroupStatus> told = new ArrayList<>();
      for (long t = START; t < START + 24 * 60 * MINUTE; t += MINUTE) {
        for (int i = 0; i < 10; i++) {
          job.sample(T, "g", series("few", i), t + 1, random.nextDouble());
        }
        job.watermark(t + MINUTE);
        most = Math.max(most, job.windowBytes());
        List<String> lines = job.recorded();
        near += (int) lines.stream().filter(line -> line.contains("near")).count();
        told.addAll(job.statuses());
      }
      assertThat(job.windowsGivenUp()).isPositive();
      assertThat(most).isLessThan(70_000);
      assertThat(near).isGreaterThan(24 * 60 - 3);
      List<RuleStatus> last = told.get(told.size() - 1).getRules();
      assertThat(last.get(0).getHealth()).isEqualTo(RuleHealth.OK);
      assertThat(last.get(1).getHealth()).isEqualTo(RuleHealth.ERR);
      assertThat(last.get(1).getLastError())
          .contains("rules.window-memory-fraction")
          .contains("again at 2023-11-15T");
    }
  }

  private static final int NEVER = -1;

  /**
   * Runs for an hour and a half with many samples of few series in the first minutes, and a
   * checkpoint every minute.
   *
   * @param restart in which minute it is restarted
   */
  private static Run runOfManySamples(int restart, String... options) throws Exception {
    String rules =
        "groups: [{name: g, interval: 1m, rules: ["
            + "{record: near, expr: 'sum(count_over_time(few[1m]))'},"
            + " {record: far, expr: 'sum(count_over_time(few[20m]))'}]}]";
    TestingEvaluation job = TestingEvaluation.startWith(options);
    job.watermark(START);
    job.rules(T, rules);
    Random random = new Random(1);
    List<String> recorded = new ArrayList<>();
    long givenUp = 0;
    for (long t = START; t < START + 90 * MINUTE; t += SECOND) {
      long second = (t - START) / SECOND;
      for (int i = 0; i < 20 && (second < 15 * 60 || second % 30 == 0); i++) {
        job.sample(T, "g", series("few", i), t + 1, random.nextDouble());
      }
      job.watermark(t);
      if (second % 60 == 0) {
        OperatorSubtaskState state = job.snapshot(second + 1);
        if (second / 60 == restart) {
          recorded.addAll(job.recorded());
          givenUp += job.windowsGivenUp();
          job.close();
          job = TestingEvaluation.restoreWith(state, options);
        }
      }
    }
    recorded.addAll(job.recorded());
    givenUp += job.windowsGivenUp();
    job.close();
    return new Run(recorded, givenUp);
  }

  @Example
  @Label("say nothing wrong while they fill again behind what looks less far, restarted or not")
  void fillAgain() throws Exception {
    List<String> whole = runOfManySamples(NEVER).recorded();
    for (int restart : new int[] {NEVER, 10, 13, 15, 17, 18, 19, 20, 22, 25}) {
      Run limited = runOfManySamples(restart, limitedTo(120_000));
      assertThat(limited.givenUp()).isPositive();
      assertThat(whole).as("restarted in minute %d", restart).containsAll(limited.recorded());
      assertThat(of("near", limited.recorded())).isEqualTo(of("near", whole));
      assertThat(of("far", limited.recorded()).size()).isBetween(20, of("far", whole).size() - 20);
    }
  }

  @Example
  @Label("are not shown to queries of templates, which say so instead of a part")
  void queriesOfTemplates() throws Exception {
    String rules =
        "groups: [{name: g, interval: 1m, rules: [{alert: Always, expr: vector(1), annotations:"
            + " {few: '{{ with query \"sum(count_over_time(few[20m]))\" }}{{ . | first | value }}"
            + "{{ end }}'}}]}]";
    try (TestingEvaluation job = TestingEvaluation.startWith(limitedTo(100_000))) {
      job.watermark(START);
      job.rules(T, rules);
      Random random = new Random(1);
      for (long t = START; t < START + 15 * MINUTE; t += SECOND) {
        for (int i = 0; i < 20; i++) {
          job.sample(T, "g", series("few", i), t + 1, random.nextDouble());
        }
        job.clock(t - START);
        job.watermark(t);
      }
      assertThat(job.windowsGivenUp()).isPositive();
      List<RuleGroupStatus> told = job.statuses();
      assertThat(told.get(0).getRules().get(0).getAlerts().get(0).getAnnotations().toString())
          .matches("\\{few=\\d+}");
      RuleStatus last = told.get(told.size() - 1).getRules().get(0);
      assertThat(last.getHealth()).isEqualTo(RuleHealth.OK);
      assertThat(last.getAlerts().get(0).getAnnotations().get("few"))
          .contains("rules.window-memory-fraction");
    }
  }

  @Example
  @Label("count for nothing once their groups are gone")
  void backToNothing() throws Exception {
    try (TestingEvaluation job = TestingEvaluation.start()) {
      job.watermark(START);
      for (String group : GROUPS.keySet()) {
        job.rules(T, yaml(group));
        for (int i = 0; i < 100; i++) {
          job.sample(T, group, series("few", i), START + i, 1);
        }
      }
      job.watermark(START + MINUTE);
      assertThat(job.windowBytes()).isBetween(100 * 500L, 100 * 2_000L);
      for (String group : GROUPS.keySet()) {
        job.delete(T, group);
      }
      job.watermark(START + 2 * MINUTE + EvaluateRules.HOLD_MILLIS);
      assertThat(job.windowBytes()).isZero();
    }
  }

  @Example
  @Label("are not filled with a past that they have no room for, and their rules say so")
  void noRoomForHistory() throws Exception {
    try (TestingEvaluation job = TestingEvaluation.startWith(limitedTo(50_000))) {
      job.watermark(START);
      job.history(
          T,
          "g",
          false,
          block -> {
            for (int i = 0; i < 200; i++) {
              block.series(series(MANY, i)).sample(START - MINUTE, 1);
            }
          });
      job.rules(
          T,
          "groups: [{name: g, interval: 1m, rules: ["
              + "{record: many, expr: 'sum(count_over_time(many[5m]))'},"
              + " {record: few, expr: 'sum(few)'}]}]");
      job.sample(T, "g", series("few", 1), START + 1, 1);
      job.watermark(START + MINUTE);
      assertThat(job.recorded()).singleElement().asString().contains("\"few\"");
      assertThat(job.samplesOverflowed()).isPositive();
      assertThat(job.windowsGivenUp()).isZero();
      job.sample(T, "g", series(MANY, 1), START + 12 * MINUTE, 1);
      job.watermark(START + 13 * MINUTE);
      assertThat(job.recorded()).anyMatch(line -> line.endsWith("{__name__=\"many\"} 1.0"));
    }
  }

  @Example
  @Label("are not filled with a long past that they have no room for, which no other group notices")
  void noRoomForLongHistory() throws Exception {
    List<String> undisturbed = recordedBeside(0);
    assertThat(undisturbed).hasSizeGreaterThan(20);
    assertThat(recordedBeside(20)).isEqualTo(undisturbed);
  }

  /** Returns what a group records while so many series a step come of another group's past. */
  private static List<String> recordedBeside(int seriesOfPiece) throws Exception {
    long limit = 100_000;
    try (TestingEvaluation job = TestingEvaluation.startWith(limitedTo(limit))) {
      job.watermark(START);
      job.rules(T, yaml("few"));
      long now = START;
      for (int piece = 0; piece < 30; piece++) {
        now += STEP;
        for (int i = 0; i < 5; i++) {
          job.sample(T, "few", series("few", i), now, piece);
        }
        int first = seriesOfPiece * piece;
        job.history(
            T,
            "g",
            false,
            block -> {
              for (int i = first; i < first + seriesOfPiece; i++) {
                block.series(series(MANY, i)).sample(START - MINUTE, 1).sample(START - SECOND, 1);
              }
            });
        job.watermark(now);
        assertThat(job.windowBytes()).isLessThan(limit);
      }
      List<String> recorded = job.recorded();
      assertThat(job.windowsGivenUp()).isZero();
      assertThat(job.samplesOverflowed() > 0).isEqualTo(seriesOfPiece > 0);
      job.rules(
          T,
          "groups: [{name: g, interval: 1m, rules: ["
              + "{record: many, expr: 'sum(count_over_time(many[30m]))'}]}]");
      job.watermark(now + MINUTE);
      assertThat(job.recorded()).noneMatch(line -> line.contains(MANY));
      return recorded;
    }
  }
}
