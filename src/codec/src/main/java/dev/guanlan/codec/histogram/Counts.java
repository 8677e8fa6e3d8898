package dev.guanlan.codec.histogram;

/** Makes doubles of the counts that protocols send as unsigned numbers of 64 bits. */
public final class Counts {

  private Counts() {}

  /** Returns an unsigned number as the nearest double. */
  public static double ofUnsigned(long count) {
    // Halved, with the bit lost kept for rounding, it fits a signed number.
    return count >= 0 ? (double) count : ((count >>> 1) | (count & 1)) * 2.0;
  }
}
