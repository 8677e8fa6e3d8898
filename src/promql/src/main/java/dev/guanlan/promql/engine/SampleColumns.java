package dev.guanlan.promql.engine;

import dev.guanlan.model.histogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Shows samples of a series as columns: those of the series where it has such, else its own, which
 * packed samples are read to. What is shown is there until the next series is, or this one changes.
 */
final class SampleColumns {

  /** Is what all of a thread use who are done with the samples at once. */
  private static final ThreadLocal<SampleColumns> OF_THREAD =
      ThreadLocal.withInitial(SampleColumns::new);

  /** Timestamps, in milliseconds since the epoch. Not to be changed. */
  long[] timestamps = {};

  /** Values; of no meaning where there is a histogram. Not to be changed. */
  double[] values = {};

  /** The histograms, null where there is a number; null if all are. Not to be changed. */
  @Nullable Histogram @Nullable [] histograms;

  /** Index of the first sample that is shown. */
  int from;

  /** Index behind the last sample that is shown. */
  int to;

  private long[] ownTimestamps = {};
  private double[] ownValues = {};

  /** What values are unpacked through. */
  private long[] scratch = {};

  /** Returns the columns of the thread: as long as the longest range that it has unpacked. */
  static SampleColumns ofThread() {
    return OF_THREAD.get();
  }

  /** Shows columns of somebody else. */
  void show(
      long[] ofTimestamps,
      double[] ofValues,
      @Nullable Histogram @Nullable [] ofHistograms,
      int first,
      int end) {
    timestamps = ofTimestamps;
    values = ofValues;
    histograms = ofHistograms;
    from = first;
    to = end;
  }

  /** Shows own columns, with nothing in them, and room for so many samples. */
  void begin(int samples) {
    if (ownTimestamps.length < samples) {
      ownTimestamps = new long[samples + samples / 4];
      ownValues = new double[ownTimestamps.length];
      scratch = scratch.length == 0 ? new long[PackedSamples.MOST] : scratch;
    }
    show(ownTimestamps, ownValues, null, 0, 0);
  }

  /** Adds packed samples to own columns, without timestamps where they do not matter. */
  void add(byte[] packed, long firstMillis, boolean withTimestamps) {
    int count = PackedSamples.count(packed);
    if (withTimestamps) {
      PackedSamples.readTimestamps(packed, firstMillis, ownTimestamps, to);
    }
    PackedSamples.readValues(packed, count, ownValues, to, scratch);
    to += count;
  }

  /** Adds samples to own columns. */
  void add(long[] ofTimestamps, double[] ofValues, int first, int end) {
    System.arraycopy(ofTimestamps, first, ownTimestamps, to, end - first);
    System.arraycopy(ofValues, first, ownValues, to, end - first);
    to += end - first;
  }

  /** Leaves the samples after a time. */
  void leaveAfter(long millis) {
    from = indexAfter(timestamps, from, to, millis);
  }

  /** Leaves the samples up to a time, those before an index in any case. */
  void leaveUpTo(long millis, int index) {
    to = indexAfter(timestamps, index, to, millis);
  }

  /** Shows what is shown in own columns, so that it stays; without histograms. */
  void own() {
    if (timestamps != ownTimestamps) {
      long[] theirTimestamps = timestamps;
      double[] theirValues = values;
      int first = from;
      int end = to;
      begin(end - first);
      add(theirTimestamps, theirValues, first, end);
    }
  }

  /** Leaves the samples that are no stale markers. */
  void removeStaleMarkers() {
    own();
    int fresh = from;
    for (int i = from; i < to; i++) {
      if (!StaleMarker.is(values[i])) {
        timestamps[fresh] = timestamps[i];
        values[fresh++] = values[i];
      }
    }
    to = fresh;
  }

  /**
   * Adds to a number the values before each reset in what is shown.
   *
   * @param before the value before the first one that is shown
   */
  double plusLostInResets(double number, double before) {
    double lost = number;
    double previous = before;
    for (int i = from; i < to; i++) {
      double value = values[i];
      if (value < previous) {
        lost += previous;
      }
      previous = value;
    }
    return lost;
  }

  /** Tells what is shown. */
  void forEach(SampleVisitor visitor) {
    for (int i = from; i < to; i++) {
      tell(i, visitor);
    }
  }

  /** Tells what is shown at times at which others show nothing. */
  void forEachNotIn(SampleColumns others, SampleVisitor visitor) {
    int next = others.from;
    for (int i = from; i < to; i++) {
      while (next < others.to && others.timestamps[next] < timestamps[i]) {
        next++;
      }
      if (next == others.to || others.timestamps[next] != timestamps[i]) {
        tell(i, visitor);
      }
    }
  }

  private void tell(int index, SampleVisitor visitor) {
    visitor.visit(timestamps[index], values[index], histograms == null ? null : histograms[index]);
  }

  /** Returns the index, in a packed block, of the first sample after a time. */
  int indexAfter(byte[] packed, long firstMillis, long afterMillis) {
    begin(PackedSamples.MOST);
    PackedSamples.readTimestamps(packed, firstMillis, ownTimestamps, 0);
    return indexAfter(ownTimestamps, 0, PackedSamples.count(packed), afterMillis);
  }

  /** Returns a timestamp of the block that {@link #indexAfter} was last asked of. */
  long timestampAt(int index) {
    return ownTimestamps[index];
  }

  /** Returns a value of a packed block. */
  double valueAt(byte[] packed, int index) {
    begin(PackedSamples.MOST);
    PackedSamples.readValues(packed, index + 1, ownValues, 0, scratch);
    return ownValues[index];
  }

  /** Points at a sample of a packed block, its ordinal left as it is. */
  void point(byte[] packed, int index, long millis, SamplePoint point) {
    double value = valueAt(packed, index);
    point.set(millis, value, packed, index, scratch[index]);
  }

  /** Returns the first index of a part whose sample is after a time, or the part's end. */
  static int indexAfter(long[] timestamps, int low, int high, long millis) {
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
}
