package dev.guanlan.job.alerting;

import static dev.guanlan.job.alerting.StagesStory.FIRST;
import static dev.guanlan.job.alerting.StagesStory.HOT;
import static dev.guanlan.job.alerting.StagesStory.assertSame;
import static dev.guanlan.job.alerting.StagesStory.firstTick;
import static dev.guanlan.job.alerting.StagesStory.run;
import static dev.guanlan.job.alerting.StagesStory.watermark;
import static org.assertj.core.api.Assertions.assertThat;

import dev.guanlan.connector.kafka.rules.RulePlanRecords;
import dev.guanlan.job.alerting.StagesStory.Change;
import dev.guanlan.job.alerting.StagesStory.Outcome;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.schema.PlanRoute;
import dev.guanlan.schema.RuleGroupPlan;
import dev.guanlan.schema.RuleGroupStatus;
import dev.guanlan.schema.RuleStatus;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Compares a group in shards that looks at what it records, and at samples in ways that no leaf
 * can, with one that stays in one task.
 */
@DisplayName("A group in shards with selectors that lie in no leaf")
final class LocalSelectorsTest {

  private static final long SEED = 7;
  private static final long LENGTH_MILLIS = 40 * 60_000L;
  private static final int CHANGE = 450;

  /** How far a version looks that looks further than the first. */
  private static final long RANGE_MILLIS = 360_000;

  private static final String OWN =
      FIRST
          + """
            - record: b:before
              expr: b:now
            - record: b:now
              expr: vector(time())
            - record: b:after
              expr: b:now
            - record: b:busy
              expr: a:rate > 2
            - alert: Rising
              expr: a:rate > 3 and a:rate offset 1m < 60
              for: 30s
              annotations: {summary: "{{ $labels.job }} {{ $value }}"}
            - record: b:max
              expr: max_over_time(a:rate[2m])
            - record: b:peak
              expr: max by (job) (max_over_time(b:busy[2m:30s]))
            - alert: Unexplained
              expr: max by (job) (temperature) > 20 unless on () ALERTS{alertname="Busy"}
              for: 15s
            - record: b:alerts
              expr: count by (alertstate) (ALERTS) or count(ALERTS_FOR_STATE{alertname="Warm"})
            - record: b:quiet
              expr: absent_over_time(b:busy[1m])
            - record: b:up
              expr: sum by (job) (max_over_time(up[2m:20s])) * on (job) group_left () b:max
            - record: b:any
              expr: count({job="j1",instance="i1"}) + count({job="j1",instance="i1"} offset 40s)
            - record: b:sizes
              expr: sum(sum_over_time(rate(sizes{instance="i2"}[1m])[1m:20s]))
          """;

  /** Looks at nothing else. */
  private static final String WITHIN =
      OWN.replace("a:rate > 3", "a:rate > 4").replace("a:rate[2m]", "a:rate[90s]");

  /** Looks further back at what it records. */
  private static final String WIDER_LOCAL =
      WITHIN
          + """
            - record: b:max_long
              expr: max_over_time(a:rate[8m])
          """;

  /** Looks further back in shards. */
  private static final String WIDER_LEAVES =
      WITHIN
          + """
            - record: b:sizes_long
              expr: sum(rate(sizes[6m]))
          """;

  /** Looks further back everywhere, and records what it looks at. */
  private static final String WIDER =
      WIDER_LOCAL
          + """
            - record: c:sizes_long
              expr: sum(rate(sizes[6m]))
            - alert: Large
              expr: c:sizes_long > 0 or max_over_time(latency_bucket{instance="i3",le="1"}[1m:15s]) > 3
              for: 30s
          """;

  private static final String INDIVISIBLE =
      WIDER_LOCAL
          + """
            - alert: Queries
              expr: absent(up{job="j1",instance="i1"} == 1)
              annotations: {up: '{{ with query "count(sizes)" }}{{ . | first | value }}{{ end }}'}
          """;

  /** Has no local selector. */
  private static final String WITHOUT =
      FIRST
          + """
            - alert: Rising
              expr: vector(0) > 1
            - alert: Unexplained
              expr: vector(0) > 1
          """;

  /** Has in one task, without a line of its own, what the others look at from the start. */
  private static final String NEVER =
      """
      - alert: Never
        expr: count(count_over_time({__name__=~".+"}[10m])) < -1
      """
          .indent(2);

