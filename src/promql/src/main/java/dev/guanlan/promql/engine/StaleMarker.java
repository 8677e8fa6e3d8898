package dev.guanlan.promql.engine;

/** Marks in a series of samples that the series has ended: a NaN with bits of its own. */
public final class StaleMarker {

  /** Bits of the marker, as Prometheus writes them. */
  public static final long BITS = 0x7ff0000000000002L;

  /** The marker. */
  public static final double VALUE = Double.longBitsToDouble(BITS);

  private StaleMarker() {}

  /** Tells whether a value is the marker. */
  public static boolean is(double value) {
    // hot: the comparison spares all but NaNs the look at the bits.
    return Double.isNaN(value) && Double.doubleToRawLongBits(value) == BITS;
  }
}
