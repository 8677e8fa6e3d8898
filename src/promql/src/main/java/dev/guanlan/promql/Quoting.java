package dev.guanlan.promql;

import java.util.Locale;

/** Writes texts in quotes as Go does, so that they can be read back. */
public final class Quoting {

  /** Stands for what is no character. */
  private static final int REPLACEMENT = 0xfffd;

  private Quoting() {}

  /** Returns a text in double quotes; what is not printable is escaped. */
  public static String quoted(String value) {
    StringBuilder quoted = new StringBuilder(value.length() + 2).append('"');
    int at = 0;
    while (at < value.length()) {
      int codePoint = value.codePointAt(at);
      append(quoted, codePoint);
      at += Character.charCount(codePoint);
    }
    return quoted.append('"').toString();
  }

  private static void append(StringBuilder quoted, int codePoint) {
    switch (codePoint) {
      case '"' -> quoted.append("\\\"");
      case '\\' -> quoted.append("\\\\");
      case '\u0007' -> quoted.append("\\a");
      case '\b' -> quoted.append("\\b");
      case '\f' -> quoted.append("\\f");
      case '\n' -> quoted.append("\\n");
      case '\r' -> quoted.append("\\r");
      case '\t' -> quoted.append("\\t");
      case '\u000b' -> quoted.append("\\v");
      default -> {
        if (isPrintable(codePoint)) {
          quoted.appendCodePoint(codePoint);
        } else if (isByte(codePoint)) {
          quoted.append(String.format(Locale.ROOT, "\\x%02x", codePoint & 0xff));
        } else {
          quoted.append(
              String.format(Locale.ROOT, codePoint > 0xffff ? "\\U%08x" : "\\u%04x", codePoint));
        }
      }
    }
  }

  /** Tells whether it is a control character, or stands for a byte that is no UTF-8. */
  private static boolean isByte(int codePoint) {
    return codePoint < ' '
        || codePoint == 0x7f
        || (codePoint >= Character.MIN_LOW_SURROGATE + 0x80
            && codePoint <= Character.MIN_LOW_SURROGATE + 0xff);
  }

  /** Tells the characters that Go prints; the replacement character could not be read back. */
  private static boolean isPrintable(int codePoint) {
    if (codePoint < 0x7f) {
      return codePoint >= ' ';
    }
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SPACE_SEPARATOR ->
          false;
      default -> codePoint != REPLACEMENT;
    };
  }

  /** Returns the character at an offset in single quotes, for messages. */
  static String quotedCharacter(String input, int offset) {
    int codePoint = character(input, offset);
    if (codePoint == '\'') {
      return "'\\''";
    }
    StringBuilder quoted = new StringBuilder("'");
    if (codePoint == '"' || codePoint == REPLACEMENT) {
      quoted.appendCodePoint(codePoint);
    } else {
      append(quoted, codePoint);
    }
    return quoted.append('\'').toString();
  }

  /** Returns the character at an offset with its number, for messages: {@code U+0071 'q'}. */
  static String codePoint(String input, int offset) {
    int codePoint = character(input, offset);
    String number = String.format(Locale.ROOT, "U+%04X", codePoint);
    return isPrintable(codePoint) || codePoint == REPLACEMENT
        ? number + " '" + Character.toString(codePoint) + "'"
        : number;
  }

  /** Returns the character at an offset; as in Go, one that stands for none where there is none. */
  private static int character(String input, int offset) {
    boolean none = offset == input.length() || QuotedText.isLoneSurrogate(input, offset);
    return none ? REPLACEMENT : input.codePointAt(offset);
  }
}
