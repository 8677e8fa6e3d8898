package dev.guanlan.promql;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Generates duration expressions without positions, as the parser makes them. */
final class GeneratedDurations {

  private static final Position NONE = Position.NONE;
  private static final Arbitrary<DurationExpression> COMPUTED = computed(2);

  private GeneratedDurations() {}

  /** Returns what a range or step can be computed with. */
  static Arbitrary<DurationExpression> computed() {
    return COMPUTED;
  }

  /** Returns what an offset can be computed with: nothing with an operator outside parentheses. */
  static Arbitrary<DurationExpression> offset() {
    Arbitrary<DurationExpression> closed = COMPUTED.map(GeneratedDurations::closed);
    return Arbitraries.oneOf(
        closed,
        closed.map(inner -> new DurationExpression.Negated(inner, NONE)),
        computed(1).map(inner -> new DurationExpression.Parentheses(closedOrNegated(inner), NONE)));
  }

  private static Arbitrary<DurationExpression> computed(int depth) {
    Arbitrary<DurationExpression> ofQuery =
        Arbitraries.of(DurationExpression.Quantity.class)
            .map(quantity -> new DurationExpression.OfQuery(quantity, NONE));
    if (depth == 0) {
      return ofQuery;
    }
    Arbitrary<DurationExpression> operand = Arbitraries.oneOf(literal(), computed(depth - 1));
    return Arbitraries.oneOf(
        ofQuery,
        Combinators.combine(Arbitraries.of(true, false), operand, operand)
            .as(
                (greater, left, right) ->
                    new DurationExpression.Extreme(greater, left, right, NONE)),
        computed(depth - 1).map(inner -> new DurationExpression.Negated(closed(inner), NONE)),
        computed(depth - 1).map(GeneratedDurations::closed),
        Combinators.combine(
                Arbitraries.of(BinaryOperator.class)
                    .filter(
                        operator ->
                            !operator.isSet()
                                && !operator.isComparison()
                                && !operator.isTrim()
                                && operator != BinaryOperator.ATAN2),
                operand,
                operand)
            .as(
                (operator, left, right) ->
                    new DurationExpression.Binary(
                        operator, closedOrLiteral(left), closedOrLiteral(right), NONE)));
  }

  private static Arbitrary<DurationExpression> literal() {
    Arbitrary<DurationExpression> numbers =
        Arbitraries.longs()
            .between(-1_000_000_000, 1_000_000_000)
            .filter(thousandths -> thousandths != 0)
            .map(thousandths -> thousandths / 1e3)
            .map(seconds -> new DurationExpression.Literal(seconds, false, NONE));
    Arbitrary<DurationExpression> durations =
        Arbitraries.longs()
            .between(-1L << 40, 1L << 40)
            .filter(millis -> millis != 0)
            .map(millis -> new DurationExpression.Literal(millis / 1e3, true, NONE));
    return Arbitraries.oneOf(numbers, durations);
  }

  private static DurationExpression closedOrNegated(DurationExpression expression) {
    return expression instanceof DurationExpression.Parentheses
        ? new DurationExpression.Negated(expression, NONE)
        : expression;
  }

  private static DurationExpression closedOrLiteral(DurationExpression expression) {
    return expression instanceof DurationExpression.Literal ? expression : closed(expression);
  }

  /** Puts parentheses around what an operator could take apart. */
  private static DurationExpression closed(DurationExpression expression) {
    boolean alone =
        expression instanceof DurationExpression.OfQuery
            || expression instanceof DurationExpression.Extreme
            || expression instanceof DurationExpression.Parentheses;
    return alone ? expression : new DurationExpression.Parentheses(expression, NONE);
  }
}
