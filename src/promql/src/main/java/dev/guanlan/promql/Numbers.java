package dev.guanlan.promql;

import java.math.BigInteger;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads numbers as Go does: {@code 0x1f}, {@code 017}, {@code 1_000}, {@code 1e-3}, {@code Inf}.
 * What is no integer of Go's syntax is tried as a decimal fraction.
 */
final class Numbers {

  private static final Pattern OCTAL = Pattern.compile("0(_?[0-7])+");
  private static final Pattern DECIMAL = Pattern.compile("0|[1-9](_?[0-9])*");
  private static final Pattern HEXADECIMAL = Pattern.compile("0x(_?[0-9a-f])+");
  private static final Pattern FRACTION =
      Pattern.compile("([0-9]+\\.?[0-9]*|\\.[0-9]+)(e[+-]?[0-9]+)?");

  private Numbers() {}

  static double parse(Token token) throws PromqlException {
    String text = token.text().toLowerCase(Locale.ROOT);
    if (text.equals("inf")) {
      return Double.POSITIVE_INFINITY;
    }
    if (text.equals("nan")) {
      return Double.NaN;
    }
    BigInteger integer = integer(text);
    if (integer != null && integer.bitLength() <= 63) {
      return integer.doubleValue();
    }
    if (!FRACTION.matcher(text).matches()) {
      throw failure(token, "invalid syntax");
    }
    double value = Double.parseDouble(text);
    if (Double.isInfinite(value)) {
      throw failure(token, "value out of range");
    }
    return value;
  }

  private static @Nullable BigInteger integer(String text) {
    String digits = text.replace("_", "");
    if (DECIMAL.matcher(text).matches()) {
      return new BigInteger(digits);
    } else if (OCTAL.matcher(text).matches()) {
      return new BigInteger(digits, 8);
    } else if (HEXADECIMAL.matcher(text).matches()) {
      return new BigInteger(digits.substring(2), 16);
    }
    return null;
  }

  private static PromqlException failure(Token token, String reason) {
    return new PromqlException(
        "error parsing number: strconv.ParseFloat: parsing "
            + Quoting.quoted(token.text())
            + ": "
            + reason,
        token.position());
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
