package dev.guanlan.promql.engine;

import dev.guanlan.model.histogram.BucketRanges;
import dev.guanlan.model.histogram.Histogram;

/**
 * Estimates where the observations of a native histogram are. Within exponential buckets they are
 * taken to be spread evenly over the logarithm, in the zero bucket and between listed bounds
 * evenly. Sources: {@code HistogramQuantile} and {@code HistogramFraction} in {@code
 * promql/quantile.go}, {@code histogramVariance} in {@code promql/functions.go} of Prometheus.
 */
final class NativeBuckets {

  private final Histogram histogram;
  private final BucketRanges ranges;

  NativeBuckets(Histogram histogram) {
    this.histogram = histogram;
    this.ranges = histogram.ranges();
  }

  /** Tells whether some observations were no numbers, so that they are in no bucket. */
  boolean hasNaN() {
    return Double.isNaN(histogram.sum()) && populated() < histogram.count();
  }

  private double populated() {
    double count = 0;
    for (int i = 0; i < ranges.size(); i++) {
      count += ranges.count(i);
    }
    return count;
  }

  double quantile(double q) {
    if (!Quantiles.isValid(q)) {
      return Quantiles.outside(q);
    }
    double observations = histogram.count();
    if (observations == 0) {
      return Double.NaN;
    }
    // From the nearer end the error is less, but NaNs count as if they were above all buckets.
    boolean ascending = Double.isNaN(histogram.sum()) || q < 0.5;
    double rank = (ascending ? q : 1 - q) * observations;
    double count = 0;
    int bucket = -1;
    for (int i = 0; i < ranges.size() && !(bucket >= 0 && count >= rank); i++) {
      int at = ascending ? i : ranges.size() - 1 - i;
      if (ranges.count(at) != 0) {
        count += ranges.count(at);
        bucket = at;
      }
    }
    // Rounding errors can add up to more than there are.
    count = Math.min(count, observations);
    if (bucket < 0) {
      return rank > 0 && !Double.isNaN(histogram.sum()) ? 0 : Double.NaN;
    }
    double lower = lower(bucket);
    double upper = upper(bucket);
    if (lower == Double.NEGATIVE_INFINITY) {
      return upper;
    }
    if (upper == Double.POSITIVE_INFINITY && histogram.hasCustomBuckets()) {
      return lower;
    }
    if (count < rank) {
      return Double.isNaN(histogram.sum()) ? Double.NaN : upper;
    }
    double within = ascending ? rank - (count - ranges.count(bucket)) : count - rank;
    double share = within / ranges.count(bucket);
    if (isLinear(lower, upper)) {
      return lower + (upper - lower) * share;
    }
    double logLower = log2(Math.abs(lower));
    double logUpper = log2(Math.abs(upper));
    return lower > 0
        ? Math.pow(2, logLower + (logUpper - logLower) * share)
        : -Math.pow(2, logUpper + (logLower - logUpper) * (1 - share));
  }

  /** Returns which share of the observations is between two bounds. */
  double fraction(double lower, double upper) {
    if (histogram.count() == 0 || Double.isNaN(lower) || Double.isNaN(upper)) {
      return Double.NaN;
    }
    return lower >= upper ? 0 : (rank(upper) - rank(lower)) / histogram.count();
  }

  /** Returns how many observations are below a bound. */
  private double rank(double bound) {
    double before = 0;
    for (int i = 0; i < ranges.size(); i++) {
      double lower = lower(i);
      double upper = upper(i);
      if (lower >= bound) {
        return Math.min(before, histogram.count());
      }
      if (upper > bound) {
        double count = ranges.count(i);
        // Nothing is known about where observations are in a bucket that begins at -∞.
        double rank =
            lower == Double.NEGATIVE_INFINITY ? count : before + count * share(bound, lower, upper);
        return Math.min(rank, histogram.count());
      }
      before += ranges.count(i);
    }
    return Double.isNaN(histogram.sum()) ? before : histogram.count();
  }

  private double share(double bound, double lower, double upper) {
    if (isLinear(lower, upper)) {
      return (bound - lower) / (upper - lower);
    }
    double logLower = log2(Math.abs(lower));
    double logUpper = log2(Math.abs(upper));
    double log = log2(Math.abs(bound));
    return bound > 0
        ? (log - logLower) / (logUpper - logLower)
        : 1 - (log - logUpper) / (logLower - logUpper);
  }

  private boolean isLinear(double lower, double upper) {
    return histogram.hasCustomBuckets() || (lower <= 0 && upper >= 0);
  }

  /**
   * Returns where a bucket begins. The zero bucket of a histogram without negative buckets begins
   * at 0, as does the first bucket of listed bounds unless it ends at or below.
   */
  private double lower(int bucket) {
    double lower = ranges.lower(bucket);
    double upper = ranges.upper(bucket);
    if (histogram.hasCustomBuckets()) {
      return lower == Double.NEGATIVE_INFINITY && upper > 0 ? 0 : lower;
    }
    boolean positiveAlone = histogram.negative().size() == 0 && histogram.positive().size() > 0;
    return positiveAlone && lower <= 0 && upper >= 0 ? 0 : lower;
  }

  private double upper(int bucket) {
    double lower = ranges.lower(bucket);
    double upper = ranges.upper(bucket);
    boolean negativeAlone = histogram.positive().size() == 0 && histogram.negative().size() > 0;
    return negativeAlone && lower <= 0 && upper >= 0 ? 0 : upper;
  }

  /** Returns the variance, each bucket's observations taken to be at its middle. */
  double variance() {
    double mean = histogram.sum() / histogram.count();
    KahanSum squares = new KahanSum();
    for (int i = 0; i < ranges.size(); i++) {
      if (ranges.count(i) != 0) {
        double distance = middle(ranges.lower(i), ranges.upper(i)) - mean;
        squares.add(ranges.count(i) * distance * distance);
      }
    }
    return squares.value() / histogram.count();
  }

  private double middle(double lower, double upper) {
    if (histogram.hasCustomBuckets()) {
      return (upper + lower) / 2;
    }
    if (lower <= 0 && upper >= 0) {
      return 0;
    }
    double mean = Math.sqrt(upper * lower);
    return upper < 0 ? -mean : mean;
  }

  private static double log2(double number) {
    return Math.log(number) / Math.log(2);
  }
}
