package dev.guanlan.store;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;

/**
 * Makes rows of {@link PackedColumns} a block in ClickHouse's Native format, chunk by chunk: the
 * whole may be many megabytes, which nothing but the connection needs.
 */
final class UnpackedColumns implements Iterator<ByteBuffer> {

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** The size of a chunk, as long as no header is longer. */
  private static final int CHUNK = 64 << 10;

  private static final int WIDEST = 16;

  private final byte[] packed;
  private final int[] widths;
  private final int from;
  private final int end;
  private final int rows;
  private final int length;

  /** What is read next of the packed block. */
  private int at;

  private int column = -1;

  /** How many values of the present column were passed. */
  private int row;

  /** The last value of a column of differences. */
  private long value;

  /** Where the value of the present run stands. */
  private int run;

  /** How often it comes yet. */
  private int runLeft;

  private byte[] out = new byte[0];
  private int filled;

  /**
   * Begins.
   *
   * @param packed what {@link PackedColumns} made
   * @param widths how many bytes a value of each column has
   * @param from the first row
   * @param end the row behind the last
   */
  UnpackedColumns(byte[] packed, int[] widths, int from, int end) {
    this.packed = packed;
    this.widths = widths;
    this.from = from;
    this.end = end;
    int columns = varint();
    if (columns != widths.length) {
      throw new IllegalArgumentException(
          "a block of %d columns was given %d widths; both have to be of the same buffer"
              .formatted(columns, widths.length));
    }
    rows = varint();
    int size = varint() + Varint.bytes(columns) + Varint.bytes(end - from);
    for (int width : widths) {
      size = Math.addExact(size, Math.multiplyExact(width, end - from));
    }
    length = size;
    row = rows;
  }

  /** Returns how many bytes all chunks have together. */
  int length() {
    return length;
  }

  @Override
  public boolean hasNext() {
    return column < widths.length;
  }

  @Override
  public ByteBuffer next() {
    if (!hasNext()) {
      throw new NoSuchElementException("there are no more chunks");
    }
    out = new byte[CHUNK];
    filled = 0;
    if (column < 0) {
      filled = Varint.write(widths.length, out, filled);
      filled = Varint.write(end - from, out, filled);
      nextColumn();
    }
    while (column < widths.length && out.length - filled >= WIDEST) {
      if (widths[column] == Long.BYTES) {
        differences();
      } else {
        runs(widths[column]);
      }
      if (row == rows) {
        nextColumn();
      }
    }
    return ByteBuffer.wrap(out, 0, filled);
  }

  private void nextColumn() {
    column++;
    row = 0;
    value = 0;
    runLeft = 0;
    if (column < widths.length) {
      int header = at;
      for (int text = 0; text < 2; text++) {
        int bytes = varint();
        at += bytes;
      }
      if (out.length - filled < at - header) {
        out = Arrays.copyOf(out, filled + at - header);
      }
      System.arraycopy(packed, header, out, filled, at - header);
      filled += at - header;
    }
  }

  // hot: once a value.
  private void differences() {
    byte[] source = packed;
    byte[] to = out;
    int place = filled;
    int next = at;
    int done = row;
    long last = value;
    for (; done < rows && place <= to.length - Long.BYTES; done++) {
      long bits = source[next++];
      if (bits < 0) {
        bits &= 0x7F;
        for (int shift = 7; ; shift += 7) {
          byte more = source[next++];
          bits |= (more & 0x7FL) << shift;
          if (more >= 0) {
            break;
          }
        }
      }
      last += (bits >>> 1) ^ -(bits & 1);
      if (done >= from && done < end) {
        LONG.set(to, place, last);
        place += Long.BYTES;
      }
    }
    filled = place;
    at = next;
    row = done;
    value = last;
  }

  private void runs(int width) {
    while (row < rows) {
      if (runLeft == 0) {
        run = at;
        at += width;
        runLeft = varint();
      }
      int before = Math.min(runLeft, Math.max(0, from - row));
      int wanted = Math.max(0, Math.min(runLeft - before, end - row - before));
      int fitting = Math.min(wanted, (out.length - filled) / width);
      repeat(width, fitting);
      int passed = fitting < wanted ? before + fitting : runLeft;
      row += passed;
      runLeft -= passed;
      if (fitting < wanted) {
        return;
      }
    }
  }

  private void repeat(int width, int count) {
    byte[] to = out;
    int place = filled;
    if (width == 1) {
      Arrays.fill(to, place, place + count, packed[run]);
    } else if (width == WIDEST) {
      long low = (long) LONG.get(packed, run);
      long high = (long) LONG.get(packed, run + Long.BYTES);
      for (int i = 0; i < count; i++) {
        LONG.set(to, place + i * WIDEST, low);
        LONG.set(to, place + i * WIDEST + Long.BYTES, high);
      }
    } else {
      for (int i = 0; i < count; i++) {
        System.arraycopy(packed, run, to, place + i * width, width);
      }
    }
    filled = place + count * width;
  }

  private int varint() {
    int number = Varint.read(packed, at);
    at += Varint.bytes(number);
    return number;
  }
}
