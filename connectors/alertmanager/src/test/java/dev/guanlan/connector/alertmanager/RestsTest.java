package dev.guanlan.connector.alertmanager;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The rests of a peer that fails")
final class RestsTest {

  private static final Duration SHORTEST = Duration.ofMillis(250);
  private static final Duration LONGEST = Duration.ofSeconds(1);

  private final Rests rests = new Rests(SHORTEST, LONGEST, new SplittableRandom(1));

  @Test
  void doubleUpToTheLongestAndAreSpread() {
    List<Long> most = List.of(250L, 500L, 1_000L, 1_000L, 1_000L);
    List<Long> taken = Stream.generate(() -> rests.take(null).toMillis()).limit(5).toList();
    for (int i = 0; i < most.size(); i++) {
      assertThat(taken.get(i)).isBetween(most.get(i) / 2, most.get(i));
    }
    assertThat(taken.subList(2, 5)).doesNotHaveDuplicates();
  }

  @Test
  void beginAnew() {
    rests.take(null);
    rests.take(null);
    rests.reset();
    assertThat(rests.take(null)).isLessThanOrEqualTo(SHORTEST);
  }

  @Test
  void areAsLongAsThePeerAsksForWithinBounds() {
    assertThat(rests.take(Duration.ofMillis(700))).isEqualTo(Duration.ofMillis(700));
    assertThat(rests.take(Duration.ofDays(1))).isEqualTo(LONGEST);
    assertThat(rests.take(Duration.ZERO)).isGreaterThanOrEqualTo(LONGEST.dividedBy(2));
  }
}
