package dev.guanlan.promql.script;

import dev.guanlan.promql.At;
import dev.guanlan.promql.Expression;
import dev.guanlan.promql.Function;
import dev.guanlan.promql.Shift;
import dev.guanlan.promql.Trees;
import java.util.EnumSet;
import java.util.Set;

/**
 * Pins the selectors and subqueries of an expression to a time by {@code @}, so that it yields the
 * same whenever it is evaluated. Source: {@code atModifierTestCases} of Prometheus' {@code
 * promqltest/test.go}.
 */
final class Pinning {

  /** Functions whose results depend on the evaluation time however their arguments are pinned. */
  private static final Set<Function> UNPINNABLE =
      EnumSet.of(
          Function.DAYS_IN_MONTH,
          Function.DAY_OF_MONTH,
          Function.DAY_OF_WEEK,
          Function.DAY_OF_YEAR,
          Function.END,
          Function.HOUR,
          Function.MINUTE,
          Function.MONTH,
          Function.YEAR,
          Function.PREDICT_LINEAR,
          Function.START,
          Function.TIME,
          Function.TIMESTAMP);

  private final At at;

  private Pinning(long timeMillis) {
    this.at = new At(At.Anchor.TIMESTAMP, timeMillis);
  }

  /** Tells whether pinning makes an expression independent of its evaluation time. */
  static boolean possible(Expression expression) {
    if (expression instanceof Expression.Subquery) {
      return true;
    }
    if (expression instanceof Expression.Call call && UNPINNABLE.contains(call.function())) {
      return false;
    }
    return Trees.children(expression).stream().allMatch(Pinning::possible);
  }

  static Expression pinned(Expression expression, long timeMillis) {
    return new Pinning(timeMillis).pin(expression);
  }

  private Expression pin(Expression expression) {
    if (expression instanceof Expression.VectorSelector selector) {
      return pinned(selector);
    } else if (expression instanceof Expression.RangeSelector range) {
      return new Expression.RangeSelector(
          pinned(range.selector()), range.rangeMillis(), range.range(), range.position());
    } else if (expression instanceof Expression.Subquery subquery) {
      // What is inside is evaluated at the subquery's own steps.
      return new Expression.Subquery(
          subquery.expression(),
          subquery.rangeMillis(),
          subquery.range(),
          subquery.stepMillis(),
          subquery.step(),
          pinned(subquery.shift()),
          subquery.position());
    }
    return Trees.withChildren(expression, this::pin);
  }

  private Expression.VectorSelector pinned(Expression.VectorSelector selector) {
    return new Expression.VectorSelector(
        selector.name(),
        selector.matchers(),
        pinned(selector.shift()),
        selector.extension(),
        selector.position());
  }

  private Shift pinned(Shift shift) {
    return shift.at() != null ? shift : new Shift(shift.offsetMillis(), at, shift.offset());
  }
}
