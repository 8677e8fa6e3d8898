package dev.guanlan.promql;

import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes the positions off trees, and if asked the parentheses, and puts matchers in order, so that
 * they can be compared.
 */
final class Stripped {

  private Stripped() {}

  static Expression of(Expression expression, boolean parentheses) {
    Position none = Position.NONE;
    if (expression instanceof Expression.NumberLiteral number) {
      return new Expression.NumberLiteral(number.value(), number.duration(), none);
    } else if (expression instanceof Expression.StringLiteral string) {
      return new Expression.StringLiteral(string.value(), none);
    } else if (expression instanceof Expression.VectorSelector selector) {
      return selector(selector);
    } else if (expression instanceof Expression.RangeSelector range) {
      return new Expression.RangeSelector(
          selector(range.selector()), range.rangeMillis(), duration(range.range()), none);
    } else if (expression instanceof Expression.Subquery subquery) {
      return new Expression.Subquery(
          of(subquery.expression(), parentheses),
          subquery.rangeMillis(),
          duration(subquery.range()),
          subquery.stepMillis(),
          duration(subquery.step()),
          shift(subquery.shift()),
          none);
    } else if (expression instanceof Expression.Call call) {
      List<Expression> arguments =
          call.arguments().stream().map(argument -> of(argument, parentheses)).toList();
      return new Expression.Call(call.function(), arguments, none);
    } else if (expression instanceof Expression.Unary unary) {
      return new Expression.Unary(unary.negative(), of(unary.operand(), parentheses), none);
    } else if (expression instanceof Expression.Binary binary) {
      return new Expression.Binary(
          binary.operator(),
          binary.bool(),
          of(binary.left(), parentheses),
          of(binary.right(), parentheses),
          binary.matching(),
          none);
    } else if (expression instanceof Expression.Aggregate aggregate) {
      Expression parameter = aggregate.parameter();
      return new Expression.Aggregate(
          aggregate.aggregator(),
          parameter == null ? null : of(parameter, parentheses),
          of(aggregate.expression(), parentheses),
          aggregate.without(),
          aggregate.grouping(),
          none);
    }
    Expression.Parentheses wrapped = (Expression.Parentheses) expression;
    Expression inner = of(wrapped.inner(), parentheses);
    return parentheses ? inner : new Expression.Parentheses(inner, none);
  }

  private static Expression.VectorSelector selector(Expression.VectorSelector selector) {
    return new Expression.VectorSelector(
        selector.name(),
        selector.matchers().stream().sorted(Comparator.comparing(Matcher::toString)).toList(),
        shift(selector.shift()),
        selector.extension(),
        Position.NONE);
  }

  private static Shift shift(Shift shift) {
    return new Shift(shift.offsetMillis(), shift.at(), duration(shift.offset()));
  }

  private static @Nullable DurationExpression duration(@Nullable DurationExpression expression) {
    Position none = Position.NONE;
    if (expression instanceof DurationExpression.Literal literal) {
      return new DurationExpression.Literal(literal.seconds(), literal.duration(), none);
    } else if (expression instanceof DurationExpression.OfQuery ofQuery) {
      return new DurationExpression.OfQuery(ofQuery.quantity(), none);
    } else if (expression instanceof DurationExpression.Extreme extreme) {
      return new DurationExpression.Extreme(
          extreme.greater(), duration(extreme.left()), duration(extreme.right()), none);
    } else if (expression instanceof DurationExpression.Negated negated) {
      return new DurationExpression.Negated(duration(negated.operand()), none);
    } else if (expression instanceof DurationExpression.Binary binary) {
      return new DurationExpression.Binary(
          binary.operator(), duration(binary.left()), duration(binary.right()), none);
    } else if (expression instanceof DurationExpression.Parentheses parentheses) {
      return new DurationExpression.Parentheses(duration(parentheses.inner()), none);
    }
    return null;
  }
}
