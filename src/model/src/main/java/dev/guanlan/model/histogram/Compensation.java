package dev.guanlan.model.histogram;

/**
 * Keeps the rounding errors of a sum: Neumaier's variant of Kahan's summation, as Prometheus has it
 * ({@code util/kahansum}). After a single addition, sum and compensation give the same number as
 * the addition alone.
 */
final class Compensation {

  private Compensation() {}

  /** Returns the new compensation after {@code sum + number} was rounded to {@code total}. */
  static double after(double number, double sum, double compensation, double total) {
    if (Double.isInfinite(total)) {
      return 0;
    }
    return Math.abs(sum) >= Math.abs(number)
        ? compensation + ((sum - total) + number)
        : compensation + ((number - total) + sum);
  }
}
