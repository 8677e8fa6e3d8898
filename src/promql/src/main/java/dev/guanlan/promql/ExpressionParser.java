package dev.guanlan.promql;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Parses one expression: operators by precedence climbing (Pratt), everything else by recursive
 * descent.
 *
 * <p>A message about types waits until the whole text is known to be well-formed, so that the first
 * complaint is about the form, as in Prometheus.
 */
final class ExpressionParser {

  /** Bounds the text, in characters. */
  static final int MAX_LENGTH = 100_000;

  /** Bounds the height of the tree, and with it the stack that parsing and evaluation need. */
  static final int MAX_HEIGHT = 300;

  private final TokenStream tokens;
  private final String text;
  private final SelectorParser selectors;
  private final ModifierParser modifiers;
  private final MatchingParser matchings;
  private final ParserOptions options;
  private int nesting;

  /** Height of the tree that was parsed last. */
  private int height;

  ExpressionParser(String text, ParserOptions options) throws PromqlException {
    if (text.length() > MAX_LENGTH) {
      throw new PromqlException(
          "the expression has "
              + text.length()
              + " characters; shorten it to at most "
              + MAX_LENGTH,
          new Position(MAX_LENGTH, text.length()));
    }
    this.tokens = new TokenStream(text);
    this.text = text;
    this.options = options;
    this.selectors = new SelectorParser(tokens);
    this.modifiers = new ModifierParser(tokens, options);
    this.matchings = new MatchingParser(tokens);
  }

  Expression parse() throws PromqlException {
    if (tokens.is(TokenType.END_OF_INPUT)) {
      throw new PromqlException("no expression found in input", Position.NONE);
    }
    Expression expression = parseBinary(1);
    if (!tokens.is(TokenType.END_OF_INPUT)) {
      throw tokens.unexpected();
    }
    TypeChecks.check(expression, text);
    return expression;
  }

  private Expression parseBinary(int minPrecedence) throws PromqlException {
    Expression left = parseUnary();
    while (true) {
      BinaryOperator operator = operator(tokens.current().type());
      if (operator == null || operator.precedence() < minPrecedence) {
        return left;
      }
      int leftHeight = height;
      tokens.advance();
      boolean bool = tokens.accept(TokenType.BOOL);
      VectorMatching matching = matchings.parseMatching();
      Expression right =
          parseBinary(
              operator.isRightAssociative() ? operator.precedence() : operator.precedence() + 1);
      height = Math.max(leftHeight, height);
      tokens.throwFailure();
      if (matching.fills() && !options.binaryFillModifiers()) {
        throw new PromqlException(
            "binop fill modifiers are experimental and not enabled",
            left.position().to(right.position()));
      }
      left = grown(binary(operator, bool, left, right, matching));
    }
  }

  /**
   * Makes the node with the matching that the types of its sides call for. A matching that cannot
   * be is kept, so that the check of the types finds it.
   */
  private static Expression binary(
      BinaryOperator operator,
      boolean bool,
      Expression left,
      Expression right,
      VectorMatching matching) {
    VectorMatching kept = matching;
    if (!TypeChecks.matchesVectors(left, right)) {
      kept = matching.labels().isEmpty() && !matching.fills() ? null : matching;
    } else if (operator.isSet()
        && matching.cardinality() == VectorMatching.Cardinality.ONE_TO_ONE) {
      kept = matching.with(VectorMatching.Cardinality.MANY_TO_MANY);
    }
    Position position = left.position().to(right.position());
    return new Expression.Binary(operator, bool, left, right, kept, position);
  }

  private static @Nullable BinaryOperator operator(TokenType type) {
    return switch (type) {
      case OR -> BinaryOperator.OR;
      case AND -> BinaryOperator.AND;
      case UNLESS -> BinaryOperator.UNLESS;
      case EQUAL_EQUAL -> BinaryOperator.EQUAL;
      case NOT_EQUAL -> BinaryOperator.NOT_EQUAL;
      case LESS -> BinaryOperator.LESS;
      case LESS_OR_EQUAL -> BinaryOperator.LESS_OR_EQUAL;
      case GREATER -> BinaryOperator.GREATER;
      case GREATER_OR_EQUAL -> BinaryOperator.GREATER_OR_EQUAL;
      case TRIM_UPPER -> BinaryOperator.TRIM_UPPER;
      case TRIM_LOWER -> BinaryOperator.TRIM_LOWER;
      case ADD -> BinaryOperator.ADD;
      case SUBTRACT -> BinaryOperator.SUBTRACT;
      case MULTIPLY -> BinaryOperator.MULTIPLY;
      case DIVIDE -> BinaryOperator.DIVIDE;
      case MODULO -> BinaryOperator.MODULO;
      case ATAN2 -> BinaryOperator.ATAN2;
      case POWER -> BinaryOperator.POWER;
      default -> null;
    };
  }

  private Expression parseUnary() throws PromqlException {
    if (!tokens.is(TokenType.ADD) && !tokens.is(TokenType.SUBTRACT)) {
      return modifiers.parse(parsePrimary(), this::grown);
    }
    Token sign = tokens.advance();
    enter(sign);
    // A sign binds like a multiplication, so that -2 ^ 2 is -4.
    Expression operand = parseBinary(BinaryOperator.POWER.precedence());
    nesting--;
    boolean negative = sign.type() == TokenType.SUBTRACT;
    Position position = sign.position().to(operand.position());
    if (operand instanceof Expression.NumberLiteral number) {
      return new Expression.NumberLiteral(
          negative ? -number.value() : number.value(), number.duration(), position);
    }
    return grown(new Expression.Unary(negative, operand, position));
  }

