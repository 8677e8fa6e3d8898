package dev.guanlan.promql;

/**
 * Is one word, number, string or sign of an expression.
 *
 * @param text as it stands in the expression, quotes and all
 * @param value what a string says, unquoted; else the same as {@code text}
 */
record Token(TokenType type, String text, String value, Position position) {

  /** Longest piece of a string or number that a message quotes. */
  private static final int QUOTED = 10;

  /** Returns the token as messages name it. */
  String described() {
    if (type == TokenType.END_OF_INPUT) {
      return type.text();
    }
    if (type == TokenType.AGGREGATOR) {
      return "<aggr:" + text + ">";
    }
    if (type.isOperator()) {
      return "<op:" + text + ">";
    }
    if (type.isKeyword()) {
      return "<" + text + ">";
    }
    if (type.isPunctuation()) {
      return Printer.quoted(text);
    }
    boolean whole =
        text.length() <= QUOTED
            || type == TokenType.IDENTIFIER
            || type == TokenType.METRIC_IDENTIFIER;
    return type.text()
        + " "
        + (whole ? Printer.quoted(text) : Printer.quoted(text.substring(0, QUOTED)) + "...");
  }
}
