package dev.guanlan.promql.engine;

/**
 * Packs up to {@link #MOST} samples, every bit of which comes back. Values that have few decimals
 * are whole numbers of these, and differences of sums; all others differences of bits: a counter or
 * a gauge of few digits takes one to two bytes a sample, a constant next to nothing, and doubles
 * with random digits nearly eight.
 *
 * <p>One byte with the decimals, or {@link #BITS}; one with the sizes of groups of both columns;
 * one with the number of samples; two with where the values are, the lower first; the timestamps
 * but for the first, which is kept beside; the first value; the others.
 */
final class PackedSamples {

  /** The most samples of a block. */
  static final int MOST = 255;

  private static final int BITS = 15;
  private static final int HEADER = 5;

  /** Sizes of groups: small ones for what changes its pace, one for what does not. */
  private static final int[] GROUPS = {32, 256};

  private static final double[] POWERS = {1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6};

  /** Below it, products with a power are so exact that the next whole number is the right one. */
  private static final double MOST_SCALED = 1L << 50;

  private PackedSamples() {}

  /**
   * Packs samples.
   *
   * @param timestamps in milliseconds since the epoch, in any distances
   */
  static byte[] of(long[] timestamps, double[] values, int from, int to) {
    int count = to - from;
    if (count < 1 || count > MOST) {
      throw new IllegalArgumentException("A block of " + count + " samples");
    }
    long[] times = new long[count];
    System.arraycopy(timestamps, from, times, 0, count);
    int timeGroup = bestGroup(times, false);
    long[] numbers = new long[count];
    int form = decimals(values, from, to);
    if (form == BITS || !scale(values, from, POWERS[form], numbers)) {
      form = BITS;
      for (int i = 0; i < count; i++) {
        numbers[i] = Double.doubleToRawLongBits(values[from + i]);
      }
    }
    int valueGroup = bestGroup(numbers, form == BITS);
    int valuesAt = HEADER + bytes(times, false, timeGroup);
    int end =
        valuesAt + PackedColumn.numberBytes(numbers[0]) + bytes(numbers, form == BITS, valueGroup);
    byte[] packed = new byte[end + PackedColumn.PADDING];
    packed[0] = (byte) form;
    packed[1] = (byte) (timeGroup | valueGroup << 4);
    packed[2] = (byte) count;
    packed[3] = (byte) valuesAt;
    packed[4] = (byte) (valuesAt >>> 8);
    PackedColumn.write(times, count, false, GROUPS[timeGroup], packed, HEADER);
    int at = PackedColumn.putNumber(numbers[0], packed, valuesAt);
    PackedColumn.write(numbers, count, form == BITS, GROUPS[valueGroup], packed, at);
    return packed;
  }

  private static int bestGroup(long[] column, boolean bits) {
    int best = 0;
    for (int group = 1; group < GROUPS.length; group++) {
      if (bytes(column, bits, group) <= bytes(column, bits, best)) {
        best = group;
      }
    }
    return best;
  }

  private static int bytes(long[] column, boolean bits, int group) {
    return PackedColumn.bytes(column, column.length, bits, GROUPS[group]);
  }

  /**
   * Returns how many decimals show all values as they are, or {@link #BITS} if there is no such
   * number.
   */
  private static int decimals(double[] values, int from, int to) {
    int decimals = 0;
    for (int i = from; i < to; i++) {
      while (!isExact(values[i], POWERS[decimals])) {
        if (++decimals == POWERS.length) {
          return BITS;
        }
      }
    }
    return decimals;
  }

  private static boolean isExact(double value, double power) {
    double scaled = Math.rint(value * power);
    // No number at all, -0.0 and other bits of NaN are told by their bits.
    return Math.abs(scaled) < MOST_SCALED
        && Double.doubleToRawLongBits((long) scaled / power) == Double.doubleToRawLongBits(value);
  }

  private static boolean scale(double[] values, int from, double power, long[] into) {
    for (int i = 0; i < into.length; i++) {
      double value = values[from + i];
      if (!isExact(value, power)) {
        return false;
      }
      into[i] = (long) Math.rint(value * power);
    }
    return true;
  }

  /** Returns how many samples are in a block. */
  static int count(byte[] packed) {
    return packed[2] & 0xff;
  }

  /** Reads the timestamps of a block whose first one is known to a place. */
  static void readTimestamps(byte[] packed, long firstMillis, long[] into, int at) {
    into[at] = firstMillis;
    PackedColumn.read(packed, HEADER, false, GROUPS[packed[1] & 15], into, at, count(packed));
  }

  /**
   * Reads the first values of a block to a place.
   *
   * @param scratch is overwritten
   */
  static void readValues(byte[] packed, int count, double[] into, int at, long[] scratch) {
    // hot: once for each block that is looked at; must not allocate.
    int place = valuesAt(packed);
    scratch[0] = PackedColumn.number(packed, place);
    boolean bits = packed[0] == BITS;
    PackedColumn.read(
        packed,
        PackedColumn.afterNumber(packed, place),
        bits,
        GROUPS[packed[1] >>> 4],
        scratch,
        0,
        count);
    if (bits) {
      for (int i = 0; i < count; i++) {
        into[at + i] = Double.longBitsToDouble(scratch[i]);
      }
    } else if (packed[0] == 0) {
      for (int i = 0; i < count; i++) {
        into[at + i] = scratch[i];
      }
    } else {
      double power = POWERS[packed[0]];
      for (int i = 0; i < count; i++) {
        into[at + i] = scratch[i] / power;
      }
    }
  }

  private static int valuesAt(byte[] packed) {
    return (packed[3] & 0xff) | (packed[4] & 0xff) << 8;
  }

  /** Moves a point to the next sample of its block, of which there must be one. */
  static void next(byte[] packed, SamplePoint point) {
    int index = ++point.index;
    point.millis += PackedColumn.difference(packed, HEADER, false, GROUPS[packed[1] & 15], index);
    boolean bits = packed[0] == BITS;
    int at = PackedColumn.afterNumber(packed, valuesAt(packed));
    long difference = PackedColumn.difference(packed, at, bits, GROUPS[packed[1] >>> 4], index);
    point.number = bits ? point.number ^ difference : point.number + difference;
    point.value = bits ? Double.longBitsToDouble(point.number) : point.number / POWERS[packed[0]];
  }
}
