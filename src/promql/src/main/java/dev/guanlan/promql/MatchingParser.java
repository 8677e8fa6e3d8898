package dev.guanlan.promql;

import java.util.ArrayList;
import java.util.List;

/**
 * Parses what stands between a binary operator and its right side, and the labels of a grouping.
 */
final class MatchingParser {

  /** Bounds the labels of a grouping, and the arguments of a call. */
  static final int MAX_ITEMS = 1_000;

  private final TokenStream tokens;

  MatchingParser(TokenStream tokens) {
    this.tokens = tokens;
  }

  /** Parses how two vectors are matched; by default one to one, by all labels. */
  VectorMatching parseMatching() throws PromqlException {
    boolean on = tokens.is(TokenType.ON);
    List<String> labels = List.of();
    List<String> include = List.of();
    VectorMatching.Cardinality cardinality = VectorMatching.Cardinality.ONE_TO_ONE;
    if (on || tokens.is(TokenType.IGNORING)) {
      tokens.advance();
      labels = parseLabels();
      if (tokens.is(TokenType.GROUP_LEFT) || tokens.is(TokenType.GROUP_RIGHT)) {
        cardinality =
            tokens.is(TokenType.GROUP_LEFT)
                ? VectorMatching.Cardinality.MANY_TO_ONE
                : VectorMatching.Cardinality.ONE_TO_MANY;
        tokens.advance();
        include = tokens.is(TokenType.LEFT_PARENTHESIS) ? parseLabels() : include;
      }
    }
    Double left = null;
    Double right = null;
    if (tokens.accept(TokenType.FILL)) {
      left = parseFill();
      right = left;
    } else if (tokens.accept(TokenType.FILL_LEFT)) {
      left = parseFill();
      right = tokens.accept(TokenType.FILL_RIGHT) ? parseFill() : right;
    } else if (tokens.accept(TokenType.FILL_RIGHT)) {
      right = parseFill();
      left = tokens.accept(TokenType.FILL_LEFT) ? parseFill() : left;
    }
    return new VectorMatching(cardinality, on, labels, include, left, right);
  }

  private Double parseFill() throws PromqlException {
    tokens.expect(TokenType.LEFT_PARENTHESIS);
    boolean negative = tokens.accept(TokenType.SUBTRACT);
    if (!negative) {
      tokens.accept(TokenType.ADD);
    }
    if (!tokens.is(TokenType.NUMBER) && !tokens.is(TokenType.DURATION)) {
      throw tokens.unexpected();
    }
    double value = Numbers.of(tokens.advance());
    tokens.expect(TokenType.RIGHT_PARENTHESIS);
    return negative ? -value : value;
  }

  /** Parses names of labels in parentheses. */
  List<String> parseLabels() throws PromqlException {
    tokens.expect(TokenType.LEFT_PARENTHESIS, "grouping opts", "\"(\"");
    List<String> labels = new ArrayList<>();
    while (!tokens.is(TokenType.RIGHT_PARENTHESIS)) {
      Token label = tokens.current();
      if (!label.type().canNameLabel() && label.type() != TokenType.STRING) {
        throw tokens.unexpected("grouping opts", "label");
      }
      if (!LabelNames.isValid(label.value())) {
        throw new PromqlException(
            "invalid label name for grouping: " + Quoting.quoted(label.value()), label.position());
      }
      checkItems(labels.size(), label);
      labels.add(label.value());
      tokens.advance();
      if (!tokens.is(TokenType.RIGHT_PARENTHESIS)) {
        tokens.expect(TokenType.COMMA, "grouping opts", "\",\" or \")\"");
      }
    }
    tokens.advance();
    return labels;
  }

  /** Refuses a list that would have more items than it may. */
  static void checkItems(int count, Token next) throws PromqlException {
    if (count >= MAX_ITEMS) {
      throw new PromqlException(
          "the list has more than " + MAX_ITEMS + " items; shorten it", next.position());
    }
  }
}
