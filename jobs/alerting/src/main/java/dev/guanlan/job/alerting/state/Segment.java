package dev.guanlan.job.alerting.state;

import dev.guanlan.model.histogram.Histogram;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Holds samples of a group in the order in which they came, as columns: what was new between two
 * checkpoints. Immutable.
 */
public final class Segment {

  private final int[] numbers;
  private final long[] timestamps;
  private final double[] values;
  private final @Nullable Histogram @Nullable [] histograms;

  /**
   * Makes a segment around columns that must not change afterwards.
   *
   * @param numbers which series each sample is of: {@link KnownSeries}
   * @param timestamps in milliseconds since the epoch
   * @param values of no meaning where there is a histogram
   * @param histograms null where the sample is a number; null if all are
   */
  public Segment(
      int[] numbers,
      long[] timestamps,
      double[] values,
      @Nullable Histogram @Nullable [] histograms) {
    this.numbers = numbers;
    this.timestamps = timestamps;
    this.values = values;
    this.histograms = histograms;
  }

  /** Returns how many samples there are. */
  public int size() {
    return numbers.length;
  }

  /** Returns which series a sample is of. */
  public int number(int sample) {
    return numbers[sample];
  }

  /** Returns a sample's time in milliseconds since the epoch. */
  public long timestamp(int sample) {
    return timestamps[sample];
  }

  /** Returns a sample's value. */
  public double value(int sample) {
    return values[sample];
  }

  /** Returns the histogram that a sample is, or null if it is a number. */
  public @Nullable Histogram histogram(int sample) {
    return histograms == null ? null : histograms[sample];
  }

  /** Returns the time of the newest sample, or the least number if there is none. */
  public long newestMillis() {
    long newest = Long.MIN_VALUE;
    for (long timestamp : timestamps) {
      newest = Math.max(newest, timestamp);
    }
    return newest;
  }

  /** Returns the numbers. */
  int[] numbers() {
    return numbers;
  }

  long[] timestamps() {
    return timestamps;
  }

  double[] values() {
    return values;
  }

  @Nullable Histogram @Nullable [] histograms() {
    return histograms;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Segment segment
        && Arrays.equals(numbers, segment.numbers)
        && Arrays.equals(timestamps, segment.timestamps)
        && Arrays.equals(values, segment.values)
        && Arrays.equals(histograms, segment.histograms);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(timestamps);
  }

  @Override
  public String toString() {
    return numbers.length + " samples";
  }
}
