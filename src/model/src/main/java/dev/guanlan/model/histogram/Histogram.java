package dev.guanlan.model.histogram;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Is a native histogram whose counts may be fractions, as rates and sums of histograms have them.
 * Immutable.
 *
 * <p>With an exponential schema {@code s}, the positive bucket of index {@code i} holds
 * observations above {@code 2^((i-1)·2^-s)} up to {@code 2^(i·2^-s)}, both bounds to be negated for
 * the negative side. With {@link #CUSTOM_BUCKETS}, bucket {@code i} lies between the custom bounds
 * {@code i - 1} and {@code i}, the first one begins at -∞ and the last one ends at +∞. Source:
 * {@code model/histogram/float_histogram.go} of Prometheus and its specification of native
 * histograms.
 */
public final class Histogram {

  /** Stands in the place of the schema if the bounds of the buckets are listed. */
  public static final int CUSTOM_BUCKETS = -53;

  /** Coarsest exponential schema: each bound is 2^16 times the one before. */
  public static final int LEAST_SCHEMA = -4;

  /** Finest exponential schema: each bound is 2^(1/256) times the one before. */
  public static final int GREATEST_SCHEMA = 8;

  private static final double[] NO_BOUNDS = new double[0];

  private final ResetHint resetHint;
  private final int schema;
  private final double zeroThreshold;
  private final double zeroCount;
  private final double count;
  private final double sum;
  private final Buckets positive;
  private final Buckets negative;
  private final double[] customBounds;

  /**
   * Makes a histogram.
   *
   * @param schema -4 to 8, or {@link #CUSTOM_BUCKETS}
   * @param zeroThreshold up to which distance from 0 observations are in the zero bucket
   * @param zeroCount how many observations are in the zero bucket
   * @param count how many observations there are
   * @param sum sum of all observations
   * @param customBounds upper bounds of all buckets but the last, strictly ascending; empty with an
   *     exponential schema; not copied, must not change afterwards
   */
  public Histogram(
      ResetHint resetHint,
      int schema,
      double zeroThreshold,
      double zeroCount,
      double count,
      double sum,
      Buckets positive,
      Buckets negative,
      double[] customBounds) {
    this.resetHint = resetHint;
    this.schema = schema;
    this.zeroThreshold = zeroThreshold;
    this.zeroCount = zeroCount;
    this.count = count;
    this.sum = sum;
    this.positive = positive;
    this.negative = negative;
    this.customBounds = customBounds.length == 0 ? NO_BOUNDS : customBounds;
  }

  /** Returns what is known about a reset since the histogram before. */
  public ResetHint resetHint() {
    return resetHint;
  }

  /** Returns the same histogram with another hint. */
  public Histogram withResetHint(ResetHint hint) {
    return hint == resetHint
        ? this
        : new Histogram(
            hint, schema, zeroThreshold, zeroCount, count, sum, positive, negative, customBounds);
  }

  /** Returns the schema: -4 to 8, or {@link #CUSTOM_BUCKETS}. */
  public int schema() {
    return schema;
  }

  /** Tells whether the bounds of the buckets are listed. */
  public boolean hasCustomBuckets() {
    return schema == CUSTOM_BUCKETS;
  }

  /** Returns up to which distance from 0 observations are in the zero bucket. */
  public double zeroThreshold() {
    return zeroThreshold;
  }

  /** Returns how many observations are in the zero bucket. */
  public double zeroCount() {
    return zeroCount;
  }

  /** Returns how many observations there are. */
  public double count() {
    return count;
  }

  /** Returns the sum of all observations. */
  public double sum() {
    return sum;
  }

  /** Returns the buckets above the zero bucket, or all custom ones. */
  public Buckets positive() {
    return positive;
  }

  /** Returns the buckets below the zero bucket, by the index of their absolute value. */
  public Buckets negative() {
    return negative;
  }

  /** Returns how many custom bounds there are. */
  public int customBounds() {
    return customBounds.length;
  }

  /** Returns the {@code i}-th custom bound. */
  public double customBound(int i) {
    return customBounds[i];
  }

  /** Returns the custom bounds, which must not be changed. */
  double[] customBoundsShared() {
    return customBounds;
  }

  /**
   * Tells whether two histograms can be added: those with listed bounds among themselves, and those
   * with exponential ones.
   */
  public boolean isCompatibleWith(Histogram other) {
    return hasCustomBuckets() == other.hasCustomBuckets();
  }

  /**
   * Returns the histogram with all counts and the sum multiplied. A negative factor makes a gauge
   * of it.
   */
  public Histogram multiply(double factor) {
    return new Histogram(
        factor < 0 ? ResetHint.GAUGE : resetHint,
        schema,
        zeroThreshold,
        zeroCount * factor,
        count * factor,
        sum * factor,
        positive.times(factor),
        negative.times(factor),
        customBounds);
  }

  /**
   * Returns the histogram with all counts and the sum divided. A negative divisor makes a gauge of
   * it, and dividing by 0 leaves no buckets.
   */
  public Histogram divide(double divisor) {
    return new Histogram(
        divisor < 0 ? ResetHint.GAUGE : resetHint,
        schema,
        zeroThreshold,
        zeroCount / divisor,
        count / divisor,
        sum / divisor,
        divisor == 0 ? Buckets.EMPTY : positive.dividedBy(divisor),
        divisor == 0 ? Buckets.EMPTY : negative.dividedBy(divisor),
        customBounds);
  }

  /** Returns the histogram without its empty buckets. */
  public Histogram compact() {
    Buckets populatedPositive = positive.populated();
    Buckets populatedNegative = negative.populated();
    return populatedPositive.size() == positive.size()
            && populatedNegative.size() == negative.size()
        ? this
        : new Histogram(
            resetHint,
            schema,
            zeroThreshold,
            zeroCount,
            count,
            sum,
            populatedPositive,
            populatedNegative,
            customBounds);
  }

  /**
   * Returns the histogram at a coarser resolution; itself if the schema is that one already.
   *
   * @throws IllegalArgumentException if either has listed bounds, or the schema is finer
   */
  public Histogram toSchema(int coarser) {
    if (coarser == schema) {
      return this;
    }
    if (hasCustomBuckets() || coarser < LEAST_SCHEMA || coarser > schema) {
      throw new IllegalArgumentException(
          "cannot turn a histogram of schema " + schema + " into one of schema " + coarser);
    }
    HistogramSum reduced = new HistogramSum(this);
    reduced.reduceTo(coarser);
    return reduced.toHistogram();
  }

  /**
   * Returns the histogram without the observations above a bound, as far as buckets tell; itself if
   * there are none.
   */
  public Histogram trimAbove(double bound) {
    return new Trimming(this, bound, true).trim();
  }

  /**
   * Returns the histogram without the observations below a bound, as far as buckets tell; itself if
   * there are none.
   */
  public Histogram trimBelow(double bound) {
    return new Trimming(this, bound, false).trim();
  }

  /** Lists all buckets in ascending order, with their bounds. */
  public BucketRanges ranges() {
    return new BucketRanges(this);
  }

  /**
   * Returns the upper bound of a bucket of {@link #positive()}; the lower bound of a bucket of
   * {@link #negative()} is this negated. The bucket begins at the bound of the index before.
   */
  public double bound(int index) {
    if (!hasCustomBuckets()) {
      return Bounds.upper(schema, index);
    }
    if (index < 0) {
      return Double.NEGATIVE_INFINITY;
    }
    return index < customBounds.length ? customBounds[index] : Double.POSITIVE_INFINITY;
  }

  /** Returns what keeps this from being a histogram of observations, or null if nothing does. */
  public @Nullable String problem() {
    return Validation.problem(this);
  }

  /** Tells whether two histograms are equal but for empty buckets and the hint. */
  public boolean hasSameObservations(Histogram other) {
    return compact().equals(other.compact().withResetHint(resetHint));
  }

  /**
   * Tells whether a counter was reset between an earlier histogram and this one, as the hint of
   * this one says or, if it says nothing, as a count that became less shows.
   */
  public boolean detectReset(Histogram previous) {
    return Resets.detect(this, previous);
  }

  /** Tells whether the schema and all counts, bounds and hints are the same; NaN equals NaN. */
  @Override
  public boolean equals(Object other) {
    return other instanceof Histogram histogram
        && resetHint == histogram.resetHint
        && schema == histogram.schema
        && Double.compare(zeroThreshold, histogram.zeroThreshold) == 0
        && Double.compare(zeroCount, histogram.zeroCount) == 0
        && Double.compare(count, histogram.count) == 0
        && Double.compare(sum, histogram.sum) == 0
        && positive.equals(histogram.positive)
        && negative.equals(histogram.negative)
        && Arrays.equals(customBounds, histogram.customBounds);
  }

  @Override
  public int hashCode() {
    int hash = 31 * schema + Double.hashCode(count);
    hash = 31 * hash + Double.hashCode(sum);
    return 31 * (31 * hash + positive.hashCode()) + negative.hashCode();
  }

  /** Returns the histogram on one line as Prometheus writes it. */
  @Override
  public String toString() {
    return HistogramText.of(this);
  }
}
