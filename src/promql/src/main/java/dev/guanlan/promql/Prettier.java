package dev.guanlan.promql;

import java.nio.charset.StandardCharsets;

/**
 * Writes expressions over several lines, as {@code promtool promql format} does: what is longer
 * than 100 characters is split at its operators and parentheses, two spaces a level.
 */
public final class Prettier {

  /** Longest expression that stays in one line, in bytes of UTF-8 as in Prometheus. */
  static final int MAX_LINE = 100;

  private static final String INDENT = "  ";

  private final StringBuilder text = new StringBuilder();

  private Prettier() {}

  /** Returns the expression as text that parses back to it. */
  public static String format(Expression expression) {
    Prettier prettier = new Prettier();
    prettier.append(expression, 0, false);
    return prettier.text.toString();
  }

  /**
   * Appends an expression.
   *
   * @param closed whether an operator follows that an offset at the end must not take for its own
   */
  private void append(Expression expression, int level, boolean closed) {
    String line = Printer.print(expression, closed);
    indent(level);
    if (line.getBytes(StandardCharsets.UTF_8).length <= MAX_LINE) {
      text.append(line);
    } else if (expression instanceof Expression.Aggregate aggregate) {
      text.append(Printer.head(aggregate));
      Expression parameter = aggregate.parameter();
      appendInParentheses(
          level,
          parameter == null
              ? new Expression[] {aggregate.expression()}
              : new Expression[] {parameter, aggregate.expression()});
    } else if (expression instanceof Expression.Call call) {
      text.append(call.function().text());
      appendInParentheses(level, call.arguments().toArray(Expression[]::new));
    } else if (expression instanceof Expression.Parentheses parentheses) {
      appendInParentheses(level, parentheses.inner());
    } else if (expression instanceof Expression.Binary binary) {
      appendBinary(binary, level, closed);
    } else if (expression instanceof Expression.Unary unary) {
      text.append(unary.negative() ? '-' : '+');
      appendInLine(unary.operand(), level, closed);
    } else if (expression instanceof Expression.Subquery subquery) {
      appendInLine(subquery.expression(), level, false);
      text.append(Printer.suffix(subquery, closed));
    } else {
      text.append(line);
    }
  }

  /** Appends what goes on in a line that is indented already. */
  private void appendInLine(Expression expression, int level, boolean closed) {
    int start = text.length();
    append(expression, level, closed);
    int end = start;
    while (text.charAt(end) == ' ') {
      end++;
    }
    text.delete(start, end);
  }

  private void appendBinary(Expression.Binary binary, int level, boolean closed) {
    text.setLength(text.length() - level * INDENT.length());
    append(binary.left(), level + 1, Printer.closes(binary.operator()));
    text.append('\n');
    indent(level);
    text.append(Printer.head(binary)).append('\n');
    append(binary.right(), level + 1, closed);
  }

  private void appendInParentheses(int level, Expression... inner) {
    String separator = "(\n";
    for (Expression expression : inner) {
      text.append(separator);
      append(expression, level + 1, false);
      separator = ",\n";
    }
    text.append('\n');
    indent(level);
    text.append(')');
  }

  private void indent(int level) {
    text.append(INDENT.repeat(level));
  }
}
