package dev.guanlan.model.histogram;

/**
 * Lists all buckets of a histogram from the lowest to the highest, with their bounds: negative
 * ones, the zero bucket if it has observations, positive ones. Where a bucket overlaps with the
 * zero bucket, it begins or ends at the zero threshold. Immutable.
 */
public final class BucketRanges {

  private final double[] lowers;
  private final double[] uppers;
  private final double[] counts;
  private int size;

  BucketRanges(Histogram histogram) {
    Buckets negative = histogram.negative();
    Buckets positive = histogram.positive();
    int capacity = negative.size() + positive.size() + 1;
    lowers = new double[capacity];
    uppers = new double[capacity];
    counts = new double[capacity];
    double threshold = histogram.zeroThreshold();
    for (int i = negative.size() - 1; i >= 0; i--) {
      double upper = -histogram.bound(negative.index(i) - 1);
      double cut = upper < 0 && upper > -threshold ? -threshold : upper;
      add(-histogram.bound(negative.index(i)), cut, negative.count(i));
    }
    if (histogram.zeroCount() > 0) {
      add(-threshold, threshold, histogram.zeroCount());
    }
    for (int i = 0; i < positive.size(); i++) {
      double lower = histogram.bound(positive.index(i) - 1);
      double cut = lower > 0 && lower < threshold ? threshold : lower;
      add(cut, histogram.bound(positive.index(i)), positive.count(i));
    }
  }

  private void add(double lower, double upper, double count) {
    lowers[size] = lower;
    uppers[size] = upper;
    counts[size++] = count;
  }

  /** Returns how many buckets there are. */
  public int size() {
    return size;
  }

  /** Returns the lower bound of the {@code i}-th bucket; -∞ before the first listed bound. */
  public double lower(int i) {
    return lowers[i];
  }

  /** Returns the upper bound of the {@code i}-th bucket; +∞ after the last listed bound. */
  public double upper(int i) {
    return uppers[i];
  }

  /** Returns how many observations the {@code i}-th bucket has. */
  public double count(int i) {
    return counts[i];
  }
}
