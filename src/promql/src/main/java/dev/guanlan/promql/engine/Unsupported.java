package dev.guanlan.promql.engine;

import dev.guanlan.promql.Expression;
import dev.guanlan.promql.Extension;
import dev.guanlan.promql.Trees;

/** Refuses what parses but cannot be evaluated yet. */
final class Unsupported {

  private Unsupported() {}

  static void check(Expression expression) throws EvaluationException {
    if (expression instanceof Expression.VectorSelector selector
        && selector.extension() != Extension.NONE) {
      throw refusal("the modifier " + selector.extension().text(), expression);
    }
    for (Expression child : Trees.children(expression)) {
      check(child);
    }
  }

  private static EvaluationException refusal(String what, Expression expression) {
    return new EvaluationException(
        EvaluationException.Kind.EXECUTION, what + " is not supported yet", expression.position());
  }
}
