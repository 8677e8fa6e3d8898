package dev.guanlan.promql.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.guanlan.model.histogram.Buckets;
import dev.guanlan.model.histogram.Histogram;
import dev.guanlan.model.histogram.ResetHint;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Buckets of native histograms")
class NativeBucketsTest {

  private static final double[] NO_BOUNDS = {};

  private static Histogram exponential(int schema, double zeros, double... counts) {
    double count = zeros;
    for (double each : counts) {
      count += each;
    }
    return new Histogram(
        ResetHint.UNKNOWN,
        schema,
        0.001,
        zeros,
        count,
        count,
        buckets(counts),
        Buckets.EMPTY,
        NO_BOUNDS);
  }

  private static double[] toArray(List<Double> counts) {
    return counts.stream().mapToDouble(Double::doubleValue).toArray();
  }

  private static Buckets buckets(double... counts) {
    int[] indexes = new int[counts.length];
    for (int i = 0; i < counts.length; i++) {
      indexes[i] = i;
    }
    return Buckets.of(indexes, counts, counts.length);
  }

  private static Histogram listed(double[] bounds, double... counts) {
    double count = 0;
    for (double each : counts) {
      count += each;
    }
    return new Histogram(
        ResetHint.UNKNOWN,
        Histogram.CUSTOM_BUCKETS,
        0,
        0,
        count,
        count,
        buckets(counts),
        Buckets.EMPTY,
        bounds);
  }

  @Test
  void interpolateTheLogarithmBetweenExponentialBounds() {
    NativeBuckets buckets = new NativeBuckets(exponential(0, 0, 1, 2, 1));

    assertThat(buckets.quantile(0.5)).isCloseTo(Math.sqrt(2), within(1e-12));
    assertThat(buckets.fraction(0, Math.sqrt(2))).isCloseTo(0.5, within(1e-12));
  }

  @Test
  void interpolateEvenlyBetweenListedBounds() {
    NativeBuckets buckets = new NativeBuckets(listed(new double[] {5, 10}, 1, 2, 1));

    assertThat(buckets.quantile(0.5)).isEqualTo(7.5);
    assertThat(buckets.fraction(5, 7.5)).isEqualTo(0.25);
  }

  @Test
  void takeTheFirstListedBucketToBeginAtZeroUnlessItEndsThere() {
    assertThat(new NativeBuckets(listed(new double[] {4}, 2, 0)).quantile(0.5)).isEqualTo(2);
    assertThat(new NativeBuckets(listed(new double[] {-4}, 2, 0)).quantile(0.5)).isEqualTo(-4);
  }

  @Test
  void endAtTheLastListedBound() {
    assertThat(new NativeBuckets(listed(new double[] {4}, 1, 9)).quantile(0.9)).isEqualTo(4);
    assertThat(new NativeBuckets(listed(new double[] {4}, 1, 9)).fraction(8, 9)).isZero();
  }

  @Test
  void haveNoQuantileWithoutObservations() {
    assertThat(new NativeBuckets(exponential(0, 0)).quantile(0.5)).isNaN();
    assertThat(new NativeBuckets(exponential(0, 0)).fraction(0, 1)).isNaN();
  }

  @Test
  void answerQuantilesOutsideOfTheRange() {
    NativeBuckets buckets = new NativeBuckets(exponential(0, 0, 1));

    assertThat(buckets.quantile(-1)).isEqualTo(Double.NEGATIVE_INFINITY);
    assertThat(buckets.quantile(2)).isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(buckets.quantile(Double.NaN)).isNaN();
  }

  @Property
  void invertQuantilesByFractions(
      @ForAll @IntRange(min = -2, max = 4) int schema,
      @ForAll @Size(min = 1, max = 8) List<@DoubleRange(min = 0.5, max = 50) Double> counts,
      @ForAll @DoubleRange(min = 0, max = 5) double zeros,
      @ForAll @DoubleRange(min = 0, max = 1) double q) {
    NativeBuckets buckets = new NativeBuckets(exponential(schema, zeros, toArray(counts)));

    double fraction = buckets.fraction(Double.NEGATIVE_INFINITY, buckets.quantile(q));

    assertThat(fraction).isCloseTo(q, within(1e-9));
  }

  @Property
  void haveQuantilesThatAscend(
      @ForAll @Size(min = 1, max = 8) List<@DoubleRange(min = 0, max = 50) Double> counts,
      @ForAll @DoubleRange(min = 0, max = 1) double q,
      @ForAll @DoubleRange(min = 0, max = 1) double other) {
    Histogram histogram = exponential(2, 1, toArray(counts));
    NativeBuckets buckets = new NativeBuckets(histogram);

    double low = buckets.quantile(Math.min(q, other));

    assertThat(low).isLessThanOrEqualTo(buckets.quantile(Math.max(q, other)) * (1 + 1e-9));
  }
}
