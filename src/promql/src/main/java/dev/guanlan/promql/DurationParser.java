package dev.guanlan.promql;

import org.jspecify.annotations.Nullable;

/**
 * Parses lengths of time: a literal, or arithmetic with literals and what the query knows of
 * itself.
 *
 * <p>A literal comes out as a {@link DurationExpression.Literal}, whatever its signs and
 * parentheses.
 */
final class DurationParser {

  /** Bounds the nesting of one expression. */
  private static final int MAX_NESTING = 100;

  private static final String STARTS = "number, duration, step(), or range()";

  /** As the sign of {@code *}, so that {@code -2 ^ 2} is {@code -(2 ^ 2)}. */
  private static final int SIGN = BinaryOperator.POWER.precedence();

  private final TokenStream tokens;
  private final ParserOptions options;
  private int nesting;

  DurationParser(TokenStream tokens, ParserOptions options) {
    this.tokens = tokens;
    this.options = options;
  }

  /** Parses the length of a range. */
  DurationExpression parseRange() throws PromqlException {
    return parsePositive("subquery or range selector", STARTS);
  }

  /** Parses the step of a subquery. */
  DurationExpression parseStep() throws PromqlException {
    return parsePositive("subquery selector", "number, duration, step(), range(), or \"]\"");
  }

  private DurationExpression parsePositive(String context, String expected) throws PromqlException {
    tokens.enter(context, expected);
    DurationExpression parsed = parseBinary(1);
    tokens.throwFailure();
    tokens.leave();
    if (parsed instanceof DurationExpression.Literal literal && literal.seconds() <= 0) {
      throw new PromqlException("duration must be greater than 0", literal.position());
    }
    return parsed;
  }

  /**
   * Parses an offset. It ends with its literal, its call or, behind a sign, its parenthesis: what
   * follows is an operator between the selector and something else. Only an offset that begins with
   * a parenthesis or with two signs goes on, since the grammar of Prometheus has it so.
   */
  DurationExpression parseOffset() throws PromqlException {
    tokens.enter("offset", STARTS);
    DurationExpression offset;
    if (tokens.is(TokenType.LEFT_PARENTHESIS)) {
      offset = parseOperators(parsePrimary());
    } else if (!isSign()) {
      offset = parsePrimary();
    } else {
      Token sign = tokens.advance();
      if (isSign()) {
        offset = parseOperators(signed(sign, parseBinary(SIGN)));
      } else {
        DurationExpression operand = parseOperand();
        offset = signed(sign, operand);
        if (isCall(operand)) {
          gated(offset);
        }
      }
    }
    tokens.leave();
    return offset;
  }

  /** Parses operators behind the beginning of an offset; the whole is kept in parentheses. */
  private DurationExpression parseOperators(DurationExpression first) throws PromqlException {
    DurationExpression offset = parseOperators(first, 1);
    boolean plain =
        offset instanceof DurationExpression.Literal
            || offset instanceof DurationExpression.Parentheses;
    return plain ? offset : new DurationExpression.Parentheses(offset, offset.position());
  }

  private boolean isSign() {
    return tokens.is(TokenType.ADD) || tokens.is(TokenType.SUBTRACT);
  }

  private DurationExpression parseBinary(int minPrecedence) throws PromqlException {
    return parseOperators(parseUnary(), minPrecedence);
  }

  private DurationExpression parseOperators(DurationExpression first, int minPrecedence)
      throws PromqlException {
    DurationExpression left = first;
    while (true) {
      BinaryOperator operator = operator(tokens.current().type());
      if (operator == null || operator.precedence() < minPrecedence) {
        return left;
      }
      Token sign = tokens.advance();
      enter(sign);
      DurationExpression right =
          parseBinary(
              operator.isRightAssociative() ? operator.precedence() : operator.precedence() + 1);
      nesting--;
      tokens.throwFailure();
      gated(left);
      boolean zero = right instanceof DurationExpression.Literal literal && literal.seconds() == 0;
      if (zero && operator == BinaryOperator.DIVIDE) {
        throw new PromqlException("division by zero", sign.position());
      }
      if (zero && operator == BinaryOperator.MODULO) {
        throw new PromqlException("modulo by zero", sign.position());
      }
      Position position = left.position().to(right.position());
      left = new DurationExpression.Binary(operator, left, right, position);
    }
  }

