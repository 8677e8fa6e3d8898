package dev.guanlan.promql;

import com.google.re2j.Pattern;
import java.util.Locale;

/**
 * Reads numbers as Go does: {@code 0x1f}, {@code 017}, {@code 1_000}, {@code 1e-3}, {@code Inf}.
 * What is no integer of Go's syntax is tried as a decimal fraction.
 */
final class Numbers {

  private static final Pattern FRACTION =
      Pattern.compile("(D\\.?D?|\\.D)(e[+-]?D)?".replace("D", "(?:[0-9]+(?:_[0-9]+)*)"));

  private Numbers() {}

  static double parse(Token token) throws PromqlException {
    String text = token.text().toLowerCase(Locale.ROOT);
    if (text.equals("inf")) {
      return Double.POSITIVE_INFINITY;
    }
    if (text.equals("nan")) {
      return Double.NaN;
    }
    long integer = integer(text);
    if (integer >= 0) {
      return integer;
    }
    if (!FRACTION.matcher(text).matches()) {
      throw failure(token, "invalid syntax");
    }
    double value = Double.parseDouble(text.replace("_", ""));
    if (Double.isInfinite(value)) {
      throw failure(token, "value out of range");
    }
    return value;
  }

  /** Returns an integer of 63 bits, or -1 if the text is none. */
  private static long integer(String text) {
    boolean hexadecimal = text.startsWith("0x");
    boolean octal = !hexadecimal && text.length() > 1 && text.charAt(0) == '0';
    int base = hexadecimal ? 16 : octal ? 8 : 10;
    long value = 0;
    // Underscores part digits, and the first digit from the base.
    boolean mayPart = hexadecimal || octal;
    for (int i = hexadecimal ? 2 : octal ? 1 : 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '_' && mayPart) {
        mayPart = false;
        continue;
      }
      int digit = Character.digit(c, base);
      if (digit < 0 || value > (Long.MAX_VALUE - digit) / base) {
        return -1;
      }
      value = value * base + digit;
      mayPart = true;
    }
    return text.endsWith("_") || text.equals("0x") ? -1 : value;
  }

  private static PromqlException failure(Token token, String reason) {
    return new PromqlException(
        "error parsing number: strconv.ParseFloat: parsing "
            + Quoting.quoted(token.text())
            + ": "
            + reason,
        token.position());
  }

  /** Returns what a number says, or the seconds of a duration. */
  static double of(Token token) throws PromqlException {
    return token.type() == TokenType.DURATION ? durationMillis(token) / 1e3 : parse(token);
  }

  /** Returns the milliseconds of a duration like {@code 1h30m}. */
  static long durationMillis(Token token) throws PromqlException {
    try {
      return Durations.parse(token.text());
    } catch (IllegalArgumentException e) {
      throw new PromqlException(String.valueOf(e.getMessage()), token.position());
    }
  }
}
