package dev.guanlan.job.alerting.state;

import dev.guanlan.model.Labels;
import dev.guanlan.model.histogram.Histogram;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Holds the samples of one series that its group can still look at: columns, ascending by time, one
 * sample at a time. Immutable.
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

  /** Returns the index of the first sample at or after a time. */
  public int indexAt(long timestampMillis) {
    int found = Arrays.binarySearch(timestamps, timestampMillis);
    return found < 0 ? -found - 1 : found;
  }

  /**
   * Returns the window with samples of another one added, which may be in any order; of several at
   * one time the one that was there first stays.
   */
  public SeriesWindow with(SeriesWindow more) {
    int count = more.size();
    if (count == 0) {
      return this;
    }
    if (isAscending(more.timestamps)
        && (timestamps.length == 0 || timestamps[timestamps.length - 1] < more.timestamps[0])) {
      long[] longer = Arrays.copyOf(timestamps, timestamps.length + count);
      double[] moreValues = Arrays.copyOf(values, values.length + count);
      System.arraycopy(more.timestamps, 0, longer, timestamps.length, count);
      System.arraycopy(more.values, 0, moreValues, values.length, count);
      @Nullable Histogram[] moreHistograms = null;
      if (histograms != null || more.histograms != null) {
        moreHistograms = new @Nullable Histogram[longer.length];
        copy(histograms, moreHistograms, 0);
        copy(more.histograms, moreHistograms, timestamps.length);
      }
      return new SeriesWindow(labels, longer, moreValues, moreHistograms);
    }
    SeriesWindow merged = this;
    for (int i = 0; i < count; i++) {
      merged =
          merged.withOne(
              more.timestamps[i],
              more.values[i],
              more.histograms == null ? null : more.histograms[i]);
    }
    return merged;
  }

  private static void copy(
      @Nullable Histogram @Nullable [] from, @Nullable Histogram[] to, int at) {
    if (from != null) {
      System.arraycopy(from, 0, to, at, from.length);
    }
  }

  private static boolean isAscending(long[] timestamps) {
    for (int i = 1; i < timestamps.length; i++) {
      if (timestamps[i - 1] >= timestamps[i]) {
        return false;
      }
    }
    return true;
  }

  private SeriesWindow withOne(long timestamp, double value, @Nullable Histogram histogram) {
    int at = indexAt(timestamp);
    if (at < timestamps.length && timestamps[at] == timestamp) {
      return this;
    }
    int behind = timestamps.length - at;
    long[] longer = new long[timestamps.length + 1];
    double[] more = new double[longer.length];
    System.arraycopy(timestamps, 0, longer, 0, at);
    System.arraycopy(values, 0, more, 0, at);
    longer[at] = timestamp;
    more[at] = value;
    System.arraycopy(timestamps, at, longer, at + 1, behind);
    System.arraycopy(values, at, more, at + 1, behind);
    @Nullable Histogram[] column = null;
    if (histograms != null || histogram != null) {
      column = new @Nullable Histogram[longer.length];
      if (histograms != null) {
        System.arraycopy(histograms, 0, column, 0, at);
        System.arraycopy(histograms, at, column, at + 1, behind);
      }
      column[at] = histogram;
    }
    return new SeriesWindow(labels, longer, more, column);
  }

  /** Returns the window without the samples before a time. */
  public SeriesWindow from(long timestampMillis) {
    int first = indexAt(timestampMillis);
    return first == 0
        ? this
        : new SeriesWindow(
            labels,
            Arrays.copyOfRange(timestamps, first, timestamps.length),
            Arrays.copyOfRange(values, first, values.length),
            histograms == null ? null : Arrays.copyOfRange(histograms, first, timestamps.length));
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
