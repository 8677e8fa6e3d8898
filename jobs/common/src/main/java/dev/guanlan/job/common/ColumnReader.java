package dev.guanlan.job.common;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.apache.flink.core.memory.DataInputView;

/** Reads the columns that a {@link ColumnWriter} wrote, in the same order. */
public final class ColumnReader {

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private final byte[] bytes;
  private int at;

  /** Takes the columns in. */
  public ColumnReader(DataInputView in) throws IOException {
    int length = in.readInt();
    if (length < 0) {
      throw new IOException("columns cannot have a length of " + length + " bytes");
    }
    bytes = new byte[length];
    in.readFully(bytes);
  }

  /** Reads a number that is not negative. */
  public int count() throws IOException {
    long count = unsigned();
    if (count < 0 || count > bytes.length) {
      throw new IOException("a column of " + bytes.length + " bytes cannot hold " + count);
    }
    return (int) count;
  }

  /** Reads {@code length} numbers that are not negative. */
  public int[] counts(int length) throws IOException {
    int[] numbers = new int[length];
    for (int i = 0; i < length; i++) {
      numbers[i] = Math.toIntExact(unsigned());
    }
    return numbers;
  }

  /** Reads {@code length} numbers of 32 bits that were written as steps. */
  public int[] smallSteps(int length) throws IOException {
    int[] numbers = new int[length];
    int before = 0;
    for (int i = 0; i < length; i++) {
      before += (int) signed();
      numbers[i] = before;
    }
    return numbers;
  }

  /** Reads {@code length} numbers that were written as steps. */
  public long[] steps(int length) throws IOException {
    long[] numbers = new long[length];
    long before = 0;
    for (int i = 0; i < length; i++) {
      before += signed();
      numbers[i] = before;
    }
    return numbers;
  }

  /** Reads {@code length} numbers. */
  public long[] longs(int length) throws IOException {
    ensureHeld(length);
    long[] numbers = new long[length];
    for (int i = 0; i < length; i++) {
      numbers[i] = (long) LONG.get(bytes, at);
      at += Long.BYTES;
    }
    return numbers;
  }

  /** Reads {@code length} numbers by their very bits. */
  public double[] decimals(int length) throws IOException {
    ensureHeld(length);
    double[] numbers = new double[length];
    for (int i = 0; i < length; i++) {
      numbers[i] = Double.longBitsToDouble((long) LONG.get(bytes, at));
      at += Long.BYTES;
    }
    return numbers;
  }

  private void ensureHeld(int length) throws IOException {
    if ((long) length * Long.BYTES > bytes.length - at) {
      throw cut();
    }
  }

  private IOException cut() {
    return new IOException(
        "columns end after " + bytes.length + " bytes, before their last number");
  }

  private long signed() throws IOException {
    long value = unsigned();
    return (value >>> 1) ^ -(value & 1);
  }

  private long unsigned() throws IOException {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE; shift += 7) {
      if (at == bytes.length) {
        throw cut();
      }
      int next = bytes[at++];
      value |= (next & 0x7FL) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw new IOException("a column holds a number that is no number");
  }
}
