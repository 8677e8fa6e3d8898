package dev.guanlan.promql.engine;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Holds the buckets of one classic histogram at one step: upper bounds, ascending, and cumulative
 * counts. Sources: {@code BucketQuantile} and {@code BucketFraction} in {@code promql/quantile.go}
 * of Prometheus.
 */
final class ClassicBuckets {

  /** Differences below this share of both counts are taken for rounding errors. */
  private static final double TOLERANCE = 1e-12;

  private double[] bounds = new double[16];
  private double[] counts = new double[16];
  private int size;

  /** Tells what was done to counts that were below those of smaller bounds. */
  record Forced(double leastBound, double greatestBound, double greatestDifference) {}

  void clear() {
    size = 0;
  }

  boolean isEmpty() {
    return size == 0;
  }

  /** Adds a bucket, after those of smaller bounds; counts of equal bounds are added up. */
  void add(double bound, double count) {
    if (size > 0 && bounds[size - 1] == bound) {
      counts[size - 1] += count;
      return;
    }
    if (size == bounds.length) {
      bounds = Arrays.copyOf(bounds, size * 2);
      counts = Arrays.copyOf(counts, size * 2);
    }
    bounds[size] = bound;
    counts[size++] = count;
  }

  private boolean isComplete() {
    return bounds[size - 1] == Double.POSITIVE_INFINITY;
  }

  /** Returns a quantile by linear interpolation. The counts have to ascend. */
  double quantile(double q) {
    if (!Quantiles.isValid(q)) {
      return Quantiles.outside(q);
    }
    double observations = counts[size - 1];
    if (!isComplete() || size < 2 || observations == 0) {
      return Double.NaN;
    }
    double rank = q * observations;
    int bucket = 0;
    while (bucket < size - 1 && !(counts[bucket] >= rank)) {
      bucket++;
    }
    if (bucket == size - 1) {
      return bounds[size - 2];
    }
    if (bucket == 0 && bounds[0] <= 0) {
      return bounds[0];
    }
    double before = bucket == 0 ? 0 : counts[bucket - 1];
    double share = (rank - before) / (counts[bucket] - before);
    return lower(bucket) + (bounds[bucket] - lower(bucket)) * share;
  }

  /** Returns where a bucket begins: the first one at 0 unless it ends at or below. */
  private double lower(int bucket) {
    if (bucket > 0) {
      return bounds[bucket - 1];
    }
    return bounds[0] > 0 ? 0 : Double.NEGATIVE_INFINITY;
  }

  /** Returns which share of the observations is between two bounds. */
  double fraction(double lower, double upper) {
    double observations = counts[size - 1];
    if (!isComplete() || observations == 0 || Double.isNaN(lower) || Double.isNaN(upper)) {
      return Double.NaN;
    }
    return lower >= upper ? 0 : (rank(upper) - rank(lower)) / observations;
  }

  /** Returns how many observations are below a bound. */
  private double rank(double bound) {
    double before = 0;
    for (int bucket = 0; bucket < size; bucket++) {
      double begin = lower(bucket);
      if (begin >= bound) {
        return before;
      }
      if (bounds[bucket] > bound) {
        // Nothing is known about where observations are in a bucket that begins at -∞.
        return begin == Double.NEGATIVE_INFINITY
            ? counts[bucket]
            : before + (counts[bucket] - before) * (bound - begin) / (bounds[bucket] - begin);
      }
      before = counts[bucket];
    }
    return before;
  }

  /** Lifts counts that are below those of smaller bounds; returns null if only by rounding. */
  @Nullable Forced makeMonotonic() {
    if (!isComplete()) {
      return null;
    }
    double least = Double.POSITIVE_INFINITY;
    double greatest = Double.NEGATIVE_INFINITY;
    double difference = 0;
    double previous = counts[0];
    for (int i = 1; i < size; i++) {
      double count = counts[i];
      if (count == previous) {
        continue;
      }
      if (isAlmost(previous, count)) {
        counts[i] = previous;
      } else if (count < previous) {
        counts[i] = previous;
        least = Math.min(least, bounds[i]);
        greatest = Math.max(greatest, bounds[i]);
        difference = Math.max(difference, previous - count);
      } else {
        previous = count;
      }
    }
    return difference > 0 && size > 1 && counts[size - 1] != 0
        ? new Forced(least, greatest, difference)
        : null;
  }

  /** Tells whether two numbers are equal but for rounding ({@code almost.Equal}). */
  private static boolean isAlmost(double left, double right) {
    if (Double.isNaN(left) && Double.isNaN(right)) {
      return true;
    }
    double sum = Math.abs(left) + Math.abs(right);
    double difference = Math.abs(left - right);
    if (left == 0 || right == 0 || sum < Double.MIN_NORMAL) {
      return difference < TOLERANCE * Double.MIN_NORMAL;
    }
    return difference / Math.min(sum, Double.MAX_VALUE) < TOLERANCE;
  }
}
