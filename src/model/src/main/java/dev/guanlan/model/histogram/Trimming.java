package dev.guanlan.model.histogram;

/**
 * Keeps the observations of a histogram on one side of a bound. The bucket that holds the bound is
 * shared out by interpolation, linear between listed bounds and exponential between others, and the
 * sum is estimated anew from what is left. Source: {@code TrimBuckets} in {@code
 * model/histogram/float_histogram.go} of Prometheus.
 */
final class Trimming {

  private final Histogram histogram;
  private final double bound;
  private final boolean upper;
  private final boolean linear;
  private double count;
  private double sum;
  private boolean trimmed;

  /**
   * Prepares.
   *
   * @param upper whether the observations below the bound are kept, else those above
   */
  Trimming(Histogram histogram, double bound, boolean upper) {
    this.histogram = histogram;
    this.bound = bound;
    this.upper = upper;
    this.linear = histogram.hasCustomBuckets();
  }

  Histogram trim() {
    Buckets positive = trimSide(histogram.positive(), true);
    Buckets negative = trimSide(histogram.negative(), false);
    double zeroCount = trimZeroBucket();
    if (!trimmed) {
      return histogram;
    }
    return new Histogram(
        histogram.resetHint(),
        histogram.schema(),
        histogram.zeroThreshold(),
        zeroCount,
        count,
        sum,
        positive,
        negative,
        histogram.customBoundsShared());
  }

  private Buckets trimSide(Buckets side, boolean positive) {
    int[] indexes = new int[side.size()];
    double[] counts = new double[side.size()];
    for (int i = 0; i < side.size(); i++) {
      double near = histogram.bound(side.index(i) - 1);
      double far = histogram.bound(side.index(i));
      indexes[i] = side.index(i);
      counts[i] =
          side.count(i) == 0
              ? 0
              : kept(positive ? near : -far, positive ? far : -near, side.count(i), positive);
    }
    return Buckets.of(indexes, counts, side.size()).populated();
  }

  /** Returns how many observations of a bucket are kept, and takes them into the totals. */
  private double kept(double lower, double higher, double before, boolean positive) {
    if (upper ? higher <= bound : lower >= bound) {
      return take(before, middle(lower, higher, positive), before);
    }
    if (!(upper ? lower < bound : higher > bound)) {
      trimmed = true;
      return 0;
    }
    if (Double.isInfinite(lower)) {
      return keptBelowFirstBound(higher, before);
    }
    if (Double.isInfinite(higher)) {
      // How observations are spread above the last bound is not known: all or none of them stay.
      return upper ? take(0, 0, before) : take(before, bound, before);
    }
    double below = before * shareBelow(lower, higher, positive);
    return upper
        ? take(below, middle(lower, bound, positive), before)
        : take(before - below, middle(bound, higher, positive), before);
  }

  /** Shares out a bucket from -∞: evenly between 0 and its bound if that is positive. */
  private double keptBelowFirstBound(double higher, double before) {
    if (higher <= 0) {
      return upper ? take(before, bound, before) : take(0, 0, before);
    }
    if (Double.isInfinite(higher)) {
      return take(0, 0, before);
    }
    if (upper) {
      return bound > 0 ? take(before * bound / higher, bound / 2, before) : take(0, 0, before);
    }
    return bound >= 0
        ? take(before * (1 - bound / higher), (bound + higher) / 2, before)
        : take(0, 0, before);
  }

  private double trimZeroBucket() {
    double before = histogram.zeroCount();
    if (!(before > 0)) {
      return before;
    }
    boolean hasNegative = hasObservations(histogram.negative());
    boolean hasPositive = hasObservations(histogram.positive());
    double lower = hasPositive && !hasNegative ? 0 : -histogram.zeroThreshold();
    double higher = hasNegative && !hasPositive ? 0 : histogram.zeroThreshold();
    if (bound <= lower || bound >= higher) {
      boolean keepsAll = upper != (bound <= lower);
      return keepsAll ? take(before, (lower + higher) / 2, before) : take(0, 0, before);
    }
    double share = (upper ? bound - lower : higher - bound) / (higher - lower);
    return take(before * share, ((upper ? lower : higher) + bound) / 2, before);
  }

  private static boolean hasObservations(Buckets side) {
    return side.populated().size() > 0;
  }

  private double take(double kept, double middle, double before) {
    trimmed |= kept != before;
    count += kept;
    sum += middle * kept;
    return kept;
  }

  /** Returns which share of a bucket with finite bounds is below the bound. */
  private double shareBelow(double lower, double higher, boolean positive) {
    if (linear) {
      return (bound - lower) / (higher - lower);
    }
    double low = log2(lower);
    double high = log2(higher);
    double at = log2(bound);
    return positive ? (at - low) / (high - low) : 1 - (at - high) / (low - high);
  }

  private static double log2(double value) {
    return Math.log(Math.abs(value)) / Math.log(2);
  }

  /** Returns the number that stands for all observations between two bounds. */
  private double middle(double lower, double higher, boolean positive) {
    if (Double.isInfinite(lower)) {
      if (Double.isInfinite(higher)) {
        return 0;
      }
      return higher > 0 ? higher / 2 : higher;
    }
    if (Double.isInfinite(higher)) {
      return lower;
    }
    if (linear) {
      return (lower + higher) / 2;
    }
    double middle = Math.sqrt(Math.abs(lower * higher));
    return positive ? middle : -middle;
  }
}
