package dev.guanlan.job.alerting;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guanlan.connector.kafka.rules.RulePlanRecords;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.rules.RuleGroup;
import dev.guanlan.schema.PlanRoute;
import dev.guanlan.schema.RuleGroupPlan;
import dev.guanlan.schema.RuleGroupStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares a group that goes over to shards in mid-flight with one that stays in one task. */
@DisplayName("A group that grows too big for one task")
class TwoStagesTest {

  private static final long LENGTH_MILLIS = 30 * 60_000L;
  private static final int HOT = 30;
  private static final int CHECKPOINT_BLOCKS = 10;
  private static final String KEY = TestingEvaluation.key(RandomSamples.TENANT, "g");

  private static final String FIRST =
      """
      groups:
      - name: g
        interval: 15s
        query_offset: 5s
        rules:
        - record: a:rate
          expr: sum by (job) (rate(requests_total[2m]))
        - alert: Busy
          expr: sum by (job, instance) (rate(requests_total[1m])) > 4
          for: 30s
          annotations: {summary: "{{ $labels.instance }} {{ $value }}"}
        - alert: Warm
          expr: temperature > 20
          for: 30s
        - alert: Gone
          expr: absent(up{job="j1",instance="i0"} == 1)
        - record: a:latency
          expr: histogram_quantile(0.9, sum by (le, job) (rate(latency_bucket[2m])))
        - record: a:sizes
          expr: sum by (job) (rate(sizes[2m]))
        - record: a:collide
          expr: count(rate({__name__=~"up|temperature"}[1m]))
        - record: a:tick
          expr: vector(time())
      """;

  private static final String SECOND =
      FIRST.replace("> 4", "> 5")
          + """
            - alert: WarmLately
              expr: max_over_time(temperature[3m]) > 21
          """;

  /** Looks further back than those before. */
  private static final String WIDER =
      SECOND
          + """
            - record: a:sizes_long
              expr: sum(rate(sizes[6m]))
          """;

  /** Has in one task, without a line of its own, what the wider version looks at from the start. */
  private static final String NEVER =
      """
      - alert: Never
        expr: sum(rate(sizes[6m])) < -1 or sum(rate(requests_total[4m])) < -1
      """
          .indent(2);

  private static final String INDIVISIBLE =
      WIDER
          + """
            - record: a:peak
              expr: max(max_over_time(rate(requests_total[1m])[2m:30s]))
          """;

  private static RuleGroup group(String yaml) throws Exception {
    return TestingEvaluation.groups(yaml).get(0);
  }

  /**
   * Is a change of rules between two blocks.
   *
   * @param rules null to delete the group
   */
  private record Change(long version, @Nullable String rules) {}

  /** Is what happens to a run besides samples. */
  private static final class Story {
    private final TreeMap<Integer, Change> changes = new TreeMap<>();

    /** Of how many tasks of selection and shards it goes on with, by the block before. */
    private final TreeMap<Integer, int[]> restarts = new TreeMap<>();

    /** How many blocks each restart goes back. */
    private int back;

    /** Begins with the first version of the group. */
    private Story() {
      changes.put(0, new Change(1, FIRST));
    }
  }

  private static long watermark(SampleBlock block) {
    return block.origin().offset() - RandomSamples.LAG_MILLIS - 1;
  }

  /** Is what a run came to. */
  private record Outcome(
      List<String> lines, List<RuleGroupPlan> plans, List<RuleGroupStatus> statuses, int left) {}

  private static Outcome run(int hot, long seed, List<SampleBlock> blocks, Story story)
      throws Exception {
    Random random = new Random(seed);
    TreeMap<Integer, TestingStages.Snapshot> snapshots = new TreeMap<>();
    List<RuleGroupStatus> statuses = new ArrayList<>();
    TestingStages stages = new TestingStages(TestingEvaluation.settings(hot), 2, 2);
    stages.watermark(watermark(blocks.get(0)));
    TreeMap<Integer, int[]> restarts = new TreeMap<>(story.restarts);
    for (int next = 0; next < blocks.size(); next++) {
      for (int at : restarts.keySet()) {
        if (next == at - story.back) {
          snapshots.put(at, stages.snapshot());
        }
      }
      checkpoint(stages, next, restarts.keySet(), story.back);
      if (restarts.containsKey(next)) {
        int[] tasks = restarts.remove(next);
        statuses.addAll(stages.statuses());
        stages = stages.restore(snapshots.get(next), tasks[0], tasks[1]);
        next -= story.back;
      }
      Change change = story.changes.get(next);
      if (change != null) {
        stages.rules(KEY, change.version(), change.rules() == null ? null : group(change.rules()));
      }
      SampleBlock block = blocks.get(next);
      stages.samples(random.nextInt(stages.sources()), block);
      for (int source = 0; source < stages.sources(); source++) {
        if (random.nextInt(30) == 0) {
          stages.hear(source);
        }
      }
      stages.watermark(watermark(block));
    }
    // What nobody speaks of any more has its time to end.
    stages.clock(EvaluateLeaves.UNKNOWN_MILLIS);
    stages.watermark(watermark(blocks.get(blocks.size() - 1)) + 60_000);
    statuses.addAll(stages.statuses());
    for (int source = 0; source < stages.sources(); source++) {
      for (int i = 0; i <= stages.plans().size(); i++) {
        stages.hear(source);
      }
    }
    Outcome outcome = new Outcome(stages.lines(), stages.plans(), statuses, stages.shardEntries());
    stages.close();
    return outcome;
  }

