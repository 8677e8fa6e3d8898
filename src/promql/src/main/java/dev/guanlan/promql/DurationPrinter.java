package dev.guanlan.promql;

/** Writes duration expressions so that they parse back to the same tree. */
final class DurationPrinter {

  private final StringBuilder text = new StringBuilder();

  private DurationPrinter() {}

  static String print(DurationExpression expression) {
    DurationPrinter printer = new DurationPrinter();
    printer.append(expression);
    return printer.text.toString();
  }

  private void append(DurationExpression expression) {
    if (expression instanceof DurationExpression.Literal literal) {
      text.append(literal(literal));
    } else if (expression instanceof DurationExpression.OfQuery ofQuery) {
      text.append(ofQuery.quantity().text()).append("()");
    } else if (expression instanceof DurationExpression.Extreme extreme) {
      text.append(extreme.greater() ? "max_of(" : "min_of(");
      append(extreme.left());
      text.append(", ");
      append(extreme.right());
      text.append(')');
    } else if (expression instanceof DurationExpression.Negated negated) {
      text.append('-');
      append(negated.operand());
    } else if (expression instanceof DurationExpression.Binary binary) {
      appendLeft(binary);
      text.append(' ').append(binary.operator().text()).append(' ');
      append(binary.right());
    } else if (expression instanceof DurationExpression.Parentheses parentheses) {
      text.append('(');
      append(parentheses.inner());
      text.append(')');
    }
  }

  private void appendLeft(DurationExpression.Binary binary) {
    // A power binds tighter than the sign of the literal before it.
    boolean wrapped =
        binary.operator() == BinaryOperator.POWER
            && binary.left() instanceof DurationExpression.Literal literal
            && literal(literal).startsWith("-");
    text.append(wrapped ? "(" : "");
    append(binary.left());
    text.append(wrapped ? ")" : "");
  }

  private static String literal(DurationExpression.Literal literal) {
    return literal.duration() ? seconds(literal.seconds()) : Printer.number(literal.seconds());
  }

  /** Returns seconds as a duration; as a number if no duration says the same. */
  static String seconds(double seconds) {
    double absolute = Math.abs(seconds);
    long millis = Math.round(absolute * 1e3);
    boolean exact = millis / 1e3 == absolute && millis <= Durations.MAX_MILLIS;
    if (!exact || 1 / seconds == Double.NEGATIVE_INFINITY) {
      return Printer.number(seconds);
    }
    return (seconds < 0 ? "-" : "") + Durations.format(millis);
  }
}