  private static final Pattern TICK = Pattern.compile("recorded (\\d+) \\{__name__=\"a:tick\"");

  private enum Next {
    WITHIN(LocalSelectorsTest.WITHIN),
    WIDER_LOCAL(LocalSelectorsTest.WIDER_LOCAL),
    WIDER_LEAVES(LocalSelectorsTest.WIDER_LEAVES),
    WIDER(LocalSelectorsTest.WIDER),
    SLOWER(LocalSelectorsTest.WIDER_LOCAL.replace("interval: 15s", "interval: 20s")),
    LATER(LocalSelectorsTest.WIDER_LOCAL.replace("query_offset: 5s", "query_offset: 20s")),
    WITHOUT(LocalSelectorsTest.WITHOUT),
    INDIVISIBLE(LocalSelectorsTest.INDIVISIBLE);

    private final String rules;

    Next(String rules) {
      this.rules = rules;
    }
  }

  private static List<SampleBlock> blocks() throws Exception {
    return RandomSamples.of(SEED, LENGTH_MILLIS).blocks();
  }

  private static StagesStory story() {
    StagesStory story = new StagesStory();
    story.changes.put(0, new Change(1, OWN));
    return story;
  }

  /** Returns what comes to pass in one task if the versions take over when they did. */
  private static Outcome undisturbed(List<SampleBlock> blocks, Outcome hot, String... versions)
      throws Exception {
    StagesStory same = new StagesStory();
    same.changes.put(0, new Change(1, OWN + NEVER));
    for (int i = 0; i < versions.length; i++) {
      same.changes.put(
          blockBehind(blocks, lastTickBefore(hot, 2 + i)),
          new Change(2 + i, versions[i] + (i + 1 < versions.length ? NEVER : "")));
    }
    return run(Integer.MAX_VALUE, SEED, blocks, same);
  }

  /** Returns the last tick of the version before one; each is recorded five seconds behind it. */
  private static long lastTickBefore(Outcome hot, long version) {
    long first = firstTick(hot.statuses(), version);
    return hot.lines().stream()
        .map(TICK::matcher)
        .filter(Matcher::find)
        .mapToLong(found -> Long.parseLong(found.group(1)) + 5_000)
        .filter(tick -> tick < first)
        .max()
        .orElseThrow();
  }

  private static int blockBehind(List<SampleBlock> blocks, long tick) {
    int next = 0;
    while (watermark(blocks.get(next)) < tick) {
      next++;
    }
    return next + 1;
  }

  private static Set<Integer> shardsOf(Outcome outcome, long version) {
    Set<Integer> shards = new TreeSet<>();
    for (RuleGroupStatus status : outcome.statuses()) {
      if (status.getVersion() == version) {
        shards.add(status.getShards());
      }
    }
    return shards;
  }

