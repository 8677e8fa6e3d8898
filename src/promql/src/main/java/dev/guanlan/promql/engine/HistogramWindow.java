package dev.guanlan.promql.engine;

import dev.guanlan.model.histogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Shows a function the native histograms of one series in its range, beside the {@link Window} that
 * shows the numbers, and takes the histogram that it computes.
 */
final class HistogramWindow {

  /** Timestamps of the histograms, in milliseconds. */
  long[] timestamps = new long[0];

  /** Histograms of the series, none of them null between the first and the last in the range. */
  @Nullable Histogram[] histograms = new Histogram[0];

  /** Since when each histogram has counted, or null if that is not known, or not to be used. */
  long @Nullable [] startTimestamps;

  /** Index of the first histogram in the range. */
  int from;

  /** Index behind the last histogram in the range. */
  int to;

  private @Nullable Histogram result;

  int length() {
    return to - from;
  }

  Histogram histogram(int index) {
    Histogram histogram = histograms[index];
    if (histogram == null) {
      throw new IllegalStateException("there is no histogram at " + index);
    }
    return histogram;
  }

  /** Tells whether a counter was reset between a histogram and the one before it in the range. */
  boolean isReset(int index) {
    boolean begunAnew =
        startTimestamps != null
            && StartTimestamps.isReset(
                startTimestamps[index - 1],
                timestamps[index - 1],
                startTimestamps[index],
                timestamps[index]);
    return begunAnew || histogram(index).detectReset(histogram(index - 1));
  }

  Histogram first() {
    return histogram(from);
  }

  Histogram last() {
    return histogram(to - 1);
  }

  /** Keeps what a function has computed; returns what it has to return. */
  double put(Histogram computed) {
    result = computed;
    return StepMatrix.HISTOGRAM;
  }

  /** Hands out what was kept last. */
  Histogram result() {
    Histogram computed = result;
    if (computed == null) {
      throw new IllegalStateException("no histogram was computed");
    }
    return computed;
  }
}
