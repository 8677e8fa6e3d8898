package dev.guanlan.rules.template;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Cuts a template into tokens, as Go's {@code text/template/parse/lex.go} does. */
final class Lexer {

  static final Set<String> KEYWORDS =
      Set.of(
          "if",
          "else",
          "end",
          "range",
          "with",
          "define",
          "template",
          "block",
          "break",
          "continue",
          "nil");

  private final String text;
  private final List<Token> tokens = new ArrayList<>();
  private int at;

  private Lexer(String text) {
    this.text = text;
  }

  static List<Token> tokens(String text) throws TemplateException {
    Lexer lexer = new Lexer(text);
    lexer.run();
    return lexer.tokens;
  }

  private void run() throws TemplateException {
    boolean trimmed = false;
    while (at < text.length()) {
      int open = text.indexOf("{{", at);
      int end = open < 0 ? text.length() : open;
      boolean trimRight =
          open >= 0
              && open + 3 < text.length()
              && text.charAt(open + 2) == '-'
              && isSpace(text.charAt(open + 3));
      text(at, end, trimmed, trimRight);
      if (open < 0) {
        at = text.length();
        break;
      }
      at = open + (trimRight ? 4 : 2);
      if (text.startsWith("/*", skipSpace(at))) {
        trimmed = comment(open);
      } else {
        add(Token.Kind.OPEN, "{{", open, false);
        trimmed = action(open);
      }
    }
    add(Token.Kind.END, "", text.length(), false);
  }

  private void text(int from, int to, boolean trimLeft, boolean trimRight) {
    int begin = from;
    int end = to;
    while (trimLeft && begin < end && isSpace(text.charAt(begin))) {
      begin++;
    }
    while (trimRight && begin < end && isSpace(text.charAt(end - 1))) {
      end--;
    }
    if (begin < end) {
      add(Token.Kind.TEXT, text.substring(begin, end), begin, false);
    }
  }

  private int skipSpace(int from) {
    int i = from;
    while (i < text.length() && isSpace(text.charAt(i))) {
      i++;
    }
    return i;
  }

  private boolean comment(int open) throws TemplateException {
    int end = text.indexOf("*/", skipSpace(at) + 2);
    if (end < 0) {
      throw new TemplateException("unclosed comment; end it by */}}", open);
    }
    at = end + 2;
    if (text.startsWith("}}", at)) {
      at += 2;
      return false;
    }
    if (text.startsWith(" -}}", at)) {
      at += 4;
      return true;
    }
    throw new TemplateException("comment ends before closing delimiter; write */}}", at);
  }

  /** Reads up to and with the closing delimiter; returns whether it trims what follows. */
  private boolean action(int open) throws TemplateException {
    int parentheses = 0;
    while (true) {
      int start = at;
      at = skipSpace(at);
      boolean spaced = at > start;
      if (at >= text.length()) {
        throw new TemplateException("unclosed action; end it by }}", open);
      }
      if (spaced && text.startsWith("-}}", at)) {
        close(parentheses, 3);
        return true;
      }
      if (text.startsWith("}}", at)) {
        close(parentheses, 2);
        return false;
      }
      char c = text.charAt(at);
      if (c == '(') {
        parentheses++;
      } else if (c == ')' && --parentheses < 0) {
        throw new TemplateException("unexpected right parenthesis", at);
      }
      token(c, spaced);
    }
  }

  private void close(int parentheses, int length) throws TemplateException {
    if (parentheses > 0) {
      throw new TemplateException("unclosed left parenthesis", at);
    }
    add(Token.Kind.CLOSE, "}}", at, false);
    at += length;
  }

  private void token(char c, boolean spaced) throws TemplateException {
    int start = at;
    if (c == '"') {
      add(Token.Kind.STRING, quoted('"'), start, spaced);
    } else if (c == '`') {
      int end = text.indexOf('`', at + 1);
      if (end < 0) {
        throw new TemplateException("unterminated raw quoted string", start);
      }
      at = end + 1;
      add(Token.Kind.STRING, text.substring(start + 1, end), start, spaced);
    } else if (c == '\'') {
      String character = quoted('\'');
      if (character.codePointCount(0, character.length()) != 1) {
        throw new TemplateException("malformed character constant", start);
      }
      add(Token.Kind.NUMBER, Integer.toString(character.codePointAt(0)), start, spaced);
    } else if (c == '$') {
      add(Token.Kind.VARIABLE, word(start + 1, start), start, spaced);
    } else if (c == '.' && !isDigit(next())) {
      if (isWord(next())) {
        add(Token.Kind.FIELD, word(start + 1, start + 1), start, spaced);
      } else {
        symbol(Token.Kind.DOT, 1, spaced);
      }
    } else if (isDigit(c) || c == '.' || ((c == '+' || c == '-') && numberFollows())) {
      number(spaced);
    } else if (isWord(c)) {
      String name = word(start, start);
      add(
          KEYWORDS.contains(name) ? Token.Kind.KEYWORD : Token.Kind.IDENTIFIER,
          name,
          start,
          spaced);
    } else {
      operator(c, spaced);
    }
  }

