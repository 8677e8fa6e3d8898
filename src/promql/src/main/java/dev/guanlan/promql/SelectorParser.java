package dev.guanlan.promql;

import dev.guanlan.model.Labels;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Parses selectors and what may stand behind them: ranges, subqueries, {@code offset}, {@code @}.
 */
final class SelectorParser {

  /** Bounds the matchers of a selector. */
  static final int MAX_MATCHERS = 200;

  /** Takes note of a node that the tree has grown by. */
  @FunctionalInterface
  interface Growth {
    Expression grown(Expression node) throws PromqlException;
  }

  private final TokenStream tokens;
  private final TypeChecks checks;

  SelectorParser(TokenStream tokens, TypeChecks checks) {
    this.tokens = tokens;
    this.checks = checks;
  }

  /** Parses a selector whose metric name, if it stands before the braces, has just been passed. */
  Expression parseSelector(@Nullable Token metric) throws PromqlException {
    List<Matcher> matchers = new ArrayList<>();
    String name = "";
    Position start = tokens.current().position();
    if (metric != null) {
      name = metric.text();
      start = metric.position();
      matchers.add(new Matcher(Labels.METRIC_NAME, MatcherType.EQUAL, name));
    }
    if (tokens.accept(TokenType.LEFT_BRACE)) {
      parseMatchers(matchers);
    }
    return checks.selector(name, matchers, start.to(tokens.previous().position()));
  }

  private void parseMatchers(List<Matcher> matchers) throws PromqlException {
    while (!tokens.accept(TokenType.RIGHT_BRACE)) {
      if (matchers.size() >= MAX_MATCHERS) {
        throw new PromqlException(
            "the selector has more than "
                + MAX_MATCHERS
                + " matchers; join some into a regular expression",
            tokens.current().position());
      }
      matchers.add(parseMatcher());
      if (!tokens.is(TokenType.RIGHT_BRACE)) {
        tokens.expect(TokenType.COMMA, "label matching", "\",\" or \"}\"");
      }
    }
  }

  private Matcher parseMatcher() throws PromqlException {
    if (!tokens.is(TokenType.IDENTIFIER) && !tokens.is(TokenType.STRING)) {
      throw tokens.unexpected("label matching", "identifier or \"}\"");
    }
    Token label = tokens.advance();
    MatcherType type =
        switch (tokens.current().type()) {
          case EQUAL -> MatcherType.EQUAL;
          case NOT_EQUAL -> MatcherType.NOT_EQUAL;
          case EQUAL_REGEX -> MatcherType.REGEX;
          case NOT_REGEX -> MatcherType.NOT_REGEX;
          default -> null;
        };
    if (type == null) {
      boolean ends = tokens.is(TokenType.COMMA) || tokens.is(TokenType.RIGHT_BRACE);
      if (label.type() == TokenType.STRING && ends) {
        return new Matcher(Labels.METRIC_NAME, MatcherType.EQUAL, label.value());
      }
      throw tokens.unexpected("label matching", "label matching operator");
    }
    tokens.advance();
    Token value = tokens.expect(TokenType.STRING, "label matching", "string");
    try {
      return new Matcher(label.value(), type, value.value());
    } catch (IllegalArgumentException e) {
      throw new PromqlException(
          String.valueOf(e.getMessage()), label.position().to(value.position()));
    }
  }

  /** Parses any modifiers behind an expression. */
  Expression parseModifiers(Expression expression, Growth growth) throws PromqlException {
    Expression modified = expression;
    while (true) {
      switch (tokens.current().type()) {
        case LEFT_BRACKET -> modified = growth.grown(parseBrackets(modified));
        case OFFSET -> modified = parseOffset(modified);
        case AT -> modified = parseAt(modified);
        case ANCHORED, SMOOTHED ->
            throw tokens.notSupported("the modifier " + tokens.current().text());
        default -> {
          return modified;
        }
      }
    }
  }

  private Expression parseBrackets(Expression inner) throws PromqlException {
    Token open = tokens.advance();
    long range = parseDuration("subquery or range selector");
    if (tokens.is(TokenType.DOUBLE_COLON)) {
      throw tokens.notSupported("the aligned subquery");
    }
    if (tokens.accept(TokenType.COLON)) {
      return parseSubquery(inner, open, range);
    }
    Token close = tokens.expect(TokenType.RIGHT_BRACKET, "subquery or range", "\":\" or \"]\"");
    Position brackets = open.position().to(close.position());
    if (!(inner instanceof Expression.VectorSelector selector)) {
      throw new PromqlException("ranges only allowed for vector selectors", brackets);
    }
    if (selector.shift().offsetMillis() != 0) {
      throw new PromqlException("no offset modifiers allowed before range", brackets);
    }
    if (selector.shift().at() != null) {
      throw new PromqlException("no @ modifiers allowed before range", brackets);
    }
    checkPositive(range, brackets);
    return new Expression.RangeSelector(selector, range, selector.position().to(close.position()));
  }

