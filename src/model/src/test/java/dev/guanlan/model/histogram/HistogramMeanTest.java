package dev.guanlan.model.histogram;

import static dev.guanlan.model.histogram.Histograms.bounds;
import static dev.guanlan.model.histogram.Histograms.custom;
import static dev.guanlan.model.histogram.Histograms.exponential;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import org.junit.jupiter.api.Test;

class HistogramMeanTest {

  private static Histogram mean(Histogram first, Histogram... others) {
    HistogramMean mean = new HistogramMean(first);
    for (Histogram other : others) {
      mean.add(other);
    }
    return mean.finish();
  }

  @Test
  void isTheSumByTheCount() {
    assertThat(
            mean(
                exponential(0, 0, 0, 6, 1, 2, 4),
                exponential(0, 0, 0, 2, 1, 4, 0),
                exponential(0, 0, 0, 1, 1, 0, 2)))
        .isEqualTo(exponential(0, 0, 0, 3, 1, 2, 2));
  }

  @Test
  void ofOneIsTheSame() {
    Histogram histogram = custom(bounds(1, 2), 4, 3, 2, 1);
    assertThat(mean(histogram)).isEqualTo(histogram);
  }

  @Test
  void doesNotOverflow() {
    Histogram huge = exponential(0, 0, 0, Double.MAX_VALUE, 1, 4);
    assertThat(mean(huge, huge, huge, huge).sum())
        .isCloseTo(Double.MAX_VALUE, withinPercentage(1e-9));
    Histogram full = exponential(0, 0, 0, 1, 1, Double.MAX_VALUE);
    assertThat(mean(full, full).positive().count(0))
        .isCloseTo(Double.MAX_VALUE, withinPercentage(1e-9));
  }

  @Test
  void staysInfiniteWhereAHistogramIs() {
    Histogram infinite = exponential(0, 0, 0, Double.POSITIVE_INFINITY, 1, 4);
    assertThat(mean(infinite, infinite, exponential(0, 0, 0, 1, 1, 1)).sum())
        .isEqualTo(Double.POSITIVE_INFINITY);
  }

  @Test
  void tellsOfWhatWasReconciled() {
    HistogramMean mean = new HistogramMean(custom(bounds(1, 2), 3, 1, 2, 3));
    mean.add(custom(bounds(2), 3, 1, 1).withResetHint(ResetHint.GAUGE));
    assertThat(mean.boundsReconciled()).isTrue();
    assertThat(mean.accepts(exponential(0, 0, 0, 1, 1, 1))).isFalse();
    assertThat(mean.finish()).isEqualTo(custom(bounds(2), 3, 2, 2).withResetHint(ResetHint.GAUGE));
  }
}
