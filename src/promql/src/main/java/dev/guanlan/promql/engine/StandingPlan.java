package dev.guanlan.promql.engine;

import dev.guanlan.promql.At;
import dev.guanlan.promql.BinaryOperator;
import dev.guanlan.promql.Expression;
import dev.guanlan.promql.Extension;
import dev.guanlan.promql.Function;
import dev.guanlan.promql.Shift;
import dev.guanlan.promql.Trees;
import dev.guanlan.promql.ValueType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.DoubleUnaryOperator;
import org.jspecify.annotations.Nullable;

/** Makes nodes of expressions; equal parts of them share one. For one thread. */
final class StandingPlan {

  private final Map<String, StandingNode> nodes = new HashMap<>();

  /** Returns the node of a scalar or an instant vector. */
  StandingNode node(Expression expression) {
    Expression unwrapped = Trees.unwrap(expression);
    String text = unwrapped.toString();
    StandingNode node = nodes.get(text);
    if (node == null) {
      node = made(unwrapped);
      if (node == null) {
        node = new StandingPart(unwrapped);
      }
      nodes.put(text, node);
    }
    return node;
  }

  /** Makes a node, or returns null if there is none of the kind. */
  private @Nullable StandingNode made(Expression expression) {
    if (expression instanceof Expression.NumberLiteral number) {
      return StandingNumber.of(tick -> number.value());
    } else if (expression instanceof Expression.VectorSelector selector) {
      return isPlain(selector) ? new StandingSelector(selector) : null;
    } else if (expression instanceof Expression.Unary unary) {
      StandingNode operand = node(unary.operand());
      return unary.negative()
          ? new StandingPoint(operand, List.of(), (value, first, second) -> -value)
          : operand;
    } else if (expression instanceof Expression.Binary binary) {
      return binary(binary);
    } else if (expression instanceof Expression.Aggregate aggregate) {
      return aggregate(aggregate);
    } else if (expression instanceof Expression.Call call) {
      return RangeFunctions.of(call.function()) != null ? overRange(call) : call(call);
    }
    return null;
  }

  private static boolean isPlain(Expression.VectorSelector selector) {
    Shift shift = selector.shift();
    At at = shift.at();
    return selector.extension() == Extension.NONE
        && (at == null || at.anchor() != At.Anchor.TIMESTAMP)
        && shift.offset() == null;
  }

  private @Nullable StandingNode binary(Expression.Binary binary) {
    BinaryOperator operator = binary.operator();
    if (operator.isTrim()) {
      return null;
    }
    boolean leftScalar = binary.left().type() == ValueType.SCALAR;
    boolean rightScalar = binary.right().type() == ValueType.SCALAR;
    if (!leftScalar && !rightScalar && Objects.requireNonNull(binary.matching()).fills()) {
      return null;
    }
    StandingNode left = node(binary.left());
    StandingNode right = node(binary.right());
    if (leftScalar && rightScalar) {
      return StandingNumber.of(operator, left, right);
    } else if (rightScalar) {
      return new StandingThreshold(binary, left, right, false);
    } else if (leftScalar) {
      return new StandingThreshold(binary, right, left, true);
    }
    return operator.isSet()
        ? new StandingCombination(binary, left, right)
        : new StandingJoin(binary, left, right);
  }

  private @Nullable StandingNode aggregate(Expression.Aggregate aggregate) {
    Expression parameter = aggregate.parameter();
    return switch (aggregate.aggregator()) {
      case SUM, AVG, COUNT, MIN, MAX, GROUP, STDDEV, STDVAR, QUANTILE ->
          new StandingAggregate(
              aggregate, node(aggregate.expression()), parameter == null ? null : node(parameter));
      default -> null;
    };
  }

  private @Nullable StandingNode overRange(Expression.Call call) {
    List<StandingNode> parameters = new ArrayList<>();
    Expression.RangeSelector range = null;
    for (Expression argument : call.arguments()) {
      Expression unwrapped = Trees.unwrap(argument);
      if (argument.type() != ValueType.RANGE_VECTOR) {
        parameters.add(node(argument));
      } else if (unwrapped instanceof Expression.RangeSelector selected
          && selected.range() == null
          && isPlain(selected.selector())) {
        range = selected;
      }
    }
    if (range == null) {
      return null;
    }
    StandingRange node =
        new StandingRange(range, call.function(), parameters.toArray(StandingNode[]::new));
    return call.function() == Function.ABSENT_OVER_TIME
        ? new StandingAbsent(node, Calls.pinnedLabels(range))
        : node;
  }

  private @Nullable StandingNode call(Expression.Call call) {
    List<Expression> arguments = call.arguments();
    DoubleUnaryOperator operator = PointFunctions.of(call.function());
    if (operator == null && !arguments.isEmpty()) {
      operator = PointFunctions.ofDate(call.function());
    }
    if (operator != null) {
      DoubleUnaryOperator mapped = operator;
      return mapped(arguments, 0, (value, first, second) -> mapped.applyAsDouble(value));
    }
    return switch (call.function()) {
      case TIME -> StandingNumber.of(tick -> tick.millis() / 1e3);
      case PI -> StandingNumber.of(tick -> Math.PI);
      case SCALAR_ -> StandingNumber.onlyOf(node(arguments.get(0)));
      case VECTOR -> node(arguments.get(0));
      case ABSENT ->
          new StandingAbsent(node(arguments.get(0)), Calls.pinnedLabels(arguments.get(0)));
      case CLAMP -> mapped(arguments, 2, StandingPlan::clamped);
      case CLAMP_MIN ->
          mapped(arguments, 1, (v, least, none) -> clamped(v, least, Double.POSITIVE_INFINITY));
      case CLAMP_MAX ->
          mapped(arguments, 1, (v, most, none) -> clamped(v, Double.NEGATIVE_INFINITY, most));
      case ROUND ->
          arguments.size() > 1
              ? mapped(arguments, 1, (v, nearest, none) -> PointFunctions.round(v, nearest))
              : mapped(arguments, 0, (v, first, second) -> PointFunctions.round(v, 1));
      case HISTOGRAM_QUANTILE ->
          new StandingQuantile(node(arguments.get(0)), node(arguments.get(1)));
      default -> null;
    };
  }

  private static double clamped(double value, double least, double most) {
    return most < least ? StepMatrix.ABSENT : PointFunctions.clamp(value, least, most);
  }

  private StandingNode mapped(
      List<Expression> arguments, int parameters, StandingPoint.Mapping mapping) {
    List<StandingNode> nodes = new ArrayList<>();
    for (int i = 1; i <= parameters; i++) {
      nodes.add(node(arguments.get(i)));
    }
    return new StandingPoint(node(arguments.get(0)), nodes, mapping);
  }
}
