package dev.guanlan.promql.engine;

import dev.guanlan.model.histogram.Histogram;
import dev.guanlan.promql.BinaryOperator;
import dev.guanlan.promql.Expression;

/** Evaluates binary operators of which at least one side is a scalar. In place, in the vector. */
final class ScalarOperations {

  private ScalarOperations() {}

  static StepMatrix ofScalars(Expression.Binary binary, StepMatrix left, StepMatrix right)
      throws EvaluationException {
    BinaryOperator operator = binary.operator();
    if (operator.isTrim()) {
      throw new EvaluationException(
          EvaluationException.Kind.EXECUTION,
          "operator \"" + operator.text() + "\" not allowed for Scalar operations",
          binary.position());
    }
    double[] values = left.values();
    for (int step = 0; step < left.steps(); step++) {
      double other = right.value(0, step);
      if (operator.isComparison()) {
        values[step] = Arithmetic.holds(operator, values[step], other) ? 1 : 0;
      } else {
        values[step] = Arithmetic.compute(operator, values[step], other);
      }
    }
    return left;
  }

  static StepMatrix ofVectorAndScalar(
      Query query, Expression.Binary binary, StepMatrix vector, StepMatrix scalar, boolean swapped)
      throws EvaluationException {
    BinaryOperator operator = binary.operator();
    if (!operator.isTrim()) {
      ofNumbersAndScalar(binary, vector, scalar, swapped);
    }
    if (vector.hasHistograms() || operator.isTrim()) {
      ofHistogramsAndScalar(query, binary, vector, scalar, swapped);
    }
    if (!operator.keepsName() || binary.bool()) {
      for (int row = 0; row < vector.size(); row++) {
        query.dropName(vector, row);
      }
    }
    vector.removeEmpty();
    return query.mergedUnlessDelayed(vector, binary.position());
  }

  private static void ofNumbersAndScalar(
      Expression.Binary binary, StepMatrix vector, StepMatrix scalar, boolean swapped) {
    BinaryOperator operator = binary.operator();
    double[] values = vector.values();
    for (int row = 0; row < vector.size(); row++) {
      int offset = vector.offset(row);
      for (int step = 0; step < vector.steps(); step++) {
        double value = values[offset + step];
        if (StepMatrix.isAbsent(value)) {
          continue;
        }
        double other = scalar.value(0, step);
        double left = swapped ? other : value;
        double right = swapped ? value : other;
        if (!operator.isComparison()) {
          values[offset + step] = Arithmetic.compute(operator, left, right);
        } else if (binary.bool()) {
          values[offset + step] = Arithmetic.holds(operator, left, right) ? 1 : 0;
        } else if (!Arithmetic.holds(operator, left, right)) {
          values[offset + step] = StepMatrix.ABSENT;
        }
      }
    }
  }

  /**
   * Computes where there are, or should be, histograms; puts right what was computed from the
   * numbers that stand in their places.
   */
  private static void ofHistogramsAndScalar(
      Query query,
      Expression.Binary binary,
      StepMatrix vector,
      StepMatrix scalar,
      boolean swapped) {
    HistogramOperations operations = new HistogramOperations(query, binary);
    for (int row = 0; row < vector.size(); row++) {
      for (int step = 0; step < vector.steps(); step++) {
        Histogram histogram = vector.histogram(row, step);
        boolean wrongType = binary.operator().isTrim() && vector.isPresent(row, step);
        if (histogram == null && !wrongType) {
          continue;
        }
        double other = scalar.value(0, step);
        if (swapped) {
          operations.apply(vector, row, step, other, null, 0, histogram);
        } else {
          operations.apply(vector, row, step, 0, histogram, other, null);
        }
      }
    }
  }
}
