package dev.guanlan.promql.engine;

/** Is a block unpacked, while samples come that belong into it: a history brings many in a row. */
final class BlockEdit {

  private final long[] timestamps = new long[PackedSamples.MOST + 1];
  private final double[] values = new double[PackedSamples.MOST + 1];
  private int count;

  BlockEdit(byte[] packed, long firstMillis) {
    count = PackedSamples.count(packed);
    PackedSamples.readTimestamps(packed, firstMillis, timestamps, 0);
    PackedSamples.readValues(packed, count, values, 0, new long[PackedSamples.MOST]);
  }

  int count() {
    return count;
  }

  /** Returns how much memory it takes, in bytes by estimate. */
  static int bytes() {
    return (PackedSamples.MOST + 1) * (Long.BYTES + Double.BYTES);
  }

  /** Tells whether there are more samples than a block takes. */
  boolean isOverfull() {
    return count > PackedSamples.MOST;
  }

  long timestamp(int index) {
    return timestamps[index];
  }

  /** Returns the index of the first sample after a time. */
  int indexAfter(long millis) {
    return SampleColumns.indexAfter(timestamps, 0, count, millis);
  }

  /** Tells whether there is a sample at a time. */
  boolean isAt(long millis) {
    int behind = indexAfter(millis);
    return behind > 0 && timestamps[behind - 1] == millis;
  }

  /** Inserts a sample at an index. */
  void insert(int at, long millis, double value) {
    System.arraycopy(timestamps, at, timestamps, at + 1, count - at);
    System.arraycopy(values, at, values, at + 1, count - at);
    timestamps[at] = millis;
    values[at] = value;
    count++;
  }

  /** Packs a part of the samples. */
  byte[] packed(int from, int to) {
    return PackedSamples.of(timestamps, values, from, to);
  }
}
