package dev.guanlan.store;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Packs the columns of a block small. A block of rows that are in order is full of repetitions, and
 * it is copied several times on its way through a checkpoint: small, it takes a fifth of the memory
 * and of that work. {@link UnpackedColumns} makes a block in ClickHouse's Native format of it
 * again.
 *
 * <p>A packed block is: the number of columns, of rows, and of the bytes of all headers; then for
 * each column its header (name and type, as in the Native format) and its values. Values of eight
 * bytes are differences to the value before, as varints, the sign in the lowest bit; all others are
 * runs, each the value itself and how often it comes. Numbers and the lengths of texts are base-128
 * varints.
 */
final class PackedColumns {

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final int LONG_BYTES = 8;

  /** How many values are packed between two looks at the room. */
  private static final int CHUNK = 1024;

  /** The most that a value takes: 16 bytes and how often it comes, or 10 of a difference. */
  private static final int MOST_BYTES_A_VALUE = 16 + Varint.MOST_BYTES;

  private byte[] target = new byte[0];
  private int at;

  /**
   * Starts a block.
   *
   * @param headerBytes how long the headers of all columns are together
   */
  void start(int columns, int rows, int headerBytes) {
    at = 0;
    ensure(3 * Varint.MOST_BYTES);
    varint(columns);
    varint(rows);
    varint(headerBytes);
  }

  /**
   * Adds a column.
   *
   * @param header its name and type
   * @param values its values, one after the other
   * @param width how many bytes each has
   * @param order which value comes first, second, and so on; null for as they are
   * @param from the first that is taken, in that order
   * @param end the one behind the last
   */
  void column(byte[] header, byte[] values, int width, int @Nullable [] order, int from, int end) {
    ensure(header.length);
    System.arraycopy(header, 0, target, at, header.length);
    at += header.length;
    if (width == LONG_BYTES) {
      differences(values, order, from, end);
    } else {
      runs(values, width, order, from, end);
    }
  }

  /** Returns a copy of the block. */
  byte[] packed() {
    return Arrays.copyOf(target, at);
  }

  /**
   * Packs a block that is in the Native format.
   *
   * @param widths how many bytes a value of each column has
   */
  static byte[] ofNative(byte[] block, int[] widths) {
    int columns = Varint.read(block, 0);
    int next = Varint.bytes(columns);
    int rows = Varint.read(block, next);
    next += Varint.bytes(rows);
    byte[][] headers = new byte[columns][];
    int[] offsets = new int[columns];
    int headerBytes = 0;
    for (int c = 0; c < columns; c++) {
      int start = next;
      for (int text = 0; text < 2; text++) {
        int length = Varint.read(block, next);
        next += Varint.bytes(length) + length;
      }
      headers[c] = Arrays.copyOfRange(block, start, next);
      headerBytes += headers[c].length;
      offsets[c] = next;
      next += rows * widths[c];
    }
    PackedColumns packing = new PackedColumns();
    packing.start(columns, rows, headerBytes);
    for (int c = 0; c < columns; c++) {
      byte[] values = Arrays.copyOfRange(block, offsets[c], offsets[c] + rows * widths[c]);
      packing.column(headers[c], values, widths[c], null, 0, rows);
    }
    return packing.packed();
  }

  private void ensure(int bytes) {
    if (target.length - at < bytes) {
      target = Arrays.copyOf(target, Math.max(at + bytes, target.length + target.length / 2));
    }
  }

  // hot: once a value, nothing allocated.
  private void differences(byte[] values, int @Nullable [] order, int from, int end) {
    long before = 0;
    for (int chunk = from; chunk < end; chunk += CHUNK) {
      ensure(CHUNK * MOST_BYTES_A_VALUE);
      byte[] out = target;
      int to = at;
      for (int i = chunk; i < Math.min(end, chunk + CHUNK); i++) {
        long value = (long) LONG.get(values, (order == null ? i : order[i]) << 3);
        long difference = value - before;
        before = value;
        long rest = (difference << 1) ^ (difference >> 63);
        while ((rest & ~0x7FL) != 0) {
          out[to++] = (byte) (rest | 0x80);
          rest >>>= 7;
        }
        out[to++] = (byte) rest;
      }
      at = to;
    }
  }

  // hot: once a value, nothing allocated.
  private void runs(byte[] values, int width, int @Nullable [] order, int from, int end) {
    int start = from;
    while (start < end) {
      int first = (order == null ? start : order[start]) * width;
      int next = start + 1;
      while (next < end
          && isSame(values, first, (order == null ? next : order[next]) * width, width)) {
        next++;
      }
      ensure(MOST_BYTES_A_VALUE);
      System.arraycopy(values, first, target, at, width);
      at += width;
      varint(next - start);
      start = next;
    }
  }

  private static boolean isSame(byte[] values, int one, int other, int width) {
    if (width == 2 * LONG_BYTES) {
      return (long) LONG.get(values, one) == (long) LONG.get(values, other)
          && (long) LONG.get(values, one + LONG_BYTES)
              == (long) LONG.get(values, other + LONG_BYTES);
    }
    for (int b = 0; b < width; b++) {
      if (values[one + b] != values[other + b]) {
        return false;
      }
    }
    return true;
  }

  private void varint(int number) {
    at = Varint.write(number, target, at);
  }
}
