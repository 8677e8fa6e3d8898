package dev.guanlan.codec.json;

import java.math.BigDecimal;
import java.math.BigInteger;

/** Reads numbers as JSON writes them, exactly, and no others, however long. */
final class JsonNumber {

  private static final int MAX_LENGTH = 400;
  private static final int MAX_DIGITS = 20;

  private JsonNumber() {}

  /** Returns a whole number of 64 bits with a sign; {@code 1.0} and {@code 1e3} are such. */
  static long int64(String text) {
    if (isDigits(text)) {
      return Long.parseLong(text);
    }
    try {
      return decimal(text).longValueExact();
    } catch (ArithmeticException e) {
      throw new NumberFormatException("not a whole number of 64 bits");
    }
  }

  /** Returns a whole number of 64 bits without a sign, as its bits. */
  static long uint64(String text) {
    if (isDigits(text)) {
      return Long.parseUnsignedLong(text);
    }
    BigDecimal number = decimal(text);
    if (number.signum() == 0) {
      return 0;
    }
    // Looked at first: written out, a number of few characters can have millions of digits.
    long digits = (long) number.precision() - number.scale();
    if (number.signum() > 0 && digits > 0 && digits <= MAX_DIGITS) {
      try {
        BigInteger whole = number.toBigIntegerExact();
        if (whole.bitLength() <= Long.SIZE) {
          return whole.longValue();
        }
      } catch (ArithmeticException e) {
        throw new NumberFormatException("not a whole number");
      }
    }
    throw new NumberFormatException("not a whole number of 64 bits without sign");
  }

  /** Returns a finite number. */
  static double float64(String text) {
    check(text);
    double number = Double.parseDouble(text);
    if (Double.isInfinite(number)) {
      throw new NumberFormatException("greater than any number of 64 bits");
    }
    return number;
  }

  /** Returns a number that stood in quotes, which may be one that JSON has no digits for. */
  static double quotedFloat64(String text) {
    return switch (text) {
      case "NaN" -> Double.NaN;
      case "Infinity" -> Double.POSITIVE_INFINITY;
      case "-Infinity" -> Double.NEGATIVE_INFINITY;
      default -> float64(text);
    };
  }

  private static BigDecimal decimal(String text) {
    check(text);
    return new BigDecimal(text);
  }

  private static boolean isDigits(String text) {
    if (text.isEmpty() || text.length() > MAX_DIGITS) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return false;
      }
    }
    return true;
  }

  /** Lets through what Java's parsers read as JSON does: no spaces, letters or foreign digits. */
  private static void check(String text) {
    boolean plain = !text.isEmpty() && text.length() <= MAX_LENGTH;
    for (int i = 0; plain && i < text.length(); i++) {
      plain = "0123456789+-.eE".indexOf(text.charAt(i)) >= 0;
    }
    if (!plain) {
      throw new NumberFormatException("not a number");
    }
  }
}
