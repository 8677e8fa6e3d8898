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
    int last = window.to - 1;
    long begin = counter ? begin(window) : 0;
    if (window.length() < 2 && begin == 0) {
      return StepMatrix.ABSENT;
    }
    double first = window.values[window.from];
    double difference = window.values[last] - first;
    if (counter) {
      difference += lostInResets(window);
    }
    double toStart = (window.timestamps[window.from] - window.startMillis) / 1e3;
    double toEnd = (window.endMillis - window.timestamps[last]) / 1e3;
    double sampled = (window.timestamps[last] - window.timestamps[window.from]) / 1e3;
    double average = window.length() < 2 ? 0 : sampled / (window.length() - 1);
    double threshold = average * THRESHOLD;
    if (begin != 0) {
      // The counter was 0 then: that is as good as a sample, and nothing need be guessed.
      difference += first;
      sampled = (window.timestamps[last] - begin) / 1e3;
      toStart = 0;
    } else {
      // A bound that is farther away than the next sample would be is not reached: the series is
      // taken to begin or end half way to that sample.
      if (toStart >= threshold) {
        toStart = average / 2;
      }
      if (counter) {
        // No counter was ever below zero: do not extrapolate to before it was.
        double toZero = difference > 0 && first >= 0 ? sampled * (first / difference) : toStart;
        if (toZero < toStart) {
          toStart = toZero;
        }
      }
    }
    if (toEnd >= threshold) {
      toEnd = average / 2;
    }
    double factor = (sampled + toStart + toEnd) / sampled;
    if (perSecond) {
      factor /= window.rangeSeconds();
    }
    return difference * factor;
  }

  /** Returns when the counter of the first sample began, if that is in the range; else 0. */
  static long begin(Window window) {
    if (window.startTimestamps == null) {
      return 0;
    }
    long start = window.startTimestamps[window.from];
    return start > window.startMillis && start < window.timestamps[window.from] ? start : 0;
  }

  private static double lostInResets(Window window) {
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
    for (int i = window.from + 1; i < window.to; i++) {
      if (StartTimestamps.overlaps(starts[i - 1], window.timestamps[i - 1], starts[i])) {
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
