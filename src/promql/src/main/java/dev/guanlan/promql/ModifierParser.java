package dev.guanlan.promql;

import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * Parses what may stand behind an expression: ranges, subqueries, {@code offset}, {@code @}, {@code
 * anchored} and {@code smoothed}.
 */
final class ModifierParser {

  /** Takes note of a node that the tree has grown by. */
  @FunctionalInterface
  interface Growth {
    Expression grown(Expression node) throws PromqlException;
  }

  private final TokenStream tokens;
  private final ParserOptions options;
  private final DurationParser durations;

  ModifierParser(TokenStream tokens, ParserOptions options) {
    this.tokens = tokens;
    this.options = options;
    this.durations = new DurationParser(tokens, options);
  }

  /** Parses any modifiers behind an expression. */
  Expression parse(Expression expression, Growth growth) throws PromqlException {
    Expression modified = expression;
    while (true) {
      switch (tokens.current().type()) {
        case LEFT_BRACKET -> modified = growth.grown(parseBrackets(modified));
        case OFFSET -> modified = parseOffset(modified);
        case AT -> modified = parseAt(modified);
        case ANCHORED -> modified = parseExtension(modified, Extension.ANCHORED);
        case SMOOTHED -> modified = parseExtension(modified, Extension.SMOOTHED);
        default -> {
          return modified;
        }
      }
    }
  }

  private Expression parseBrackets(Expression inner) throws PromqlException {
    Token open = tokens.advance();
    DurationExpression range = durations.parseRange();
    if (tokens.accept(TokenType.COLON)) {
      return parseSubquery(inner, range);
    }
    Token close = tokens.expect(TokenType.RIGHT_BRACKET, "subquery or range", "\":\" or \"]\"");
    Position brackets = open.position().to(close.position());
    if (!(inner instanceof Expression.VectorSelector selector)) {
      throw new PromqlException("ranges only allowed for vector selectors", brackets);
    }
    if (selector.shift().hasOffset()) {
      throw new PromqlException("no offset modifiers allowed before range", brackets);
    }
    if (selector.shift().at() != null) {
      throw new PromqlException("no @ modifiers allowed before range", brackets);
    }
    Position position = selector.position().to(close.position());
    return range instanceof DurationExpression.Literal literal
        ? new Expression.RangeSelector(selector, Durations.millis(literal.seconds()), position)
        : new Expression.RangeSelector(selector, 0, range, position);
  }

  private Expression parseSubquery(Expression inner, DurationExpression range)
      throws PromqlException {
    DurationExpression step = tokens.is(TokenType.RIGHT_BRACKET) ? null : durations.parseStep();
    Token close = tokens.expect(TokenType.RIGHT_BRACKET, "subquery selector", "\"]\"");
    boolean computedRange = !(range instanceof DurationExpression.Literal);
    boolean computedStep = step != null && !(step instanceof DurationExpression.Literal);
    return new Expression.Subquery(
        inner,
        computedRange ? 0 : Durations.millis(((DurationExpression.Literal) range).seconds()),
        computedRange ? range : null,
        step instanceof DurationExpression.Literal literal
            ? Durations.millis(literal.seconds())
            : 0,
        computedStep ? step : null,
        Shift.NONE,
        inner.position().to(close.position()));
  }

  private Expression parseOffset(Expression inner) throws PromqlException {
    tokens.advance();
    DurationExpression offset = durations.parseOffset();
    Shift shift =
        shiftOf(
            inner,
            "offset modifier must be preceded by an instant vector selector or range vector"
                + " selector or a subquery");
    if (shift.hasOffset()) {
      throw new PromqlException("offset may not be set multiple times", inner.position());
    }
    return withShift(
        inner,
        offset instanceof DurationExpression.Literal literal
            ? new Shift(Durations.millis(literal.seconds()), shift.at())
            : new Shift(0, shift.at(), offset));
  }

