package dev.guanlan.promql.engine;

import dev.guanlan.promql.BinaryOperator;
import java.util.function.ToDoubleFunction;

/** Is a scalar that follows from the time, or from other nodes. */
final class StandingNumber extends StandingNode {

  private final StandingNode[] inputs;
  private final ToDoubleFunction<StandingTick> number;

  private StandingNumber(ToDoubleFunction<StandingTick> number, StandingNode... inputs) {
    this.number = number;
    this.inputs = inputs;
  }

  /** Makes a scalar that depends on the tick alone. */
  static StandingNumber of(ToDoubleFunction<StandingTick> number) {
    return new StandingNumber(number);
  }

  /** Combines two scalars. */
  static StandingNumber of(BinaryOperator operator, StandingNode left, StandingNode right) {
    return new StandingNumber(
        operator.isComparison()
            ? tick -> Arithmetic.holds(operator, left.scalar(), right.scalar()) ? 1 : 0
            : tick -> Arithmetic.compute(operator, left.scalar(), right.scalar()),
        left,
        right);
  }

  /** Takes the only value of a vector, NaN if it has another number of values. */
  static StandingNumber onlyOf(StandingNode vector) {
    return new StandingNumber(tick -> only(vector.values), vector);
  }

  private static double only(double[] values) {
    double only = Double.NaN;
    boolean found = false;
    for (double value : values) {
      if (!StepMatrix.isAbsent(value)) {
        if (found) {
          return Double.NaN;
        }
        only = value;
        found = true;
      }
    }
    return only;
  }

  @Override
  boolean compute(StandingTick tick) throws EvaluationException {
    for (StandingNode input : inputs) {
      if (!input.refresh(tick)) {
        return false;
      }
    }
    setScalar(number.applyAsDouble(tick));
    return true;
  }
}