  /** Takes checkpoints and completes them later; none from where a restart goes back to on. */
  private static void checkpoint(TestingStages stages, int next, Set<Integer> restarts, int back)
      throws Exception {
    int under = CHECKPOINT_BLOCKS / 2;
    boolean isLost = restarts.stream().anyMatch(at -> at - back <= next && next <= at);
    if (next % CHECKPOINT_BLOCKS == 0 && !isLost) {
      stages.snapshot();
    } else if ((next % CHECKPOINT_BLOCKS == under && !isLost)
        || restarts.contains(next - under + back)) {
      stages.complete();
    }
  }

  /** Returns the block before which the group is to change in one task for the same verdicts. */
  private static int block(List<SampleBlock> blocks, List<RuleGroupStatus> statuses, long version) {
    long tick = firstTick(statuses, version);
    // Ticks are every 15 s; blocks come more often.
    for (int next = 0; next < blocks.size(); next++) {
      if (watermark(blocks.get(next)) >= tick - 15_000) {
        return next + 1;
      }
    }
    throw new IllegalStateException("no block is that late");
  }

  /** Returns the version that was evaluated at each tick; the last one of those done anew. */
  private static SortedMap<Long, Long> ticks(List<RuleGroupStatus> statuses) {
    TreeMap<Long, Long> versions = new TreeMap<>();
    statuses.forEach(status -> versions.put(status.getTickMillis(), status.getVersion()));
    return versions;
  }

  private static long firstTick(List<RuleGroupStatus> statuses, long version) {
    return ticks(statuses).entrySet().stream()
        .filter(entry -> entry.getValue() == version)
        .mapToLong(Map.Entry::getKey)
        .findFirst()
        .orElseThrow();
  }

  /** Asks for the same lines in the same order, and shows the first that are others. */
  private static void assertSame(Outcome hot, Outcome undisturbed) {
    List<String> expected = undisturbed.lines();
    List<String> actual = hot.lines();
    for (int line = 0; line < Math.min(expected.size(), actual.size()); line++) {
      assertThat(actual.get(line)).as("line " + line).isEqualTo(expected.get(line));
    }
    assertThat(actual).hasSameSizeAs(expected);
  }

  private static List<SampleBlock> blocks(long seed) throws Exception {
    return RandomSamples.of(seed, LENGTH_MILLIS).blocks();
  }

  @DisplayName("goes over to shards, and no verdict is lost or changed")
  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3})
  void goesOver(long seed) throws Exception {
    List<SampleBlock> blocks = blocks(seed);
    Story story = new Story();
    Outcome undisturbed = run(Integer.MAX_VALUE, seed, blocks, story);
    Outcome hot = run(HOT, seed, blocks, story);

    assertSame(hot, undisturbed);
    assertThat(undisturbed.plans()).isEmpty();
    assertThat(hot.plans()).extracting(RuleGroupPlan::getToGroup).containsExactly(true, false);
    assertThat(hot.statuses()).anyMatch(status -> status.getShards() == 4);
    assertThat(hot.statuses()).anyMatch(RuleGroupStatus::getPreparing);
    assertThat(hot.lines()).anyMatch(line -> line.startsWith("transition"));
  }

  @DisplayName("is restored and rescaled in every phase, to states behind its plan")
  @ParameterizedTest(name = "after block {0}")
  @ValueSource(ints = {60, 100, 150, 200, 250, 300, 350, 400, 500, 700, 900})
  void isRestored(int at) throws Exception {
    List<SampleBlock> blocks = blocks(7);
    Story story = new Story();
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
    Story story = new Story();
    int second = 3 * blocks.size() / 10;
    story.changes.put(second, new Change(2, SECOND));
    story.changes.put(35 * blocks.size() / 100, new Change(3, WIDER));
    story.changes.put(7 * blocks.size() / 10, new Change(4, INDIVISIBLE));
    Outcome hot = run(HOT, 11, blocks, story);

    Story same = new Story();
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

  @DisplayName(
      "is restored and rescaled while its rules change in shards, to states behind its plan")
  @ParameterizedTest(name = "{0} blocks after the change")
  @ValueSource(ints = {1, 10, 20, 30, 40, 50, 60, 80, 100, 150})
  void isRestoredWhileItsRulesChange(int after) throws Exception {
    List<SampleBlock> blocks = blocks(7);
    int change = 450;
    for (String next : List.of(SECOND, WIDER, INDIVISIBLE)) {
      for (int back : new int[] {0, 35}) {
        Story story = new Story();
        story.changes.put(change, new Change(2, next));
        story.restarts.put(change + after, new int[] {3, 1});
        if (next.equals(SECOND)) {
          story.restarts.put(change + after + 350, new int[] {1, 3});
        }
        story.back = back;
        Outcome hot = run(HOT, 7, blocks, story);

        Story same = new Story();
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
        Story story = new Story();
        story.changes.put(450, new Change(2, prepared));
        story.changes.put(500, new Change(3, SECOND));
        story.restarts.put(500 + after, new int[] {3, 1});
        story.back = back;
        Outcome hot = run(HOT, 7, blocks, story);

        Story same = new Story();
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
      Story story = crashesBehind(blocks, first, FIRST, after);
      Outcome hot = run(HOT, 7, blocks, story);

      Story same = new Story();
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
  private static Story crashesBehind(
      List<SampleBlock> blocks, String first, @Nullable String then, int after) throws Exception {
    Story story = new Story();
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
    Story story = new Story();
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
    Story story = new Story();
    story.changes.put(blocks.size() / 2, new Change(2, null));
    Outcome undisturbed = run(Integer.MAX_VALUE, 13, blocks, story);
    Outcome hot = run(HOT, 13, blocks, story);
    assertSame(hot, undisturbed);
    assertThat(hot.statuses()).anyMatch(status -> status.getShards() == 4);
    assertThat(hot.left()).isZero();
  }
}