  private void operator(char c, boolean spaced) throws TemplateException {
    switch (c) {
      case '|' -> symbol(Token.Kind.PIPE, 1, spaced);
      case ',' -> symbol(Token.Kind.COMMA, 1, spaced);
      case '(' -> symbol(Token.Kind.LEFT_PARENTHESIS, 1, spaced);
      case ')' -> symbol(Token.Kind.RIGHT_PARENTHESIS, 1, spaced);
      case '=' -> symbol(Token.Kind.ASSIGN, 1, spaced);
      case ':' -> {
        if (next() != '=') {
          throw new TemplateException("expected :=", at);
        }
        symbol(Token.Kind.DECLARE, 2, spaced);
      }
      default ->
          throw new TemplateException(
              "unexpected character '" + c + "' in an action; see Go's text/template", at);
    }
  }

  private void symbol(Token.Kind kind, int length, boolean spaced) {
    add(kind, text.substring(at, at + length), at, spaced);
    at += length;
  }

  private boolean numberFollows() {
    return isDigit(next())
        || (next() == '.' && at + 2 < text.length() && isDigit(text.charAt(at + 2)));
  }

  private void number(boolean spaced) throws TemplateException {
    int start = at;
    at++;
    while (at < text.length()
        && (isWord(text.charAt(at))
            || text.charAt(at) == '.'
            || ((text.charAt(at) == '+' || text.charAt(at) == '-')
                && (text.charAt(at - 1) == 'e' || text.charAt(at - 1) == 'E')))) {
      at++;
    }
    String number = text.substring(start, at);
    if (Numbers.parse(number) == null) {
      throw new TemplateException("bad number syntax: \"" + number + "\"", start);
    }
    add(Token.Kind.NUMBER, number, start, spaced);
  }

  /** Reads letters from {@code from}, and returns what stands from {@code begin}. */
  private String word(int from, int begin) {
    at = from;
    while (at < text.length() && isWord(text.charAt(at))) {
      at++;
    }
    return text.substring(begin, at);
  }

  private String quoted(char quote) throws TemplateException {
    int start = at++;
    StringBuilder value = new StringBuilder();
    while (at < text.length() && text.charAt(at) != quote) {
      char c = text.charAt(at++);
      if (c == '\n') {
        break;
      }
      if (c != '\\') {
        value.append(c);
      } else if (at < text.length()) {
        escape(value);
      }
    }
    if (at >= text.length() || text.charAt(at) != quote) {
      throw new TemplateException("unterminated quoted string", start);
    }
    at++;
    return value.toString();
  }

  private void escape(StringBuilder value) throws TemplateException {
    char c = text.charAt(at++);
    int simple = "abfnrtv\\\"'".indexOf(c);
    if (simple >= 0) {
      value.append("\u0007\b\f\n\r\t\u000b\\\"'".charAt(simple));
      return;
    }
    int digits = c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
    if (digits > 0 && at + digits <= text.length()) {
      try {
        value.appendCodePoint(Integer.parseInt(text.substring(at, at + digits), 16));
        at += digits;
        return;
      } catch (IllegalArgumentException e) {
        throw new TemplateException("invalid escape in a quoted string: " + e.getMessage(), at - 2);
      }
    }
    throw new TemplateException("unknown escape \\" + c + " in a quoted string", at - 2);
  }

  private char next() {
    return at + 1 < text.length() ? text.charAt(at + 1) : 0;
  }

  private void add(Token.Kind kind, String value, int offset, boolean spaced) {
    tokens.add(new Token(kind, value, offset, spaced));
  }

  private static boolean isSpace(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isWord(char c) {
    return c == '_' || Character.isLetterOrDigit(c);
  }
}
