package dev.guanlan.promql;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Replaces the duration expressions of a query by what they amount to, once its steps are known. */
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
    return new DurationResolution((endMillis - startMillis) / 1e3, stepMillis / 1e3)
        .resolve(expression);
  }

  private Expression resolve(Expression expression) throws PromqlException {
    if (expression instanceof Expression.VectorSelector selector) {
      return resolve(selector);
    } else if (expression instanceof Expression.RangeSelector range) {
      Expression.VectorSelector selector = resolve(range.selector());
      long millis = resolve(range.rangeMillis(), range.range());
      return selector == range.selector() && range.range() == null
          ? range
          : new Expression.RangeSelector(selector, millis, range.position());
    } else if (expression instanceof Expression.Subquery subquery) {
      return resolve(subquery);
    } else if (expression instanceof Expression.Call call) {
      List<Expression> arguments = resolve(call.arguments());
      return arguments == call.arguments()
          ? call
          : new Expression.Call(call.function(), arguments, call.position());
    } else if (expression instanceof Expression.Unary unary) {
      Expression operand = resolve(unary.operand());
      return operand == unary.operand()
          ? unary
          : new Expression.Unary(unary.negative(), operand, unary.position());
    } else if (expression instanceof Expression.Binary binary) {
      Expression left = resolve(binary.left());
      Expression right = resolve(binary.right());
      return left == binary.left() && right == binary.right()
          ? binary
          : new Expression.Binary(
              binary.operator(), binary.bool(), left, right, binary.matching(), binary.position());
    } else if (expression instanceof Expression.Aggregate aggregate) {
      return resolve(aggregate);
    } else if (expression instanceof Expression.Parentheses parentheses) {
      Expression inner = resolve(parentheses.inner());
      return inner == parentheses.inner()
          ? parentheses
          : new Expression.Parentheses(inner, parentheses.position());
    }
    return expression;
  }

  private List<Expression> resolve(List<Expression> expressions) throws PromqlException {
    List<Expression> resolved = null;
    for (int i = 0; i < expressions.size(); i++) {
      Expression expression = resolve(expressions.get(i));
      if (expression != expressions.get(i)) {
        resolved = resolved == null ? new ArrayList<>(expressions) : resolved;
        resolved.set(i, expression);
      }
    }
    return resolved == null ? expressions : resolved;
  }

  private Expression resolve(Expression.Aggregate aggregate) throws PromqlException {
    Expression parameter = aggregate.parameter();
    Expression resolved = parameter == null ? null : resolve(parameter);
    Expression inner = resolve(aggregate.expression());
    return resolved == parameter && inner == aggregate.expression()
        ? aggregate
        : new Expression.Aggregate(
            aggregate.aggregator(),
            resolved,
            inner,
            aggregate.without(),
            aggregate.grouping(),
            aggregate.position());
  }

  private Expression.VectorSelector resolve(Expression.VectorSelector selector)
      throws PromqlException {
    Shift shift = resolve(selector.shift());
    return shift == selector.shift()
        ? selector
        : new Expression.VectorSelector(
            selector.name(),
            selector.matchers(),
            shift,
            selector.extension(),
            selector.position());
  }

  private Expression resolve(Expression.Subquery subquery) throws PromqlException {
    Shift shift = resolve(subquery.shift());
    long step = resolve(subquery.stepMillis(), subquery.step());
    long range = resolve(subquery.rangeMillis(), subquery.range());
    Expression inner = resolve(subquery.expression());
    boolean same =
        shift == subquery.shift()
            && subquery.step() == null
            && subquery.range() == null
            && inner == subquery.expression();
    return same
        ? subquery
        : new Expression.Subquery(inner, range, step, shift, subquery.position());
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
    return new PromqlException(
        position.start() + ":" + position.end() + ": " + message, position);
  }
}
