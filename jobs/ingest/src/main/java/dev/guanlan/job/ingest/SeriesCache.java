package dev.guanlan.job.ingest;

import dev.guanlan.model.SeriesNumbers;
import dev.guanlan.store.DecimalValue;
import dev.guanlan.store.RowOrder;
import dev.guanlan.topology.Place;
import java.util.Arrays;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * Remembers, for the series that passed, what was written of them, how their values are written,
 * and in which order their samples are stored. Lost with the task: then rows of series are written
 * again, and the table collapses them.
 *
 * <p>What is known of a series stands at the place of its number in one array a subject. When there
 * is room for no more series, all are forgotten: that is simpler than to choose, and as rare as the
 * capacity is large.
 */
// hot: asked once a series of every block; nothing is allocated but for new series.
final class SeriesCache implements RowOrder {

  static final long DAY_MILLIS = 86_400_000;

  private static final int NEVER = Integer.MIN_VALUE;

  private final int capacity;

  private final SeriesNumbers numbers = new SeriesNumbers();
  private long[] metricIds = new long[numbers.capacity()];

  /** The day, since 1970-01-01, for which a row was written last. */
  private int[] days = new int[numbers.capacity()];

  private byte[] scales = new byte[numbers.capacity()];
  private Place[] places = new Place[numbers.capacity()];

  /**
   * Since when the values count, in milliseconds since the epoch; null as long as none is known.
   */
  private long @Nullable [] starts;

  /** The numbers of the first {@code ranks.length} series, in the order of their keys. */
  private int[] inOrder = new int[0];

  private int[] ranks = new int[0];

  SeriesCache(int capacity) {
    this.capacity = capacity;
  }

  /** Returns the number of a series, or -1 if it is not known. */
  // hot: once a series of every block.
  int find(long idHigh, long idLow) {
    return numbers.find(idHigh, idLow);
  }

  /** Takes note of a series that is not known, and returns its number. */
  int add(long idHigh, long idLow, long metricId) {
    if (numbers.size() == capacity) {
      forget();
    }
    int number = numbers.add(idHigh, idLow);
    if (number == metricIds.length) {
      grow();
    }
    metricIds[number] = metricId;
    days[number] = NEVER;
    scales[number] = 0;
    places[number] = Place.NONE;
    if (starts != null) {
      starts[number] = 0;
    }
    return number;
  }

  int size() {
    return numbers.size();
  }

  /** Returns the first half of the key of the series' rows. */
  long metricId(int number) {
    return metricIds[number];
  }

  /** Returns whether a row for a day, with this place, was written. */
  // hot: once a series of every block.
  @SuppressWarnings("ReferenceEquality") // It is the same one nearly always.
  boolean covers(int number, int day, Place place) {
    return days[number] == day && (places[number] == place || places[number].equals(place));
  }

  /** Takes note of a row. Values of a new day are tried as decimals again. */
  void written(int number, int day, Place place) {
    if (days[number] != day) {
      scales[number] = 0;
    }
    days[number] = day;
    places[number] = place;
  }

  /**
   * Returns the scale to write a value of the series with. It stays the same as long as it can, for
   * digits of different scales have no small differences. A series whose value has none is not
   * tried again on that day, or noise would cost ten divisions a sample.
   */
  // hot: once a sample.
  int scale(int number, double value) {
    int scale = scales[number];
    if (scale == DecimalValue.NONE || DecimalValue.hasScale(value, scale)) {
      return scale;
    }
    if (!Double.isFinite(value)) {
      // Such as a marker of staleness, which says nothing of the values after it.
      return DecimalValue.NONE;
    }
    scale = DecimalValue.scale(value);
    scales[number] = (byte) scale;
    return scale;
  }

  /** Takes note of a start time, and returns whether it is another than before. */
  boolean startsAt(int number, long millis) {
    long[] known = starts;
    if (known == null) {
      known = new long[metricIds.length];
      starts = known;
    }
    boolean other = known[number] != millis;
    known[number] = millis;
    return other;
  }

  @Override
  public int[] ranks() {
    if (ranks.length != numbers.size()) {
      rank();
    }
    return ranks;
  }

  /** Sorts the series that came since the last time, and merges them into the others. */
  private void rank() {
    int size = numbers.size();
    int known = inOrder.length;
    Integer[] added = new Integer[size - known];
    Arrays.setAll(added, i -> known + i);
    Comparator<Integer> byKey = this::compareKeys;
    Arrays.sort(added, byKey);
    int[] merged = new int[size];
    for (int i = 0, a = 0, b = 0; i < size; i++) {
      boolean takeKnown =
          b == added.length || (a < known && compareKeys(inOrder[a], added[b]) <= 0);
      merged[i] = takeKnown ? inOrder[a++] : added[b++];
    }
    inOrder = merged;
    // A new array, because a block may still be sorted by the old one.
    ranks = new int[size];
    for (int i = 0; i < size; i++) {
      ranks[merged[i]] = i;
    }
  }

  private int compareKeys(int one, int other) {
    int byMetric = Long.compareUnsigned(metricIds[one], metricIds[other]);
    return byMetric != 0 ? byMetric : Long.compareUnsigned(numbers.high(one), numbers.high(other));
  }

  private void forget() {
    numbers.clear();
    Arrays.fill(places, Place.NONE);
    inOrder = new int[0];
    ranks = new int[0];
  }

  private void grow() {
    int longer = numbers.capacity();
    metricIds = Arrays.copyOf(metricIds, longer);
    days = Arrays.copyOf(days, longer);
    scales = Arrays.copyOf(scales, longer);
    places = Arrays.copyOf(places, longer);
    if (starts != null) {
      starts = Arrays.copyOf(starts, longer);
    }
  }
}
