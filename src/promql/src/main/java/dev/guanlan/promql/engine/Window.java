package dev.guanlan.promql.engine;

import dev.guanlan.promql.Position;

/**
 * Shows a range function the samples of one series in its range, and is moved from step to step and
 * from series to series.
 */
final class Window {

  /** Timestamps of the series, in milliseconds. */
  long[] timestamps = new long[0];

  /** Values of the series. */
  double[] values = new double[0];

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

  /** Place of the call. */
  final Position position;

  private double[] scratch = new double[16];

  Window(int parameters, Position position) {
    this.parameters = new double[parameters];
    this.position = position;
  }

  int length() {
    return to - from;
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
