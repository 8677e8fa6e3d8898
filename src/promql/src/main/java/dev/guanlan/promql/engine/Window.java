package dev.guanlan.promql.engine;

import dev.guanlan.model.Labels;
import dev.guanlan.promql.Position;
import org.jspecify.annotations.Nullable;

/**
 * Shows a range function the samples of one series in its range, and is moved from step to step and
 * from series to series.
 */
final class Window {

  /** Timestamps of the series, in milliseconds. */
  long[] timestamps = new long[0];

  /** Values of the series. */
  double[] values = new double[0];

  /** Since when each sample has counted, or null if that is not known, or not to be used. */
  long @Nullable [] startTimestamps;

  /** Labels of the series. */
  Labels labels = Labels.EMPTY;

  /** Index of the first sample in the range. */
  int from;

  /** Index behind the last sample in the range. */
  int to;

  /** Begin of the range, exclusive, in milliseconds. */
  long startMillis;

  /** End of the range, inclusive, in milliseconds. */
  long endMillis;

  /** Time of the step, in milliseconds. */
  long stepMillis;

  /** Values of the function's scalar arguments at the step. */
  final double[] parameters;

  /** Place of what selects the samples. */
  final Position position;

  private final Annotations annotations;

  private double[] scratch = new double[16];

  Window(int parameters, Position position, Annotations annotations) {
    this.parameters = new double[parameters];
    this.position = position;
    this.annotations = annotations;
  }

  int length() {
    return to - from;
  }

  /** Tells whether the start timestamps say that the counter began anew right before a sample. */
  boolean startsAnew(int index) {
    return startTimestamps != null
        && StartTimestamps.isReset(
            startTimestamps[index - 1],
            timestamps[index - 1],
            startTimestamps[index],
            timestamps[index]);
  }

  /** Adds a remark about the series that something is probably wrong. */
  void warn(String message) {
    annotations.warn(message, position);
  }

  double rangeSeconds() {
    return (endMillis - startMillis) / 1e3;
  }

  /**
   * Returns the values in ascending order with NaN first, in a column that the next call
   * overwrites.
   */
  double[] sorted() {
    int length = copy();
    Quantiles.sort(scratch, length);
    return scratch;
  }

  /** Copies the values into {@link #scratch()}; returns how many there are. */
  int copy() {
    int length = length();
    if (scratch.length < length) {
      scratch = new double[Math.max(length, scratch.length * 2)];
    }
    System.arraycopy(values, from, scratch, 0, length);
    return length;
  }

  double[] scratch() {
    return scratch;
  }
}
