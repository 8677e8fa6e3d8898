package dev.guanlan.model.histogram;

import java.util.Arrays;

/**
 * Finds out whether a counter was reset between two histograms. Source: {@code DetectReset} in
 * {@code model/histogram/float_histogram.go} of Prometheus.
 */
final class Resets {

  private Resets() {}

  static boolean detect(Histogram current, Histogram previous) {
    if (current.resetHint() == ResetHint.RESET) {
      return true;
    }
    if (current.resetHint() == ResetHint.NOT_RESET) {
      return false;
    }
    // Gauges are compared too: who applies a function for counters to them is warned elsewhere.
    if (current.count() < previous.count()
        || current.hasCustomBuckets() != previous.hasCustomBuckets()) {
      return true;
    }
    return current.hasCustomBuckets()
        ? detectBetweenBounds(current, previous)
        : detectExponential(current, previous);
  }

  private static boolean detectBetweenBounds(Histogram current, Histogram previous) {
    double[] bounds = current.customBoundsShared();
    double[] previousBounds = previous.customBoundsShared();
    if (Arrays.equals(bounds, previousBounds)) {
      return lost(current.positive(), 0, BucketMapping.SAME, previous.positive(), 0);
    }
    double[] common = CustomBounds.intersection(bounds, previousBounds);
    BucketSums rebased = rebased(current.positive(), CustomBounds.mapping(bounds, common));
    BucketSums before = rebased(previous.positive(), CustomBounds.mapping(previousBounds, common));
    return lost(rebased, 0, BucketMapping.SAME, before, 0);
  }

  private static BucketSums rebased(Buckets buckets, int[] mapping) {
    BucketSums sums = new BucketSums(buckets);
    sums.reduce(BucketMapping.of(mapping));
    return sums;
  }

  /** Compares at the current layout: neither a finer schema nor a narrower zero bucket is one. */
  private static boolean detectExponential(Histogram current, Histogram previous) {
    int schema = previous.schema();
    double threshold = current.zeroThreshold();
    if (current.schema() > schema || threshold < previous.zeroThreshold()) {
      return true;
    }
    double zeroCount = previous.zeroCount();
    int positiveFrom = ZeroBuckets.ended(previous.positive(), schema, threshold);
    int negativeFrom = ZeroBuckets.ended(previous.negative(), schema, threshold);
    if (threshold > previous.zeroThreshold()) {
      double suiting =
          ZeroBuckets.widen(previous.positive(), previous.negative(), schema, threshold);
      if (suiting != threshold) {
        return true;
      }
      positiveFrom = ZeroBuckets.begun(previous.positive(), schema, threshold);
      negativeFrom = ZeroBuckets.begun(previous.negative(), schema, threshold);
      for (int i = 0; i < positiveFrom; i++) {
        zeroCount += previous.positive().count(i);
      }
      for (int i = 0; i < negativeFrom; i++) {
        zeroCount += previous.negative().count(i);
      }
    }
    if (current.zeroCount() < zeroCount) {
      return true;
    }
    BucketMapping mapping = BucketMapping.coarser(schema - current.schema());
    int positiveStart = ZeroBuckets.ended(current.positive(), current.schema(), threshold);
    int negativeStart = ZeroBuckets.ended(current.negative(), current.schema(), threshold);
    return lost(current.positive(), positiveStart, mapping, previous.positive(), positiveFrom)
        || lost(current.negative(), negativeStart, mapping, previous.negative(), negativeFrom);
  }

  /** Tells whether any bucket has fewer observations than before. */
  private static boolean lost(
      Side current, int currentFrom, BucketMapping mapping, Side previous, int previousFrom) {
    int at = currentFrom;
    int i = previousFrom;
    while (i < previous.size()) {
      int index = mapping.target(previous.index(i));
      double before = 0;
      for (; i < previous.size() && mapping.target(previous.index(i)) == index; i++) {
        before += previous.count(i);
      }
      while (at < current.size() && current.index(at) < index) {
        at++;
      }
      boolean known = at < current.size() && current.index(at) == index;
      if (known ? current.count(at) < before : before != 0) {
        return true;
      }
    }
    return false;
  }
}
