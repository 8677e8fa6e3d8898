package dev.guanlan.model.histogram;

/** Builds histograms for tests. */
final class Histograms {

  private Histograms() {}

  /** Makes a histogram of positive buckets from {@code offset} on; count as the buckets have it. */
  static Histogram exponential(
      int schema,
      double zeroThreshold,
      double zeroCount,
      double sum,
      int offset,
      double... counts) {
    return exponential(
        schema, zeroThreshold, zeroCount, sum, buckets(offset, counts), Buckets.EMPTY);
  }

  static Histogram exponential(
      int schema,
      double zeroThreshold,
      double zeroCount,
      double sum,
      Buckets positive,
      Buckets negative) {
    return new Histogram(
        ResetHint.UNKNOWN,
        schema,
        zeroThreshold,
        zeroCount,
        zeroCount + total(positive) + total(negative),
        sum,
        positive,
        negative,
        new double[0]);
  }

  /** Makes a histogram of listed bounds. */
  static Histogram custom(double[] bounds, double sum, double... counts) {
    Buckets buckets = buckets(0, counts);
    return new Histogram(
        ResetHint.UNKNOWN,
        Histogram.CUSTOM_BUCKETS,
        0,
        0,
        total(buckets),
        sum,
        buckets,
        Buckets.EMPTY,
        bounds);
  }

  static double[] bounds(double... bounds) {
    return bounds;
  }

  static Buckets buckets(int offset, double... counts) {
    int[] indexes = new int[counts.length];
    for (int i = 0; i < counts.length; i++) {
      indexes[i] = offset + i;
    }
    return Buckets.of(indexes, counts, counts.length);
  }

  static double total(Buckets buckets) {
    double total = 0;
    for (int i = 0; i < buckets.size(); i++) {
      total += buckets.count(i);
    }
    return total;
  }
}
