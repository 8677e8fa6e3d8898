package dev.guanlan.promql;

/** Reads PromQL expressions. */
public final class Parser {

  private Parser() {}

  /**
   * Parses and type-checks an expression without experimental parts.
   *
   * @throws PromqlException if the text is no expression
   */
  public static Expression parse(String text) throws PromqlException {
    return parse(text, ParserOptions.DEFAULTS);
  }

  /**
   * Parses and type-checks an expression.
   *
   * @throws PromqlException if the text is no expression, or uses what is not switched on
   */
  public static Expression parse(String text, ParserOptions options) throws PromqlException {
    return new ExpressionParser(text, options).parse();
  }
}
