package dev.guanlan.codec.series;

import dev.guanlan.model.Labels;

/**
 * Holds series in the order in which they came, with a hash table of their fingerprints. Series are
 * only added, each before the size that counts it, so other threads may read what a size they have
 * read covers without a lock; who adds must hold one.
 *
 * <p>Senders tell their series in the same order again and again. So for each series it is known
 * which one came after it, and reading on from there reads memory in its order, where a hash table
 * greater than the processor's caches costs a wait for each.
 */
final class SeriesGeneration {

  /** Four numbers of series {@code n} from {@code 4 * n} on: its fingerprint and its identity. */
  private final long[] keys;

  private final Labels[] labels;

  /** How many bytes name each series on the wire; 0 where other things than its bytes do. */
  private final int[] lengths;

  /** Which series came after each. Other threads see it late or never, which costs them a look. */
  private final int[] after;

  /** One entry a hash: a series and 1, or 0. At most half of it is in use. */
  private final int[] table;

  private final int shift;
  private volatile int size;
  private long bytes;

  /** Makes an empty one with room for {@code capacity} series, a power of two. */
  SeriesGeneration(int capacity) {
    keys = new long[4 * capacity];
    labels = new Labels[capacity];
    lengths = new int[capacity];
    after = new int[capacity];
    table = new int[2 * capacity];
    shift = Long.numberOfLeadingZeros(table.length) + 1;
  }

  /** Returns a copy with twice the room. */
  SeriesGeneration grown() {
    SeriesGeneration greater = new SeriesGeneration(2 * labels.length);
    int count = size;
    for (int series = 0; series < count; series++) {
      greater.add(
          keys[4 * series],
          keys[4 * series + 1],
          labels[series],
          keys[4 * series + 2],
          keys[4 * series + 3],
          lengths[series],
          0);
      greater.after[series] = after[series];
    }
    greater.bytes = bytes;
    return greater;
  }

  /** Adds a series for which there is room, of so many bytes of heap. */
  void add(
      long high, long low, Labels seriesLabels, long idHigh, long idLow, int length, int heap) {
    int series = size;
    keys[4 * series] = high;
    keys[4 * series + 1] = low;
    keys[4 * series + 2] = idHigh;
    keys[4 * series + 3] = idLow;
    labels[series] = seriesLabels;
    lengths[series] = length;
    after[series] = series + 1;
    bytes += heap;
    int mask = table.length - 1;
    int slot = slot(high, low);
    while (table[slot] != 0) {
      slot = (slot + 1) & mask;
    }
    table[slot] = series + 1;
    size = series + 1;
  }

  /**
   * Looks a series up.
   *
   * @param known how many series to look among, a size read before
   * @return which it is, or -1
   */
  // hot: two lines of memory for nearly every series there is.
  int find(long high, long low, int known) {
    int mask = table.length - 1;
    for (int slot = slot(high, low); ; slot = (slot + 1) & mask) {
      int series = table[slot] - 1;
      if (series < 0 || series >= known) {
        return -1;
      }
      if (is(series, high, low)) {
        return series;
      }
    }
  }

  private int slot(long high, long low) {
    // The lowest bits of a product depend on few bits of its factors, the highest on all.
    return (int) (((high ^ low) * 0x9E3779B97F4A7C15L) >>> shift);
  }

  /** Returns whether a series has this fingerprint. */
  boolean is(int series, long high, long low) {
    return keys[4 * series] == high && keys[4 * series + 1] == low;
  }

  /** Returns the series that came after another, which may be one there is not, or not yet. */
  int after(int series) {
    return after[series];
  }

  /** Says that another series than the one known came after one. */
  void comesAfter(int series, int next) {
    after[series] = next;
  }

  /** Returns how many bytes name a series, or 0 if other things do. */
  int length(int series) {
    return lengths[series];
  }

  Labels labels(int series) {
    return labels[series];
  }

  long idHigh(int series) {
    return keys[4 * series + 2];
  }

  long idLow(int series) {
    return keys[4 * series + 3];
  }

  int size() {
    return size;
  }

  boolean isFull() {
    return size == labels.length;
  }

  int capacity() {
    return labels.length;
  }

  /** Returns what its series take on the heap. */
  long bytes() {
    return bytes;
  }
}
