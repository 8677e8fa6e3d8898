package dev.guanlan.promql;

import dev.guanlan.model.Labels;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Checks the types of a tree whose form is right. Words and order of the complaints are those of
 * Prometheus ({@code checkAST}).
 */
final class TypeChecks {

  private final String text;

  private TypeChecks(String text) {
    this.text = text;
  }

  /**
   * Checks a tree.
   *
   * @param text what the tree was read from
   */
  static void check(Expression expression, String text) throws PromqlException {
    new TypeChecks(text).check(expression);
  }

  private void check(Expression expression) throws PromqlException {
    if (expression instanceof Expression.VectorSelector selector) {
      checkName(selector);
      checkNotEmpty(selector);
    } else if (expression instanceof Expression.Subquery subquery) {
      check(subquery.expression());
      if (subquery.expression().type() != ValueType.INSTANT_VECTOR) {
        throw new PromqlException(
            "subquery is only allowed on instant vector, got "
                + shortName(subquery.expression())
                + " instead",
            subquery.position());
      }
    } else if (expression instanceof Expression.Unary unary) {
      check(unary.operand());
      if (!isNumeric(unary.operand())) {
        throw new PromqlException(
            "unary expression only allowed on expressions of type scalar or instant vector, got "
                + Quoting.quoted(unary.operand().type().text()),
            unary.position());
      }
    } else if (expression instanceof Expression.Binary binary) {
      check(binary.left());
      check(binary.right());
      checkBinary(binary);
    } else if (expression instanceof Expression.Call call) {
      checkCall(call);
    } else if (expression instanceof Expression.Aggregate aggregate) {
      checkAggregate(aggregate);
    } else {
      for (Expression child : Trees.children(expression)) {
        check(child);
      }
    }
  }

  private static void checkName(Expression.VectorSelector selector) throws PromqlException {
    if (selector.name().isEmpty()) {
      return;
    }
    for (Matcher matcher : selector.matchers().subList(1, selector.matchers().size())) {
      if (matcher.name().equals(Labels.METRIC_NAME)) {
        throw new PromqlException(
            "metric name must not be set twice: "
                + Quoting.quoted(selector.name())
                + " or "
                + Quoting.quoted(matcher.value()),
            selector.position());
      }
    }
  }

  private static void checkNotEmpty(Expression.VectorSelector selector) throws PromqlException {
    if (selector.name().isEmpty() && selector.matchers().stream().allMatch(Matcher::matchesEmpty)) {
      throw new PromqlException(
          "vector selector must contain at least one non-empty matcher", selector.position());
    }
  }

  /** Returns the type as Prometheus' own tree names it, which one of its messages shows. */
  private static String shortName(Expression expression) {
    return switch (expression.type()) {
      case INSTANT_VECTOR -> "vector";
      case RANGE_VECTOR -> "matrix";
      case SCALAR, STRING -> expression.type().text();
    };
  }

  private void checkBinary(Expression.Binary binary) throws PromqlException {
    BinaryOperator operator = binary.operator();
    Expression left = binary.left();
    Expression right = binary.right();
    if (binary.bool() && !operator.isComparison()) {
      throw new PromqlException(
          "bool modifier can only be used on comparison operators", between(left, right));
    }
    boolean scalars = left.type() == ValueType.SCALAR && right.type() == ValueType.SCALAR;
    if (operator.isComparison() && !binary.bool() && scalars) {
      throw new PromqlException(
          "comparisons between scalars must use BOOL modifier", between(left, right));
    }
    VectorMatching matching = binary.matching();
    if (matching != null && matching.on()) {
      for (String label : matching.labels()) {
        if (matching.include().contains(label)) {
          throw new PromqlException(
              "label " + Quoting.quoted(label) + " must not occur in ON and GROUP clause at once",
              between(left, right));
        }
      }
    }
    for (Expression side : List.of(left, right)) {
      if (!isNumeric(side)) {
        throw new PromqlException(
            "binary expression must contain only scalar and instant vector types", side.position());
      }
    }
    checkMatching(binary, matching);
    if (operator.isSet() && (left.type() == ValueType.SCALAR || right.type() == ValueType.SCALAR)) {
      throw new PromqlException(
          "set operator "
              + Quoting.quoted(operator.text())
              + " not allowed in binary scalar expression",
          binary.position());
    }
  }

