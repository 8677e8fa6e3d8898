package dev.guanlan.model.histogram;

import org.jspecify.annotations.Nullable;

/**
 * Checks that a histogram is one: that its layout is known and nothing is counted below 0. Whether
 * the count is that of all buckets is not checked, since rounding may keep it from being. Source:
 * {@code Validate} in {@code model/histogram/float_histogram.go} of Prometheus.
 */
final class Validation {

  private Validation() {}

  /** Returns what is wrong with a histogram, or null. */
  static @Nullable String problem(Histogram histogram) {
    String problem = histogram.hasCustomBuckets() ? ofListed(histogram) : ofExponential(histogram);
    if (problem == null) {
      problem = ofCounts(histogram.positive(), "positive");
    }
    return problem == null ? ofCounts(histogram.negative(), "negative") : problem;
  }

  private static @Nullable String ofExponential(Histogram histogram) {
    int schema = histogram.schema();
    if (schema < Histogram.LEAST_SCHEMA || schema > Histogram.GREATEST_SCHEMA) {
      return "the schema " + schema + " is neither -53 nor from -4 to 8";
    }
    if (histogram.customBounds() > 0) {
      return "bounds are listed though the schema is exponential";
    }
    if (!(histogram.zeroThreshold() >= 0)) {
      return "the zero threshold is " + histogram.zeroThreshold();
    }
    return histogram.zeroCount() < 0 ? "the zero bucket has a negative count" : null;
  }

  private static @Nullable String ofListed(Histogram histogram) {
    if (histogram.zeroCount() != 0 || histogram.zeroThreshold() != 0) {
      return "there is a zero bucket though bounds are listed";
    }
    if (histogram.negative().size() > 0) {
      return "there are negative buckets though bounds are listed";
    }
    int bounds = histogram.customBounds();
    for (int i = 0; i < bounds; i++) {
      double bound = histogram.customBound(i);
      if (Double.isNaN(bound) || (i > 0 && bound <= histogram.customBound(i - 1))) {
        return "the bound " + bound + " is not above the one before";
      }
    }
    if (bounds > 0 && Double.isInfinite(histogram.customBound(bounds - 1))) {
      return "the last bound is infinite, which goes without saying";
    }
    Buckets buckets = histogram.positive();
    int last = buckets.size() - 1;
    boolean outside = last >= 0 && (buckets.index(0) < 0 || buckets.index(last) > bounds);
    return outside ? "there are buckets beyond the listed bounds" : null;
  }

  private static @Nullable String ofCounts(Buckets buckets, String side) {
    for (int i = 0; i < buckets.size(); i++) {
      if (buckets.count(i) < 0) {
        return "the " + side + " bucket " + buckets.index(i) + " has a negative count";
      }
    }
    return null;
  }
}
