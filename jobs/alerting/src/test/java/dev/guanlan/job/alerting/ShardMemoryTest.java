package dev.guanlan.job.alerting;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guanlan.job.alerting.StagesStory.Outcome;
import dev.guanlan.model.Labels;
import dev.guanlan.model.Origin;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.schema.RuleGroupStatus;
import dev.guanlan.schema.RuleHealth;
import dev.guanlan.schema.RuleStatus;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lets a metric explode that a group in shards looks at. */
@DisplayName("A group in shards of which one metric has too many series")
class ShardMemoryTest {

  private static final long SEED = 7;
  private static final long MINUTE = 60_000;
  private static final long LENGTH_MILLIS = 45 * MINUTE;
  private static final long EXPLOSION_MILLIS = RandomSamples.START_MILLIS + 12 * MINUTE;
  private static final long END_MILLIS = EXPLOSION_MILLIS + 2 * MINUTE;

  /** Rules that look at the metric, and whatever else is told of them. */
  private static final List<String> CONCERNED = List.of("Warm", "a:collide");

  /** Looks at the metric by selectors that lie in no leaf. */
  private static final String LOCAL =
      StagesStory.FIRST.replace("temperature > 20", "max_over_time(temperature[2m:30s]) > 20")
          + """
            - record: b:rate
              expr: a:rate * 2
          """;

  private static List<SampleBlock> blocks() throws Exception {
    List<SampleBlock> blocks = new ArrayList<>(RandomSamples.of(SEED, LENGTH_MILLIS).blocks());
    Random random = new Random(SEED);
    for (long t = EXPLOSION_MILLIS; t < END_MILLIS; t += 2_000) {
      SampleBlock.Builder block =
          SampleBlock.builder(RandomSamples.TENANT, new Origin("raw", 0, t));
      for (int i = 0; i < 40; i++) {
        String instance = "x" + random.nextInt(2_000);
        block
            .series(Labels.of("__name__", "temperature", "instance", instance, "job", "x"))
            .sample(t, 1);
      }
      blocks.add(block.build());
    }
    blocks.sort(Comparator.comparingLong(block -> block.origin().offset()));
    return blocks;
  }

  private static List<String> ofOthers(Outcome outcome) {
    return outcome.lines().stream()
        .filter(line -> CONCERNED.stream().noneMatch(line::contains))
        .toList();
  }

  private static void assertFailsAlone(StagesStory story, String message) throws Exception {
    List<SampleBlock> blocks = blocks();
    Outcome limited = StagesStory.run(StagesStory.HOT, SEED, blocks, story);
    StagesStory undisturbed = new StagesStory();
    undisturbed.changes.putAll(story.changes);
    Outcome whole = StagesStory.run(Integer.MAX_VALUE, SEED, blocks, undisturbed);
    assertThat(ofOthers(limited)).isEqualTo(ofOthers(whole)).hasSizeGreaterThan(1_000);

    List<RuleGroupStatus> told = limited.statuses();
    assertThat(told)
        .filteredOn(status -> status.getTickMillis() > EXPLOSION_MILLIS)
        .allMatch(status -> status.getShards() > 0);
    assertThat(told.stream().map(ShardMemoryTest::warm))
        .anyMatch(
            rule -> rule.getHealth() == RuleHealth.ERR && rule.getLastError().contains(message));
    assertThat(warm(told.get(told.size() - 1)).getHealth()).isEqualTo(RuleHealth.OK);
    for (RuleGroupStatus status : told) {
      for (RuleStatus rule : status.getRules()) {
        if (!CONCERNED.contains(rule.getName())) {
          assertThat(rule.getHealth()).as(rule.getName()).isNotEqualTo(RuleHealth.ERR);
        }
      }
    }
  }

  private static RuleStatus warm(RuleGroupStatus status) {
    return status.getRules().stream()
        .filter(rule -> rule.getName().equals("Warm"))
        .findFirst()
        .orElseThrow();
  }

  private static StagesStory scarce() {
    StagesStory story = new StagesStory();
    story.maxSeries = 1_000_000;
    story.windowBytes = 700_000;
    return story;
  }

  @Test
  @DisplayName("fails where that is looked at while memory is scarce, and is well again")
  void memory() throws Exception {
    assertFailsAlone(scarce(), "rules.window-memory-fraction");
  }

  @DisplayName("does so also when it is restarted and rescaled meanwhile")
  @ParameterizedTest(name = "{0} minutes later")
  @ValueSource(ints = {1, 5, 12, 16})
  void restarted(int after) throws Exception {
    StagesStory story = scarce();
    List<SampleBlock> blocks = blocks();
    int block = 0;
    while (blocks.get(block).origin().offset() < EXPLOSION_MILLIS + after * MINUTE) {
      block++;
    }
    story.restarts.put(block, new int[] {3, 1});
    assertFailsAlone(story, "rules.window-memory-fraction");
  }

  @Test
  @DisplayName("fails where that is looked at when a shard has no room, and is well again")
  void series() throws Exception {
    StagesStory story = new StagesStory();
    story.maxSeries = 150;
    assertFailsAlone(story, "rules.max-series-per-group");
  }

  @Test
  @DisplayName("fails also where that is looked at in the group's own windows, and is well again")
  void ownMemory() throws Exception {
    StagesStory story = scarce();
    story.changes.put(0, new StagesStory.Change(1, LOCAL));
    assertFailsAlone(story, "rules.window-memory-fraction");
  }

  @Test
  @DisplayName("fails also where that is looked at when its own windows have no room")
  void ownSeries() throws Exception {
    StagesStory story = new StagesStory();
    story.maxSeries = 150;
    story.changes.put(0, new StagesStory.Change(1, LOCAL));
    assertFailsAlone(story, "rules.max-series-per-group");
  }
}
