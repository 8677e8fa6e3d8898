package dev.guanlan.promql.engine;

import dev.guanlan.model.Labels;
import dev.guanlan.promql.Expression;
import java.util.Arrays;

/** Asks the engine for a part of an expression that has no node of its own. */
final class StandingPart extends StandingNode {

  private final Expression expression;

  StandingPart(Expression expression) {
    this.expression = expression;
  }

  @Override
  boolean compute(StandingTick tick) throws EvaluationException {
    StepMatrix matrix =
        new Evaluation(tick.query()).evaluate(expression, new Grid(tick.millis(), 1, 1));
    if (matrix.hasHistograms()) {
      return false;
    }
    Labels[] rows = new Labels[matrix.size()];
    for (int row = 0; row < rows.length; row++) {
      rows[row] = matrix.labels(row);
    }
    if (!Arrays.equals(rows, labels)) {
      labels = rows;
    }
    values = Arrays.copyOf(matrix.values(), rows.length);
    return true;
  }
}
