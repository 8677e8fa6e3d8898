package dev.guanlan.rules.template;

import java.util.Locale;

/** Escapes texts for JavaScript as {@code js} of Go's templates does. */
final class JavaScript {

  private JavaScript() {}

  static String escape(String text) {
    StringBuilder escaped = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '\\', '\'', '"' -> escaped.append('\\').append(c);
        case '<', '>', '&', '=' -> escaped.append(hexadecimal(c));
        default -> escaped.append(Character.isISOControl(c) ? hexadecimal(c) : String.valueOf(c));
      }
    }
    return escaped.toString();
  }

  private static String hexadecimal(char c) {
    return String.format(Locale.ROOT, "\\u%04X", (int) c);
  }
}
