package dev.guanlan.promql;

/** Reads PromQL expressions. */
public final class Parser {

  private Parser() {}

  /**
   * Parses and type-checks an expression.
   *
   * @throws PromqlException if the text is no expression, or uses what is not supported yet
   */
  public static Expression parse(String text) throws PromqlException {
    return new ExpressionParser(text).parse();
  }
}