  @DisplayName("goes over to shards, and no verdict is lost or changed")
  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3})
  void goesOver(long seed) throws Exception {
    List<SampleBlock> blocks = RandomSamples.of(seed, LENGTH_MILLIS).blocks();
    Outcome undisturbed = run(Integer.MAX_VALUE, seed, blocks, toldAtEveryTick());
    Outcome hot = run(HOT, seed, blocks, toldAtEveryTick());

    assertSame(hot, undisturbed);
    assertThat(hot.plans()).extracting(RuleGroupPlan::getToGroup).containsExactly(true, false);
    assertThat(shardsOf(hot, 1)).contains(4);
    for (String name : List.of("Rising", "Unexplained", "b:peak", "b:alerts", "b:up", "b:any")) {
      assertThat(hot.lines()).as(name).anyMatch(line -> line.contains(name));
    }
    assertSameInputs(undisturbed.statuses(), hot.statuses());
    assertOwnWindowsAreSmall(undisturbed, hot);
  }

  private static StagesStory toldAtEveryTick() {
    StagesStory story = story();
    story.statusIntervalMillis = 0;
    return story;
  }

  /** Asks for no more series besides those in shards than local selectors choose. */
  private static void assertOwnWindowsAreSmall(Outcome undisturbed, Outcome hot) {
    long most =
        undisturbed.statuses().stream().mapToLong(RuleGroupStatus::getSeries).max().orElseThrow();
    assertThat(hot.statuses())
        .filteredOn(status -> status.getShards() > 0)
        .isNotEmpty()
        .allMatch(status -> status.getSeries() < most + 60);
    assertThat(most).isGreaterThan(120);
  }

  /** Asks for the same rules' input in both, as far as it was told of the same ticks. */
  private static void assertSameInputs(List<RuleGroupStatus> one, List<RuleGroupStatus> other) {
    int compared = 0;
    for (RuleGroupStatus inShards : other) {
      for (RuleGroupStatus inTask : one) {
        if (inShards.getTickMillis() == inTask.getTickMillis() && inShards.getShards() > 0) {
          for (int rule = 0; rule < inTask.getRules().size(); rule++) {
            RuleStatus expected = inTask.getRules().get(rule);
            // Shards tell of theirs once a minute.
            if (expected.getName().matches("b:(busy|max|peak|alerts|quiet|any)")) {
              assertThat(inShards.getRules().get(rule).getInputSamples())
                  .as(expected.getName())
                  .isEqualTo(expected.getInputSamples());
              compared++;
            }
          }
        }
      }
    }
    assertThat(compared).isGreaterThan(30);
  }

  @DisplayName("stays in one task if local selectors choose most of its series")
  @Test
  void stays() throws Exception {
    StagesStory story = new StagesStory();
    story.changes.put(
        0, new Change(1, OWN + "  - record: b:all\n    expr: count({instance=~\".+\"})\n"));
    assertThat(run(HOT, SEED, blocks(), story).plans()).isEmpty();
  }

  @DisplayName("is restored and rescaled in every phase, to states behind its plan")
  @ParameterizedTest(name = "after block {0}")
  @ValueSource(ints = {60, 100, 150, 200, 250, 300, 400, 500, 700})
  void isRestored(int at) throws Exception {
    List<SampleBlock> blocks = blocks();
    Outcome undisturbed = run(Integer.MAX_VALUE, SEED, blocks, story());
    for (int back : new int[] {0, 35}) {
      StagesStory story = story();
      story.restarts.put(at, new int[] {3, 1});
      story.restarts.put(at + 120, new int[] {1, 3});
      story.back = back;
      Outcome hot = run(HOT, SEED, blocks, story);
      assertSame(hot, undisturbed);
      assertOwnWindowsAreSmall(undisturbed, hot);
      assertThat(hot.plans()).anyMatch(plan -> !plan.getToGroup());
    }
  }

  @DisplayName("changes its rules while it is in shards")
  @ParameterizedTest
  @EnumSource(Next.class)
  void changesItsRules(Next next) throws Exception {
    List<SampleBlock> blocks = blocks();
    StagesStory story = story();
    story.changes.put(CHANGE, new Change(2, next.rules));
    Outcome hot = run(HOT, SEED, blocks, story);
    assertSame(hot, undisturbed(blocks, hot, next.rules));
    assertThat(shardsOf(hot, 1)).contains(4);

    long took = firstTick(hot.statuses(), 2) - watermark(blocks.get(CHANGE));
    if (next == Next.WITHIN || next == Next.WITHOUT) {
      assertThat(took).isLessThan(120_000);
    } else {
      assertThat(took).isGreaterThanOrEqualTo(RANGE_MILLIS);
    }
    assertThat(shardsOf(hot, 2)).containsExactly(next == Next.INDIVISIBLE ? 0 : 4);
    boolean same = next == Next.WITHIN || next == Next.WIDER_LOCAL || next == Next.WITHOUT;
    if (next != Next.INDIVISIBLE) {
      assertThat(route(hot, 2).getShardsOf() != 0).isEqualTo(same);
    }
  }

  @DisplayName(
      "takes over soon if only its leaves look at more, and shards are filled from a store")
  @ParameterizedTest(name = "and is restored {0} blocks after the change")
  @ValueSource(ints = {0, 20, 40})
  void isFilled(int after) throws Exception {
    List<SampleBlock> blocks = blocks();
    StagesStory story = story();
    story.store = new TestingStore();
    story.hearing = 5;
    story.changes.put(CHANGE, new Change(2, WIDER_LEAVES));
    story.restarts.put(CHANGE + after, new int[] {3, 1});
    story.back = 35;
    Outcome hot = run(HOT, SEED, blocks, story);
    assertSame(hot, undisturbed(blocks, hot, WIDER_LEAVES));
    long restart = watermark(blocks.get(CHANGE + after));
    assertThat(firstTick(hot.statuses(), 2)).isLessThan(restart + 150_000);
  }

  private static PlanRoute route(Outcome outcome, long version) throws Exception {
    for (RuleGroupPlan plan : outcome.plans()) {
      for (PlanRoute route : plan.getRoutes()) {
        if (RulePlanRecords.rules(route).getVersion() == version) {
          return route;
        }
      }
    }
    throw new IllegalStateException("no plan has a route for version " + version);
  }

  @DisplayName("is restored and rescaled while its rules change, to states behind its plan")
  @ParameterizedTest(name = "{0}, {1} blocks after the change")
  @CsvSource({
    "WITHIN, 1",
    "WITHIN, 20",
    "WITHIN, 40",
    "WIDER_LOCAL, 1",
    "WIDER_LOCAL, 30",
    "WIDER_LOCAL, 100",
    "WIDER_LOCAL, 200",
    "WIDER_LEAVES, 30",
    "WIDER_LEAVES, 150",
    "WIDER, 1",
    "WIDER, 10",
    "WIDER, 30",
    "WIDER, 60",
    "WIDER, 150",
    "WIDER, 200",
    "WIDER, 230",
    "SLOWER, 30",
    "SLOWER, 150",
    "LATER, 30",
    "LATER, 150",
    "INDIVISIBLE, 1",
    "INDIVISIBLE, 10",
    "INDIVISIBLE, 40",
    "INDIVISIBLE, 150",
    "INDIVISIBLE, 230"
  })
  void isRestoredWhileItsRulesChange(Next next, int after) throws Exception {
    List<SampleBlock> blocks = blocks();
    for (int back : new int[] {0, 35}) {
      StagesStory story = story();
      story.changes.put(CHANGE, new Change(2, next.rules));
      story.restarts.put(CHANGE + after, new int[] {3, 1});
      story.back = back;
      Outcome hot = run(HOT, SEED, blocks, story);
      assertSame(hot, undisturbed(blocks, hot, next.rules));
    }
  }

  @DisplayName("changes again while the last change is prepared")
  @ParameterizedTest(name = "{0}, then {1}")
  @CsvSource({
    "WIDER_LOCAL, WITHIN", "WIDER, WITHIN", "INDIVISIBLE, WITHIN",
    "INDIVISIBLE, WIDER", "WIDER, INDIVISIBLE", "WIDER_LOCAL, WIDER"
  })
  void changesAgain(Next first, Next second) throws Exception {
    List<SampleBlock> blocks = blocks();
    for (int after : new int[] {1, 20, 100}) {
      StagesStory story = story();
      story.changes.put(CHANGE, new Change(2, first.rules));
      story.changes.put(CHANGE + 80, new Change(3, second.rules));
      story.restarts.put(CHANGE + 80 + after, new int[] {3, 1});
      story.back = 35;
      Outcome hot = run(HOT, SEED, blocks, story);

      StagesStory same = new StagesStory();
      same.changes.put(0, new Change(1, OWN + NEVER));
      same.changes.put(blockBehind(blocks, lastTickBefore(hot, 3)), new Change(3, second.rules));
      assertSame(hot, run(Integer.MAX_VALUE, SEED, blocks, same));
      assertThat(shardsOf(hot, 2)).isEmpty();
    }
  }

  @DisplayName(
      "leaves nothing in shards when it is deleted, and goes over again when it comes back")
  @Test
  void isDeleted() throws Exception {
    List<SampleBlock> blocks = blocks();
    StagesStory story = story();
    story.changes.put(blocks.size() / 3, new Change(2, null));
    // Longer than the samples of a deleted group are held.
    story.changes.put(3 * blocks.size() / 4, new Change(3, OWN));
    Outcome hot = run(HOT, SEED, blocks, story);
    assertSame(hot, run(Integer.MAX_VALUE, SEED, blocks, story));
    assertThat(shardsOf(hot, 1)).contains(4);
    assertThat(shardsOf(hot, 3)).contains(4);

    story.changes.remove(3 * blocks.size() / 4);
    assertThat(run(HOT, SEED, blocks, story).left()).isZero();
  }
}
