package dev.guanlan.promql.engine;

import dev.guanlan.model.Labels;
import java.util.Arrays;

/** Holds the samples of one series in two columns, ascending by time. */
final class MemorySeries {

  private final Labels labels;
  private long[] timestamps = new long[8];
  private double[] values = new double[8];
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

  void put(long timestampMillis, double value) {
    int at = to;
    if (to > from && timestamps[to - 1] >= timestampMillis) {
      at = lowerBound(timestampMillis);
      if (timestamps[at] == timestampMillis) {
        values[at] = value;
        return;
      }
    }
    if (to == timestamps.length) {
      at -= makeRoom();
    }
    System.arraycopy(timestamps, at, timestamps, at + 1, to - at);
    System.arraycopy(values, at, values, at + 1, to - at);
    timestamps[at] = timestampMillis;
    values[at] = value;
    to++;
  }

  /** Moves the samples to the front, into larger columns unless half is free; returns how far. */
  private int makeRoom() {
    int moved = from;
    int length = to - from;
    int capacity = from >= timestamps.length / 2 ? timestamps.length : timestamps.length * 2;
    timestamps = Arrays.copyOf(Arrays.copyOfRange(timestamps, from, to), capacity);
    values = Arrays.copyOf(Arrays.copyOfRange(values, from, to), capacity);
    from = 0;
    to = length;
    return moved;
  }

  void dropBefore(long timestampMillis) {
    from = lowerBound(timestampMillis);
  }
}
