package dev.guanlan.store;

import dev.guanlan.model.Labels;
import dev.guanlan.model.SeriesId;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Objects;

/**
 * Collects rows in ClickHouse's RowBinary format: values one after the other in the order of the
 * insert's columns, numbers little-endian, text as length and UTF-8. Grows as needed, knows where
 * each row begins, and can be used again after {@link #clear}. For one thread.
 */
// hot: no allocation but to grow.
public final class RowBuffer implements InsertBuffer {

  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private byte[] bytes;
  private int length;

  /** Where each row begins, and where the row that is being written does. */
  private int[] rowStarts = new int[1024];

  private int rows;

  /** Makes an empty buffer that holds {@code capacityBytes} before it grows. */
  public RowBuffer(int capacityBytes) {
    bytes = new byte[Math.max(64, capacityBytes)];
  }

  /** Returns the bytes, of which the first {@link #length} are in use. Not a copy. */
  public byte[] bytes() {
    return bytes;
  }

  @Override
  public String format() {
    return "RowBinary";
  }

  @Override
  public int length() {
    return length;
  }

  @Override
  public int capacity() {
    return bytes.length;
  }

  @Override
  public int rows() {
    return rows;
  }

  /** Returns where a row begins; for {@code row == rows()}, where the last one ends. */
  public int rowStart(int row) {
    return rowStarts[row];
  }

  /** Ends the row that was written last. */
  public void endRow() {
    rows++;
    if (rows == rowStarts.length) {
      rowStarts = Arrays.copyOf(rowStarts, rows * 2);
    }
    rowStarts[rows] = length;
  }

  @Override
  public boolean hasOpenRow() {
    return length != rowStarts[rows];
  }

  @Override
  public byte[] payload(int from, int end) {
    Objects.checkFromToIndex(from, end, rows);
    return Arrays.copyOfRange(bytes, rowStarts[from], rowStarts[end]);
  }

  @Override
  public InsertBlock block(int from, int end) {
    byte[] body = payload(from, end);
    int[] ends = Arrays.copyOfRange(rowStarts, from + 1, end + 1);
    int start = rowStarts[from];
    for (int row = 0; row < ends.length; row++) {
      ends[row] -= start;
    }
    return new InsertBlock.Rows(body, ends);
  }

  @Override
  public void dropOpenRow() {
    length = rowStarts[rows];
  }

  @Override
  public void clear() {
    length = 0;
    rows = 0;
  }

  /** Writes an Int8, UInt8, Enum8 or Bool. */
  public void int8(int value) {
    ensure(1);
    bytes[length++] = (byte) value;
  }

  /** Writes an Int32 or UInt32. */
  public void int32(int value) {
    ensure(4);
    INT.set(bytes, length, value);
    length += 4;
  }

  /** Writes an Int64, a UInt64, or a DateTime64 in the ticks of its column. */
  public void int64(long value) {
    ensure(8);
    LONG.set(bytes, length, value);
    length += 8;
  }

  /** Writes a Float64. The bits of a NaN are kept, because Prometheus tells staleness by them. */
  public void float64(double value) {
    int64(Double.doubleToRawLongBits(value));
  }

  /** Writes a Date, in days since 1970-01-01. */
  public void date(int epochDay) {
    ensure(2);
    bytes[length++] = (byte) epochDay;
    bytes[length++] = (byte) (epochDay >>> 8);
  }

  /** Writes an Int16 or UInt16. */
  public void int16(int value) {
    date(value);
  }

  /** Writes an Int128 or UInt128. */
  public void int128(long high, long low) {
    ensure(16);
    LONG.set(bytes, length, low);
    LONG.set(bytes, length + 8, high);
    length += 16;
  }

  /** Writes an identity as a UInt128. */
  public void seriesId(SeriesId id) {
    int128(id.high(), id.low());
  }

  /** Writes how many elements of an array or a map follow. */
  public void size(int count) {
    ensure(Varint.MOST_BYTES);
    length = Varint.write(count, bytes, length);
  }

  /** Writes a String. Half a surrogate pair becomes a question mark, as the JDK does. */
  public void string(String text) {
    int characters = text.length();
    ensure(Varint.MOST_BYTES + 3 * characters);
    if (characters <= 42) {
      // At most 126 bytes, whose length takes one byte: write first, count afterwards.
      int start = length++;
      utf8(text, characters);
      bytes[start] = (byte) (length - start - 1);
    } else {
      size(utf8Length(text, characters));
      utf8(text, characters);
    }
  }

  /** Writes a Map(String, String). */
  public void map(Labels labels) {
    size(labels.size());
    for (int i = 0; i < labels.size(); i++) {
      string(labels.name(i));
      string(labels.value(i));
    }
  }

  /** Writes a Map(String, String) of all labels but the one of the given name. */
  public void mapWithout(String name, Labels labels) {
    size(labels.size() - (labels.get(name) == null ? 0 : 1));
    for (int i = 0; i < labels.size(); i++) {
      if (!labels.name(i).equals(name)) {
        string(labels.name(i));
        string(labels.value(i));
      }
    }
  }

  private void utf8(String text, int characters) {
    byte[] target = bytes;
    int at = length;
    for (int i = 0; i < characters; i++) {
      char c = text.charAt(i);
      if (c < 0x80) {
        target[at++] = (byte) c;
      } else if (c < 0x800) {
        target[at++] = (byte) (0xC0 | (c >> 6));
        target[at++] = (byte) (0x80 | (c & 0x3F));
      } else if (!Character.isSurrogate(c)) {
        target[at++] = (byte) (0xE0 | (c >> 12));
        target[at++] = (byte) (0x80 | ((c >> 6) & 0x3F));
        target[at++] = (byte) (0x80 | (c & 0x3F));
      } else if (isPair(text, i, characters)) {
        int point = Character.toCodePoint(c, text.charAt(++i));
        target[at++] = (byte) (0xF0 | (point >> 18));
        target[at++] = (byte) (0x80 | ((point >> 12) & 0x3F));
        target[at++] = (byte) (0x80 | ((point >> 6) & 0x3F));
        target[at++] = (byte) (0x80 | (point & 0x3F));
      } else {
        target[at++] = '?';
      }
    }
    length = at;
  }

  private static int utf8Length(String text, int characters) {
    int count = 0;
    for (int i = 0; i < characters; i++) {
      char c = text.charAt(i);
      if (c < 0x80) {
        count++;
      } else if (c < 0x800) {
        count += 2;
      } else if (!Character.isSurrogate(c)) {
        count += 3;
      } else if (isPair(text, i, characters)) {
        count += 4;
        i++;
      } else {
        count++;
      }
    }
    return count;
  }

  private static boolean isPair(String text, int index, int characters) {
    return Character.isHighSurrogate(text.charAt(index))
        && index + 1 < characters
        && Character.isLowSurrogate(text.charAt(index + 1));
  }

  private void ensure(int more) {
    if (bytes.length - length < more) {
      int wanted = Math.max(Math.addExact(length, more), bytes.length + (bytes.length >> 1));
      bytes = Arrays.copyOf(bytes, wanted < 0 ? Integer.MAX_VALUE - 8 : wanted);
    }
  }
}
