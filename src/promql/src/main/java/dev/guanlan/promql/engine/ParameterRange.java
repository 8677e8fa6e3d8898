package dev.guanlan.promql.engine;

import dev.guanlan.promql.Position;

/**
 * Sums up the values that an aggregation's parameter takes over all steps.
 *
 * @param least the least one that is a number
 * @param most the greatest one that is a number
 * @param nan whether there is one that is none
 */
record ParameterRange(double least, double most, boolean nan) {

  static ParameterRange of(StepMatrix parameter) {
    double least = Double.POSITIVE_INFINITY;
    double most = Double.NEGATIVE_INFINITY;
    boolean nan = false;
    for (int step = 0; step < parameter.steps(); step++) {
      double value = parameter.value(0, step);
      nan |= Double.isNaN(value);
      least = value < least ? value : least;
      most = value > most ? value : most;
    }
    return new ParameterRange(least, most, nan);
  }

  /** Tells whether no step asks for any series. */
  boolean asksForNone() {
    return most < 1 && !nan;
  }

  /**
   * Checks that all values are numbers of series.
   *
   * @throws EvaluationException if one is no number, or beyond what an integer holds
   */
  void checkCounts(Position position) throws EvaluationException {
    String message = null;
    if (nan) {
      message = "Parameter value is NaN";
    } else if (least <= Long.MIN_VALUE) {
      message = "Scalar value " + GoNumbers.formatGeneral(least) + " underflows int64";
    } else if (most >= Long.MAX_VALUE) {
      message = "Scalar value " + GoNumbers.formatGeneral(most) + " overflows int64";
    }
    if (message != null) {
      throw new EvaluationException(EvaluationException.Kind.EXECUTION, message, position);
    }
  }
}
