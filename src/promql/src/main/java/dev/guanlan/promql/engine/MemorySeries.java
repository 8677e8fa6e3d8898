package dev.guanlan.promql.engine;

import dev.guanlan.model.Labels;
import dev.guanlan.model.histogram.Histogram;
import dev.guanlan.model.histogram.ResetHint;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Holds the samples of one series in columns, ascending by time. Those of histograms and of start
 * timestamps exist only once there is one.
 */
final class MemorySeries {

  private final Labels labels;
  private long[] timestamps = new long[8];
  private double[] values = new double[8];
  private @Nullable Histogram @Nullable [] histograms;
  private long @Nullable [] startTimestamps;
  private int from;
  private int to;

  MemorySeries(Labels labels) {
    this.labels = labels;
  }

  Labels labels() {
    return labels;
  }

  boolean isEmpty() {
    return from == to;
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

  long @Nullable [] startTimestamps() {
    return startTimestamps;
  }

  /** Returns the index of the first sample at or after a time. */
  int lowerBound(long timestampMillis) {
    int low = from;
    int high = to;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (timestamps[middle] < timestampMillis) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** Returns the index behind the last sample at or before a time. */
  int upperBound(long timestampMillis) {
    return timestampMillis == Long.MAX_VALUE ? to : lowerBound(timestampMillis + 1);
  }

  /**
   * Puts a sample in its place, over one that is there already.
   *
   * @param startMillis since when the sample has counted; 0 if that is not known
   * @param histogram null if the sample is a number
   */
  void put(long timestampMillis, long startMillis, double value, @Nullable Histogram histogram) {
    int at = to;
    if (to > from && timestamps[to - 1] >= timestampMillis) {
      at = lowerBound(timestampMillis);
    }
    if (at == to || timestamps[at] != timestampMillis) {
      at = open(at);
    }
    timestamps[at] = timestampMillis;
    values[at] = value;
    if (histogram != null && histograms == null) {
      histograms = new Histogram[values.length];
    }
    if (histograms != null) {
      Histogram before = at > from ? histograms[at - 1] : null;
      histograms[at] = histogram == null ? null : ResetHints.hinted(histogram, before);
      forgetHint(at + 1);
    }
    if (startMillis != 0 && startTimestamps == null) {
      startTimestamps = new long[values.length];
    }
    if (startTimestamps != null) {
      startTimestamps[at] = startMillis;
    }
  }

  /** Leaves a histogram to be compared anew, since the one before it is another now. */
  private void forgetHint(int at) {
    if (at < to && histograms != null) {
      Histogram histogram = histograms[at];
      if (histogram != null && histogram.resetHint() == ResetHint.NOT_RESET) {
        histograms[at] = histogram.withResetHint(ResetHint.UNKNOWN);
      }
    }
  }

  /** Opens a place for a sample; returns its index. */
  private int open(int wanted) {
    int at = wanted;
    if (to == timestamps.length) {
      at -= makeRoom();
    }
    int moved = to - at;
    if (moved > 0) {
      System.arraycopy(timestamps, at, timestamps, at + 1, moved);
      System.arraycopy(values, at, values, at + 1, moved);
      if (histograms != null) {
        System.arraycopy(histograms, at, histograms, at + 1, moved);
      }
      if (startTimestamps != null) {
        System.arraycopy(startTimestamps, at, startTimestamps, at + 1, moved);
      }
    }
    to++;
    return at;
  }

  /** Moves the samples to the front, into larger columns unless half is free; returns how far. */
  private int makeRoom() {
    int moved = from;
    int length = to - from;
    int capacity = from >= timestamps.length / 2 ? timestamps.length : timestamps.length * 2;
    timestamps = Arrays.copyOf(Arrays.copyOfRange(timestamps, from, to), capacity);
    values = Arrays.copyOf(Arrays.copyOfRange(values, from, to), capacity);
    if (histograms != null) {
      histograms = Arrays.copyOf(Arrays.copyOfRange(histograms, from, to), capacity);
    }
    if (startTimestamps != null) {
      startTimestamps = Arrays.copyOf(Arrays.copyOfRange(startTimestamps, from, to), capacity);
    }
    from = 0;
    to = length;
    return moved;
  }

  void dropBefore(long timestampMillis) {
    int first = lowerBound(timestampMillis);
    if (histograms != null) {
      Arrays.fill(histograms, from, first, null);
    }
    from = first;
  }
}
