package dev.guanlan.promql;

import java.util.ArrayList;
import java.util.List;

/** Walks expressions and copies them with changes. */
public final class Trees {

  /**
   * Turns an expression into another one of the same type.
   *
   * @param <E> what it throws if it cannot
   */
  @FunctionalInterface
  public interface Rewrite<E extends Exception> {

    /** Returns what is to stand in the place of {@code expression}. */
    Expression apply(Expression expression) throws E;
  }

  private Trees() {}

  /**
   * Returns a copy of a node over the rewritten nodes right below it. Selectors and subqueries are
   * returned as they are: what is in them is evaluated at other times.
   */
  public static <E extends Exception> Expression withChildren(
      Expression expression, Rewrite<E> rewrite) throws E {
    if (expression instanceof Expression.Call call) {
      List<Expression> arguments = new ArrayList<>(call.arguments().size());
      for (Expression argument : call.arguments()) {
        arguments.add(rewrite.apply(argument));
      }
      return new Expression.Call(call.function(), arguments, call.position());
    } else if (expression instanceof Expression.Unary unary) {
      return new Expression.Unary(
          unary.negative(), rewrite.apply(unary.operand()), unary.position());
    } else if (expression instanceof Expression.Binary binary) {
      return new Expression.Binary(
          binary.operator(),
          binary.bool(),
          rewrite.apply(binary.left()),
          rewrite.apply(binary.right()),
          binary.matching(),
          binary.position());
    } else if (expression instanceof Expression.Aggregate aggregate) {
      Expression parameter = aggregate.parameter();
      return new Expression.Aggregate(
          aggregate.aggregator(),
          parameter == null ? null : rewrite.apply(parameter),
          rewrite.apply(aggregate.expression()),
          aggregate.without(),
          aggregate.grouping(),
          aggregate.position());
    } else if (expression instanceof Expression.Parentheses parentheses) {
      return new Expression.Parentheses(rewrite.apply(parentheses.inner()), parentheses.position());
    }
    return expression;
  }

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
