package dev.guanlan.promql;

/** Is an operator between two expressions, with its precedence (the higher, the tighter). */
public enum BinaryOperator {
  OR("or", 1, Kind.SET),
  AND("and", 2, Kind.SET),
  UNLESS("unless", 2, Kind.SET),
  EQUAL("==", 3, Kind.COMPARISON),
  NOT_EQUAL("!=", 3, Kind.COMPARISON),
  LESS("<", 3, Kind.COMPARISON),
  LESS_OR_EQUAL("<=", 3, Kind.COMPARISON),
  GREATER(">", 3, Kind.COMPARISON),
  GREATER_OR_EQUAL(">=", 3, Kind.COMPARISON),
  /** Drops the observations of a histogram above a bound. */
  TRIM_UPPER("</", 3, Kind.TRIM),
  /** Drops the observations of a histogram below a bound. */
  TRIM_LOWER(">/", 3, Kind.TRIM),
  ADD("+", 4, Kind.ARITHMETIC),
  SUBTRACT("-", 4, Kind.ARITHMETIC),
  MULTIPLY("*", 5, Kind.ARITHMETIC),
  DIVIDE("/", 5, Kind.ARITHMETIC),
  MODULO("%", 5, Kind.ARITHMETIC),
  ATAN2("atan2", 5, Kind.ARITHMETIC),
  POWER("^", 6, Kind.ARITHMETIC);

  /** What operators have in common. */
  private enum Kind {
    SET,
    COMPARISON,
    TRIM,
    ARITHMETIC
  }

  private final String text;
  private final int precedence;
  private final Kind kind;

  BinaryOperator(String text, int precedence, Kind kind) {
    this.text = text;
    this.precedence = precedence;
    this.kind = kind;
  }

  /** Returns the operator as PromQL writes it. */
  public String text() {
    return text;
  }

  /** Returns how tightly it binds; unary signs bind like {@code *}. */
  public int precedence() {
    return precedence;
  }

  /** Tells whether {@code a ^ b ^ c} is {@code a ^ (b ^ c)}. */
  public boolean isRightAssociative() {
    return this == POWER;
  }

  /** Tells whether it is {@code and}, {@code or} or {@code unless}. */
  public boolean isSet() {
    return kind == Kind.SET;
  }

  /** Tells whether its results are of the metric that is on its left. */
  public boolean keepsName() {
    return kind != Kind.ARITHMETIC;
  }

  /** Tells whether it compares. */
  public boolean isComparison() {
    return kind == Kind.COMPARISON;
  }

  /** Tells whether it cuts histograms. */
  public boolean isTrim() {
    return kind == Kind.TRIM;
  }
}
