package dev.guanlan.promql.engine;

import dev.guanlan.model.histogram.Histogram;
import dev.guanlan.model.histogram.ResetHint;
import org.jspecify.annotations.Nullable;

/**
 * Notes in native histograms whether their counter was reset, where only their counts and sums are
 * asked for: an aggregation then knows of resets that cannot be seen once the buckets are gone
 * ({@code HistogramStatsIterator} in Prometheus' {@code promql}).
 */
final class CounterResets {

  private CounterResets() {}

  /** Returns a histogram whose hint tells what a comparison with the one before it shows. */
  static Histogram noted(Histogram histogram, @Nullable Histogram previous) {
    if (previous == null || histogram.resetHint() != ResetHint.UNKNOWN) {
      return histogram;
    }
    return histogram.withResetHint(
        histogram.detectReset(previous) ? ResetHint.RESET : ResetHint.NOT_RESET);
  }

  /** Returns the histogram of a series at an index, likewise noted. */
  static Histogram noted(SeriesSet series, int index, Histogram histogram) {
    @Nullable Histogram @Nullable [] histograms = series.histograms();
    Histogram previous = null;
    for (int i = index - 1; i >= series.from() && previous == null && histograms != null; i--) {
      previous = histograms[i];
    }
    return noted(histogram, previous);
  }

  /** Takes the hints away that hold only between samples in a row. */
  static void forget(StepMatrix matrix) {
    @Nullable Histogram @Nullable [] histograms = matrix.histograms();
    if (histograms == null) {
      return;
    }
    for (int i = 0; i < histograms.length; i++) {
      Histogram histogram = histograms[i];
      if (histogram != null && histogram.resetHint() != ResetHint.GAUGE) {
        histograms[i] = histogram.withResetHint(ResetHint.UNKNOWN);
      }
    }
  }
}
