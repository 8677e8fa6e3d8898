package dev.guanlan.promql.engine;

/**
 * Sums numbers with little error: Neumaier's variant of Kahan's summation, as Prometheus has it
 * ({@code util/kahansum}).
 */
final class KahanSum {

  private double sum;
  private double compensation;

  KahanSum() {}

  KahanSum(double first) {
    this.sum = first;
  }

  void add(double number) {
    double total = sum + number;
    compensation = compensate(number, sum, compensation, total);
    sum = total;
  }

  /** Returns the new compensation after {@code sum + number} was rounded to {@code total}. */
  static double compensate(double number, double sum, double compensation, double total) {
    if (Double.isInfinite(total)) {
      return 0;
    }
    return Math.abs(sum) >= Math.abs(number)
        ? compensation + ((sum - total) + number)
        : compensation + ((number - total) + sum);
  }

  double value() {
    return sum + compensation;
  }

  /** Returns the sum without its compensation. */
  double rough() {
    return sum;
  }

  double compensation() {
    return compensation;
  }

  void set(double newSum, double newCompensation) {
    sum = newSum;
    compensation = newCompensation;
  }
}
