package dev.guanlan.promql.engine;

import dev.guanlan.model.Labels;
import dev.guanlan.model.histogram.Histogram;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Holds the newest samples of one series in columns that grow at one end and are cut at the other:
 * what a {@link StandingQuery} looks at over and over. For one thread.
 */
public final class StandingSeries {

  private static final int FIRST_CAPACITY = 8;

  private final Labels labels;
  private long[] timestamps = new long[FIRST_CAPACITY];
  private double[] values = new double[FIRST_CAPACITY];
  private @Nullable Histogram @Nullable [] histograms;
  private int from;
  private int to;

  /** No stale marker is newer than this. */
  private long lastStaleMillis = Long.MIN_VALUE;

  /** No sample that is newer than this is below the one before it. */
  private long lastResetMillis = Long.MIN_VALUE;

  private long lateSamples;

  /** Makes a series without samples. */
  public StandingSeries(Labels labels) {
    this.labels = labels;
  }

  /** Returns the labels; always the same object. */
  public Labels labels() {
    return labels;
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

  /** Returns the index of the first sample. */
  public int from() {
    return from;
  }

  /** Returns the index behind the last sample. */
  public int to() {
    return to;
  }

  /** Returns how many samples there are. */
  public int size() {
    return to - from;
  }

  /**
   * Returns the time of the newest sample in milliseconds, or the least number if there is none.
   */
  public long newestMillis() {
    return from == to ? Long.MIN_VALUE : timestamps[to - 1];
  }

  /**
   * Returns the time of the oldest sample in milliseconds, or the greatest number if there is none.
   */
  public long oldestMillis() {
    return from == to ? Long.MAX_VALUE : timestamps[from];
  }

  /** Returns how many samples there are at a time in milliseconds and after it. */
  public int sizeSince(long millis) {
    return millis == Long.MIN_VALUE ? size() : to - indexAfter(millis - 1);
  }

  /** Tells whether there is a sample at a time in milliseconds. */
  public boolean isAt(long millis) {
    int behind = indexAfter(millis);
    return behind > from && timestamps[behind - 1] == millis;
  }

  /** Tells whether there is no stale marker after a time. */
  boolean isFreshSince(long millis) {
    return lastStaleMillis <= millis;
  }

  /** Tells whether no sample after a time is below the one before it. */
  boolean isAscendingSince(long millis) {
    return lastResetMillis <= millis;
  }

  /** Returns how many samples have come that were older than one that was there. */
  long lateSamples() {
    return lateSamples;
  }

  /** Returns the index of the first sample after a time. */
  int indexAfter(long millis) {
    // The newest samples are asked for most.
    int high = to;
    int step = 1;
    while (high > from && timestamps[high - 1] > millis) {
      int probe = Math.max(from, high - step);
      if (timestamps[probe] <= millis) {
        return search(probe + 1, high, millis);
      }
      high = probe;
      step <<= 1;
    }
    return high;
  }

  /** Returns the first index of a part whose sample is after a time, or the part's end. */
  private int search(int low, int high, long millis) {
    int begin = low;
    int end = high;
    while (begin < end) {
      int middle = (begin + end) >>> 1;
      if (timestamps[middle] <= millis) {
        begin = middle + 1;
      } else {
        end = middle;
      }
    }
    return begin;
  }

  /**
   * Adds a sample, wherever in time it belongs; of several at one time the first one stays.
   *
   * @param timestampMillis milliseconds since the epoch
   * @param histogram the histogram that the sample is, or null if it is a number
   * @return whether it was added
   */
  public boolean add(long timestampMillis, double value, @Nullable Histogram histogram) {
    int at = to;
    if (from < to && timestamps[to - 1] >= timestampMillis) {
      at = indexAfter(timestampMillis);
      if (at > from && timestamps[at - 1] == timestampMillis) {
        return false;
      }
    }
    if (to == timestamps.length) {
      int moved = makeRoom();
      at -= moved;
    }
    boolean last = at == to;
    if (!last) {
      System.arraycopy(timestamps, at, timestamps, at + 1, to - at);
      System.arraycopy(values, at, values, at + 1, to - at);
      if (histograms != null) {
        System.arraycopy(histograms, at, histograms, at + 1, to - at);
      }
    }
    timestamps[at] = timestampMillis;
    values[at] = value;
    to++;
    put(at, histogram);
    note(at, last);
    return true;
  }

  private void put(int at, @Nullable Histogram histogram) {
    if (histograms == null && histogram != null) {
      histograms = new @Nullable Histogram[timestamps.length];
    }
    if (histograms != null) {
      histograms[at] = histogram;
    }
  }

  /** Notes what a new sample means to those who ask for stale markers and resets. */
  private void note(int at, boolean last) {
    if (StaleMarker.is(values[at])) {
      lastStaleMillis = Math.max(lastStaleMillis, timestamps[at]);
    }
    if (!last) {
      lateSamples++;
      // Between two others: either neighbour can have become a reset.
      lastResetMillis = Math.max(lastResetMillis, timestamps[at + 1]);
    } else if (at > from && (values[at] < values[at - 1] || StaleMarker.is(values[at - 1]))) {
      lastResetMillis = timestamps[at];
    }
  }

  /** Makes room for a sample at the end; returns by how much the indices of samples went down. */
  private int makeRoom() {
    int size = to - from;
    int moved = from;
    boolean grow = size > timestamps.length - timestamps.length / 4;
    long[] times = grow ? new long[timestamps.length + timestamps.length / 2] : timestamps;
    double[] numbers = grow ? new double[times.length] : values;
    System.arraycopy(timestamps, from, times, 0, size);
    System.arraycopy(values, from, numbers, 0, size);
    if (histograms != null) {
      @Nullable Histogram[] column = grow ? new @Nullable Histogram[times.length] : histograms;
      System.arraycopy(histograms, from, column, 0, size);
      Arrays.fill(column, size, column.length, null);
      histograms = column;
    }
    timestamps = times;
    values = numbers;
    from = 0;
    to = size;
    return moved;
  }

  /** Adds the samples of another series that are not there, from a time in milliseconds on. */
  public void addAll(StandingSeries other, long sinceMillis) {
    for (int i = other.to - other.sizeSince(sinceMillis); i < other.to; i++) {
      add(
          other.timestamps[i],
          other.values[i],
          other.histograms == null ? null : other.histograms[i]);
    }
  }

  /** Takes over the samples of another series, which must not be used any more. */
  public void become(StandingSeries other) {
    timestamps = other.timestamps;
    values = other.values;
    histograms = other.histograms;
    from = other.from;
    to = other.to;
    lastStaleMillis = Math.max(lastStaleMillis, other.lastStaleMillis);
    lastResetMillis = Math.max(lastResetMillis, other.lastResetMillis);
    // Whoever kept something of the samples before begins anew.
    lateSamples += other.lateSamples + 1;
  }

  /** Takes the samples before a time away. */
  public void dropBefore(long timestampMillis) {
    while (from < to && timestamps[from] < timestampMillis) {
      from++;
    }
    if (from == to) {
      from = 0;
      to = 0;
      histograms = null;
    }
  }

  @Override
  public String toString() {
    return labels + " " + size() + " samples";
  }
}
