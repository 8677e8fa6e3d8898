package dev.guanlan.promql.engine;

/** Fits a line to samples by least squares, for {@code deriv} and {@code predict_linear}. */
final class LinearRegression {

  private LinearRegression() {}

  static double slope(Window window) {
    return window.length() < 2
        ? StepMatrix.ABSENT
        : fit(window, window.timestamps[window.from], Double.NaN);
  }

  static double predict(Window window) {
    return window.length() < 2
        ? StepMatrix.ABSENT
        : fit(window, window.stepMillis, window.parameters[0]);
  }

  /**
   * Returns the slope, or if {@code ahead} is a number the height that many seconds after the
   * origin.
   */
  private static double fit(Window window, long originMillis, double ahead) {
    boolean slopeOnly = window.parameters.length == 0;
    double first = window.values[window.from];
    boolean constant = true;
    KahanSum sumX = new KahanSum();
    KahanSum sumY = new KahanSum();
    KahanSum sumXy = new KahanSum();
    KahanSum sumXx = new KahanSum();
    for (int i = window.from; i < window.to; i++) {
      double y = window.values[i];
      constant &= i == window.from || y == first;
      double x = (window.timestamps[i] - originMillis) / 1e3;
      sumX.add(x);
      sumY.add(y);
      sumXy.add(x * y);
      sumXx.add(x * x);
    }
    if (constant) {
      if (Double.isInfinite(first)) {
        return Double.NaN;
      }
      return slopeOnly ? 0 : first;
    }
    double n = window.length();
    double covariance = sumXy.value() - sumX.value() * sumY.value() / n;
    double variance = sumXx.value() - sumX.value() * sumX.value() / n;
    double slope = covariance / variance;
    double intercept = sumY.value() / n - slope * sumX.value() / n;
    return slopeOnly ? slope : slope * ahead + intercept;
  }
}
