package dev.guanlan.promql.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Buckets of classic histograms")
class ClassicBucketsTest {

  private static final double INFINITY = Double.POSITIVE_INFINITY;

  /** Makes buckets of bounds and counts in turn. */
  private static ClassicBuckets of(double... boundsAndCounts) {
    ClassicBuckets buckets = new ClassicBuckets();
    for (int i = 0; i < boundsAndCounts.length; i += 2) {
      buckets.add(boundsAndCounts[i], boundsAndCounts[i + 1]);
    }
    return buckets;
  }

  @Test
  void addCountsOfEqualBoundsUp() {
    assertThat(of(1, 1, 1, 1, 2, 4, INFINITY, 4).quantile(0.5)).isEqualTo(1);
  }

  @Test
  void liftCountsBelowThoseOfSmallerBounds() {
    ClassicBuckets buckets = of(1, 4, 2, 3, 4, 2, INFINITY, 8);

    ClassicBuckets.Forced forced = buckets.makeMonotonic();

    assertThat(forced).isEqualTo(new ClassicBuckets.Forced(2, 4, 2));
    assertThat(buckets.quantile(0.25)).isEqualTo(0.5);
    assertThat(buckets.makeMonotonic()).isNull();
  }

  @Test
  void liftRoundingErrorsSilently() {
    assertThat(of(1, 4, 2, 4 - 1e-13, INFINITY, 8).makeMonotonic()).isNull();
  }

  @Test
  void needABucketWithoutEnd() {
    assertThat(of(1, 4, 2, 8).quantile(0.5)).isNaN();
    assertThat(of(1, 4, 2, 8).fraction(0, 1)).isNaN();
  }

  @Test
  void giveFractionsBetweenBounds() {
    ClassicBuckets buckets = of(1, 1, 2, 3, INFINITY, 4);

    assertThat(buckets.fraction(0, 1.5)).isEqualTo(0.5);
    assertThat(buckets.fraction(Double.NEGATIVE_INFINITY, INFINITY)).isEqualTo(1);
    assertThat(buckets.fraction(2, 1)).isZero();
    assertThat(buckets.fraction(3, 4)).isZero();
    assertThat(buckets.fraction(Double.NaN, 4)).isNaN();
  }

  @Test
  void guessNothingInABucketWithoutBegin() {
    ClassicBuckets buckets = of(-1, 2, 1, 4, INFINITY, 4);

    assertThat(buckets.fraction(-5, -1)).isZero();
    assertThat(buckets.fraction(Double.NEGATIVE_INFINITY, -1)).isEqualTo(0.5);
    assertThat(buckets.fraction(-5, 0)).isEqualTo(0.25);
  }
}
