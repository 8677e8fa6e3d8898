package dev.guanlan.promql.script;

import dev.guanlan.model.histogram.Buckets;
import dev.guanlan.model.histogram.Histogram;
import dev.guanlan.promql.notation.SequenceValue;
import org.jspecify.annotations.Nullable;

/** Is a number or a histogram that an evaluation yields. */
record Point(double value, @Nullable Histogram histogram) {

  /** Relative difference below which numbers are equal, as in Prometheus' tests. */
  private static final double EPSILON = 1e-6;

  static Point of(SequenceValue value) {
    return new Point(value.value(), value.histogram());
  }

  boolean matches(SequenceValue expected) {
    Histogram wanted = expected.histogram();
    if (expected.omitted() || (wanted == null) != (histogram == null)) {
      return false;
    }
    return (wanted == null || histogram == null)
        ? almostEqual(expected.value(), value)
        : almostEqual(wanted, histogram, expected.hintGiven());
  }

  private static boolean almostEqual(Histogram wanted, Histogram actual, boolean compareHints) {
    return wanted.schema() == actual.schema()
        && almostEqual(wanted.count(), actual.count())
        && almostEqual(wanted.sum(), actual.sum())
        && wanted.zeroThreshold() == actual.zeroThreshold()
        && almostEqual(wanted.zeroCount(), actual.zeroCount())
        && equalBounds(wanted, actual)
        && almostEqual(wanted.positive(), actual.positive())
        && almostEqual(wanted.negative(), actual.negative())
        && (!compareHints || wanted.resetHint() == actual.resetHint());
  }

  private static boolean equalBounds(Histogram wanted, Histogram actual) {
    boolean equal = wanted.customBounds() == actual.customBounds();
    for (int i = 0; equal && i < wanted.customBounds(); i++) {
      equal = wanted.customBound(i) == actual.customBound(i);
    }
    return equal;
  }

  /** Tells whether the buckets are equal that are not empty. */
  private static boolean almostEqual(Buckets wanted, Buckets actual) {
    int left = nextFilled(wanted, 0);
    int right = nextFilled(actual, 0);
    while (left < wanted.size() && right < actual.size()) {
      if (wanted.index(left) != actual.index(right)
          || !almostEqual(wanted.count(left), actual.count(right))) {
        return false;
      }
      left = nextFilled(wanted, left + 1);
      right = nextFilled(actual, right + 1);
    }
    return left == wanted.size() && right == actual.size();
  }

  private static int nextFilled(Buckets buckets, int from) {
    int at = from;
    while (at < buckets.size() && buckets.count(at) == 0) {
      at++;
    }
    return at;
  }

  static boolean almostEqual(double expected, double actual) {
    if (Double.isNaN(expected) || Double.isNaN(actual)) {
      return Double.isNaN(expected) && Double.isNaN(actual);
    }
    if (expected == actual) {
      return true;
    }
    double sum = Math.abs(expected) + Math.abs(actual);
    double difference = Math.abs(expected - actual);
    if (expected == 0 || actual == 0 || sum < Double.MIN_NORMAL) {
      return difference < EPSILON * Double.MIN_NORMAL;
    }
    return difference / Math.min(sum, Double.MAX_VALUE) < EPSILON;
  }

  @Override
  public String toString() {
    return histogram == null ? Double.toString(value) : histogram.toString();
  }
}
