package dev.guanlan.job.alerting;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guanlan.model.SampleBlock;
import dev.guanlan.rules.RuleGroup;
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

/** Is what happens to a group besides samples while it runs through both stages. */
final class StagesStory {

  static final int HOT = 30;
  static final int CHECKPOINT_BLOCKS = 10;
  static final String KEY = TestingEvaluation.key(RandomSamples.TENANT, "g");

  static final String FIRST =
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

  static final String SECOND =
      FIRST.replace("> 4", "> 5")
          + """
            - alert: WarmLately
              expr: max_over_time(temperature[3m]) > 21
          """;

  /** Looks further back than those before. */
  static final String WIDER =
      SECOND
          + """
            - record: a:sizes_long
              expr: sum(rate(sizes[6m]))
          """;

  /** Has in one task, without a line of its own, what the wider version looks at from the start. */
  static final String NEVER =
      """
      - alert: Never
        expr: sum(rate(sizes[6m])) < -1 or sum(rate(requests_total[4m])) < -1
      """
          .indent(2);

  static final String INDIVISIBLE =
      WIDER
          + """
            - record: a:peak
              expr: max(max_over_time(rate(requests_total[1m])[2m:30s]))
            - alert: Queries
              expr: absent(up{job="j1",instance="i1"} == 1)
              annotations: {up: '{{ with query "count(sizes)" }}{{ . | first | value }}{{ end }}'}
          """;

  final TreeMap<Integer, Change> changes = new TreeMap<>();

  /** Of how many tasks of selection and shards it goes on with, by the block before. */
  final TreeMap<Integer, int[]> restarts = new TreeMap<>();

  /** How many blocks each restart goes back. */
  int back;

  /** What shards are filled from, or null if they fill as time goes. */
  @Nullable TestingStore store;

  /** Of how many blocks a task of the selection hears of a plan behind one. */
  int hearing = 30;

  /** How the store is from a block on. */
  final TreeMap<Integer, TestingStore.Health> health = new TreeMap<>();

  /** Before which block some history comes of a version. */
  final TreeMap<Integer, Long> histories = new TreeMap<>();

  /** Whether the group stays in one task until the first restart. */
  boolean coldFirst;

  /** How many series the group, or a shard of it, may hold. */
  int maxSeries = 1_000;

  /** How much memory windows may take, in bytes. */
  long windowBytes = Runtime.getRuntime().maxMemory();

  /** How long a status may stay as it was told. */
  long statusIntervalMillis = 60_000;

  /** Begins with the first version of the group. */
  StagesStory() {
    changes.put(0, new Change(1, FIRST));
  }

  private AlertingSettings settings(int hot) {
    double fraction = (double) windowBytes / Runtime.getRuntime().maxMemory();
    return TestingEvaluation.settings(hot, maxSeries, fraction, statusIntervalMillis);
  }

  static RuleGroup group(String yaml) throws Exception {
    return TestingEvaluation.groups(yaml).get(0);
  }

  /**
   * Is a change of rules between two blocks.
   *
   * @param rules null to delete the group
   */
  record Change(long version, @Nullable String rules) {}

  static long watermark(SampleBlock block) {
    return block.origin().offset() - RandomSamples.LAG_MILLIS - 1;
  }

  /** Is what a run came to. */
  record Outcome(
      List<String> lines, List<RuleGroupPlan> plans, List<RuleGroupStatus> statuses, int left) {}

  static Outcome run(int hot, long seed, List<SampleBlock> blocks, StagesStory story)
      throws Exception {
    Random random = new Random(seed);
    TreeMap<Integer, TestingStages.Snapshot> snapshots = new TreeMap<>();
    List<RuleGroupStatus> statuses = new ArrayList<>();
    TestingStages stages =
        new TestingStages(
            story.settings(story.coldFirst ? Integer.MAX_VALUE : hot), story.store, 2, 2);
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
        stages = stages.restore(story.settings(hot), snapshots.get(next), tasks[0], tasks[1]);
        next -= story.back;
      }
      if (story.histories.containsKey(next)) {
        stages.history(KEY, story.histories.get(next), blocks.get(next));
      }
      Change change = story.changes.get(next);
      if (change != null) {
        stages.rules(KEY, change.version(), change.rules() == null ? null : group(change.rules()));
      }
      SampleBlock block = blocks.get(next);
      if (story.store != null) {
        if (story.health.containsKey(next)) {
          story.store.is(story.health.get(next));
        }
        story.store.take(block);
        stages.fill(block.origin().offset());
      }
      stages.samples(random.nextInt(stages.sources()), block);
      for (int source = 0; source < stages.sources(); source++) {
        if (random.nextInt(story.hearing) == 0) {
          stages.hear(source);
        }
      }
      stages.watermark(watermark(block));
    }
    // What nobody speaks of any more has its time to end.
    stages.clock(stages.nowMillis() + EvaluateLeaves.UNKNOWN_MILLIS);
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
  static void checkpoint(TestingStages stages, int next, Set<Integer> restarts, int back)
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
  static int block(List<SampleBlock> blocks, List<RuleGroupStatus> statuses, long version) {
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
  static SortedMap<Long, Long> ticks(List<RuleGroupStatus> statuses) {
    TreeMap<Long, Long> versions = new TreeMap<>();
    statuses.forEach(status -> versions.put(status.getTickMillis(), status.getVersion()));
    return versions;
  }

  static long firstTick(List<RuleGroupStatus> statuses, long version) {
    return ticks(statuses).entrySet().stream()
        .filter(entry -> entry.getValue() == version)
        .mapToLong(Map.Entry::getKey)
        .findFirst()
        .orElseThrow();
  }

  /** Asks for the same lines in the same order, and shows the first that are others. */
  static void assertSame(Outcome hot, Outcome undisturbed) {
    List<String> expected = undisturbed.lines();
    List<String> actual = hot.lines();
    for (int line = 0; line < Math.min(expected.size(), actual.size()); line++) {
      assertThat(actual.get(line)).as("line " + line).isEqualTo(expected.get(line));
    }
    assertThat(actual).hasSameSizeAs(expected);
  }
}
