package dev.guanlan.job.common;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.apache.flink.core.memory.DataOutputView;

/**
 * Writes columns of numbers into an array, which then goes out at once: Flink's views take a byte
 * at a time slowly. May be used over and over; for one thread.
 */
public final class ColumnWriter {

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
  private static final int LONGEST = 10;

  private byte[] bytes = new byte[1024];
  private int size;

  /** Makes a writer of no columns. */
  public ColumnWriter() {}

  private void ensureRoom(long more) {
    long needed = size + more;
    if (needed > bytes.length) {
      if (needed > Integer.MAX_VALUE - Long.BYTES) {
        throw new IllegalStateException("columns of " + needed + " bytes are too long");
      }
      bytes =
          Arrays.copyOf(
              bytes, (int) Math.min(Integer.MAX_VALUE - 8, Math.max(needed, 2L * bytes.length)));
    }
  }

  /** Writes a number that is not negative; a small one takes a byte. */
  public void count(int count) {
    ensureRoom(LONGEST);
    unsigned(count);
  }

  /** Writes the first {@code length} of numbers that are not negative, as they are. */
  public void counts(int[] numbers, int length) {
    ensureRoom((long) LONGEST * length);
    for (int i = 0; i < length; i++) {
      unsigned(numbers[i]);
    }
  }

  /** Writes the first {@code length} numbers, each as the step from the one before. */
  public void steps(int[] numbers, int length) {
    ensureRoom((long) LONGEST * length);
    long before = 0;
    for (int i = 0; i < length; i++) {
      signed(numbers[i] - before);
      before = numbers[i];
    }
  }

  /** Writes the first {@code length} numbers, each as the step from the one before. */
  public void steps(long[] numbers, int length) {
    ensureRoom((long) LONGEST * length);
    long before = 0;
    for (int i = 0; i < length; i++) {
      signed(numbers[i] - before);
      before = numbers[i];
    }
  }

  /** Writes the first {@code length} numbers, eight bytes each. */
  public void longs(long[] numbers, int length) {
    ensureRoom((long) Long.BYTES * length);
    for (int i = 0; i < length; i++) {
      LONG.set(bytes, size, numbers[i]);
      size += Long.BYTES;
    }
  }

  /** Writes the first {@code length} numbers by their very bits. */
  public void decimals(double[] numbers, int length) {
    ensureRoom((long) Long.BYTES * length);
    for (int i = 0; i < length; i++) {
      LONG.set(bytes, size, Double.doubleToRawLongBits(numbers[i]));
      size += Long.BYTES;
    }
  }

  private void signed(long value) {
    // 0, -1, 1, -2, … become 0, 1, 2, 3, …
    unsigned((value << 1) ^ (value >> 63));
  }

  private void unsigned(long value) {
    long rest = value;
    while ((rest & ~0x7FL) != 0) {
      bytes[size++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    bytes[size++] = (byte) rest;
  }

  /** Writes all columns, with their length in front, and forgets them. */
  public void writeTo(DataOutputView out) throws IOException {
    out.writeInt(size);
    out.write(bytes, 0, size);
    size = 0;
  }
}
