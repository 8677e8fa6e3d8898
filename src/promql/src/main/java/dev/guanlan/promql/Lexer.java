package dev.guanlan.promql;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** Cuts an expression into tokens, one at a time. Skips spaces and comments. */
final class Lexer {

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
    if (isLetter(first) || (first == ':' && !inBrackets)) {
      return word();
    }
    return sign(first);
  }

  private void skipBlank() {
    while (offset < input.length()) {
      char c = input.charAt(offset);
      if (c == '#') {
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
      throw error("unexpected end of input inside braces");
    }
    if (parentheses != 0) {
      throw error("unclosed left parenthesis");
    }
    if (inBrackets) {
      throw error("unclosed left bracket");
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
              "unexpected character inside braces: " + Printer.quotedCharacter(input, start),
              start);
    }
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
          throw error("unexpected right parenthesis ')'", start);
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
        yield token(TokenType.LEFT_BRACKET, start);
      }
      case ']' -> {
        if (!inBrackets) {
          throw error("unexpected right bracket ']'", start);
        }
        inBrackets = false;
        yield token(TokenType.RIGHT_BRACKET, start);
      }
      case ':' -> token(accept(':') ? TokenType.DOUBLE_COLON : TokenType.COLON, start);
      default ->
          throw error("unexpected character: " + Printer.quotedCharacter(input, start), start);
    };
  }

  private Token word() {
    int start = offset;
    boolean colon = false;
    while (isLetter(peek(0)) || isDigit(peek(0)) || (peek(0) == ':' && !inBrackets)) {
      colon |= peek(0) == ':';
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
    return token(colon ? TokenType.METRIC_IDENTIFIER : TokenType.IDENTIFIER, start);
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
    if (scanNumber()) {
      return token(TokenType.NUMBER, start);
    }
    int afterNumber = offset;
    offset = start;
    if (scanDuration()) {
      return token(TokenType.DURATION, start);
    }
    int end = Math.min(input.length(), Math.max(offset, afterNumber) + 1);
    throw error(
        "bad number or duration syntax: " + Printer.quoted(input.substring(start, end)), start);
  }

  /** Scans decimal, octal and hexadecimal integers and decimal fractions with exponents. */
  private boolean scanNumber() {
    if (peek(0) == '0' && (peek(1) == 'x' || peek(1) == 'X')) {
      offset += 2;
      int digits = offset;
      while ((peek(0) < 128 && Character.digit(peek(0), 16) >= 0) || peek(0) == '_') {
        offset++;
      }
      return offset > digits && endsNumber();
    }
    scanDigits();
    if (accept('.')) {
      scanDigits();
    }
    if (peek(0) == 'e' || peek(0) == 'E') {
      offset++;
      if (peek(0) == '+' || peek(0) == '-') {
        offset++;
      }
      if (!isDigit(peek(0))) {
        return false;
      }
      scanDigits();
    }
    return endsNumber();
  }

  private void scanDigits() {
    while (isDigit(peek(0)) || (peek(0) == '_' && isDigit(peek(1)))) {
      offset++;
    }
  }

  private boolean endsNumber() {
    return !isLetter(peek(0)) && !isDigit(peek(0)) && peek(0) != '.';
  }

  private boolean scanDuration() {
    while (isDigit(peek(0))) {
      while (isDigit(peek(0))) {
        offset++;
      }
      if ("smhdwy".indexOf(peek(0)) < 0) {
        return false;
      }
      offset++;
      accept('s');
    }
    return !isLetter(peek(0));
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
    String found =
        offset < input.length() ? Printer.quotedCharacter(input, offset) : "end of input";
    return error(message + found, start);
  }

  private PromqlException error(String message) {
    return error(message, offset);
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
