package dev.guanlan.promql;

import java.nio.charset.StandardCharsets;

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
    boolean word = type == TokenType.IDENTIFIER || type == TokenType.METRIC_IDENTIFIER;
    String quoted = word ? Quoting.quoted(text) : shortened();
    return type.isPunctuation() || type.isQueryWord() ? quoted : type.text() + " " + quoted;
  }

  private String shortened() {
    // Prometheus counts bytes here, but cuts at characters.
    if (text.getBytes(StandardCharsets.UTF_8).length <= QUOTED) {
      return Quoting.quoted(text);
    }
    int end = text.offsetByCodePoints(0, Math.min(QUOTED, text.codePointCount(0, text.length())));
    return Quoting.quoted(text.substring(0, end)) + "...";
  }
}
