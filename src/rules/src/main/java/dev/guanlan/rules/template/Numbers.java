package dev.guanlan.rules.template;

import org.jspecify.annotations.Nullable;

/** Reads Go's number literals. */
final class Numbers {

  private Numbers() {}

  /** Returns a Long for an integer, a Double for any other number, null if the text is neither. */
  static @Nullable Object parse(String literal) {
    String text = literal.replace("_", "");
    try {
      if (text.matches("[+-]?[0-9]+")) {
        return text.matches("[+-]?0[0-7]+") ? octal(text) : (Object) Long.parseLong(text);
      }
      if (text.matches("[+-]?0[xX][0-9a-fA-F]+")) {
        return Long.decode(text);
      }
      if (text.matches("[+-]?0[oO][0-7]+")) {
        return octal(text.replaceFirst("[oO]", ""));
      }
      if (text.matches("[+-]?0[bB][01]+")) {
        return Long.parseLong(text.replaceFirst("0[bB]", ""), 2);
      }
      if (text.matches("[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?")) {
        return Double.parseDouble(text);
      }
    } catch (NumberFormatException e) {
      return null;
    }
    return null;
  }

  private static Object octal(String text) {
    return Long.parseLong(text, 8);
  }
}
