package dev.guanlan.model.histogram;

import java.util.Arrays;

/**
 * Holds the buckets of one side of a histogram that are not known to be empty, ascending by index.
 * Immutable.
 */
public final class Buckets implements Side {

  /** No buckets. */
  public static final Buckets EMPTY = new Buckets(new int[0], new double[0], 0);

  private final int[] indexes;
  private final double[] counts;
  private final int size;

  private Buckets(int[] indexes, double[] counts, int size) {
    this.indexes = indexes;
    this.counts = counts;
    this.size = size;
  }

  /**
   * Takes columns over, which must not change afterwards.
   *
   * @param indexes strictly ascending; may be longer than used
   * @param counts observations in each bucket; may be longer than used
   * @param size how many buckets there are
   * @throws IllegalArgumentException if the indexes do not ascend
   */
  public static Buckets of(int[] indexes, double[] counts, int size) {
    for (int i = 1; i < size; i++) {
      if (indexes[i - 1] >= indexes[i]) {
        throw new IllegalArgumentException(
            "bucket " + indexes[i] + " follows bucket " + indexes[i - 1] + "; sort them");
      }
    }
    return size == 0 ? EMPTY : new Buckets(indexes, counts, size);
  }

  /** Returns how many buckets there are. */
  @Override
  public int size() {
    return size;
  }

  /** Returns the index of the {@code i}-th bucket. */
  @Override
  public int index(int i) {
    return indexes[i];
  }

  /** Returns how many observations the {@code i}-th bucket has. */
  @Override
  public double count(int i) {
    return counts[i];
  }

  /** Returns all buckets that have observations, and those alone. */
  Buckets populated() {
    int kept = 0;
    for (int i = 0; i < size; i++) {
      kept += counts[i] != 0 ? 1 : 0;
    }
    if (kept == size) {
      return this;
    }
    int[] keptIndexes = new int[kept];
    double[] keptCounts = new double[kept];
    int next = 0;
    for (int i = 0; i < size; i++) {
      if (counts[i] != 0) {
        keptIndexes[next] = indexes[i];
        keptCounts[next++] = counts[i];
      }
    }
    return of(keptIndexes, keptCounts, kept);
  }

  /** Returns the same buckets with all counts multiplied. */
  Buckets times(double factor) {
    double[] products = new double[size];
    for (int i = 0; i < size; i++) {
      products[i] = counts[i] * factor;
    }
    return of(indexes, products, size);
  }

  /** Returns the same buckets with all counts divided. */
  Buckets dividedBy(double divisor) {
    double[] quotients = new double[size];
    for (int i = 0; i < size; i++) {
      quotients[i] = counts[i] / divisor;
    }
    return of(indexes, quotients, size);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Buckets buckets
        && Arrays.equals(indexes, 0, size, buckets.indexes, 0, buckets.size)
        && Arrays.equals(counts, 0, size, buckets.counts, 0, buckets.size);
  }

  @Override
  public int hashCode() {
    int hash = 1;
    for (int i = 0; i < size; i++) {
      hash = 31 * (31 * hash + indexes[i]) + Double.hashCode(counts[i]);
    }
    return hash;
  }
}
