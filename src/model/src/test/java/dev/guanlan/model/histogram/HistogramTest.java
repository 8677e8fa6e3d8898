package dev.guanlan.model.histogram;

import static dev.guanlan.model.histogram.Histograms.bounds;
import static dev.guanlan.model.histogram.Histograms.buckets;
import static dev.guanlan.model.histogram.Histograms.custom;
import static dev.guanlan.model.histogram.Histograms.exponential;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class HistogramTest {

  @Nested
  class Scaling {

    private final Histogram histogram = exponential(0, 1, 2, 4, buckets(3, 4), buckets(3, 6));

    @Test
    void multipliesAllCountsAndTheSum() {
      assertThat(histogram.multiply(0.5))
          .isEqualTo(exponential(0, 1, 1, 2, buckets(3, 2), buckets(3, 3)));
    }

    @Test
    void dividesAllCountsAndTheSum() {
      assertThat(histogram.divide(2)).isEqualTo(histogram.multiply(0.5));
    }

    @Test
    void makesAGaugeOfANegativeProduct() {
      assertThat(histogram.multiply(-1).resetHint()).isEqualTo(ResetHint.GAUGE);
      assertThat(histogram.divide(-1).resetHint()).isEqualTo(ResetHint.GAUGE);
    }

    @Test
    void leavesNoBucketsAfterDivisionByZero() {
      Histogram divided = histogram.divide(0);
      assertThat(divided.count()).isInfinite();
      assertThat(divided.positive()).isEqualTo(Buckets.EMPTY);
      assertThat(divided.negative()).isEqualTo(Buckets.EMPTY);
    }
  }

  @Nested
  class BucketBounds {

    @Test
    void arePowersOfTheBase() {
      Histogram histogram = exponential(0, 0, 0, 0, 1, 1);
      assertThat(histogram.bound(0)).isEqualTo(1);
      assertThat(histogram.bound(3)).isEqualTo(8);
      assertThat(histogram.bound(-2)).isEqualTo(0.25);
    }

    @Test
    void areTheNearestNumbersToTheTrueOnes() {
      assertThat(Bounds.upper(1, 1)).isEqualTo(Math.sqrt(2));
      assertThat(Bounds.upper(8, 256)).isEqualTo(2);
      assertThat(Bounds.upper(8, -255)).isEqualTo(0.5013556375251013);
      assertThat(Bounds.upper(-4, 1)).isEqualTo(65536);
      assertThat(Bounds.upper(-4, -1)).isEqualTo(1 / 65536.0);
    }

    @Test
    void endAtTheGreatestNumber() {
      assertThat(Bounds.upper(0, 1024)).isEqualTo(Double.MAX_VALUE);
      assertThat(Bounds.upper(2, 4096)).isEqualTo(Double.MAX_VALUE);
      assertThat(Bounds.upper(-2, 256)).isEqualTo(Double.MAX_VALUE);
      assertThat(Bounds.upper(0, 1025)).isInfinite();
      assertThat(Bounds.upper(0, Integer.MAX_VALUE)).isInfinite();
      assertThat(Bounds.upper(-4, Integer.MIN_VALUE)).isZero();
    }

    @Test
    void areListed() {
      Histogram histogram = custom(bounds(1, 5), 0, 1, 1, 1);
      assertThat(histogram.bound(-1)).isEqualTo(Double.NEGATIVE_INFINITY);
      assertThat(histogram.bound(1)).isEqualTo(5);
      assertThat(histogram.bound(2)).isEqualTo(Double.POSITIVE_INFINITY);
    }

    @Test
    void areInAscendingOrder() {
      BucketRanges ranges = exponential(0, 0.75, 3, 0, buckets(0, 4, 5), buckets(1, 1, 2)).ranges();
      double[][] expected = {{-4, -2, 2}, {-2, -1, 1}, {-0.75, 0.75, 3}, {0.75, 1, 4}, {1, 2, 5}};
      assertThat(ranges.size()).isEqualTo(expected.length);
      for (int i = 0; i < expected.length; i++) {
        assertThat(new double[] {ranges.lower(i), ranges.upper(i), ranges.count(i)})
            .containsExactly(expected[i]);
      }
    }
  }

  @Nested
  class Text {

    @Test
    void listsBucketsFromLowToHigh() {
      assertThat(exponential(0, 0.001, 2, 10, buckets(0, 1, 2), buckets(0, 1, 2)))
          .hasToString(
              "{count:8, sum:10, [-2,-1):2, [-1,-0.5):1, [-0.001,0.001]:2, (0.5,1]:1, (1,2]:2}");
    }

    @Test
    void listsBucketsOfListedBounds() {
      assertThat(custom(bounds(1, 2.5), -3, 1, 0, 2))
          .hasToString("{count:3, sum:-3, [-Inf,1]:1, (2.5,+Inf]:2}");
    }

    @Test
    void writesNumbersAsGoDoes() {
      assertThat(HistogramText.number(100000)).isEqualTo("100000");
      assertThat(HistogramText.number(1e6)).isEqualTo("1e+06");
      assertThat(HistogramText.number(-1234567.5)).isEqualTo("-1.2345675e+06");
      assertThat(HistogramText.number(0.0001)).isEqualTo("0.0001");
      assertThat(HistogramText.number(0.00001)).isEqualTo("1e-05");
      assertThat(HistogramText.number(2e-323)).isEqualTo("2e-323");
      assertThat(HistogramText.number(0.1 + 0.2)).isEqualTo("0.30000000000000004");
      assertThat(HistogramText.number(-0.0)).isEqualTo("-0");
      assertThat(HistogramText.number(Double.NaN)).isEqualTo("NaN");
    }
  }

  @Nested
  class Trimmed {

    private final Histogram exponential =
        exponential(0, 0.5, 2, 100, buckets(1, 8, 8), buckets(1, 4));

    @Test
    void staysTheSameIfNothingIsBeyond() {
      assertThat(exponential.trimAbove(4)).isSameAs(exponential);
      assertThat(exponential.trimBelow(-2)).isSameAs(exponential);
    }

    @Test
    void losesWholeBuckets() {
      Histogram below = exponential.trimAbove(2);
      assertThat(below.positive()).isEqualTo(buckets(1, 8));
      assertThat(below.negative()).isEqualTo(buckets(1, 4));
      assertThat(below.count()).isEqualTo(14);
      assertThat(below.sum()).isCloseTo(8 * Math.sqrt(2) - 4 * Math.sqrt(2), within(1e-9));
      assertThat(exponential.trimBelow(1).count()).isEqualTo(16);
    }

    @Test
    void sharesABucketOutExponentially() {
      assertThat(exponential.trimAbove(Math.sqrt(8)).positive().count(1))
          .isCloseTo(4, within(1e-9));
      assertThat(exponential.trimBelow(-Math.sqrt(2)).negative().count(0))
          .isCloseTo(2, within(1e-9));
    }

    @Test
    void sharesTheZeroBucketOutEvenly() {
      assertThat(exponential.trimAbove(0.25).zeroCount()).isEqualTo(1.5);
      assertThat(exponential.trimBelow(0.25).zeroCount()).isEqualTo(0.5);
    }

    @Test
    void sharesListedBoundsOutEvenly() {
      Histogram listed = custom(bounds(10, 20), 100, 4, 8, 16);
      assertThat(listed.trimAbove(15)).isEqualTo(custom(bounds(10, 20), 4 * 5 + 4 * 12.5, 4, 4));
      assertThat(listed.trimAbove(5)).isEqualTo(custom(bounds(10, 20), 2 * 2.5, 2));
      assertThat(listed.trimBelow(5))
          .isEqualTo(custom(bounds(10, 20), 2 * 7.5 + 8 * 15 + 16 * 20, 2, 8, 16));
      assertThat(listed.trimAbove(25)).isEqualTo(custom(bounds(10, 20), 4 * 5 + 8 * 15, 4, 8));
    }
  }

  @Test
  void hasTheSameObservationsWhateverBucketsAreEmpty() {
    Histogram gauge = exponential(0, 0, 0, 1, 1, 1, 0).withResetHint(ResetHint.GAUGE);
    assertThat(gauge.hasSameObservations(exponential(0, 0, 0, 1, 1, 1))).isTrue();
    assertThat(gauge.hasSameObservations(exponential(0, 0, 0, 1, 1, 2))).isFalse();
    assertThat(gauge.compact().positive().size()).isEqualTo(1);
  }
}
