package dev.guanlan.job.alerting;

import java.util.Arrays;

/**
 * Numbers series by their identities, from 0 in the order of their coming: a table without an
 * object for any of them. For one thread.
 */
final class SeriesTable {

  private static final int FIRST_CAPACITY = 16;

  /** Two entries a series: the halves of its identity. */
  private long[] ids = new long[2 * FIRST_CAPACITY];

  /** Numbers, each plus one, where the identities' hashes put them; 0 where there is none. */
  private int[] places = new int[4 * FIRST_CAPACITY];

  private int size;

  /** The number of the series that came after the last one when both came first. */
  private int expected;

  /** Returns how many series there are. */
  int size() {
    return size;
  }

  /** Returns the first half of a series' identity. */
  long high(int number) {
    return ids[2 * number];
  }

  /** Returns the other half. */
  long low(int number) {
    return ids[2 * number + 1];
  }

  /** Returns the number of a series, or -1 if it has none. */
  int find(long high, long low) {
    // hot: no object. Series come in the order in which they came before, so the next one is looked
    // at first, and memory is read as it lies.
    int number = expected;
    if (number >= size || !isAt(number, high, low)) {
      int mask = places.length - 1;
      int at = (int) low & mask;
      number = places[at] - 1;
      while (number >= 0 && !isAt(number, high, low)) {
        at = (at + 1) & mask;
        number = places[at] - 1;
      }
      if (number < 0) {
        return -1;
      }
    }
    expected = number + 1;
    return number;
  }

  private boolean isAt(int number, long high, long low) {
    return ids[2 * number] == high && ids[2 * number + 1] == low;
  }

  /** Gives a series that has none a number, and returns it. */
  int add(long high, long low) {
    if (2 * size == ids.length) {
      ids = Arrays.copyOf(ids, 2 * ids.length);
      places = new int[2 * places.length];
      for (int number = 0; number < size; number++) {
        place(number);
      }
    }
    ids[2 * size] = high;
    ids[2 * size + 1] = low;
    place(size);
    return size++;
  }

  private void place(int number) {
    // An identity is a hash already.
    int mask = places.length - 1;
    int at = (int) ids[2 * number + 1] & mask;
    while (places[at] != 0) {
      at = (at + 1) & mask;
    }
    places[at] = number + 1;
  }

  /** Forgets all series. */
  void clear() {
    Arrays.fill(places, 0);
    size = 0;
    expected = 0;
  }
}