  private Expression parsePrimary() throws PromqlException {
    Token token = tokens.current();
    height = 1;
    switch (token.type()) {
      case NUMBER, DURATION -> {
        tokens.advance();
        return new Expression.NumberLiteral(
            Numbers.of(token), token.type() == TokenType.DURATION, token.position());
      }
      case STRING -> {
        tokens.advance();
        return new Expression.StringLiteral(token.value(), token.position());
      }
      case LEFT_PARENTHESIS -> {
        return parseParentheses();
      }
      case LEFT_BRACE -> {
        return selectors.parseSelector(null);
      }
      case AGGREGATOR -> {
        if (tokens.isFollowedBy(TokenType.LEFT_PARENTHESIS)
            || tokens.isFollowedBy(TokenType.BY)
            || tokens.isFollowedBy(TokenType.WITHOUT)) {
          return parseAggregate();
        }
      }
      case IDENTIFIER, START, END, STEP, RANGE, MAX_OF, MIN_OF -> {
        if (tokens.isFollowedBy(TokenType.LEFT_PARENTHESIS)) {
          return parseCall();
        }
      }
      default -> {
        if (!token.type().canNameMetric()) {
          throw tokens.unexpected();
        }
      }
    }
    return selectors.parseSelector(tokens.advance());
  }

  private Expression parseParentheses() throws PromqlException {
    Token open = tokens.advance();
    enter(open);
    Expression inner = parseBinary(1);
    nesting--;
    Token close = tokens.expect(TokenType.RIGHT_PARENTHESIS);
    return grown(new Expression.Parentheses(inner, open.position().to(close.position())));
  }

  private Expression parseCall() throws PromqlException {
    Token name = tokens.advance();
    List<Expression> arguments = parseArguments();
    Function function = Function.named(name.text());
    if (function == null) {
      throw new PromqlException(
          "unknown function with name " + Quoting.quoted(name.text()), name.position());
    }
    if (function.isExperimental() && !options.experimentalFunctions()) {
      throw new PromqlException(
          "function " + Quoting.quoted(name.text()) + " is not enabled", name.position());
    }
    return grown(
        new Expression.Call(function, arguments, name.position().to(tokens.previous().position())));
  }

  /** Parses arguments in parentheses, which close at {@link TokenStream#previous()}. */
  private List<Expression> parseArguments() throws PromqlException {
    enter(tokens.expect(TokenType.LEFT_PARENTHESIS));
    List<Expression> arguments = new ArrayList<>();
    int highest = 1;
    while (!tokens.is(TokenType.RIGHT_PARENTHESIS)) {
      MatchingParser.checkItems(arguments.size(), tokens.current());
      arguments.add(parseBinary(1));
      highest = Math.max(highest, height);
      if (tokens.is(TokenType.COMMA)) {
        Token comma = tokens.advance();
        if (tokens.is(TokenType.RIGHT_PARENTHESIS)) {
          throw new PromqlException(
              "trailing commas not allowed in function call args", comma.position());
        }
      } else if (!tokens.is(TokenType.RIGHT_PARENTHESIS)) {
        throw tokens.unexpected();
      }
    }
    tokens.advance();
    nesting--;
    height = highest;
    return arguments;
  }

  private Expression parseAggregate() throws PromqlException {
    Token name = tokens.advance();
    Aggregator aggregator = Aggregator.valueOf(name.text().toUpperCase(Locale.ROOT));
    tokens.enter("aggregation", "");
    boolean without = tokens.is(TokenType.WITHOUT);
    List<String> grouping = null;
    if (without || tokens.is(TokenType.BY)) {
      tokens.advance();
      grouping = matchings.parseLabels();
    }
    List<Expression> arguments = parseArguments();
    if (grouping == null && (tokens.is(TokenType.BY) || tokens.is(TokenType.WITHOUT))) {
      without = tokens.advance().type() == TokenType.WITHOUT;
      grouping = matchings.parseLabels();
    }
    if (grouping == null) {
      tokens.throwFailure();
    }
    tokens.leave();
    Position position = name.position().to(tokens.previous().position());
    return grown(
        aggregate(
            aggregator, arguments, without, grouping == null ? List.of() : grouping, position));
  }

  private Expression aggregate(
      Aggregator aggregator,
      List<Expression> arguments,
      boolean without,
      List<String> grouping,
      Position position)
      throws PromqlException {
    if (arguments.isEmpty()) {
      throw new PromqlException("no arguments for aggregate expression provided", position);
    }
    if (aggregator.isExperimental() && !options.experimentalFunctions()) {
      throw new PromqlException(
          aggregator.text()
              + "() is experimental and must be enabled with"
              + " --enable-feature=promql-experimental-functions",
          position);
    }
    int expected = aggregator.parameter() == null ? 1 : 2;
    if (arguments.size() != expected) {
      throw new PromqlException(
          "wrong number of arguments for aggregate expression provided, expected "
              + expected
              + ", got "
              + arguments.size(),
          position);
    }
    return new Expression.Aggregate(
        aggregator,
        expected == 1 ? null : arguments.get(0),
        arguments.get(expected - 1),
        without,
        grouping,
        position);
  }

  private void enter(Token token) throws PromqlException {
    if (++nesting > MAX_HEIGHT) {
      throw tooDeep(token.position());
    }
  }

  /** Notes that the tree has grown by the node given, which is handed back. */
  private Expression grown(Expression node) throws PromqlException {
    if (++height > MAX_HEIGHT) {
      throw tooDeep(node.position());
    }
    return node;
  }

  private static PromqlException tooDeep(Position position) {
    return new PromqlException(
        "the expression is nested more than "
            + MAX_HEIGHT
            + " levels deep; split it, for instance with recording rules",
        position);
  }
}
