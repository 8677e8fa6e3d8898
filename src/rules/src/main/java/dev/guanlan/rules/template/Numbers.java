package dev.guanlan.rules.template;

import com.google.re2j.Pattern;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads Go's number literals. */
final class Numbers {

  private static final String DIGITS = "[0-9]+(?:_[0-9]+)*";
  private static final String HEX = "[0-9a-fA-F]+(?:_[0-9a-fA-F]+)*";
  private static final Pattern FLOAT =
      Pattern.compile(
          "[+-]?(?:(?:D(?:\\.(?:D)?)?|\\.D)(?:[eE][+-]?D)?|0[xX]_?(?:H(?:\\.(?:H)?)?|\\.H)[pP][+-]?D)"
              .replace("D", DIGITS)
              .replace("H", HEX));

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

  /** Reads a number as {@code strconv.ParseFloat} does, for which {@code 010} is ten. */
  static double parseFloat(String text) throws Functions.BadArgument {
    String lower = text.toLowerCase(Locale.ROOT);
    if (lower.equals("nan")) {
      return Double.NaN;
    }
    if (lower.matches("[+-]?inf(inity)?")) {
      return lower.startsWith("-") ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
    }
    if (!FLOAT.matches(text)) {
      throw new Functions.BadArgument(
          "strconv.ParseFloat: parsing " + GoFormat.quote(text) + ": invalid syntax");
    }
    double value = Double.parseDouble(text.replace("_", ""));
    if (Double.isInfinite(value)) {
      throw new Functions.BadArgument(
          "strconv.ParseFloat: parsing " + GoFormat.quote(text) + ": value out of range");
    }
    return value;
  }

  private static Object octal(String text) {
    return Long.parseLong(text, 8);
  }
}
