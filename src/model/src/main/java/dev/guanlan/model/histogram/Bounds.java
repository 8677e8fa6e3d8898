package dev.guanlan.model.histogram;

import java.math.BigDecimal;
import java.math.MathContext;

/** Knows where the buckets of exponential schemas begin and end. */
final class Bounds {

  /** Bounds of the finest schema between 0.5 and 1, each the nearest number to the true one. */
  private static final double[] FRACTIONS = fractions();

  private Bounds() {}

  private static double[] fractions() {
    MathContext precision = new MathContext(40);
    BigDecimal factor = BigDecimal.valueOf(2);
    for (int i = 0; i < Histogram.GREATEST_SCHEMA; i++) {
      factor = factor.sqrt(precision);
    }
    double[] fractions = new double[1 << Histogram.GREATEST_SCHEMA];
    BigDecimal fraction = new BigDecimal("0.5");
    for (int i = 0; i < fractions.length; i++) {
      fractions[i] = fraction.doubleValue();
      fraction = fraction.multiply(factor, precision);
    }
    return fractions;
  }

  /**
   * Returns the greatest absolute value in a bucket. The last bucket of finite numbers ends at the
   * greatest of them. Source: {@code getBoundExponential} in {@code model/histogram/generic.go} of
   * Prometheus.
   */
  static double upper(int schema, int index) {
    double fraction;
    long exponent;
    if (schema < 0) {
      fraction = 0.5;
      exponent = ((long) index << -schema) + 1;
    } else {
      int within = index & ((1 << schema) - 1);
      fraction = FRACTIONS[within << (Histogram.GREATEST_SCHEMA - schema)];
      exponent = ((long) index >> schema) + 1;
    }
    if (fraction == 0.5 && exponent == Double.MAX_EXPONENT + 2) {
      return Double.MAX_VALUE;
    }
    return Math.scalb(fraction, (int) Math.max(-3000, Math.min(3000, exponent)));
  }

  /** Returns the index at a schema coarser by some steps of the bucket that holds a bucket. */
  static int coarser(int index, int steps) {
    return ((index - 1) >> steps) + 1;
  }
}
