package dev.guanlan.promql.engine;

import java.util.Locale;

/** Computes {@code double_exponential_smoothing}: Holt's linear method. */
final class Smoothing {

  private Smoothing() {}

  static double of(Window window) throws EvaluationException {
    double smoothing = factor(window, 0, "smoothing");
    double trending = factor(window, 1, "trend");
    if (window.length() < 2) {
      return StepMatrix.ABSENT;
    }
    double previous = 0;
    double level = window.values[window.from];
    double trend = window.values[window.from + 1] - level;
    for (int i = window.from + 1; i < window.to; i++) {
      if (i > window.from + 1) {
        trend = trending * (level - previous) + (1 - trending) * trend;
      }
      double next = smoothing * window.values[i] + (1 - smoothing) * (level + trend);
      previous = level;
      level = next;
    }
    return level;
  }

  private static double factor(Window window, int index, String name) throws EvaluationException {
    double factor = window.parameters[index];
    if (factor <= 0 || factor >= 1) {
      throw new EvaluationException(
          EvaluationException.Kind.EXECUTION,
          String.format(
              Locale.ROOT,
              "invalid %s factor. Expected: 0 < %s < 1, got: %f",
              name,
              index == 0 ? "sf" : "tf",
              factor),
          window.position);
    }
    return factor;
  }
}
