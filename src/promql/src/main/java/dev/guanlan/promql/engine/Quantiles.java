package dev.guanlan.promql.engine;

import java.util.Arrays;

/** Computes quantiles of numbers at hand. */
final class Quantiles {

  private Quantiles() {}

  static boolean isValid(double q) {
    return q >= 0 && q <= 1;
  }

  static String invalid(double q) {
    return "PromQL warning: quantile value should be between 0 and 1, got "
        + GoNumbers.formatGeneral(q);
  }

  /** Returns what stands for a quantile that is not between 0 and 1. */
  static double outside(double q) {
    if (Double.isNaN(q)) {
      return Double.NaN;
    }
    return q < 0 ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
  }

  /**
   * Returns a quantile by interpolation between the two nearest ranks.
   *
   * @param sorted ascending with NaN first, up to {@code count}
   */
  static double of(double q, double[] sorted, int count) {
    if (count == 0) {
      return Double.NaN;
    }
    if (!isValid(q)) {
      return outside(q);
    }
    double rank = q * (count - 1);
    int lower = Math.max(0, (int) Math.floor(rank));
    int upper = Math.min(count - 1, lower + 1);
    double weight = rank - Math.floor(rank);
    return sorted[lower] * (1 - weight) + sorted[upper] * weight;
  }

  /** Sorts ascending with NaN first, as Prometheus does where Java puts it last. */
  static void sort(double[] numbers, int count) {
    Arrays.sort(numbers, 0, count);
    int numbersEnd = count;
    while (numbersEnd > 0 && Double.isNaN(numbers[numbersEnd - 1])) {
      numbersEnd--;
    }
    int nans = count - numbersEnd;
    if (nans > 0) {
      System.arraycopy(numbers, 0, numbers, nans, numbersEnd);
      Arrays.fill(numbers, 0, nans, Double.NaN);
    }
  }
}
