package dev.guanlan.promql;

import java.util.List;

/** Walks expressions. */
public final class Trees {

  private Trees() {}

  /** Returns the nodes right below a node, in the order of the text. */
  public static List<Expression> children(Expression expression) {
    if (expression instanceof Expression.RangeSelector range) {
      return List.of(range.selector());
    } else if (expression instanceof Expression.Subquery subquery) {
      return List.of(subquery.expression());
    } else if (expression instanceof Expression.Call call) {
      return call.arguments();
    } else if (expression instanceof Expression.Unary unary) {
      return List.of(unary.operand());
    } else if (expression instanceof Expression.Binary binary) {
      return List.of(binary.left(), binary.right());
    } else if (expression instanceof Expression.Aggregate aggregate) {
      Expression parameter = aggregate.parameter();
      return parameter == null
          ? List.of(aggregate.expression())
          : List.of(parameter, aggregate.expression());
    } else if (expression instanceof Expression.Parentheses parentheses) {
      return List.of(parentheses.inner());
    }
    return List.of();
  }

  /** Returns the expression without the parentheses around it. */
  public static Expression unwrap(Expression expression) {
    Expression inner = expression;
    while (inner instanceof Expression.Parentheses parentheses) {
      inner = parentheses.inner();
    }
    return inner;
  }
}
