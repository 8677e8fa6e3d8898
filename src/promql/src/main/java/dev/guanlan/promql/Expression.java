package dev.guanlan.promql;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Is a node of a parsed and type-checked PromQL expression. Every node knows its place in the text.
 *
 * <p>{@link Object#toString()} of every node is PromQL that parses back to the same tree, positions
 * apart.
 */
public sealed interface Expression {

  /** Returns where the node stands in the text. */
  Position position();

  /** Returns what the node evaluates to. */
  ValueType type();

  /**
   * Is a number.
   *
   * @param value the number; a duration as a number is in seconds
   * @param duration whether it was written as a duration
   */
  record NumberLiteral(double value, boolean duration, Position position) implements Expression {

    /** Makes a plain number. */
    public NumberLiteral(double value, Position position) {
      this(value, false, position);
    }

    @Override
    public ValueType type() {
      return ValueType.SCALAR;
    }

    @Override
    public String toString() {
      return Printer.print(this);
    }
  }

  /** Is a piece of text, without quotes and escapes. */
  record StringLiteral(String value, Position position) implements Expression {
    @Override
    public ValueType type() {
      return ValueType.STRING;
    }

    @Override
    public String toString() {
      return Printer.print(this);
    }
  }

  /**
   * Selects the newest sample of each series within the look-back.
   *
   * @param name the metric's name as written before the braces, or the empty string; it is also
   *     among the matchers
   * @param matchers all of which a series must satisfy
   * @param shift the {@code offset} and {@code @} modifiers
   * @param extension the {@code anchored} or {@code smoothed} modifier
   */
  record VectorSelector(
      String name, List<Matcher> matchers, Shift shift, Extension extension, Position position)
      implements Expression {
    public VectorSelector {
      matchers = List.copyOf(matchers);
    }

    /** Makes a selector that is not extended. */
    public VectorSelector(String name, List<Matcher> matchers, Shift shift, Position position) {
      this(name, matchers, shift, Extension.NONE, position);
    }

    @Override
    public ValueType type() {
      return ValueType.INSTANT_VECTOR;
    }

    @Override
    public String toString() {
      return Printer.print(this);
    }
  }

  /**
   * Selects the samples of each series in a range that is open on the left.
   *
   * @param rangeMillis length of the range, in milliseconds, not negative; 0 while {@code range} is
   *     not null
   * @param range what computes the length, or null if it is a literal
   */
  record RangeSelector(
      VectorSelector selector,
      long rangeMillis,
      @Nullable DurationExpression range,
      Position position)
      implements Expression {

    /** Makes a selector of a literal range. */
    public RangeSelector(VectorSelector selector, long rangeMillis, Position position) {
      this(selector, rangeMillis, null, position);
    }

    @Override
    public ValueType type() {
      return ValueType.RANGE_VECTOR;
    }

    @Override
    public String toString() {
      return Printer.print(this);
    }
  }

  /**
   * Evaluates an expression at the steps of a range.
   *
   * @param rangeMillis length of the range, in milliseconds, not negative; 0 while {@code range} is
   *     not null
   * @param range what computes the length, or null if it is a literal
   * @param stepMillis distance of the steps, in milliseconds; 0 for the engine's default, and while
   *     {@code step} is not null
   * @param step what computes the distance, or null if it is a literal or left out
   */
  record Subquery(
      Expression expression,
      long rangeMillis,
      @Nullable DurationExpression range,
      long stepMillis,
      @Nullable DurationExpression step,
      Shift shift,
      Position position)
      implements Expression {

    /** Makes a subquery of a literal range and step. */
    public Subquery(
        Expression expression, long rangeMillis, long stepMillis, Shift shift, Position position) {
      this(expression, rangeMillis, null, stepMillis, null, shift, position);
    }

    @Override
    public ValueType type() {
      return ValueType.RANGE_VECTOR;
    }

    @Override
    public String toString() {
      return Printer.print(this);
    }
  }

  /** Calls a function. */
  record Call(Function function, List<Expression> arguments, Position position)
      implements Expression {
    public Call {
      arguments = List.copyOf(arguments);
    }

    @Override
    public ValueType type() {
      return function.returns();
    }

    @Override
    public String toString() {
      return Printer.print(this);
    }
  }

  /** Is an expression with a sign; {@code negative} tells which. */
  record Unary(boolean negative, Expression operand, Position position) implements Expression {
    @Override
    public ValueType type() {
      return operand.type();
    }

    @Override
    public String toString() {
      return Printer.print(this);
    }
  }

  /**
   * Combines two expressions.
   *
   * @param bool whether a comparison yields 0 or 1 instead of filtering
   * @param matching how two vectors are matched; null unless both sides are vectors
   */
  record Binary(
      BinaryOperator operator,
      boolean bool,
      Expression left,
      Expression right,
      @Nullable VectorMatching matching,
      Position position)
      implements Expression {
    @Override
    public ValueType type() {
      return left.type() == ValueType.SCALAR && right.type() == ValueType.SCALAR
          ? ValueType.SCALAR
          : ValueType.INSTANT_VECTOR;
    }

    @Override
    public String toString() {
      return Printer.print(this);
    }
  }

  /**
   * Aggregates the series of a vector into groups.
   *
   * @param parameter the first argument of {@code topk} and its like; null for the others
   * @param without whether {@code grouping} are the labels left out instead of those kept
   */
  record Aggregate(
      Aggregator aggregator,
      @Nullable Expression parameter,
      Expression expression,
      boolean without,
      List<String> grouping,
      Position position)
      implements Expression {
    public Aggregate {
      grouping = List.copyOf(grouping);
    }

    @Override
    public ValueType type() {
      return ValueType.INSTANT_VECTOR;
    }

    @Override
    public String toString() {
      return Printer.print(this);
    }
  }

  /** Is an expression in parentheses. */
  record Parentheses(Expression inner, Position position) implements Expression {
    @Override
    public ValueType type() {
      return inner.type();
    }

    @Override
    public String toString() {
      return Printer.print(this);
    }
  }
}
