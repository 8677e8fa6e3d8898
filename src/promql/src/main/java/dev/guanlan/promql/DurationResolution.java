package dev.guanlan.promql;

import org.jspecify.annotations.Nullable;

/**
 * Replaces the duration expressions of a query by what they amount to, once its steps are known.
 */
public final class DurationResolution {

  private final double rangeSeconds;
  private final double stepSeconds;

  private DurationResolution(double rangeSeconds, double stepSeconds) {
    this.rangeSeconds = rangeSeconds;
    this.stepSeconds = stepSeconds;
  }

  /**
   * Returns an expression without duration expressions; the same one if it has none.
   *
   * @param startMillis first step of the query, in milliseconds since the epoch
   * @param endMillis last step of the query, in milliseconds since the epoch
   * @param stepMillis distance of its steps, in milliseconds; 0 for an instant query
   * @throws PromqlException if a range or step would not be above 0, or a divisor is 0
   */
  public static Expression resolve(
      Expression expression, long startMillis, long endMillis, long stepMillis)
      throws PromqlException {
    // Nearly all expressions end here, evaluated over and over as rules are.
    return isComputed(expression)
        ? new DurationResolution((endMillis - startMillis) / 1e3, stepMillis / 1e3)
            .resolve(expression)
        : expression;
  }

  private static boolean isComputed(Expression expression) {
    boolean computed =
        expression instanceof Expression.VectorSelector selector
            ? selector.shift().offset() != null
            : expression instanceof Expression.RangeSelector range
                ? range.range() != null
                : expression instanceof Expression.Subquery subquery
                    && (subquery.range() != null
                        || subquery.step() != null
                        || subquery.shift().offset() != null);
    return computed || Trees.children(expression).stream().anyMatch(DurationResolution::isComputed);
  }

  private Expression resolve(Expression expression) throws PromqlException {
    if (expression instanceof Expression.VectorSelector selector) {
      return resolve(selector);
    } else if (expression instanceof Expression.RangeSelector range) {
      return new Expression.RangeSelector(
          resolve(range.selector()), resolve(range.rangeMillis(), range.range()), range.position());
    } else if (expression instanceof Expression.Subquery subquery) {
      Shift shift = resolve(subquery.shift());
      long step = resolve(subquery.stepMillis(), subquery.step());
      long range = resolve(subquery.rangeMillis(), subquery.range());
      return new Expression.Subquery(
          resolve(subquery.expression()), range, step, shift, subquery.position());
    }
    return Trees.withChildren(expression, this::resolve);
  }

  private Expression.VectorSelector resolve(Expression.VectorSelector selector)
      throws PromqlException {
    return new Expression.VectorSelector(
        selector.name(),
        selector.matchers(),
        resolve(selector.shift()),
        selector.extension(),
        selector.position());
  }

  private Shift resolve(Shift shift) throws PromqlException {
    DurationExpression offset = shift.offset();
    return offset == null ? shift : new Shift(millis(offset), shift.at());
  }

  private long resolve(long literal, @Nullable DurationExpression expression)
      throws PromqlException {
    if (expression == null) {
      return literal;
    }
    if (seconds(expression) <= 0) {
      throw failure("duration must be greater than 0", expression);
    }
    return millis(expression);
  }

  private long millis(DurationExpression expression) throws PromqlException {
    double seconds = seconds(expression);
    if (!(Math.abs(seconds) <= Durations.MAX_MILLIS / 1e3)) {
      throw failure("duration is out of range", expression);
    }
    return Durations.millis(seconds);
  }

  private double seconds(DurationExpression expression) throws PromqlException {
    if (expression instanceof DurationExpression.Literal literal) {
      return literal.seconds();
    } else if (expression instanceof DurationExpression.OfQuery ofQuery) {
      return switch (ofQuery.quantity()) {
        case STEP -> stepSeconds;
        case RANGE -> rangeSeconds;
      };
    } else if (expression instanceof DurationExpression.Extreme extreme) {
      double left = seconds(extreme.left());
      double right = seconds(extreme.right());
      return extreme.greater() ? Math.max(left, right) : Math.min(left, right);
    } else if (expression instanceof DurationExpression.Negated negated) {
      return -seconds(negated.operand());
    } else if (expression instanceof DurationExpression.Parentheses parentheses) {
      return seconds(parentheses.inner());
    }
    return seconds((DurationExpression.Binary) expression);
  }

  private double seconds(DurationExpression.Binary binary) throws PromqlException {
    double left = seconds(binary.left());
    double right = seconds(binary.right());
    return switch (binary.operator()) {
      case ADD -> left + right;
      case SUBTRACT -> left - right;
      case MULTIPLY -> left * right;
      case DIVIDE -> {
        if (right == 0) {
          throw failure("division by zero", binary);
        }
        yield left / right;
      }
      case MODULO -> {
        if (right == 0) {
          throw failure("modulo by zero", binary);
        }
        yield left % right;
      }
      case POWER -> Math.pow(left, right);
      default -> throw new IllegalArgumentException(binary.operator() + " between durations");
    };
  }

  /** Says what is wrong in the words of Prometheus, which put the offsets in front. */
  private static PromqlException failure(String message, DurationExpression expression) {
    Position position = expression.position();
    return new PromqlException(position.start() + ":" + position.end() + ": " + message, position);
  }
}
