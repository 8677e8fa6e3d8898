package dev.guanlan.promql.engine;

import org.jspecify.annotations.Nullable;

/**
 * Computes {@code rate}, {@code increase} and {@code delta}: the difference over the samples in a
 * range, extrapolated to the whole range ({@code extrapolatedRate} in Prometheus' {@code
 * promql/functions.go}).
 */
final class Extrapolation {

  /** How much farther than the average distance of samples a bound may be to be reached. */
  private static final double THRESHOLD = 1.1;

  private Extrapolation() {}

  static double of(Window window, boolean counter, boolean perSecond) {
    return of(window, counter, perSecond, counter ? lostInResets(window) : 0);
  }

  /**
   * Computes the same where it is known how much has been lost in resets.
   *
   * @param lost sum of the values before each reset in the window; 0 if it is no counter
   */
  static double of(Window window, boolean counter, boolean perSecond, double lost) {
    return of(window, counter, perSecond, lost, window.length());
  }

  /**
   * Computes the same of a window that may show only the first sample and the last one.
   *
   * @param samples how many there are with those between
   */
  static double of(Window window, boolean counter, boolean perSecond, double lost, int samples) {
    int last = window.to - 1;
    long begin = counter ? begin(window) : 0;
    if (samples < 2 && begin == 0) {
      return StepMatrix.ABSENT;
    }
    double first = window.values[window.from];
    double difference = window.values[last] - first + lost;
    if (begin != 0) {
      // The counter was 0 then: that is as good as a sample.
      difference += first;
    }
    double factor =
        factor(
            window,
            window.timestamps[window.from],
            window.timestamps[last],
            samples,
            begin,
            counter && difference > 0 && first >= 0 ? first / difference : Double.NaN);
    if (perSecond) {
      factor /= window.rangeSeconds();
    }
    return difference * factor;
  }

  /**
   * Returns by how much the difference over the whole range is greater than that over its samples.
   *
   * @param firstMillis time of the first sample
   * @param lastMillis time of the last sample
   * @param samples how many there are
   * @param beginMillis when the counter began, if that is in the range; else 0
   * @param firstShare the first value as a share of the difference; NaN if it bounds nothing
   */
  static double factor(
      Window window,
      long firstMillis,
      long lastMillis,
      int samples,
      long beginMillis,
      double firstShare) {
    double toStart = (firstMillis - window.startMillis) / 1e3;
    double toEnd = (window.endMillis - lastMillis) / 1e3;
    double sampled = (lastMillis - firstMillis) / 1e3;
    double average = samples < 2 ? 0 : sampled / (samples - 1);
    double threshold = average * THRESHOLD;
    if (beginMillis != 0) {
      // Nothing need be guessed before the first sample.
      sampled = (lastMillis - beginMillis) / 1e3;
      toStart = 0;
    } else {
      // A bound that is farther away than the next sample would be is not reached: the series is
      // taken to begin or end half way to that sample.
      if (toStart >= threshold) {
        toStart = average / 2;
      }
      // No counter was ever below zero: do not extrapolate to before it was.
      double toZero = sampled * firstShare;
      if (toZero < toStart) {
        toStart = toZero;
      }
    }
    if (toEnd >= threshold) {
      toEnd = average / 2;
    }
    return (sampled + toStart + toEnd) / sampled;
  }

  /** Returns when the counter of the first sample began, if that is in the range; else 0. */
  private static long begin(Window window) {
    return begin(window.startTimestamps, window.timestamps, window.from, window.startMillis);
  }

  /** Returns when the counter of a sample began, if that is after a time; else 0. */
  static long begin(long @Nullable [] starts, long[] timestamps, int index, long afterMillis) {
    if (starts == null) {
      return 0;
    }
    long start = starts[index];
    return start > afterMillis && start < timestamps[index] ? start : 0;
  }

  /** Returns the sum of the values before each reset in the window. */
  static double lostInResets(Window window) {
    long @Nullable [] starts = window.startTimestamps;
    if (starts != null) {
      warnOfOverlaps(window, starts);
    }
    double lost = 0;
    double previous = window.values[window.from];
    for (int i = window.from + 1; i < window.to; i++) {
      double value = window.values[i];
      if (value < previous || window.startsAnew(i)) {
        lost += previous;
      }
      previous = value;
    }
    return lost;
  }

  private static void warnOfOverlaps(Window window, long[] starts) {
    warnOfOverlaps(window, starts, window.timestamps, window.from, window.to);
  }

  /** Warns if a sample counts what the one before it has counted already. */
  static void warnOfOverlaps(Window window, long[] starts, long[] timestamps, int from, int to) {
    for (int i = from + 1; i < to; i++) {
      if (StartTimestamps.overlaps(starts[i - 1], timestamps[i - 1], starts[i])) {
        window.warn(
            "PromQL warning: sample has start time that overlaps with previous sample timestamp"
                + " for metric \""
                + window.labels.metricName()
                + "\"");
        return;
      }
    }
  }
}
