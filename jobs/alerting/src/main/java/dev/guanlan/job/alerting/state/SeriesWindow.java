package dev.guanlan.job.alerting.state;

import dev.guanlan.model.Labels;
import java.util.Arrays;

/**
 * Holds the samples of one series that its group can still look at: two columns, ascending by time,
 * one sample at a time. Immutable.
 */
public final class SeriesWindow {

  private final Labels labels;
  private final long[] timestamps;
  private final double[] values;

  /**
   * Makes a window around columns that must not change afterwards.
   *
   * @param timestamps strictly ascending, in milliseconds since the epoch
   * @param values one for each timestamp
   */
  public SeriesWindow(Labels labels, long[] timestamps, double[] values) {
    this.labels = labels;
    this.timestamps = timestamps;
    this.values = values;
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

  /** Returns the values. Not to be changed. */
  public double[] values() {
    return values;
  }

  /** Returns the index of the first sample at or after a time. */
  public int indexAt(long timestampMillis) {
    int found = Arrays.binarySearch(timestamps, timestampMillis);
    return found < 0 ? -found - 1 : found;
  }

  /**
   * Returns the window with samples added. They may be in any order; of several at one time the one
   * that was there first stays.
   *
   * @param newTimestamps read from {@code from} up to, not including, {@code to}
   */
  public SeriesWindow with(long[] newTimestamps, double[] newValues, int from, int to) {
    int count = to - from;
    if (count == 0) {
      return this;
    }
    if (isAscending(newTimestamps, from, to)
        && (timestamps.length == 0 || timestamps[timestamps.length - 1] < newTimestamps[from])) {
      long[] longer = Arrays.copyOf(timestamps, timestamps.length + count);
      double[] more = Arrays.copyOf(values, values.length + count);
      System.arraycopy(newTimestamps, from, longer, timestamps.length, count);
      System.arraycopy(newValues, from, more, values.length, count);
      return new SeriesWindow(labels, longer, more);
    }
    SeriesWindow merged = this;
    for (int i = from; i < to; i++) {
      merged = merged.withOne(newTimestamps[i], newValues[i]);
    }
    return merged;
  }

  private static boolean isAscending(long[] timestamps, int from, int to) {
    for (int i = from + 1; i < to; i++) {
      if (timestamps[i - 1] >= timestamps[i]) {
        return false;
      }
    }
    return true;
  }

  private SeriesWindow withOne(long timestamp, double value) {
    int at = indexAt(timestamp);
    if (at < timestamps.length && timestamps[at] == timestamp) {
      return this;
    }
    long[] longer = new long[timestamps.length + 1];
    double[] more = new double[longer.length];
    System.arraycopy(timestamps, 0, longer, 0, at);
    System.arraycopy(values, 0, more, 0, at);
    longer[at] = timestamp;
    more[at] = value;
    System.arraycopy(timestamps, at, longer, at + 1, timestamps.length - at);
    System.arraycopy(values, at, more, at + 1, values.length - at);
    return new SeriesWindow(labels, longer, more);
  }

  /** Returns the window without the samples before a time. */
  public SeriesWindow from(long timestampMillis) {
    int first = indexAt(timestampMillis);
    return first == 0
        ? this
        : new SeriesWindow(
            labels,
            Arrays.copyOfRange(timestamps, first, timestamps.length),
            Arrays.copyOfRange(values, first, values.length));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SeriesWindow window
        && labels.equals(window.labels)
        && Arrays.equals(timestamps, window.timestamps)
        && Arrays.equals(values, window.values);
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