  private Expression parseAt(Expression inner) throws PromqlException {
    tokens.advance();
    tokens.enter("@", "timestamp");
    At at;
    if (tokens.is(TokenType.START) || tokens.is(TokenType.END)) {
      at = new At(tokens.is(TokenType.START) ? At.Anchor.START : At.Anchor.END, 0);
      tokens.advance();
      tokens.expect(TokenType.LEFT_PARENTHESIS);
      tokens.expect(TokenType.RIGHT_PARENTHESIS);
    } else {
      at = new At(At.Anchor.TIMESTAMP, parseTimestamp(inner));
    }
    tokens.leave();
    Shift shift =
        shiftOf(
            inner,
            "@ modifier must be preceded by an instant vector selector or range vector selector"
                + " or a subquery");
    if (shift.at() != null) {
      throw new PromqlException("@ <timestamp> may not be set multiple times", inner.position());
    }
    return withShift(inner, new Shift(shift.offsetMillis(), at, shift.offset()));
  }

  private long parseTimestamp(Expression inner) throws PromqlException {
    boolean negative = tokens.accept(TokenType.SUBTRACT);
    if (!negative) {
      tokens.accept(TokenType.ADD);
    }
    Token token = tokens.current();
    if (token.type() != TokenType.NUMBER && token.type() != TokenType.DURATION) {
      throw tokens.unexpected();
    }
    double seconds = negative ? -Numbers.of(token) : Numbers.of(token);
    tokens.advance();
    if (!(Math.abs(seconds) < Long.MAX_VALUE / 1e3)) {
      throw new PromqlException(
          "timestamp out of bounds for @ modifier: " + printed(seconds), inner.position());
    }
    // Halves go away from zero, as in Go.
    long millis = Math.round(Math.abs(seconds) * 1e3);
    return seconds < 0 ? -millis : millis;
  }

  private static String printed(double seconds) {
    return Double.isNaN(seconds) || Double.isInfinite(seconds)
        ? Printer.number(seconds)
        : new BigDecimal(seconds).setScale(6, RoundingMode.HALF_EVEN).toPlainString();
  }

  private static Shift shiftOf(Expression expression, String otherwise) throws PromqlException {
    if (expression instanceof Expression.VectorSelector selector) {
      return selector.shift();
    } else if (expression instanceof Expression.RangeSelector range) {
      return range.selector().shift();
    } else if (expression instanceof Expression.Subquery subquery) {
      return subquery.shift();
    }
    throw new PromqlException(otherwise, expression.position());
  }

  private Expression withShift(Expression expression, Shift shift) {
    Position end = tokens.previous().position();
    Position position = expression.position().to(end);
    if (expression instanceof Expression.VectorSelector selector) {
      return with(selector, shift, selector.extension(), position);
    } else if (expression instanceof Expression.RangeSelector range) {
      Expression.VectorSelector selector = range.selector();
      return new Expression.RangeSelector(
          with(selector, shift, selector.extension(), selector.position()),
          range.rangeMillis(),
          range.range(),
          position);
    }
    Expression.Subquery subquery = (Expression.Subquery) expression;
    return new Expression.Subquery(
        subquery.expression(),
        subquery.rangeMillis(),
        subquery.range(),
        subquery.stepMillis(),
        subquery.step(),
        shift,
        position);
  }

  private static Expression.VectorSelector with(
      Expression.VectorSelector selector, Shift shift, Extension extension, Position position) {
    return new Expression.VectorSelector(
        selector.name(), selector.matchers(), shift, extension, position);
  }

  private Expression parseExtension(Expression inner, Extension extension) throws PromqlException {
    tokens.advance();
    Position position = inner.position();
    if (!options.extendedRangeSelectors()) {
      throw new PromqlException(
          extension.text() + " modifier is experimental and not enabled", position);
    }
    if (inner instanceof Expression.VectorSelector selector) {
      return extended(selector, extension, position);
    } else if (inner instanceof Expression.RangeSelector range) {
      return new Expression.RangeSelector(
          extended(range.selector(), extension, position),
          range.rangeMillis(),
          range.range(),
          position);
    } else if (inner instanceof Expression.Subquery) {
      throw new PromqlException(
          extension.text() + " modifier is not supported for subqueries", position);
    }
    // Prometheus' words for what neither selects nor is a subquery; it is refused for good.
    throw new PromqlException(extension.text() + " modifier not implemented", position);
  }

  private static Expression.VectorSelector extended(
      Expression.VectorSelector selector, Extension extension, Position position)
      throws PromqlException {
    if (selector.extension() != Extension.NONE && selector.extension() != extension) {
      throw new PromqlException(
          "anchored and smoothed modifiers cannot be used together", position);
    }
    return with(selector, selector.shift(), extension, selector.position());
  }
}
