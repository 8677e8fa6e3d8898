package dev.guanlan.promql.engine;

import dev.guanlan.model.histogram.Histogram;
import dev.guanlan.model.histogram.ResetHint;
import org.jspecify.annotations.Nullable;

/**
 * Notes on histograms as they are stored that the counter was not reset, so that queries need not
 * compare them again. Source: what Prometheus' storage hands out, {@code
 * tsdb/chunkenc/float_histogram.go}, appendable and counterResetHint.
 */
final class ResetHints {

  private ResetHints() {}

  /**
   * Returns a histogram with the hint that holds in its series.
   *
   * @param before the histogram right before it in the series, or null if there is none
   */
  static Histogram hinted(Histogram histogram, @Nullable Histogram before) {
    ResetHint given = histogram.resetHint();
    return given == ResetHint.GAUGE || given == ResetHint.RESET
        ? histogram
        : histogram.withResetHint(hint(histogram, before));
  }

  private static ResetHint hint(Histogram histogram, @Nullable Histogram before) {
    if (before == null || before.resetHint() == ResetHint.GAUGE) {
      return ResetHint.UNKNOWN;
    }
    boolean differs =
        histogram.schema() != before.schema()
            || histogram.zeroThreshold() != before.zeroThreshold()
            || !sameBounds(histogram, before);
    // A new chunk begins where the counter was reset or the layout changes, and of its first
    // histogram nothing is known (prometheus/prometheus#15346).
    return differs || histogram.withResetHint(ResetHint.UNKNOWN).detectReset(before)
        ? ResetHint.UNKNOWN
        : ResetHint.NOT_RESET;
  }

  private static boolean sameBounds(Histogram histogram, Histogram before) {
    boolean same = histogram.customBounds() == before.customBounds();
    for (int i = 0; same && i < histogram.customBounds(); i++) {
      same = histogram.customBound(i) == before.customBound(i);
    }
    return same;
  }
}
