package dev.guanlan.store;

/**
 * Writes numbers as the tables keep them: as whole digits and a scale, which tells how many of them
 * stand behind the decimal point. 3.75 is 375 with the scale 2.
 *
 * <p>Most metrics are whole or have few decimals, as their agents print them. As digits they grow
 * by small whole steps, which compress to a fraction of what the bits of a Float64 compress to:
 * 3.75 and 3.76 have hardly a bit in common. Reading gives every number back bit by bit, for {@code
 * digits / 10^scale} is rounded as the text {@code 3.75} is when it is parsed. A number that is not
 * of this kind keeps its bits, with the scale {@link #NONE}.
 */
public final class DecimalValue {

  /** The scale of numbers that keep their bits. */
  public static final int NONE = -1;

  /** The greatest scale. */
  static final int MOST = 9;

  private static final double[] POWERS = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9};

  /** Up to here whole numbers are exact as Float64. */
  private static final double EXACT = 1L << 53;

  private DecimalValue() {}

  /** Returns the smallest scale that the number has, or {@link #NONE}. */
  // hot: at most ten multiplications.
  public static int scale(double value) {
    for (int scale = 0; scale <= MOST; scale++) {
      if (hasScale(value, scale)) {
        return scale;
      }
    }
    return NONE;
  }

  /**
   * Returns whether the number can be had back from its digits at a scale.
   *
   * @param scale 0 to 9
   */
  // hot: once a sample.
  public static boolean hasScale(double value, int scale) {
    double digits = Math.rint(value * POWERS[scale]);
    // By way of a long, which has no negative zero, and compared bit by bit: -0.0 keeps its bits.
    return Math.abs(digits) < EXACT
        && Double.doubleToRawLongBits((long) digits / POWERS[scale])
            == Double.doubleToRawLongBits(value);
  }

  /** Returns the digits of a number at a scale that it has; its bits if that is {@link #NONE}. */
  // hot: once a sample.
  public static long digits(double value, int scale) {
    return scale == NONE
        ? Double.doubleToRawLongBits(value)
        : (long) Math.rint(value * POWERS[scale]);
  }

  /** Returns the number that has these digits and this scale. */
  public static double value(long digits, int scale) {
    return scale == NONE ? Double.longBitsToDouble(digits) : digits / POWERS[scale];
  }
}
