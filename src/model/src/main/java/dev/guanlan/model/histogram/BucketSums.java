package dev.guanlan.model.histogram;

import java.util.Arrays;

/**
 * Sums buckets of one side, each with the compensation of its rounding errors. As long as an addend
 * has no buckets of its own, nothing is allocated.
 */
final class BucketSums implements Side {

  private int[] indexes;
  private double[] counts;
  private double[] compensations;
  private int size;

  BucketSums(Buckets first) {
    size = first.size();
    indexes = new int[size];
    counts = new double[size];
    compensations = new double[size];
    for (int i = 0; i < size; i++) {
      indexes[i] = first.index(i);
      counts[i] = first.count(i);
    }
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public int index(int i) {
    return indexes[i];
  }

  @Override
  public double count(int i) {
    return counts[i] + compensations[i];
  }

  /**
   * Adds an addend's buckets but for some of the first, which are in its zero bucket.
   *
   * @param sign 1 to add, -1 to subtract
   */
  void add(Buckets addend, int from, BucketMapping mapping, int sign) {
    include(addend, from, mapping);
    int at = 0;
    // hot: a pass over two columns; must not allocate.
    for (int i = from; i < addend.size(); i++) {
      int index = mapping.target(addend.index(i));
      while (indexes[at] < index) {
        at++;
      }
      addTo(at, sign * addend.count(i));
    }
  }

  private void addTo(int i, double number) {
    double total = counts[i] + number;
    compensations[i] = Compensation.after(number, counts[i], compensations[i], total);
    counts[i] = total;
  }

  /** Makes room for all buckets that an addend has. */
  private void include(Buckets addend, int from, BucketMapping mapping) {
    int missing = missing(addend, from, mapping);
    if (missing == 0) {
      return;
    }
    int[] oldIndexes = indexes;
    double[] oldCounts = counts;
    double[] oldCompensations = compensations;
    int oldSize = size;
    indexes = new int[oldSize + missing];
    counts = new double[oldSize + missing];
    compensations = new double[oldSize + missing];
    size = 0;
    int old = 0;
    int next = from;
    while (old < oldSize || next < addend.size()) {
      int index = next < addend.size() ? mapping.target(addend.index(next)) : Integer.MAX_VALUE;
      if (old < oldSize && oldIndexes[old] <= index) {
        indexes[size] = oldIndexes[old];
        counts[size] = oldCounts[old];
        compensations[size++] = oldCompensations[old++];
      } else if (size == 0 || indexes[size - 1] < index) {
        indexes[size++] = index;
        next++;
      } else {
        next++;
      }
    }
  }

  private int missing(Buckets addend, int from, BucketMapping mapping) {
    int missing = 0;
    int at = 0;
    int last = 0;
    for (int i = from; i < addend.size(); i++) {
      int index = mapping.target(addend.index(i));
      while (at < size && indexes[at] < index) {
        at++;
      }
      boolean known = at < size && indexes[at] == index;
      if (!known && (i == from || index != last)) {
        missing++;
      }
      last = index;
    }
    return missing;
  }

  /** Merges buckets into those of a coarser layout. */
  void reduce(BucketMapping mapping) {
    int kept = 0;
    for (int i = 0; i < size; i++) {
      int index = mapping.target(indexes[i]);
      double count = counts[i];
      double compensation = compensations[i];
      if (kept > 0 && indexes[kept - 1] == index) {
        addTo(kept - 1, count);
        addTo(kept - 1, compensation);
      } else {
        indexes[kept] = index;
        counts[kept] = count;
        compensations[kept++] = compensation;
      }
    }
    size = kept;
  }

  /** Removes the first buckets. */
  void removeFirst(int removed) {
    System.arraycopy(indexes, removed, indexes, 0, size - removed);
    System.arraycopy(counts, removed, counts, 0, size - removed);
    System.arraycopy(compensations, removed, compensations, 0, size - removed);
    size -= removed;
  }

  void multiply(double factor) {
    for (int i = 0; i < size; i++) {
      counts[i] *= factor;
      compensations[i] *= factor;
    }
  }

  void divide(double divisor) {
    for (int i = 0; i < size; i++) {
      counts[i] /= divisor;
      compensations[i] /= divisor;
    }
  }

  /** Returns the greatest absolute count. */
  double greatest() {
    double greatest = 0;
    for (int i = 0; i < size; i++) {
      greatest = Math.max(greatest, Math.abs(counts[i]));
    }
    return greatest;
  }

  /** Returns what has been summed up, without empty buckets. */
  Buckets toBuckets() {
    double[] sums = new double[size];
    Arrays.setAll(sums, this::count);
    return Buckets.of(Arrays.copyOf(indexes, size), sums, size).populated();
  }
}
