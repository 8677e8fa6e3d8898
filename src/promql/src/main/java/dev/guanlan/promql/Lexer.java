package dev.guanlan.promql;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Cuts an expression into tokens, one at a time. Skips spaces and comments.
 *
 * <p>Between brackets only durations and arithmetic with them are known; words there are few, and a
 * colon parts a subquery's range from its step.
 */
final class Lexer {

  /** Words that mean something between brackets. */
  private static final Map<String, TokenType> DURATION_WORDS =
      Map.of(
          "step", TokenType.STEP,
          "range", TokenType.RANGE,
          "max_of", TokenType.MAX_OF,
          "min_of", TokenType.MIN_OF);

  private static final String DURATION_WORD_STARTS = "smrSMR";

  private static final Map<String, TokenType> WORDS = new HashMap<>();

  static {
    for (TokenType type : TokenType.values()) {
      if (type.isReservedWord()) {
        WORDS.put(type.text(), type);
      }
    }
    for (Aggregator aggregator : Aggregator.values()) {
      WORDS.put(aggregator.text(), TokenType.AGGREGATOR);
    }
    WORDS.put("inf", TokenType.NUMBER);
    WORDS.put("nan", TokenType.NUMBER);
  }

  private final String input;
  private int offset;
  private int parentheses;
  private boolean inBraces;
  private boolean inBrackets;

  /** Whether no number has been met since the bracket was opened. */
  private boolean beforeDuration;

  /** Whether the bracket has a colon. */
  private boolean colon;

  /** Whether any number or word has stood between brackets so far. */
  private boolean durationMet;

  Lexer(String input) {
    this.input = input;
  }

  Token next() throws PromqlException {
    skipBlank();
    int start = offset;
    if (start == input.length()) {
      return end();
    }
    char first = input.charAt(start);
    if (inBrackets && beforeDuration) {
      return beforeDuration(first);
    }
    if (first == '"' || first == '\'' || first == '`') {
      QuotedText quoted = QuotedText.read(input, start);
      offset = quoted.end();
      return token(TokenType.STRING, start, quoted.value());
    }
    if (inBraces) {
      return inBraces(first);
    }
    if (isDigit(first) || (first == '.' && isDigit(peek(1)))) {
      return numberOrDuration();
    }
    if (isLetter(first) || first == ':') {
      return inBrackets ? behindDuration(first) : word();
    }
    return sign(first);
  }

