package dev.guanlan.promql;

import dev.guanlan.model.Labels;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Parses selectors: a metric's name, matchers in braces, or both. */
final class SelectorParser {

  /** Bounds the matchers of a selector. */
  static final int MAX_MATCHERS = 200;

  private final TokenStream tokens;

  SelectorParser(TokenStream tokens) {
    this.tokens = tokens;
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
    Position position = start.to(tokens.previous().position());
    return new Expression.VectorSelector(name, matchers, Shift.NONE, position);
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
      if (label.type() == TokenType.STRING) {
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
}
