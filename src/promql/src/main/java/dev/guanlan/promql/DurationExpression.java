package dev.guanlan.promql;

/**
 * Is a length of time that is computed: from literals, the step and the range of the query.
 *
 * <p>It stands for the length of a range, the step of a subquery or an offset, wherever more than a
 * literal is written. {@link Durations} of a query are known when its steps are: {@link
 * DurationResolution} replaces every such node then.
 */
public sealed interface DurationExpression {

  /** Returns where the node stands in the text. */
  Position position();

  /**
   * Is a number.
   *
   * @param seconds the number; a duration is in seconds
   * @param duration whether it was written with units
   */
  record Literal(double seconds, boolean duration, Position position)
      implements DurationExpression {
    @Override
    public String toString() {
      return DurationPrinter.print(this);
    }
  }

  /** What a query knows of itself. */
  enum Quantity {
    /** Distance of the query's steps; 0 for an instant query. */
    STEP("step"),
    /** Time from the query's first step to its last. */
    RANGE("range");

    private final String text;

    Quantity(String text) {
      this.text = text;
    }

    /** Returns the name of the call that yields it. */
    public String text() {
      return text;
    }
  }

  /** Calls {@code step()} or {@code range()}. */
  record OfQuery(Quantity quantity, Position position) implements DurationExpression {
    @Override
    public String toString() {
      return DurationPrinter.print(this);
    }
  }

  /** Calls {@code max_of} or, if not {@code greater}, {@code min_of}. */
  record Extreme(
      boolean greater, DurationExpression left, DurationExpression right, Position position)
      implements DurationExpression {
    @Override
    public String toString() {
      return DurationPrinter.print(this);
    }
  }

  /** Turns a duration into its opposite. */
  record Negated(DurationExpression operand, Position position) implements DurationExpression {
    @Override
    public String toString() {
      return DurationPrinter.print(this);
    }
  }

  /**
   * Computes with two durations.
   *
   * @param operator one of {@code + - * / % ^}
   */
  record Binary(
      BinaryOperator operator, DurationExpression left, DurationExpression right, Position position)
      implements DurationExpression {
    @Override
    public String toString() {
      return DurationPrinter.print(this);
    }
  }

  /** Is a computed duration in parentheses. */
  record Parentheses(DurationExpression inner, Position position) implements DurationExpression {
    @Override
    public String toString() {
      return DurationPrinter.print(this);
    }
  }
}
