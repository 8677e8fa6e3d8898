package dev.guanlan.promql;

import java.math.BigInteger;
import java.util.Locale;

/**
 * Reads numbers as Go does: {@code 0x1f}, {@code 017}, {@code 1_000}, {@code 1e-3}, {@code Inf}.
 */
final class Numbers {

  private Numbers() {}

  static double parse(Token token) throws PromqlException {
    String text = token.text().toLowerCase(Locale.ROOT);
    if (text.equals("inf")) {
      return Double.POSITIVE_INFINITY;
    }
    if (text.equals("nan")) {
      return Double.NaN;
    }
    if (text.startsWith("0x")) {
      return parseInteger(token, text.substring(2).replace("_", ""), 16);
    }
    boolean integer = text.chars().allMatch(c -> Lexer.isDigit((char) c) || c == '_');
    if (!integer) {
      if (text.indexOf('_') >= 0) {
        throw invalid(token);
      }
      return Double.parseDouble(text);
    }
    String digits = text.replace("_", "");
    boolean octal = digits.length() > 1 && digits.charAt(0) == '0' && digits.matches("[0-7]+");
    return octal ? parseInteger(token, digits, 8) : Double.parseDouble(digits);
  }

  private static double parseInteger(Token token, String digits, int base) throws PromqlException {
    BigInteger integer =
        digits.isEmpty() ? BigInteger.ONE.shiftLeft(63) : new BigInteger(digits, base);
    if (integer.bitLength() > 63) {
      throw invalid(token);
    }
    return integer.doubleValue();
  }

  private static PromqlException invalid(Token token) {
    return new PromqlException(
        "error parsing number: " + Printer.quoted(token.text()) + " is no number of Go's syntax",
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