  private static void checkMatching(Expression.Binary binary, @Nullable VectorMatching matching)
      throws PromqlException {
    if (matching == null) {
      return;
    }
    if (!matchesVectors(binary.left(), binary.right())) {
      throw new PromqlException(
          matching.labels().isEmpty()
              ? "filling in missing series only allowed between instant vectors"
              : "vector matching only allowed between instant vectors",
          binary.position());
    }
    if (!binary.operator().isSet()) {
      return;
    }
    if (matching.cardinality() != VectorMatching.Cardinality.MANY_TO_MANY) {
      throw new PromqlException(
          "no grouping allowed for " + Quoting.quoted(binary.operator().text()) + " operation",
          binary.position());
    }
    if (matching.fills()) {
      throw new PromqlException(
          "filling in missing series not allowed for set operators", binary.position());
    }
  }

  static boolean matchesVectors(Expression left, Expression right) {
    return left.type() == ValueType.INSTANT_VECTOR && right.type() == ValueType.INSTANT_VECTOR;
  }

  private void checkCall(Expression.Call call) throws PromqlException {
    Function function = call.function();
    List<ValueType> types = function.arguments();
    checkCount(function, call.arguments().size(), call.position());
    if (function == Function.INFO && call.arguments().size() > 1) {
      checkInfo(call);
    }
    for (int i = 0; i < call.arguments().size(); i++) {
      Expression argument = call.arguments().get(i);
      boolean mayBeEmpty = function == Function.INFO && i == 1;
      if (mayBeEmpty && argument instanceof Expression.VectorSelector selector) {
        checkName(selector);
      } else {
        check(argument);
      }
      expect(
          argument,
          types.get(Math.min(i, types.size() - 1)),
          "call to function " + Quoting.quoted(function.text()));
    }
  }

  /** Checks that what the info series must match is written as matchers in braces. */
  private static void checkInfo(Expression.Call call) throws PromqlException {
    Expression data = call.arguments().get(1);
    if (data.type() != ValueType.INSTANT_VECTOR) {
      throw new PromqlException(
          "expected type instant vector in call to function \"info\", got " + data.type().text(),
          call.position());
    }
    if (!(data instanceof Expression.VectorSelector selector)) {
      throw new PromqlException("expected label selectors only", data.position());
    }
    if (!selector.name().isEmpty()) {
      throw new PromqlException(
          "expected label selectors only, got vector selector instead", data.position());
    }
  }

  private static void checkCount(Function function, int count, Position position)
      throws PromqlException {
    int declared = function.arguments().size();
    int least = function.variadic() == 0 ? declared : declared - 1;
    int most =
        function.variadic() < 0 ? Integer.MAX_VALUE : least + Math.max(0, function.variadic());
    if (count >= least && count <= most) {
      return;
    }
    String bound = function.variadic() == 0 ? "" : count < least ? "at least " : "at most ";
    throw new PromqlException(
        String.format(
            Locale.ROOT,
            "expected %s%d argument(s) in call to %s, got %d",
            bound,
            count < least ? least : most,
            Quoting.quoted(function.text()),
            count),
        position);
  }

  private void checkAggregate(Expression.Aggregate aggregate) throws PromqlException {
    check(aggregate.expression());
    expect(aggregate.expression(), ValueType.INSTANT_VECTOR, "aggregation expression");
    Expression parameter = aggregate.parameter();
    ValueType type = aggregate.aggregator().parameter();
    if (parameter != null && type != null) {
      check(parameter);
      expect(parameter, type, "aggregation parameter");
    }
  }

  private static void expect(Expression expression, ValueType expected, String context)
      throws PromqlException {
    if (expression.type() != expected) {
      throw new PromqlException(
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
