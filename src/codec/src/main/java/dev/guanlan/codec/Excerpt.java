package dev.guanlan.codec;

import java.nio.charset.StandardCharsets;

/** Quotes input in messages: never more than a line's worth, and nothing that moves a cursor. */
public final class Excerpt {

  private static final int MAX_CHARACTERS = 80;

  private Excerpt() {}

  /**
   * Returns {@code text} in double quotes, cut to 80 characters and with the unprintable escaped.
   */
  public static String of(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    int end = Math.min(text.length(), MAX_CHARACTERS);
    for (int i = 0; i < end; i++) {
      append(quoted, text.charAt(i));
    }
    quoted.append('"');
    if (text.length() > MAX_CHARACTERS) {
      quoted.append("… (").append(text.length()).append(" characters)");
    }
    return quoted.toString();
  }

  /** Returns bytes in double quotes, cut to 80 and with everything but printable ASCII escaped. */
  public static String of(byte[] bytes, int from, int length) {
    int shown = Math.min(length, MAX_CHARACTERS);
    StringBuilder quoted = new StringBuilder("\"");
    for (char character :
        new String(bytes, from, shown, StandardCharsets.ISO_8859_1).toCharArray()) {
      if (character < 0x7F) {
        append(quoted, character);
      } else {
        quoted.append(String.format("\\x%02x", (int) character));
      }
    }
    quoted.append('"');
    if (length > shown) {
      quoted.append("… (").append(length).append(" bytes)");
    }
    return quoted.toString();
  }

  private static void append(StringBuilder quoted, char character) {
    if (character == '"' || character == '\\') {
      quoted.append('\\').append(character);
    } else if (character < ' '
        || Character.isISOControl(character)
        || Character.getType(character) == Character.FORMAT
        || character == '\u2028'
        || character == '\u2029'
        || Character.isSurrogate(character)) {
      quoted.append(String.format("\\u%04x", (int) character));
    } else {
      quoted.append(character);
    }
  }
}
