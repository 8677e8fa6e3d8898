package dev.guanlan.promql;

import dev.guanlan.model.Labels;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Builds the nodes that can be ill-typed, and keeps the first complaint about one until the whole
 * text is known to be well-formed. The words are those of Prometheus.
 */
final class TypeChecks {

  private final String text;
  private @Nullable PromqlException first;

  TypeChecks(String text) {
    this.text = text;
  }

  void throwFirst() throws PromqlException {
    if (first != null) {
      throw first;
    }
  }

  private void complain(String message, Position position) {
    if (first == null) {
      first = new PromqlException(message, position);
    }
  }

  Expression selector(String name, List<Matcher> matchers, Position position) {
    for (Matcher matcher : name.isEmpty() ? matchers : matchers.subList(1, matchers.size())) {
      if (!name.isEmpty() && matcher.name().equals(Labels.METRIC_NAME)) {
        complain(
            "metric name must not be set twice: "
                + Printer.quoted(name)
                + " or "
                + Printer.quoted(matcher.value()),
            position);
      }
    }
    if (name.isEmpty() && matchers.stream().allMatch(Matcher::matchesEmpty)) {
      complain("vector selector must contain at least one non-empty matcher", position);
    }
    return new Expression.VectorSelector(name, matchers, Shift.NONE, position);
  }

  Expression subquery(Expression inner, long range, long step, Position position) {
    if (inner.type() != ValueType.INSTANT_VECTOR) {
      complain(
          "subquery is only allowed on instant vector, got " + shortName(inner) + " instead",
          position);
    }
    return new Expression.Subquery(inner, range, step, Shift.NONE, position);
  }

  /** Returns the type as Prometheus' own tree names it, which one of its messages shows. */
  private static String shortName(Expression expression) {
    return switch (expression.type()) {
      case INSTANT_VECTOR -> "vector";
      case RANGE_VECTOR -> "matrix";
      case SCALAR, STRING -> expression.type().text();
    };
  }

  Expression unary(boolean negative, Expression operand, Position position) {
    if (!isNumeric(operand)) {
      complain(
          "unary expression only allowed on expressions of type scalar or instant vector, got "
              + Printer.quoted(operand.type().text()),
          position);
    }
    return new Expression.Unary(negative, operand, position);
  }

  Expression binary(
      BinaryOperator operator,
      boolean bool,
      Expression left,
      Expression right,
      VectorMatching matching) {
    Position position = left.position().to(right.position());
    boolean scalars = left.type() == ValueType.SCALAR && right.type() == ValueType.SCALAR;
    if (bool && !operator.isComparison()) {
      complain("bool modifier can only be used on comparison operators", between(left, right));
    }
    if (operator.isComparison() && !bool && scalars) {
      complain("comparisons between scalars must use BOOL modifier", between(left, right));
    }
    for (String label : matching.labels()) {
      if (matching.on() && matching.include().contains(label)) {
        complain(
            "label " + Printer.quoted(label) + " must not occur in ON and GROUP clause at once",
            between(left, right));
      }
    }
    for (Expression side : List.of(left, right)) {
      if (!isNumeric(side)) {
        complain(
            "binary expression must contain only scalar and instant vector types", side.position());
      }
    }
    boolean vectors =
        left.type() == ValueType.INSTANT_VECTOR && right.type() == ValueType.INSTANT_VECTOR;
    VectorMatching kept = vectors ? matching : null;
    if (!vectors && !matching.labels().isEmpty()) {
      complain("vector matching only allowed between instant vectors", position);
    }
    if (operator.isSet()) {
      kept = setMatching(operator, left, right, matching, kept, position);
    }
    return new Expression.Binary(operator, bool, left, right, kept, position);
  }

  private @Nullable VectorMatching setMatching(
      BinaryOperator operator,
      Expression left,
      Expression right,
      VectorMatching matching,
      @Nullable VectorMatching kept,
      Position position) {
    String quoted = Printer.quoted(operator.text());
    if (left.type() == ValueType.SCALAR || right.type() == ValueType.SCALAR) {
      complain("set operator " + quoted + " not allowed in binary scalar expression", position);
    } else if (matching.cardinality() != VectorMatching.Cardinality.ONE_TO_ONE) {
      complain("no grouping allowed for " + quoted + " operation", position);
    }
    return kept == null ? null : kept.with(VectorMatching.Cardinality.MANY_TO_MANY);
  }

  Expression call(Function function, List<Expression> arguments, Position position) {
    List<ValueType> types = function.arguments();
    checkCount(function, arguments.size(), position);
    for (int i = 0; i < arguments.size(); i++) {
      if (i >= types.size() && function.variadic() == 0) {
        break;
      }
      ValueType expected = types.get(Math.min(i, types.size() - 1));
      expect(arguments.get(i), expected, "call to function " + Printer.quoted(function.text()));
    }
    return new Expression.Call(function, arguments, position);
  }

  private void checkCount(Function function, int count, Position position) {
    int declared = function.arguments().size();
    int least = function.variadic() == 0 ? declared : declared - 1;
    int most =
        function.variadic() < 0 ? Integer.MAX_VALUE : least + Math.max(0, function.variadic());
    if (count >= least && count <= most) {
      return;
    }
    String bound = function.variadic() == 0 ? "" : count < least ? "at least " : "at most ";
    complain(
        String.format(
            Locale.ROOT,
            "expected %s%d argument(s) in call to %s, got %d",
            bound,
            count < least ? least : most,
            Printer.quoted(function.text()),
            count),
        position);
  }

  Expression aggregate(
      Aggregator aggregator,
      List<Expression> arguments,
      boolean without,
      List<String> grouping,
      Position position)
      throws PromqlException {
    ValueType parameterType = aggregator.parameter();
    int expected = parameterType == null ? 1 : 2;
    if (arguments.isEmpty()) {
      throw new PromqlException("no arguments for aggregate expression provided", position);
    }
    if (arguments.size() != expected) {
      throw new PromqlException(
          "wrong number of arguments for aggregate expression provided, expected "
              + expected
              + ", got "
              + arguments.size(),
          position);
    }
    Expression vector = arguments.get(expected - 1);
    expect(vector, ValueType.INSTANT_VECTOR, "aggregation expression");
    Expression parameter = null;
    if (parameterType != null) {
      parameter = arguments.get(0);
      expect(parameter, parameterType, "aggregation parameter");
    }
    return new Expression.Aggregate(aggregator, parameter, vector, without, grouping, position);
  }

  private void expect(Expression expression, ValueType expected, String context) {
    if (expression.type() != expected) {
      complain(
          "expected type "
              + expected.text()
              + " in "
              + context
              + ", got "
              + expression.type().text(),
          expression.position());
    }
  }

  private static boolean isNumeric(Expression expression) {
    return expression.type() == ValueType.SCALAR || expression.type() == ValueType.INSTANT_VECTOR;
  }

  /** Returns the place of the operator and its modifiers. */
  private Position between(Expression left, Expression right) {
    int start = left.position().end();
    int end = right.position().start();
    while (start < end && Character.isWhitespace(text.charAt(start))) {
      start++;
    }
    while (end > start && Character.isWhitespace(text.charAt(end - 1))) {
      end--;
    }
    return new Position(start, end);
  }
}
