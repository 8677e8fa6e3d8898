package dev.guanlan.job.common;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The time of a task's partitions")
final class PartitionTimesTest {

  private static final long NOW = 1_700_000_000_000L;

  private final TestTime time = new TestTime(NOW);
  private final PartitionTimes times = new PartitionTimes(time::nanoTime);

  @Test
  @DisplayName("is known for one by others alone, of its topic or another")
  void others() {
    assertThat(times.ofOthers("a", 0, NOW)).isEqualTo(Long.MAX_VALUE);
    times.note("a", 0, NOW - 9, NOW);
    assertThat(times.ofOthers("a", 0, NOW)).isEqualTo(Long.MAX_VALUE);
    assertThat(times.ofOthers("a", 1, NOW)).isEqualTo(NOW - 9);
    assertThat(times.ofOthers("b", 0, NOW)).isEqualTo(NOW - 9);
    times.note("b", 0, NOW - 7, NOW);
    assertThat(times.ofOthers("a", 0, NOW)).isEqualTo(NOW - 7);
    assertThat(times.ofOthers("b", 0, NOW)).isEqualTo(NOW - 9);
    assertThat(times.ofOthers("a", 1, NOW)).as("the furthest").isEqualTo(NOW - 7);
  }

  @Test
  @DisplayName("is the newest that each gave")
  void newest() {
    times.note("a", 0, NOW - 9, NOW);
    times.note("a", 0, NOW - 5, NOW);
    times.note("a", 0, NOW - 7, NOW + 1);
    assertThat(times.ofOthers("a", 1, NOW)).isEqualTo(NOW - 5);
  }

  @Test
  @DisplayName("goes on with time, whatever clocks are set to")
  void goesOn() {
    times.note("a", 0, NOW, NOW);
    time.set(60_000);
    assertThat(times.ofOthers("a", 1, NOW + 60_000)).isEqualTo(NOW);
    time.pass(1_000);
    assertThat(times.ofOthers("a", 1, NOW + 61_000)).isEqualTo(NOW + 1_000);
    times.note("a", 0, NOW + 200, NOW + 61_000);
    assertThat(times.ofOthers("a", 1, NOW + 61_000)).as("from the newest").isEqualTo(NOW + 200);
  }

  @Test
  @DisplayName("is that of when the one that asks was received, if both know it")
  void received() {
    times.note("a", 0, NOW - 1, NOW);
    assertThat(times.ofOthers("a", 1, NOW - 5_000)).isEqualTo(NOW - 5_001);
    time.pass(1_000);
    assertThat(times.ofOthers("a", 1, NOW + 300)).isEqualTo(NOW + 299);
    times.note("a", 2, NOW - 1, PartitionTimes.UNKNOWN);
    assertThat(times.ofOthers("a", 1, NOW - 5_000)).isEqualTo(NOW - 1);
  }

  @Test
  @DisplayName("goes on by receipt where all others are silent: what they said may be of long ago")
  void silent() {
    long away = 7_200_000;
    times.note("a", 0, NOW - 1, NOW);
    assertThat(times.ofOthers("a", 1, NOW + away)).isEqualTo(NOW - 1);
    time.pass(31_000);
    assertThat(times.ofOthers("a", 1, NOW + away)).isEqualTo(NOW - 1 + away);
    times.note("a", 2, NOW + 60_000, NOW + away);
    assertThat(times.ofOthers("a", 1, NOW + away)).as("one speaks").isEqualTo(NOW + 60_000);
  }
}
