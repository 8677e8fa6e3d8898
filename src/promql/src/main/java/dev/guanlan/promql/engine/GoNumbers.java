package dev.guanlan.promql.engine;

import java.math.BigDecimal;
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