  private static @Nullable BinaryOperator operator(TokenType type) {
    return switch (type) {
      case ADD -> BinaryOperator.ADD;
      case SUBTRACT -> BinaryOperator.SUBTRACT;
      case MULTIPLY -> BinaryOperator.MULTIPLY;
      case DIVIDE -> BinaryOperator.DIVIDE;
      case MODULO -> BinaryOperator.MODULO;
      case POWER -> BinaryOperator.POWER;
      default -> null;
    };
  }

  private DurationExpression parseUnary() throws PromqlException {
    if (!isSign()) {
      return parsePrimary();
    }
    Token sign = tokens.advance();
    enter(sign);
    DurationExpression operand = parseBinary(SIGN);
    nesting--;
    return signed(sign, operand);
  }

  private static DurationExpression signed(Token sign, DurationExpression operand)
      throws PromqlException {
    boolean negative = sign.type() == TokenType.SUBTRACT;
    Position position = sign.position().to(operand.position());
    if (operand instanceof DurationExpression.Literal literal) {
      return new DurationExpression.Literal(
          negative ? -literal.seconds() : literal.seconds(), literal.duration(), position);
    }
    return negative ? new DurationExpression.Negated(operand, position) : operand;
  }

  private DurationExpression parsePrimary() throws PromqlException {
    DurationExpression operand = parseOperand();
    return isCall(operand) ? gated(operand) : operand;
  }

  private static boolean isCall(DurationExpression expression) {
    return expression instanceof DurationExpression.OfQuery
        || expression instanceof DurationExpression.Extreme;
  }

  private DurationExpression parseOperand() throws PromqlException {
    Token token = tokens.current();
    return switch (token.type()) {
      case NUMBER, DURATION -> parseLiteral();
      case STEP -> parseOfQuery(DurationExpression.Quantity.STEP);
      case RANGE -> parseOfQuery(DurationExpression.Quantity.RANGE);
      case MAX_OF -> parseExtreme(true);
      case MIN_OF -> parseExtreme(false);
      case LEFT_PARENTHESIS -> parseParentheses();
      default -> throw tokens.unexpected();
    };
  }

  private DurationExpression parseLiteral() throws PromqlException {
    Token token = tokens.advance();
    boolean duration = token.type() == TokenType.DURATION;
    double seconds = Numbers.of(token);
    if (!(Math.abs(seconds) <= Durations.MAX_MILLIS / 1e3)) {
      throw new PromqlException("duration out of range", token.position());
    }
    return new DurationExpression.Literal(seconds, duration, token.position());
  }

  private DurationExpression parseOfQuery(DurationExpression.Quantity quantity)
      throws PromqlException {
    Token name = tokens.advance();
    tokens.expect(TokenType.LEFT_PARENTHESIS);
    Token close = tokens.expect(TokenType.RIGHT_PARENTHESIS);
    return new DurationExpression.OfQuery(quantity, name.position().to(close.position()));
  }

  private DurationExpression parseExtreme(boolean greater) throws PromqlException {
    Token name = tokens.advance();
    enter(tokens.expect(TokenType.LEFT_PARENTHESIS));
    DurationExpression left = parseBinary(1);
    tokens.expect(TokenType.COMMA);
    DurationExpression right = parseBinary(1);
    Token close = tokens.expect(TokenType.RIGHT_PARENTHESIS);
    nesting--;
    return new DurationExpression.Extreme(
        greater, left, right, name.position().to(close.position()));
  }

  private DurationExpression parseParentheses() throws PromqlException {
    enter(tokens.advance());
    DurationExpression inner = parseBinary(1);
    tokens.expect(TokenType.RIGHT_PARENTHESIS);
    nesting--;
    gated(inner);
    boolean plain =
        inner instanceof DurationExpression.Literal
            || inner instanceof DurationExpression.Parentheses;
    // Prometheus knows no node for the parentheses; its positions leave them out.
    return plain ? inner : new DurationExpression.Parentheses(inner, inner.position());
  }

  private DurationExpression gated(DurationExpression expression) throws PromqlException {
    if (!options.durationExpressions()) {
      throw new PromqlException(
          "experimental duration expression is not enabled", expression.position());
    }
    return expression;
  }

  private void enter(Token token) throws PromqlException {
    if (++nesting > MAX_NESTING) {
      throw new PromqlException(
          "the duration is nested more than " + MAX_NESTING + " levels deep; compute it first",
          token.position());
    }
  }
}
