package dev.guanlan.job.alerting;

import static dev.guanlan.job.alerting.StagesStory.FIRST;
import static dev.guanlan.job.alerting.StagesStory.HOT;
import static dev.guanlan.job.alerting.StagesStory.INDIVISIBLE;
import static dev.guanlan.job.alerting.StagesStory.KEY;
import static dev.guanlan.job.alerting.StagesStory.NEVER;
import static dev.guanlan.job.alerting.StagesStory.SECOND;
import static dev.guanlan.job.alerting.StagesStory.WIDER;
import static dev.guanlan.job.alerting.StagesStory.assertSame;
import static dev.guanlan.job.alerting.StagesStory.block;
import static dev.guanlan.job.alerting.StagesStory.firstTick;
import static dev.guanlan.job.alerting.StagesStory.group;
import static dev.guanlan.job.alerting.StagesStory.run;
import static dev.guanlan.job.alerting.StagesStory.ticks;
import static dev.guanlan.job.alerting.StagesStory.watermark;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import dev.guanlan.connector.kafka.rules.RulePlanRecords;
import dev.guanlan.job.alerting.StagesStory.Change;
import dev.guanlan.job.alerting.StagesStory.Outcome;
import dev.guanlan.model.Labels;
import dev.guanlan.model.Origin;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.rules.RecordingRule;
import dev.guanlan.rules.RuleGroup;
import dev.guanlan.schema.PlanRoute;
import dev.guanlan.schema.RuleGroupPlan;
import dev.guanlan.schema.RuleGroupStatus;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares a group that goes over to shards in mid-flight with one that stays in one task. */
@DisplayName("A group that grows too big for one task")
class TwoStagesTest {

  private static final long LENGTH_MILLIS = 30 * 60_000L;

  private static List<SampleBlock> blocks(long seed) throws Exception {
    return RandomSamples.of(seed, LENGTH_MILLIS).blocks();
  }

