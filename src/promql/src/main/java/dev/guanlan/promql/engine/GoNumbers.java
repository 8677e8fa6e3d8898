package dev.guanlan.promql.engine;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads and writes numbers as Go does where labels and messages hold them. */
final class GoNumbers {

  private GoNumbers() {}

  /** Returns a number in its shortest form without exponent. */
  static String format(double value) {
    if (Double.isNaN(value)) {
      return "NaN";
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "+Inf" : "-Inf";
    }
    if (value == 0) {
      return 1 / value < 0 ? "-0" : "0";
    }
    return new BigDecimal(Double.toString(value)).stripTrailingZeros().toPlainString();
  }

  /** Returns a number in its shortest form, with an exponent if that is large ({@code %g}). */
  static String formatGeneral(double value) {
    return Double.isNaN(value) || Double.isInfinite(value) || value == 0
        ? format(value)
        : formatGeneral(new BigDecimal(Double.toString(value)), 6);
  }

  /** Returns a number rounded to two digits that count ({@code %.2g}). */
  static String formatRoughly(double value) {
    return Double.isNaN(value) || Double.isInfinite(value) || value == 0
        ? format(value)
        : formatGeneral(new BigDecimal(value).round(new MathContext(2)), 2);
  }

  private static String formatGeneral(BigDecimal value, int exponentFrom) {
    BigDecimal digits = value.stripTrailingZeros();
    int exponent = digits.precision() - digits.scale() - 1;
    if (exponent >= -4 && exponent < exponentFrom) {
      return digits.toPlainString();
    }
    return String.format(
        Locale.ROOT,
        "%se%s%02d",
        digits.movePointLeft(exponent).toPlainString(),
        exponent < 0 ? "-" : "+",
        Math.abs(exponent));
  }

  /** Returns a number as labels hold it: with a point or an exponent. */
  static String formatLabel(double value) {
    String text = formatGeneral(value);
    boolean plain = text.chars().allMatch(c -> c == '-' || (c >= '0' && c <= '9'));
    return plain ? text + ".0" : text;
  }

  /** Returns the number that a label's value says, or null if it says none. */
  static @Nullable Double parse(String text) {
    String unsigned = text.startsWith("+") || text.startsWith("-") ? text.substring(1) : text;
    if (unsigned.equalsIgnoreCase("inf") || unsigned.equalsIgnoreCase("infinity")) {
      return text.startsWith("-") ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
    }
    if (unsigned.equalsIgnoreCase("nan")) {
      return Double.NaN;
    }
    boolean plausible =
        !unsigned.isEmpty() && unsigned.chars().allMatch(c -> "0123456789.eE+-".indexOf(c) >= 0);
    if (!plausible) {
      return null;
    }
    try {
      return Double.valueOf(text);
    } catch (NumberFormatException e) {
      // What says no number is an answer here, not a failure.
      return null;
    }
  }
}
