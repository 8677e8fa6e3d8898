package dev.guanlan.job.alerting;

import static dev.guanlan.job.alerting.StagesStory.FIRST;
import static dev.guanlan.job.alerting.StagesStory.HOT;
import static dev.guanlan.job.alerting.StagesStory.NEVER;
import static dev.guanlan.job.alerting.StagesStory.WIDER;
import static dev.guanlan.job.alerting.StagesStory.assertSame;
import static dev.guanlan.job.alerting.StagesStory.block;
import static dev.guanlan.job.alerting.StagesStory.firstTick;
import static dev.guanlan.job.alerting.StagesStory.run;
import static dev.guanlan.job.alerting.StagesStory.watermark;
import static org.assertj.core.api.Assertions.assertThat;

import dev.guanlan.job.alerting.StagesStory.Change;
import dev.guanlan.job.alerting.StagesStory.Outcome;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.schema.RuleGroupStatus;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares a group whose shards are filled from a store with one that stays in one task. */
@DisplayName("A group whose shards are filled with their history")
class ShardHistoryTest {

  private static final long LENGTH_MILLIS = 30 * 60_000L;
  private static final long SEED = 7;

  /** Before which block something changes. */
  private static final int CHANGE = 450;

  /** Marks, the delay and the next tick; much less than any range. */
  private static final long SOON_MILLIS = 150_000;

  /** How far the wider version looks. */
  private static final long RANGE_MILLIS = 360_000;

  private static List<SampleBlock> blocks() throws Exception {
    return RandomSamples.of(SEED, LENGTH_MILLIS).blocks();
  }

  private static StagesStory story() {
    StagesStory story = new StagesStory();
    story.store = new TestingStore();
    story.hearing = 5;
    return story;
  }

  private static StagesStory wider() {
    StagesStory story = story();
    story.changes.put(CHANGE, new Change(2, WIDER));
    return story;
  }

  /** Returns how long after the change the wider version takes over, if no verdict is changed. */
  private static long takesOverAfter(List<SampleBlock> blocks, StagesStory story) throws Exception {
    Outcome hot = run(HOT, SEED, blocks, story);
    StagesStory same = new StagesStory();
    same.changes.put(0, new Change(1, FIRST + NEVER));
    same.changes.put(block(blocks, hot.statuses(), 2), new Change(2, WIDER));
    assertSame(hot, run(Integer.MAX_VALUE, SEED, blocks, same));
    return firstTick(hot.statuses(), 2) - watermark(blocks.get(CHANGE));
  }

  @DisplayName("goes over to shards soon after it has grown, and no verdict is lost or changed")
  @Test
  void goesOver() throws Exception {
    List<SampleBlock> blocks = blocks();
    StagesStory story = story();
    story.coldFirst = true;
    story.restarts.put(CHANGE, new int[] {2, 2});
    Outcome hot = run(HOT, SEED, blocks, story);

    assertSame(hot, run(Integer.MAX_VALUE, SEED, blocks, new StagesStory()));
    long sharded =
        hot.statuses().stream()
            .filter(status -> status.getShards() > 0)
            .mapToLong(RuleGroupStatus::getTickMillis)
            .min()
            .orElseThrow();
    assertThat(sharded - watermark(blocks.get(CHANGE))).isBetween(0L, SOON_MILLIS);
  }

  @DisplayName("takes over soon after it was changed to look at more")
  @Test
  void changesItsRules() throws Exception {
    assertThat(takesOverAfter(blocks(), wider())).isLessThan(SOON_MILLIS);
  }

  @DisplayName(
      "takes over when its range has passed while the store does not answer, or lacks some")
  @ParameterizedTest
  @EnumSource(value = TestingStore.Health.class, names = "WELL", mode = EnumSource.Mode.EXCLUDE)
  void fillsAsTimeGoes(TestingStore.Health health) throws Exception {
    StagesStory story = wider();
    story.health.put(CHANGE, health);
    assertThat(takesOverAfter(blocks(), story)).isGreaterThanOrEqualTo(RANGE_MILLIS);
  }

  @DisplayName("takes over soon after the store is well again")
  @ParameterizedTest
  @EnumSource(
      value = TestingStore.Health.class,
      names = {"AWAY", "LAGS"})
  void storeComesBack(TestingStore.Health health) throws Exception {
    StagesStory story = wider();
    story.health.put(CHANGE, health);
    story.health.put(CHANGE + 50, TestingStore.Health.WELL);
    List<SampleBlock> blocks = blocks();
    long back = watermark(blocks.get(CHANGE + 50)) - watermark(blocks.get(CHANGE));
    assertThat(takesOverAfter(blocks, story)).isBetween(back, RANGE_MILLIS - 60_000);
  }

  @DisplayName("is restored and rescaled on its way, to states behind its plan")
  @ParameterizedTest(name = "{0} blocks after the change")
  @ValueSource(ints = {1, 10, 20, 25, 30, 35, 40, 45, 50, 60, 80})
  void isRestored(int after) throws Exception {
    List<SampleBlock> blocks = blocks();
    for (int back : new int[] {0, 35}) {
      StagesStory story = wider();
      story.restarts.put(CHANGE + after, new int[] {3, 1});
      story.back = back;
      long restart = watermark(blocks.get(CHANGE + after)) - watermark(blocks.get(CHANGE));
      assertThat(takesOverAfter(blocks, story)).isLessThan(restart + SOON_MILLIS);
    }
  }
}
