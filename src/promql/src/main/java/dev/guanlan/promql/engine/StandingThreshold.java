package dev.guanlan.promql.engine;

import dev.guanlan.promql.BinaryOperator;
import dev.guanlan.promql.Expression;

/** Combines each value of a vector with a scalar. */
final class StandingThreshold extends StandingNode {

  private final StandingNode vector;
  private final StandingNode scalar;
  private final boolean swapped;
  private final BinaryOperator operator;
  private final boolean bool;
  private final boolean named;
  private final DerivedLabels nameless = DerivedLabels.nameless();

  /** Makes the node; {@code swapped} if the scalar is on the left. */
  StandingThreshold(
      Expression.Binary binary, StandingNode vector, StandingNode scalar, boolean swapped) {
    this.vector = vector;
    this.scalar = scalar;
    this.swapped = swapped;
    this.operator = binary.operator();
    this.bool = binary.bool();
    this.named = operator.keepsName() && !bool;
  }

  @Override
  boolean compute(StandingTick tick) throws EvaluationException {
    if (!vector.refresh(tick) || !scalar.refresh(tick)) {
      return false;
    }
    labels = named ? vector.labels : nameless.of(vector.labels);
    inOrder = vector.inOrder;
    double other = scalar.scalar();
    double[] from = vector.values;
    double[] results = room(labels.length);
    boolean comparison = operator.isComparison();
    for (int row = 0; row < results.length; row++) {
      double value = from[row];
      if (StepMatrix.isAbsent(value)) {
        results[row] = value;
        continue;
      }
      double left = swapped ? other : value;
      double right = swapped ? value : other;
      if (!comparison) {
        results[row] = Arithmetic.compute(operator, left, right);
      } else {
        boolean holds = Arithmetic.holds(operator, left, right);
        results[row] = bool ? (holds ? 1 : 0) : holds ? value : StepMatrix.ABSENT;
      }
    }
    return named || nameless.areDistinct(results);
  }
}
