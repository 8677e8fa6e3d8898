package dev.guanlan.model.histogram;

import static dev.guanlan.model.histogram.Histograms.bounds;
import static dev.guanlan.model.histogram.Histograms.custom;
import static dev.guanlan.model.histogram.Histograms.exponential;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ResetsTest {

  private final Histogram before = exponential(1, 0.001, 2, 10, 1, 1, 2, 3);

  @Test
  void isNoneIfEveryCountIsAtLeastAsHigh() {
    assertThat(before.detectReset(before)).isFalse();
    assertThat(exponential(1, 0.001, 3, 0, 0, 1, 1, 2, 4).detectReset(before)).isFalse();
  }

  @Test
  void isSeenWhereACountBecameLess() {
    assertThat(exponential(1, 0.001, 1, 10, 1, 1, 2, 4).detectReset(before)).isTrue();
    assertThat(exponential(1, 0.001, 2, 10, 1, 2, 1, 3).detectReset(before)).isTrue();
    assertThat(exponential(1, 0.001, 2, 10, 2, 3, 3, 3).detectReset(before)).isTrue();
    assertThat(exponential(1, 0.001, 2, 10, 1, 1, 2).detectReset(before)).isTrue();
  }

  @Test
  void isWhatTheHintSays() {
    assertThat(before.withResetHint(ResetHint.RESET).detectReset(before)).isTrue();
    assertThat(
            exponential(1, 0.001, 0, 0, 1, 0)
                .withResetHint(ResetHint.NOT_RESET)
                .detectReset(before))
        .isFalse();
  }

  @Test
  void isSeenWhereTheResolutionGrew() {
    assertThat(exponential(2, 0.001, 2, 10, 1, 9, 9, 9, 9, 9, 9).detectReset(before)).isTrue();
    assertThat(exponential(1, 0.0001, 2, 10, 1, 9, 9, 9).detectReset(before)).isTrue();
  }

  @Test
  void isNoneWhereOnlyTheResolutionShrank() {
    assertThat(exponential(0, 0.001, 2, 10, 1, 3, 3).detectReset(before)).isFalse();
    assertThat(exponential(0, 0.001, 2, 10, 1, 2, 4).detectReset(before)).isTrue();
  }

  @Test
  void isNoneWhereTheZeroBucketTookOthersIn() {
    assertThat(exponential(1, 2, 5, 10, 3, 3).detectReset(before)).isFalse();
    assertThat(exponential(1, 2, 4, 10, 3, 4).detectReset(before)).isTrue();
  }

  @Test
  void isSeenWhereTheZeroBucketEndsWithinObservations() {
    assertThat(exponential(1, 1.5, 9, 10, 3, 9).detectReset(before)).isTrue();
  }

  @Test
  void isComparedBetweenCommonBounds() {
    Histogram previous = custom(bounds(1, 2, 3), 0, 1, 1, 1, 1);
    assertThat(custom(bounds(1, 2, 3), 0, 1, 1, 1, 1).detectReset(previous)).isFalse();
    assertThat(custom(bounds(2, 4), 0, 2, 2).detectReset(previous)).isFalse();
    assertThat(custom(bounds(2, 4), 0, 1, 4).detectReset(previous)).isTrue();
  }

  @Test
  void isSeenWhereBoundsBecameListed() {
    assertThat(custom(bounds(1, 2, 3), 0, 99).detectReset(before)).isTrue();
    assertThat(before.detectReset(custom(bounds(1), 0, 1))).isTrue();
  }
}
