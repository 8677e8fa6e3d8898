package dev.guanlan.model.histogram;

import java.util.Arrays;

/**
 * Sums histograms in place. Layouts are reconciled as Prometheus does: the coarser schema wins, the
 * wider zero bucket wins, and of listed bounds those stay that both have. Rounding errors are
 * compensated; a sum of two is what an addition without compensation gives.
 *
 * <p>An addend whose buckets the sum has already costs no allocation. Not thread-safe. Source:
 * {@code KahanAdd} and {@code Sub} in {@code model/histogram/float_histogram.go} of Prometheus.
 */
public final class HistogramSum {

  private final BucketSums positive;
  private final BucketSums negative;
  private ResetHint resetHint;
  private int schema;
  private double zeroThreshold;
  private double[] customBounds;
  private double zeroCount;
  private double zeroCompensation;
  private double count;
  private double countCompensation;
  private double sum;
  private double sumCompensation;
  private boolean hintsCollided;
  private boolean boundsReconciled;

  /** Begins with a histogram, which is not changed. */
  public HistogramSum(Histogram first) {
    positive = new BucketSums(first.positive());
    negative = new BucketSums(first.negative());
    resetHint = first.resetHint();
    schema = first.schema();
    zeroThreshold = first.zeroThreshold();
    customBounds = first.customBoundsShared();
    zeroCount = first.zeroCount();
    count = first.count();
    sum = first.sum();
  }

  /**
   * Tells whether a histogram can be added: those with listed bounds among themselves, and those
   * with exponential ones.
   */
  public boolean accepts(Histogram other) {
    return other.hasCustomBuckets() == (schema == Histogram.CUSTOM_BUCKETS);
  }

  /**
   * Adds a histogram.
   *
   * @throws IllegalArgumentException if it is not {@linkplain #accepts accepted}
   */
  public void add(Histogram addend) {
    add(addend, 1);
  }

  /**
   * Subtracts a histogram. The hint becomes that of a sum: it is for the caller to know a
   * difference for a gauge.
   *
   * @throws IllegalArgumentException if it is not {@linkplain #accepts accepted}
   */
  public void subtract(Histogram subtrahend) {
    add(subtrahend, -1);
  }

  private void add(Histogram other, int sign) {
    if (!accepts(other)) {
      throw new IllegalArgumentException(
          "cannot add histograms of schemas " + schema + " and " + other.schema());
    }
    combineHints(other.resetHint());
    addToCount(sign * other.count());
    addToSum(sign * other.sum());
    if (other.hasCustomBuckets()) {
      positive.add(other.positive(), 0, reconcileBounds(other.customBoundsShared()), sign);
    } else {
      addExponential(other, sign);
    }
  }

  private void addExponential(Histogram other, int sign) {
    double threshold = reconcileZeroBuckets(other);
    int positiveFrom;
    int negativeFrom;
    if (other.zeroThreshold() == threshold) {
      positiveFrom = ZeroBuckets.ended(other.positive(), other.schema(), threshold);
      negativeFrom = ZeroBuckets.ended(other.negative(), other.schema(), threshold);
    } else {
      positiveFrom = ZeroBuckets.begun(other.positive(), other.schema(), threshold);
      negativeFrom = ZeroBuckets.begun(other.negative(), other.schema(), threshold);
      addToZero(other.positive(), positiveFrom, sign);
      addToZero(other.negative(), negativeFrom, sign);
    }
    addToZeroCount(sign * other.zeroCount());
    if (other.schema() < schema) {
      reduceTo(other.schema());
    }
    BucketMapping mapping = BucketMapping.coarser(other.schema() - schema);
    positive.add(other.positive(), positiveFrom, mapping, sign);
    negative.add(other.negative(), negativeFrom, mapping, sign);
  }

  /** Widens the own zero bucket as needed; returns the threshold for both. */
  private double reconcileZeroBuckets(Histogram other) {
    if (other.zeroThreshold() == zeroThreshold) {
      return zeroThreshold;
    }
    double wanted = Math.max(zeroThreshold, other.zeroThreshold());
    double threshold;
    do {
      threshold = wanted;
      if (threshold > zeroThreshold) {
        wanted = ZeroBuckets.widen(positive, negative, schema, wanted);
      }
      if (wanted > other.zeroThreshold()) {
        wanted = ZeroBuckets.widen(other.positive(), other.negative(), other.schema(), wanted);
      }
    } while (wanted > threshold);
    if (threshold > zeroThreshold) {
      absorb(positive, threshold);
      absorb(negative, threshold);
      zeroThreshold = threshold;
    }
    return threshold;
  }