  private void skipBlank() {
    while (offset < input.length()) {
      char c = input.charAt(offset);
      if (c == '#' && !(inBrackets && beforeDuration)) {
        while (offset < input.length() && peek(0) != '\n' && peek(0) != '\r') {
          offset++;
        }
      } else if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
        offset++;
      } else {
        return;
      }
    }
  }

  private Token end() throws PromqlException {
    if (inBraces) {
      throw error("unexpected end of input inside braces", offset);
    }
    if (inBrackets && beforeDuration) {
      throw error("unexpected end of input in duration expression", offset);
    }
    if (parentheses != 0) {
      throw error("unclosed left parenthesis", offset);
    }
    if (inBrackets) {
      throw error("unclosed left bracket", offset);
    }
    return token(TokenType.END_OF_INPUT, offset);
  }

  private Token inBraces(char first) throws PromqlException {
    int start = offset;
    if (isLetter(first)) {
      while (isLetter(peek(0)) || isDigit(peek(0))) {
        offset++;
      }
      return token(TokenType.IDENTIFIER, start);
    }
    offset++;
    switch (first) {
      case ',' -> {
        return token(TokenType.COMMA, start);
      }
      case '=' -> {
        return token(accept('~') ? TokenType.EQUAL_REGEX : TokenType.EQUAL, start);
      }
      case '!' -> {
        if (accept('~')) {
          return token(TokenType.NOT_REGEX, start);
        }
        if (accept('=')) {
          return token(TokenType.NOT_EQUAL, start);
        }
        throw unexpectedAfter("unexpected character after '!' inside braces: ", start);
      }
      case '{' -> throw error("unexpected left brace '{'", start);
      case '}' -> {
        inBraces = false;
        return token(TokenType.RIGHT_BRACE, start);
      }
      default ->
          throw error(
              "unexpected character inside braces: " + Quoting.quotedCharacter(input, start),
              start);
    }
  }

  /** Reads what may stand in brackets before the first number. */
  private Token beforeDuration(char first) throws PromqlException {
    int start = offset;
    if (isDigit(first) || (first == '.' && isDigit(peek(1)))) {
      beforeDuration = false;
      durationMet = true;
      return numberOrDuration();
    }
    if (first == ':') {
      offset++;
      if (!durationMet) {
        throw error("unexpected colon before duration in duration expression", offset);
      }
      if (colon) {
        throw error("unexpected repeated colon in duration expression", offset);
      }
      colon = true;
      return token(TokenType.COLON, start);
    }
    Token word = durationWord();
    if (word != null) {
      return word;
    }
    if ("]()+-*/%^,".indexOf(first) >= 0) {
      return sign(first);
    }
    throw error(
        "unexpected character in duration expression: " + Quoting.quotedCharacter(input, start),
        start);
  }

  /** Reads a word or colon in brackets behind a number. */
  private Token behindDuration(char first) throws PromqlException {
    int start = offset;
    if (first == ':') {
      if (colon) {
        throw error("unexpected colon ':'", start);
      }
      offset++;
      colon = true;
      return token(TokenType.COLON, start);
    }
    Token word = durationWord();
    if (word != null) {
      return word;
    }
    throw error(
        "unexpected character: " + Quoting.quotedCharacter(input, start) + ", expected ':'", start);
  }

  private @Nullable Token durationWord() {
    int start = offset;
    if (DURATION_WORD_STARTS.indexOf(input.charAt(start)) < 0) {
      return null;
    }
    int end = start;
    while (end < input.length() && isLetter(input.charAt(end))) {
      end++;
    }
    TokenType type = DURATION_WORDS.get(input.substring(start, end).toLowerCase(Locale.ROOT));
    if (type == null) {
      return null;
    }
    offset = end;
    durationMet = true;
    return token(type, start);
  }

  private Token sign(char first) throws PromqlException {
    int start = offset++;
    return switch (first) {
      case ',' -> token(TokenType.COMMA, start);
      case '+' -> token(TokenType.ADD, start);
      case '-' -> token(TokenType.SUBTRACT, start);
      case '*' -> token(TokenType.MULTIPLY, start);
      case '/' -> token(TokenType.DIVIDE, start);
      case '%' -> token(TokenType.MODULO, start);
      case '^' -> token(TokenType.POWER, start);
      case '@' -> token(TokenType.AT, start);
      case '<' ->
          token(
              accept('=')
                  ? TokenType.LESS_OR_EQUAL
                  : accept('/') ? TokenType.TRIM_UPPER : TokenType.LESS,
              start);
      case '>' ->
          token(
              accept('=')
                  ? TokenType.GREATER_OR_EQUAL
                  : accept('/') ? TokenType.TRIM_LOWER : TokenType.GREATER,
              start);
      case '=' -> {
        if (peek(0) == '~') {
          throw unexpectedAfter("unexpected character after '=': ", start);
        }
        yield token(accept('=') ? TokenType.EQUAL_EQUAL : TokenType.EQUAL, start);
      }
      case '!' -> {
        if (!accept('=')) {
          throw unexpectedAfter("unexpected character after '!': ", start);
        }
        yield token(TokenType.NOT_EQUAL, start);
      }
      case '(' -> {
        parentheses++;
        yield token(TokenType.LEFT_PARENTHESIS, start);
      }
      case ')' -> {
        if (--parentheses < 0) {
          throw error("unexpected right parenthesis ')'", offset);
        }
        yield token(TokenType.RIGHT_PARENTHESIS, start);
      }
      case '{' -> {
        inBraces = true;
        yield token(TokenType.LEFT_BRACE, start);
      }
      case '[' -> {
        if (inBrackets) {
          throw error("unexpected left bracket '['", start);
        }
        inBrackets = true;
        beforeDuration = true;
        colon = false;
        yield token(TokenType.LEFT_BRACKET, start);
      }
      case ']' -> {
        if (!inBrackets) {
          throw error("unexpected right bracket ']'", start);
        }
        inBrackets = false;
        yield token(TokenType.RIGHT_BRACKET, start);
      }
      default ->
          throw error("unexpected character: " + Quoting.quotedCharacter(input, start), start);
    };
  }

  private Token word() {
    int start = offset;
    while (isLetter(peek(0)) || isDigit(peek(0)) || peek(0) == ':') {
      offset++;
    }
    String text = input.substring(start, offset);
    TokenType reserved = WORDS.get(text.toLowerCase(Locale.ROOT));
    boolean fill =
        reserved == TokenType.FILL
            || reserved == TokenType.FILL_LEFT
            || reserved == TokenType.FILL_RIGHT;
    if (reserved != null && !(fill && !parenthesisFollows())) {
      return token(reserved, start);
    }
    return token(
        text.indexOf(':') >= 0 ? TokenType.METRIC_IDENTIFIER : TokenType.IDENTIFIER, start);
  }

  /** Tells words like {@code fill}, reserved late, from metrics that were called so before. */
  private boolean parenthesisFollows() {
    int at = offset;
    while (at < input.length() && " \t\r\n".indexOf(input.charAt(at)) >= 0) {
      at++;
    }
    return at < input.length() && input.charAt(at) == '(';
  }

  private Token numberOrDuration() throws PromqlException {
    int start = offset;
    NumberScanner scanner = new NumberScanner(input, start);
    boolean number = scanner.scanNumber();
    boolean duration = !number && scanner.scanUnits();
    offset = scanner.end();
    if (!number && !duration) {
      throw error(
          "bad number or duration syntax: " + Quoting.quoted(input.substring(start, offset)),
          start);
    }
    return token(number ? TokenType.NUMBER : TokenType.DURATION, start);
  }

  private char peek(int ahead) {
    int at = offset + ahead;
    return at < input.length() ? input.charAt(at) : '\0';
  }

  private boolean accept(char expected) {
    if (offset < input.length() && input.charAt(offset) == expected) {
      offset++;
      return true;
    }
    return false;
  }

  private Token token(TokenType type, int start) {
    return token(type, start, input.substring(start, offset));
  }

  private Token token(TokenType type, int start, String value) {
    return new Token(type, input.substring(start, offset), value, new Position(start, offset));
  }

  private PromqlException unexpectedAfter(String message, int start) {
    return error(message + Quoting.quotedCharacter(input, offset), start);
  }

  /** Says what is wrong from {@code start} on; nothing behind it can be told apart. */
  private PromqlException error(String message, int start) {
    return new PromqlException(message, new Position(start, input.length()));
  }

  static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  static boolean isLetter(char c) {
    return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }
}
