package dev.guanlan.rules.template;

/**
 * Is a lexical element of a template.
 *
 * @param kind what it is
 * @param text its text; of a string, the value; of a field, without the dot
 * @param offset where it begins in the template
 * @param spaced whether white space precedes it
 */
record Token(Kind kind, String text, int offset, boolean spaced) {

  enum Kind {
    TEXT,
    OPEN,
    CLOSE,
    IDENTIFIER,
    KEYWORD,
    FIELD,
    DOT,
    VARIABLE,
    STRING,
    NUMBER,
    PIPE,
    DECLARE,
    ASSIGN,
    COMMA,
    LEFT_PARENTHESIS,
    RIGHT_PARENTHESIS,
    END
  }

  boolean is(Kind other) {
    return kind == other;
  }

  boolean isKeyword(String word) {
    return kind == Kind.KEYWORD && text.equals(word);
  }

  /** Shows the token in a message. */
  String shown() {
    return switch (kind) {
      case END -> "the end of the template";
      case CLOSE -> "\"}}\"";
      case STRING -> "a string";
      default -> "\"" + (text.length() > 40 ? text.substring(0, 40) + "…" : text) + "\"";
    };
  }
}