  @DisplayName("goes over to shards, and no verdict is lost or changed")
  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3})
  void goesOver(long seed) throws Exception {
    List<SampleBlock> blocks = blocks(seed);
    StagesStory story = new StagesStory();
    Outcome undisturbed = run(Integer.MAX_VALUE, seed, blocks, story);
    Outcome hot = run(HOT, seed, blocks, story);

    assertSame(hot, undisturbed);
    assertThat(undisturbed.plans()).isEmpty();
    assertThat(hot.plans()).extracting(RuleGroupPlan::getToGroup).containsExactly(true, false);
    assertThat(hot.statuses()).anyMatch(status -> status.getShards() == 4);
    assertThat(hot.statuses()).anyMatch(RuleGroupStatus::getPreparing);
    assertThat(hot.lines()).anyMatch(line -> line.startsWith("transition"));
  }

  @DisplayName("does so for what its rules look at, not for what is held besides")
  @Test
  void countsWhatItsRulesLookAt() throws Exception {
    String rules =
        """
        groups:
        - name: g
          interval: 10s
          rules:
          - {record: a:up, expr: sum(up)}
          - {record: a:peak, expr: 'max(max_over_time(local[2m:30s]))'}
        """;
    try (TestingEvaluation evaluation =
        TestingEvaluation.startWith("--rules.hot-group-series", "10")) {
      evaluation.watermark(1_000_000);
      evaluation.rules("t", rules);
      send(evaluation, 1_000_001, "up", 9);
      send(evaluation, 1_000_001, "other", 40);
      evaluation.watermark(1_020_000);
      assertThat(evaluation.statuses()).isNotEmpty();
      assertThat(evaluation.plans()).as("there are too few").isEmpty();
      send(evaluation, 1_020_001, "local", 12);
      evaluation.watermark(1_040_000);
      assertThat(evaluation.plans()).as("more than half would stay").isEmpty();
      send(evaluation, 1_040_001, "up", 12);
      evaluation.watermark(1_060_000);
      assertThat(evaluation.plans()).hasSize(1);
    }
  }

  private static void send(TestingEvaluation evaluation, long millis, String metric, int series)
      throws Exception {
    evaluation.samples(
        "t",
        "g",
        block -> {
          for (int i = 0; i < series; i++) {
            block.series(Labels.of("__name__", metric, "i", "" + i)).sample(millis, i);
          }
        });
  }

  @DisplayName("is restored and rescaled in every phase, to states behind its plan")
  @ParameterizedTest(name = "after block {0}")
  @ValueSource(ints = {60, 100, 150, 200, 250, 300, 350, 400, 500, 700, 900})
  void isRestored(int at) throws Exception {
    List<SampleBlock> blocks = blocks(7);
    StagesStory story = new StagesStory();
    Outcome undisturbed = run(Integer.MAX_VALUE, 7, blocks, story);
    for (int back : new int[] {0, 35}) {
      story.restarts.clear();
      story.restarts.put(at, new int[] {3, 1});
      story.restarts.put(at + 120, new int[] {1, 3});
      story.back = back;
      Outcome hot = run(HOT, 7, blocks, story);
      assertSame(hot, undisturbed);
      assertThat(hot.plans()).anyMatch(plan -> !plan.getToGroup());
    }
  }

  @DisplayName("changes its rules while it is in shards, also to such that cannot be parted")
  @Test
  void changesItsRules() throws Exception {
    List<SampleBlock> blocks = blocks(11);
    StagesStory story = new StagesStory();
    int second = 3 * blocks.size() / 10;
    story.changes.put(second, new Change(2, SECOND));
    story.changes.put(35 * blocks.size() / 100, new Change(3, WIDER));
    story.changes.put(7 * blocks.size() / 10, new Change(4, INDIVISIBLE));
    Outcome hot = run(HOT, 11, blocks, story);

    StagesStory same = new StagesStory();
    same.changes.put(0, new Change(1, FIRST + NEVER));
    same.changes.put(block(blocks, hot.statuses(), 2), new Change(2, SECOND + NEVER));
    same.changes.put(block(blocks, hot.statuses(), 3), new Change(3, WIDER + NEVER));
    same.changes.put(block(blocks, hot.statuses(), 4), new Change(4, INDIVISIBLE));
    Outcome undisturbed = run(Integer.MAX_VALUE, 11, blocks, same);
    assertSame(hot, undisturbed);
    assertThat(same.changes.keySet()).hasSize(4);
    // What the shards have is enough for it, and no range has to pass.
    assertThat(firstTick(hot.statuses(), 2) - watermark(blocks.get(second))).isLessThan(120_000);
    assertThat(shardsOf(hot, 2)).isEqualTo(shardsOf(hot, 1)).isNotEqualTo(shardsOf(hot, 3));
    assertThat(hot.plans().get(hot.plans().size() - 1).getRoutes()).isEmpty();
    assertThat(hot.left()).as("state and timers of shards").isZero();
  }

  @DisplayName("says what it lacks of a history that came when it was not back in one task yet")
  @Test
  void losesAHistory() throws Exception {
    List<SampleBlock> blocks = blocks(11);
    StagesStory story = new StagesStory();
    story.changes.put(3 * blocks.size() / 10, new Change(2, INDIVISIBLE));
    int takesOver = block(blocks, run(HOT, 11, blocks, story).statuses(), 2);
    story.changes.put(takesOver + 20, new Change(3, INDIVISIBLE + NEVER));
    story.histories.put(takesOver + 1, 3L);
    assertThat(missingHistory(run(HOT, 11, blocks, story), 3)).containsOnly("");
    story.histories.put(takesOver - 10, 3L);
    assertThat(missingHistory(run(HOT, 11, blocks, story), 3))
        .first(STRING)
        .endsWith("came while the group was evaluated in shards");
  }

  private static List<String> missingHistory(Outcome outcome, long version) {
    List<String> missing =
        outcome.statuses().stream()
            .filter(status -> status.getVersion() == version)
            .map(RuleGroupStatus::getMissingHistory)
            .toList();
    assertThat(missing).isNotEmpty();
    return missing;
  }

  private static long shardsOf(Outcome outcome, long version) throws Exception {
    for (RuleGroupPlan plan : outcome.plans()) {
      for (PlanRoute route : plan.getRoutes()) {
        if (RulePlanRecords.rules(route).getVersion() == version) {
          return RulePlanRecords.shardsOf(route);
        }
      }
    }
    throw new IllegalStateException("no plan has a route for version " + version);
  }

  /** Has alerts for as long as there are samples, and takes over after a while. */
  private static final String HELD =
      WIDER
          + """
            - alert: Held
              expr: temperature > -1000
              for: 20m
          """;

  private static final RuleGroup BROKEN =
      new RuleGroup(
          TestingEvaluation.FILE,
          "g",
          15_000,
          0,
          0,
          Map.of(),
          List.of(new RecordingRule("r", "up +", Map.of())));

  @DisplayName("restores the alerts of a version that waits for its shards while one is refused")
  @Test
  void restoresAlertsOfAVersionThatWaits() throws Exception {
    List<String> restored =
        restored(
            (stages, recorded) -> {
              stages.alerts(KEY, 2, recorded);
              stages.rules(KEY, 2, group(HELD));
              stages.rules(KEY, 3, BROKEN);
            },
            null);
    assertThat(restored).as("all but one that is away").hasSize(11);
  }

  @DisplayName("restores the alerts of a version that comes behind one that waits for its shards")
  @Test
  void restoresAlertsOfTheVersionBehind() throws Exception {
    List<String> restored =
        restored(
            (stages, recorded) -> {
              stages.rules(KEY, 2, group(WIDER));
              stages.alerts(KEY, 3, recorded);
            },
            new Change(3, HELD));
    assertThat(restored).as("all but one that is away").hasSize(11);
  }

  /** Changes a group in shards, or begins to. */
  @FunctionalInterface
  private interface ChangeOfRules {
    void in(TestingStages stages, SampleBlock recorded) throws Exception;
  }

  /**
   * Returns which alerts of a rule that a change adds fire without having been pending.
   *
   * @param change is done in shards, with what was recorded of these alerts
   * @param then is published when the second version has taken over
   */
  private static List<String> restored(ChangeOfRules change, @Nullable Change then)
      throws Exception {
    List<SampleBlock> blocks = blocks(7);
    TestingStages stages = new TestingStages(TestingEvaluation.settings(HOT), null, 2, 2);
    stages.watermark(watermark(blocks.get(0)));
    stages.rules(KEY, 1, group(FIRST));
    boolean published = false;
    for (int next = 0; next < blocks.size(); next++) {
      if (next == 450) {
        assertThat(stages.statuses()).last().matches(status -> status.getShards() == 4);
        change.in(stages, recorded(watermark(blocks.get(next))));
      }
      boolean taken = stages.statuses().stream().anyMatch(status -> status.getVersion() == 2);
      assertThat(taken && next < 500).as("it waits").isFalse();
      if (then != null && taken && !published) {
        published = true;
        stages.rules(KEY, then.version(), group(Objects.requireNonNull(then.rules())));
      }
      stages.samples(next % 2, blocks.get(next));
      stages.hear(0);
      stages.hear(1);
      stages.watermark(watermark(blocks.get(next)));
    }
    assertThat(stages.statuses()).last().matches(status -> status.getShards() == 4);
    List<String> fired =
        stages.lines().stream()
            .filter(line -> line.startsWith("transition") && line.contains("\"Held\""))
            .filter(line -> line.contains("\"from\": \"INACTIVE\", \"to\": \"FIRING\""))
            .toList();
    stages.close();
    return fired;
  }

  /**
   * Returns what was recorded of the alerts on temperatures, which have been active for an hour.
   */
  private static SampleBlock recorded(long millis) {
    SampleBlock.Builder block = SampleBlock.builder(RandomSamples.TENANT, Origin.NONE);
    for (int job = 0; job < 3; job++) {
      for (int instance = 0; instance < 4; instance++) {
        block
            .series(
                Labels.of(
                    "__name__",
                    "ALERTS_FOR_STATE",
                    "alertname",
                    "Held",
                    "instance",
                    "i" + instance,
                    "job",
                    "j" + job,
                    "room",
                    "r0"))
            .sample(millis, (millis - 3_600_000) / 1000.0);
      }
    }
    return block.build();
  }

  @DisplayName(
      "is restored and rescaled while its rules change in shards, to states behind its plan")
  @ParameterizedTest(name = "{0} blocks after the change")
  @ValueSource(ints = {1, 10, 20, 30, 40, 50, 60, 80, 100, 150})
  void isRestoredWhileItsRulesChange(int after) throws Exception {
    List<SampleBlock> blocks = blocks(7);
    int change = 450;
    for (String next : List.of(SECOND, WIDER, INDIVISIBLE)) {
      for (int back : new int[] {0, 35}) {
        StagesStory story = new StagesStory();
        story.changes.put(change, new Change(2, next));
        story.restarts.put(change + after, new int[] {3, 1});
        if (next.equals(SECOND)) {
          story.restarts.put(change + after + 350, new int[] {1, 3});
        }
        story.back = back;
        Outcome hot = run(HOT, 7, blocks, story);

        StagesStory same = new StagesStory();
        same.changes.put(0, new Change(1, FIRST + NEVER));
        same.changes.put(block(blocks, hot.statuses(), 2), new Change(2, next));
        assertSame(hot, run(Integer.MAX_VALUE, 7, blocks, same));
        RuleGroupPlan last = hot.plans().get(hot.plans().size() - 1);
        assertThat(last.getRoutes()).hasSize(next.equals(INDIVISIBLE) ? 0 : 1);
        assertThat(last.getToGroup()).isEqualTo(next.equals(INDIVISIBLE));
        assertThat(hot.left() == 0).isEqualTo(next.equals(INDIVISIBLE));
      }
    }
  }

  @DisplayName("is restored while one version is prepared and the next can be evaluated at once")
  @ParameterizedTest(name = "{0} blocks after the second change")
  @ValueSource(ints = {1, 5, 10, 15, 20, 25, 30})
  void isRestoredWhileItsRulesChangeAgain(int after) throws Exception {
    List<SampleBlock> blocks = blocks(7);
    for (String prepared : List.of(WIDER, INDIVISIBLE)) {
      for (int back : new int[] {0, 35}) {
        StagesStory story = new StagesStory();
        story.changes.put(450, new Change(2, prepared));
        story.changes.put(500, new Change(3, SECOND));
        story.restarts.put(500 + after, new int[] {3, 1});
        story.back = back;
        Outcome hot = run(HOT, 7, blocks, story);

        StagesStory same = new StagesStory();
        same.changes.put(block(blocks, hot.statuses(), 3), new Change(3, SECOND));
        assertSame(hot, run(Integer.MAX_VALUE, 7, blocks, same));
        assertThat(hot.statuses()).noneMatch(status -> status.getVersion() == 2);
        assertThat(hot.plans().get(hot.plans().size() - 1).getRoutes()).hasSize(1);
      }
    }
  }

  @DisplayName("changes again when a restart can still go back behind the last change")
  @ParameterizedTest(name = "{0} blocks after it has taken over")
  @ValueSource(ints = {0, 1, 2, 4, 8, 16})
  void changesAgainBeforeACheckpoint(int after) throws Exception {
    List<SampleBlock> blocks = blocks(7);
    for (String first : List.of(SECOND, INDIVISIBLE)) {
      StagesStory story = crashesBehind(blocks, first, FIRST, after);
      Outcome hot = run(HOT, 7, blocks, story);

      StagesStory same = new StagesStory();
      same.changes.put(0, new Change(1, FIRST + NEVER));
      if (ticks(hot.statuses()).containsValue(2L)) {
        // Not so if it hears so late of the plans of before that the next change comes first.
        same.changes.put(block(blocks, hot.statuses(), 2), new Change(2, first));
      }
      same.changes.put(block(blocks, hot.statuses(), 3), new Change(3, FIRST));
      assertSame(hot, run(Integer.MAX_VALUE, 7, blocks, same));
    }
  }

  @DisplayName("leaves no shard when it is deleted and a restart goes back behind that")
  @ParameterizedTest(name = "{0} blocks after it has taken over")
  @ValueSource(ints = {0, 2, 8, 16})
  void leavesNoShardBehind(int after) throws Exception {
    List<SampleBlock> blocks = blocks(7);
    for (String first : List.of(SECOND, INDIVISIBLE)) {
      Outcome hot = run(HOT, 7, blocks, crashesBehind(blocks, first, null, after));
      assertThat(hot.plans().get(hot.plans().size() - 1).getRoutes()).isEmpty();
      assertThat(hot.left()).isZero();
    }
  }

  /** Changes a group that has just changed, and then goes back to before both. */
  private static StagesStory crashesBehind(
      List<SampleBlock> blocks, String first, @Nullable String then, int after) throws Exception {
    StagesStory story = new StagesStory();
    story.back = 35;
    story.changes.put(450, new Change(2, first));
    int over = block(blocks, run(HOT, 7, blocks, story).statuses(), 2);
    story.changes.put(over + after, new Change(3, then));
    story.restarts.put(over + after + 10, new int[] {3, 1});
    return story;
  }

  @DisplayName("goes over again when it comes back, also by a clock that is behind its last plan")
  @Test
  void comesBack() throws Exception {
    List<SampleBlock> blocks = blocks(17);
    StagesStory story = new StagesStory();
    // Longer than the samples of a deleted group are held.
    story.changes.put(blocks.size() / 4, new Change(2, null));
    story.changes.put(5 * blocks.size() / 8, new Change(3, FIRST));
    Outcome undisturbed = run(Integer.MAX_VALUE, 17, blocks, story);
    Outcome hot = run(HOT, 17, blocks, story);
    assertSame(hot, undisturbed);
    assertThat(hot.statuses())
        .anyMatch(status -> status.getVersion() == 1 && status.getShards() == 4)
        .anyMatch(status -> status.getVersion() == 3 && status.getShards() == 4);
  }

  @DisplayName("leaves nothing in shards when it is deleted")
  @Test
  void isDeleted() throws Exception {
    List<SampleBlock> blocks = blocks(13);
    StagesStory story = new StagesStory();
    story.changes.put(blocks.size() / 2, new Change(2, null));
    Outcome undisturbed = run(Integer.MAX_VALUE, 13, blocks, story);
    Outcome hot = run(HOT, 13, blocks, story);
    assertSame(hot, undisturbed);
    assertThat(hot.statuses()).anyMatch(status -> status.getShards() == 4);
    assertThat(hot.left()).isZero();
  }
}
