package dev.guanlan.model.histogram;

import static dev.guanlan.model.histogram.Histograms.bounds;
import static dev.guanlan.model.histogram.Histograms.buckets;
import static dev.guanlan.model.histogram.Histograms.custom;
import static dev.guanlan.model.histogram.Histograms.exponential;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class HistogramSumTest {

  private static Histogram sum(Histogram first, Histogram... others) {
    HistogramSum sum = new HistogramSum(first);
    for (Histogram other : others) {
      sum.add(other);
    }
    return sum.toHistogram();
  }

  private static Histogram difference(Histogram left, Histogram right) {
    HistogramSum sum = new HistogramSum(left);
    sum.subtract(right);
    return sum.toHistogram();
  }

  @Test
  void addsBucketByBucket() {
    assertThat(
            sum(
                exponential(0, 0.001, 1, 10, 1, 2, 3),
                exponential(0, 0.001, 2, 5, 0, 1, 0, 4),
                exponential(0, 0.001, 0, 1, 7, 1)))
        .isEqualTo(
            exponential(
                0,
                0.001,
                3,
                16,
                Buckets.of(new int[] {0, 1, 2, 7}, new double[] {1, 2, 7, 1}, 4),
                Buckets.EMPTY));
  }

  @Test
  void addsNegativeBuckets() {
    Histogram left = exponential(1, 0, 0, -3, Buckets.EMPTY, buckets(-2, 1, 1));
    Histogram right = exponential(1, 0, 0, -1, buckets(4, 2), buckets(-1, 1));
    assertThat(sum(left, right))
        .isEqualTo(exponential(1, 0, 0, -4, buckets(4, 2), buckets(-2, 1, 2)));
  }

  @Test
  void leavesNoEmptyBuckets() {
    assertThat(
            difference(exponential(0, 0, 0, 3, 1, 1, 1, 1), exponential(0, 0, 0, 1, 2, 1))
                .positive())
        .isEqualTo(Buckets.of(new int[] {1, 3}, new double[] {1, 1}, 2));
  }

  @Test
  void keepsWhatRoundingWouldLose() {
    Histogram big = exponential(0, 0, 0, 1e100, 0, 1e100);
    Histogram small = exponential(0, 0, 0, 1, 0, 1);
    Histogram result = sum(small, big, small, big.multiply(-1));
    assertThat(result.sum()).isEqualTo(2);
    assertThat(result.count()).isEqualTo(2);
    assertThat(result.positive().count(0)).isEqualTo(2);
  }

  @Test
  void refusesToAddListedBoundsToExponentialOnes() {
    Histogram listed = custom(bounds(1, 2), 1, 1);
    HistogramSum sum = new HistogramSum(exponential(0, 0, 0, 1, 1, 1));
    assertThat(sum.accepts(listed)).isFalse();
    assertThatThrownBy(() -> sum.add(listed))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("cannot add histograms of schemas 0 and -53");
  }

  @Nested
  class Schemas {

    /** Buckets 1 to 4 of schema 1 end at √2, 2, 2√2 and 4. */
    private final Histogram fine = exponential(1, 0, 0, 10, 1, 1, 2, 3, 4);

    private final Histogram coarse = exponential(0, 0, 0, 10, 1, 10, 20);

    @Test
    void becomeTheCoarserOne() {
      Histogram expected = exponential(0, 0, 0, 20, 1, 13, 27);
      assertThat(sum(fine, coarse)).isEqualTo(expected);
      assertThat(sum(coarse, fine)).isEqualTo(expected);
    }

    @Test
    void areReducedAcrossTheIndexZero() {
      Histogram histogram = exponential(2, 0, 0, 0, -4, 1, 1, 1, 1, 1, 1);
      assertThat(histogram.toSchema(1)).isEqualTo(exponential(1, 0, 0, 0, -2, 1, 2, 2, 1));
      assertThat(histogram.toSchema(0)).isEqualTo(exponential(0, 0, 0, 0, -1, 1, 4, 1));
      assertThat(histogram.toSchema(2)).isSameAs(histogram);
    }

    @Test
    void areNotMadeFiner() {
      assertThatThrownBy(() -> coarse.toSchema(1))
          .hasMessage("cannot turn a histogram of schema 0 into one of schema 1");
    }
  }

  @Nested
  class ZeroBucket {

    @Test
    void becomesTheWiderOne() {
      Histogram wide = exponential(0, 1, 5, 0, 2, 1);
      Histogram narrow = exponential(0, 0.5, 1, 0, 0, 2, 3);
      Histogram expected = exponential(0, 1, 8, 0, 1, 3, 1);
      assertThat(sum(wide, narrow)).isEqualTo(expected);
      assertThat(sum(narrow, wide)).isEqualTo(expected);
    }

    @Test
    void doesNotEndWithinObservations() {
      Histogram wide = exponential(0, 0.7, 5, 0, 2, 1);
      Histogram narrow = exponential(0, 0.1, 1, 0, 0, 2, 3);
      Histogram expected = exponential(0, 1, 8, 0, 1, 3, 1);
      assertThat(sum(wide, narrow)).isEqualTo(expected);
      assertThat(sum(narrow, wide)).isEqualTo(expected);
    }

    @Test
    void growsUntilItSuitsBoth() {
      // The threshold 1.5 is within the bucket up to 2 of the one, 2 within that up to 16.
      Histogram wide = exponential(-2, 1.5, 5, 0, 1, 7);
      Histogram narrow = exponential(0, 0.1, 1, 0, Buckets.EMPTY, buckets(1, 4, 3));
      Histogram expected = exponential(-2, 16, 20, 0, Buckets.EMPTY, Buckets.EMPTY);
      assertThat(sum(wide, narrow)).isEqualTo(expected);
      assertThat(sum(narrow, wide)).isEqualTo(expected);
    }
  }

  @Nested
  class ListedBounds {

    @Test
    void areAddedBucketByBucketIfTheyAgree() {
      HistogramSum sum = new HistogramSum(custom(bounds(1, 2), 3, 1, 2, 3));
      sum.add(custom(bounds(1, 2), 3, 1, 0, 1));
      assertThat(sum.boundsReconciled()).isFalse();
      assertThat(sum.toHistogram()).isEqualTo(custom(bounds(1, 2), 6, 2, 2, 4));
    }

    @Test
    void areThoseOfBothIfTheyDiffer() {
      HistogramSum sum = new HistogramSum(custom(bounds(1, 2, 4), 3, 1, 2, 3, 4));
      sum.add(custom(bounds(2, 3), 3, 10, 20, 30));
      assertThat(sum.boundsReconciled()).isTrue();
      assertThat(sum.toHistogram()).isEqualTo(custom(bounds(2), 6, 13, 57));
    }

    @Test
    void areGoneIfNoneIsCommon() {
      assertThat(sum(custom(bounds(1), 3, 1, 2), custom(bounds(2), 3, 3, 4)))
          .isEqualTo(custom(bounds(), 6, 10));
    }
  }

  @Nested
  class Hints {

    private HistogramSum added(ResetHint left, ResetHint right) {
      Histogram histogram = exponential(0, 0, 0, 1, 1, 1);
      HistogramSum sum = new HistogramSum(histogram.withResetHint(left));
      sum.add(histogram.withResetHint(right));
      return sum;
    }

    @Test
    void areKeptIfTheyAgree() {
      for (ResetHint hint : ResetHint.values()) {
        assertThat(added(hint, hint).toHistogram().resetHint()).isEqualTo(hint);
      }
    }

    @Test
    void makeGaugesOfAnythingWithAGauge() {
      for (ResetHint hint : ResetHint.values()) {
        assertThat(added(hint, ResetHint.GAUGE).toHistogram().resetHint())
            .isEqualTo(ResetHint.GAUGE);
        assertThat(added(ResetHint.GAUGE, hint).toHistogram().resetHint())
            .isEqualTo(ResetHint.GAUGE);
      }
    }

    @Test
    void collide() {
      HistogramSum sum = added(ResetHint.RESET, ResetHint.NOT_RESET);
      assertThat(sum.hintsCollided()).isTrue();
      assertThat(sum.toHistogram().resetHint()).isEqualTo(ResetHint.UNKNOWN);
      assertThat(added(ResetHint.UNKNOWN, ResetHint.NOT_RESET).hintsCollided()).isFalse();
    }
  }
}
