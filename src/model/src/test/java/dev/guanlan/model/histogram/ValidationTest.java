package dev.guanlan.model.histogram;

import static dev.guanlan.model.histogram.Histograms.bounds;
import static dev.guanlan.model.histogram.Histograms.buckets;
import static dev.guanlan.model.histogram.Histograms.custom;
import static dev.guanlan.model.histogram.Histograms.exponential;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ValidationTest {

  @Test
  void findsNothingWrongWithObservations() {
    assertThat(exponential(-4, 0, 0, 1, buckets(1, 1), buckets(2, 1)).problem()).isNull();
    assertThat(exponential(8, 0.5, 1, 1, 1, 1).problem()).isNull();
    assertThat(custom(bounds(-1, 0, 1), 1, 1, 2, 3, 4).problem()).isNull();
    assertThat(custom(bounds(), 1, 1).problem()).isNull();
  }

  @Test
  void namesUnknownSchemas() {
    assertThat(exponential(9, 0, 0, 1, 1, 1).problem())
        .isEqualTo("the schema 9 is neither -53 nor from -4 to 8");
  }

  @Test
  void namesNegativeCounts() {
    assertThat(exponential(0, 0, 0, 1, 3, -1).problem())
        .isEqualTo("the positive bucket 3 has a negative count");
    assertThat(exponential(0, 0, 0, 1, Buckets.EMPTY, buckets(-3, -1)).problem())
        .isEqualTo("the negative bucket -3 has a negative count");
    assertThat(exponential(0, 0, -1, 1, 1, 1).problem())
        .isEqualTo("the zero bucket has a negative count");
  }

  @Test
  void namesBoundsThatDoNotAscend() {
    assertThat(custom(bounds(1, 1), 1, 1).problem())
        .isEqualTo("the bound 1.0 is not above the one before");
    assertThat(custom(bounds(Double.NaN), 1, 1).problem())
        .isEqualTo("the bound NaN is not above the one before");
    assertThat(custom(bounds(1, Double.POSITIVE_INFINITY), 1, 1).problem())
        .isEqualTo("the last bound is infinite, which goes without saying");
  }

  @Test
  void namesBucketsBeyondTheBounds() {
    assertThat(custom(bounds(1), 1, 1, 1, 1).problem())
        .isEqualTo("there are buckets beyond the listed bounds");
  }
}
