package dev.guanlan.job.alerting.state;

import dev.guanlan.model.Labels;
import dev.guanlan.model.histogram.Histogram;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Holds the samples of one series, as they are kept of a time that a selector is fixed to, and as
 * the releases before {@link Segment} kept all, to be read from their savepoints: columns,
 * ascending by time, one sample at a time. Immutable.
 */
public final class SeriesWindow {

  private final Labels labels;
  private final long[] timestamps;
  private final double[] values;
  private final @Nullable Histogram @Nullable [] histograms;

  /**
   * Makes a window of numbers around columns that must not change afterwards.
   *
   * @param timestamps strictly ascending, in milliseconds since the epoch
   * @param values one for each timestamp
   */
  public SeriesWindow(Labels labels, long[] timestamps, double[] values) {
    this(labels, timestamps, values, null);
  }

  /**
   * Makes a window around columns that must not change afterwards.
   *
   * @param histograms one for each timestamp, null where the sample is a number; null if all are
   */
  public SeriesWindow(
      Labels labels,
      long[] timestamps,
      double[] values,
      @Nullable Histogram @Nullable [] histograms) {
    this.labels = labels;
    this.timestamps = timestamps;
    this.values = values;
    this.histograms = histograms;
  }

  /** Makes a window without samples. */
  public static SeriesWindow empty(Labels labels) {
    return new SeriesWindow(labels, new long[0], new double[0]);
  }

  /** Returns the labels of the series. */
  public Labels labels() {
    return labels;
  }

  /** Returns how many samples there are. */
  public int size() {
    return timestamps.length;
  }

  /** Returns the timestamps, in milliseconds since the epoch. Not to be changed. */
  public long[] timestamps() {
    return timestamps;
  }

  /** Returns the values; of no meaning where there is a histogram. Not to be changed. */
  public double[] values() {
    return values;
  }

  /** Returns the histograms, null where there is a number; null if all are. Not to be changed. */
  public @Nullable Histogram @Nullable [] histograms() {
    return histograms;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SeriesWindow window
        && labels.equals(window.labels)
        && Arrays.equals(timestamps, window.timestamps)
        && Arrays.equals(values, window.values)
        && Arrays.equals(histograms, window.histograms);
  }

  @Override
  public int hashCode() {
    return labels.hashCode() * 31 + Arrays.hashCode(timestamps);
  }

  @Override
  public String toString() {
    return labels + " " + timestamps.length + " samples";
  }
}