  private Expression parseSubquery(Expression inner, Token open, long range)
      throws PromqlException {
    long step = 0;
    if (!tokens.is(TokenType.RIGHT_BRACKET)) {
      step = parseDuration("subquery selector");
      checkPositive(step, tokens.previous().position());
    }
    Token close = tokens.expect(TokenType.RIGHT_BRACKET, "subquery selector", "\"]\"");
    checkPositive(range, open.position().to(close.position()));
    return checks.subquery(inner, range, step, inner.position().to(close.position()));
  }

  private static void checkPositive(long millis, Position position) throws PromqlException {
    if (millis <= 0) {
      throw new PromqlException("duration must be greater than 0", position);
    }
  }

  /** Parses a duration, which may be a plain number of seconds; returns milliseconds. */
  private long parseDuration(String context) throws PromqlException {
    Token token = tokens.current();
    boolean call = tokens.following().type() == TokenType.LEFT_PARENTHESIS;
    if (token.type() == TokenType.LEFT_PARENTHESIS
        || token.type() == TokenType.STEP
        || token.type() == TokenType.RANGE
        || token.type() == TokenType.SUBTRACT
        || token.type() == TokenType.ADD
        || (token.type() == TokenType.IDENTIFIER && call)) {
      throw tokens.notSupported("arithmetic with durations");
    }
    long millis;
    if (token.type() == TokenType.DURATION) {
      millis = Numbers.durationMillis(token);
    } else if (token.type() == TokenType.NUMBER) {
      double seconds = Numbers.parse(token);
      if (Double.isNaN(seconds) || seconds * 1e3 > Durations.MAX_MILLIS) {
        throw new PromqlException("duration out of range", token.position());
      }
      millis = Math.round(seconds * 1e3);
    } else {
      throw tokens.unexpected(context, "number, duration, step(), or range()");
    }
    tokens.advance();
    boolean inBrackets = !context.equals("offset");
    if (inBrackets && tokens.current().type().isOperator()) {
      throw tokens.notSupported("arithmetic with durations");
    }
    return millis;
  }

  private Expression parseOffset(Expression inner) throws PromqlException {
    tokens.advance();
    boolean negative = tokens.accept(TokenType.SUBTRACT);
    if (!negative) {
      tokens.accept(TokenType.ADD);
    }
    long millis = parseDuration("offset");
    Shift shift =
        shiftOf(
            inner,
            "offset modifier must be preceded by an instant vector selector or range vector"
                + " selector or a subquery");
    if (shift.offsetMillis() != 0) {
      throw new PromqlException("offset may not be set multiple times", inner.position());
    }
    return withShift(inner, new Shift(negative ? -millis : millis, shift.at()));
  }

  private Expression parseAt(Expression inner) throws PromqlException {
    tokens.advance();
    At at;
    if ((tokens.is(TokenType.START) || tokens.is(TokenType.END))
        && tokens.following().type() == TokenType.LEFT_PARENTHESIS) {
      at = new At(tokens.is(TokenType.START) ? At.Anchor.START : At.Anchor.END, 0);
      tokens.advance();
      tokens.advance();
      tokens.expect(TokenType.RIGHT_PARENTHESIS, "@", "\")\"");
    } else {
      at = new At(At.Anchor.TIMESTAMP, parseTimestamp(inner));
    }
    Shift shift =
        shiftOf(
            inner,
            "@ modifier must be preceded by an instant vector selector or range vector selector"
                + " or a subquery");
    if (shift.at() != null) {
      throw new PromqlException("@ <timestamp> may not be set multiple times", inner.position());
    }
    return withShift(inner, new Shift(shift.offsetMillis(), at));
  }

  private long parseTimestamp(Expression inner) throws PromqlException {
    boolean negative = tokens.accept(TokenType.SUBTRACT);
    if (!negative) {
      tokens.accept(TokenType.ADD);
    }
    Token token = tokens.current();
    double seconds;
    if (token.type() == TokenType.NUMBER) {
      seconds = Numbers.parse(token);
    } else if (token.type() == TokenType.DURATION) {
      seconds = Numbers.durationMillis(token) / 1e3;
    } else {
      throw tokens.unexpected("@", "timestamp");
    }
    tokens.advance();
    seconds = negative ? -seconds : seconds;
    if (!(Math.abs(seconds) < Long.MAX_VALUE / 1e3)) {
      throw new PromqlException(
          "timestamp out of bounds for @ modifier: " + seconds, inner.position());
    }
    return Math.round(seconds * 1e3);
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
      return new Expression.VectorSelector(selector.name(), selector.matchers(), shift, position);
    } else if (expression instanceof Expression.RangeSelector range) {
      Expression.VectorSelector selector = range.selector();
      return new Expression.RangeSelector(
          new Expression.VectorSelector(
              selector.name(), selector.matchers(), shift, selector.position()),
          range.rangeMillis(),
          position);
    }
    Expression.Subquery subquery = (Expression.Subquery) expression;
    return new Expression.Subquery(
        subquery.expression(), subquery.rangeMillis(), subquery.stepMillis(), shift, position);
  }
}