  /** Moves the first buckets into the zero bucket. */
  private void absorb(BucketSums side, double threshold) {
    int begun = ZeroBuckets.begun(side, schema, threshold);
    addToZero(side, begun, 1);
    side.removeFirst(begun);
  }

  private void addToZero(Side side, int end, int sign) {
    for (int i = 0; i < end; i++) {
      addToZeroCount(sign * side.count(i));
    }
  }

  /** Moves to a coarser schema. */
  void reduceTo(int coarser) {
    BucketMapping mapping = BucketMapping.coarser(schema - coarser);
    positive.reduce(mapping);
    negative.reduce(mapping);
    schema = coarser;
  }

  /** Moves to the bounds that both have; returns where the other's buckets are among them. */
  private BucketMapping reconcileBounds(double[] otherBounds) {
    if (Arrays.equals(customBounds, otherBounds)) {
      return BucketMapping.SAME;
    }
    boundsReconciled = true;
    double[] common = CustomBounds.intersection(customBounds, otherBounds);
    positive.reduce(BucketMapping.of(CustomBounds.mapping(customBounds, common)));
    customBounds = common;
    return BucketMapping.of(CustomBounds.mapping(otherBounds, common));
  }

  /** Makes a gauge of a sum with one, and knows nothing unless both know the same. */
  private void combineHints(ResetHint other) {
    if (other == resetHint || resetHint == ResetHint.GAUGE) {
      return;
    }
    if (other == ResetHint.GAUGE) {
      resetHint = ResetHint.GAUGE;
      return;
    }
    hintsCollided |= resetHint != ResetHint.UNKNOWN && other != ResetHint.UNKNOWN;
    resetHint = ResetHint.UNKNOWN;
  }

  private void addToCount(double number) {
    double total = count + number;
    countCompensation = Compensation.after(number, count, countCompensation, total);
    count = total;
  }

  private void addToSum(double number) {
    double total = sum + number;
    sumCompensation = Compensation.after(number, sum, sumCompensation, total);
    sum = total;
  }

  private void addToZeroCount(double number) {
    double total = zeroCount + number;
    zeroCompensation = Compensation.after(number, zeroCount, zeroCompensation, total);
    zeroCount = total;
  }

  /** Multiplies all counts and the sum. A negative factor makes a gauge. */
  public void multiply(double factor) {
    zeroCount *= factor;
    zeroCompensation *= factor;
    count *= factor;
    countCompensation *= factor;
    sum *= factor;
    sumCompensation *= factor;
    positive.multiply(factor);
    negative.multiply(factor);
    resetHint = factor < 0 ? ResetHint.GAUGE : resetHint;
  }

  /** Divides all counts and the sum. */
  void divide(double divisor) {
    zeroCount /= divisor;
    zeroCompensation /= divisor;
    count /= divisor;
    countCompensation /= divisor;
    sum /= divisor;
    sumCompensation /= divisor;
    positive.divide(divisor);
    negative.divide(divisor);
  }

  /** Tells whether a number that is finite now may be infinite after an addition. */
  boolean mayOverflow(Histogram addend) {
    return overflows(count, addend.count())
        || overflows(sum, addend.sum())
        || overflows(zeroCount, addend.zeroCount())
        || overflows(positive.greatest(), greatest(addend.positive()))
        || overflows(negative.greatest(), greatest(addend.negative()));
  }

  private static boolean overflows(double left, double right) {
    return Double.isInfinite(left + right);
  }

  private static double greatest(Buckets buckets) {
    double greatest = 0;
    for (int i = 0; i < buckets.size(); i++) {
      greatest = Math.max(greatest, Math.abs(buckets.count(i)));
    }
    return greatest;
  }

  /** Tells whether a known reset has met the knowledge that there was none. */
  public boolean hintsCollided() {
    return hintsCollided;
  }

  /** Tells whether listed bounds differed, so that only common ones are left. */
  public boolean boundsReconciled() {
    return boundsReconciled;
  }

  /** Returns the sum so far, without empty buckets. */
  public Histogram toHistogram() {
    return new Histogram(
        resetHint,
        schema,
        zeroThreshold,
        zeroCount + zeroCompensation,
        count + countCompensation,
        sum + sumCompensation,
        positive.toBuckets(),
        negative.toBuckets(),
        customBounds);
  }
}
