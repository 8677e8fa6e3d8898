package dev.guanlan.codec.otlp;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/** Writes doubles with as few digits as tell them apart, the way Go and Prometheus do. */
final class Numbers {

  private static final long EXACT_INTEGERS = 1L << 53;

  private static final RoundingMode[] NEAREST_FIRST = {
    RoundingMode.HALF_EVEN, RoundingMode.UP, RoundingMode.DOWN
  };

  private Numbers() {}

  /** Returns {@code value} without an exponent, as in the label {@code le}: {@code 0.005}. */
  static String plain(double value) {
    if (Math.abs(value) < EXACT_INTEGERS && value == Math.rint(value)) {
      return isNegativeZero(value) ? "-0" : Long.toString((long) value);
    }
    return Double.isFinite(value) ? shortest(value).toPlainString() : special(value);
  }

  /** Returns {@code value} as JSON has it, with an exponent below 1e-6 and from 1e21 on. */
  static String json(double value) {
    double size = Math.abs(value);
    if (!Double.isFinite(value) || size == 0 || (size >= 1e-6 && size < 1e21)) {
      return plain(value);
    }
    BigDecimal decimal = shortest(value);
    String digits = decimal.unscaledValue().abs().toString();
    int exponent = digits.length() - 1 - decimal.scale();
    return (value < 0 ? "-" : "")
        + digits.charAt(0)
        + (digits.length() > 1 ? "." + digits.substring(1) : "")
        + (exponent < 0 ? "e" : "e+")
        + exponent;
  }

  private static boolean isNegativeZero(double value) {
    return Double.doubleToRawLongBits(value) == Long.MIN_VALUE;
  }

  private static String special(double value) {
    if (Double.isNaN(value)) {
      return "NaN";
    }
    return value > 0 ? "+Inf" : "-Inf";
  }

  private static BigDecimal shortest(double value) {
    BigDecimal exact = new BigDecimal(value);
    // Any decimal of 15 digits survives a normal double, so no shorter one needs to be tried.
    int digits = Math.abs(value) < Double.MIN_NORMAL ? 1 : 15;
    for (; digits < 17; digits++) {
      // The nearest first. Beside a power of two another one may still be the same double.
      for (RoundingMode mode : NEAREST_FIRST) {
        BigDecimal rounded = exact.round(new MathContext(digits, mode));
        if (rounded.doubleValue() == value) {
          return rounded.stripTrailingZeros();
        }
      }
    }
    return exact.round(new MathContext(17, RoundingMode.HALF_EVEN)).stripTrailingZeros();
  }
}
