package dev.guanlan.store;

/**
 * Numbers of base 128, as ClickHouse's formats and the blocks in checkpoints have them: seven bits
 * a byte, the lowest first, and the highest bit of a byte says that another follows. The number is
 * taken as unsigned.
 */
public final class Varint {

  /** The most bytes that a number takes. */
  public static final int MOST_BYTES = 5;

  private Varint() {}

  /** Returns how many bytes a number takes. */
  public static int bytes(int number) {
    return (38 - Integer.numberOfLeadingZeros(number | 1)) / 7;
  }

  /**
   * Writes a number.
   *
   * @return the place behind it
   */
  public static int write(int number, byte[] target, int at) {
    int to = at;
    int rest = number;
    while ((rest & ~0x7F) != 0) {
      target[to++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    target[to++] = (byte) rest;
    return to;
  }

  /**
   * Reads a number that {@link #write} has written, which takes as many bytes as {@link #bytes}
   * says.
   *
   * @throws ArrayIndexOutOfBoundsException if it does not end in the array
   */
  public static int read(byte[] source, int at) {
    int from = at;
    int number = 0;
    for (int shift = 0; ; shift += 7) {
      byte next = source[from++];
      number |= (next & 0x7F) << shift;
      if (next >= 0) {
        return number;
      }
    }
  }
}
