package dev.guanlan.rules.unittest;

import dev.guanlan.model.histogram.Histogram;
import dev.guanlan.model.histogram.ResetHint;
import org.jspecify.annotations.Nullable;

/**
 * Gives native histograms the reset hints that they have when they are read back from Prometheus'
 * storage, which knows the histogram before: its chunks hold histograms between which no counter
 * was reset ({@code tsdb/chunkenc/float_histogram.go}).
 */
final class StoredHints {

  private StoredHints() {}

  /**
   * Returns a histogram as it is read back.
   *
   * @param previous the sample before it in its series, null if that is no histogram
   */
  static Histogram stored(@Nullable Histogram previous, Histogram histogram) {
    return histogram.withResetHint(hint(previous, histogram));
  }

  private static ResetHint hint(@Nullable Histogram previous, Histogram histogram) {
    ResetHint own = histogram.resetHint();
    if (own == ResetHint.GAUGE || own == ResetHint.RESET) {
      return own;
    }
    if (previous == null
        || previous.resetHint() == ResetHint.GAUGE
        || changed(previous, histogram)) {
      return ResetHint.UNKNOWN;
    }
    return histogram.withResetHint(ResetHint.UNKNOWN).detectReset(previous)
        ? ResetHint.RESET
        : ResetHint.NOT_RESET;
  }

  /** Tells whether the buckets are others, so that a chunk does not take both. */
  private static boolean changed(Histogram previous, Histogram histogram) {
    return previous.schema() != histogram.schema()
        || previous.zeroThreshold() != histogram.zeroThreshold();
  }
}
