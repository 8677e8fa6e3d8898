package dev.guanlan.model;

import java.util.Arrays;

/**
 * Counts series from 0 in the order in which they come, so that what is known of them can stand in
 * plain arrays. For one thread.
 *
 * <p>Senders tell their series in the same order again and again. So the series after the one that
 * was found last is tried first, which reads memory in its order; only where another comes is it
 * looked up in a hash table, which costs a miss of the processor's caches.
 */
// hot: asked once a series of every block; nothing is allocated but to grow.
public final class SeriesNumbers {

  private static final int FIRST_CAPACITY = 1024;

  /** One entry a hash: the number of a series and 1, or 0. At most half of it is in use. */
  private int[] table = new int[2 * FIRST_CAPACITY];

  /** The identity of series {@code n}: its two halves at {@code 2 * n}. */
  private long[] ids = new long[2 * FIRST_CAPACITY];

  private int size;
  private int next;

  /** Makes an empty one. */
  public SeriesNumbers() {}

  /** Returns the number of the series whose identity has these halves, or -1 if it has none. */
  public int find(long high, long low) {
    int number = next;
    if (number >= size || ids[2 * number] != high || ids[2 * number + 1] != low) {
      number = lookUp(high, low);
    }
    next = number + 1;
    return number;
  }

  private int lookUp(long high, long low) {
    int mask = table.length - 1;
    for (int slot = slot(low, mask); ; slot = (slot + 1) & mask) {
      int number = table[slot] - 1;
      if (number < 0 || (ids[2 * number] == high && ids[2 * number + 1] == low)) {
        return number;
      }
    }
  }

  /** Gives the next number to a series that has none, and returns it. */
  public int add(long high, long low) {
    if (2 * size == ids.length) {
      grow();
    }
    int number = size++;
    ids[2 * number] = high;
    ids[2 * number + 1] = low;
    put(number);
    next = size;
    return number;
  }

  /** Returns how many series have a number. */
  public int size() {
    return size;
  }

  /** Returns the first half of the identity of a series. */
  public long high(int number) {
    return ids[2 * number];
  }

  /** Returns how many series may be added before memory is taken. */
  public int capacity() {
    return ids.length / 2;
  }

  /** Takes all numbers back, and keeps the memory. */
  public void clear() {
    Arrays.fill(table, 0);
    size = 0;
    next = 0;
  }

  private void grow() {
    ids = Arrays.copyOf(ids, 2 * ids.length);
    table = new int[ids.length];
    for (int number = 0; number < size; number++) {
      put(number);
    }
  }

  private void put(int number) {
    int mask = table.length - 1;
    int slot = slot(ids[2 * number + 1], mask);
    while (table[slot] != 0) {
      slot = (slot + 1) & mask;
    }
    table[slot] = number + 1;
  }

  /** An identity is a hash already. */
  private static int slot(long idLow, int mask) {
    return (int) idLow & mask;
  }
}
