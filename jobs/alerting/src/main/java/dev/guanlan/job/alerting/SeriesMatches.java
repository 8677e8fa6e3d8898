package dev.guanlan.job.alerting;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Remembers of series which set of groups selects them, and when their labels were last told. A
 * bound on their number holds without an order among them: what is not asked for while as many
 * others are is forgotten. For one thread.
 */
final class SeriesMatches {

  /** Stands for labels that were never told. */
  static final long NEVER = Long.MIN_VALUE;

  /** Series that were asked for at about the same time. */
  private static final class Generation {
    private final SeriesTable table = new SeriesTable();
    private int[] sets = new int[16];
    private long[] toldMillis = new long[16];

    private int add(long high, long low, int set, long told) {
      int number = table.add(high, low);
      if (number == sets.length) {
        sets = Arrays.copyOf(sets, 2 * number);
        toldMillis = Arrays.copyOf(toldMillis, 2 * number);
      }
      sets[number] = set;
      toldMillis[number] = told;
      return number;
    }
  }

  private final int most;
  private Generation current = new Generation();
  private @Nullable Generation before;

  /**
   * Makes a memory of nothing.
   *
   * @param most how many series are remembered at least if there are so many, and twice that at
   *     most
   */
  SeriesMatches(int most) {
    this.most = most;
  }

  /** Returns where a series is remembered, good until the next call, or -1 if it is not. */
  int find(long high, long low) {
    // hot: allocates nothing once the tables have grown.
    int number = current.table.find(high, low);
    if (number >= 0 || before == null) {
      return number;
    }
    int earlier = before.table.find(high, low);
    return earlier < 0 ? -1 : put(high, low, before.sets[earlier], before.toldMillis[earlier]);
  }

  /** Remembers a series that is not, and returns where. */
  int add(long high, long low, int set) {
    return put(high, low, set, NEVER);
  }

  private int put(long high, long low, int set, long told) {
    if (current.table.size() >= most) {
      Generation next = before == null ? new Generation() : before;
      next.table.clear();
      before = current;
      current = next;
    }
    return current.add(high, low, set, told);
  }

  /** Returns which set of groups selects a series. */
  int set(int place) {
    return current.sets[place];
  }

  /** Returns the time of the sample with which the series' labels were last told. */
  long toldMillis(int place) {
    return current.toldMillis[place];
  }

  /** Notes that a series' labels are told with a sample of a time. */
  void told(int place, long millis) {
    current.toldMillis[place] = millis;
  }

  /** Forgets everything. */
  void clear() {
    current = new Generation();
    before = null;
  }
}
