package dev.guanlan.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Collects rows of numbers column by column, in ClickHouse's Native format: how many columns and
 * rows there are, then for each column its name, its type and its values one after the other,
 * little-endian. ClickHouse copies such a block into memory as it is; rows of RowBinary it has to
 * take apart value by value.
 *
 * <p>A setter writes into the row that is open; a row is ended when each of its columns was set.
 * Columns are named by their place in the order given to the constructor.
 */
// hot: no allocation but to grow. There is room for the open row at any time, so setters only
// write.
public final class ColumnBuffer implements InsertBuffer {

  /** The most columns that a buffer can have: each is a bit of {@link #written}. */
  private static final int MAX_COLUMNS = 63;

  private static final int FIRST_ROWS = 1024;

  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final byte[][] headers;
  private final int[] widths;
  private final byte[][] values;
  private final int rowBytes;
  private final int headerBytes;

  /** A bit for every column. */
  private final long allColumns;

  /** The columns of the open row that were set. */
  private long written;

  private int rows;

  /** Which group each row belongs to; empty before {@link #sortBy}. */
  private int[] groups = new int[0];

  private @Nullable RowOrder rowOrder;

  /** Sorts the rows; null before {@link #sortBy}. */
  private @Nullable RowSorter sorter;

  /** How many rows from the first on are known to be in order. */
  private int sortedRows;

  /** A column on its way into another order. */
  private byte[] moved = new byte[0];

  /** For how many rows there is room, the open one included. */
  private int capacityRows = FIRST_ROWS;

  /**
   * Is one column of the insert.
   *
   * @param name the table's name for it
   * @param type ClickHouse's name of its type, such as {@code DateTime64(3, 'UTC')}
   * @param bytes how many bytes a value has: 1, 2, 4, 8 or 16
   */
  public record Column(String name, String type, int bytes) {

    /** Checks the width. */
    public Column {
      if (bytes < 1 || bytes > 16 || Integer.bitCount(bytes) != 1) {
        throw new IllegalArgumentException(
            "the column %s cannot have values of %d bytes; widths are 1, 2, 4, 8 and 16"
                .formatted(name, bytes));
      }
    }
  }

  /** Makes an empty buffer for rows of the given columns. */
  public ColumnBuffer(List<Column> columns) {
    int count = columns.size();
    if (count == 0 || count > MAX_COLUMNS) {
      throw new IllegalArgumentException(
          "a buffer cannot have %d columns; give 1 to %d".formatted(count, MAX_COLUMNS));
    }
    headers = new byte[count][];
    widths = new int[count];
    values = new byte[count][];
    int sum = 0;
    int headerSum = 0;
    for (int c = 0; c < count; c++) {
      Column column = columns.get(c);
      headers[c] = header(column);
      widths[c] = column.bytes();
      values[c] = new byte[FIRST_ROWS * column.bytes()];
      sum += column.bytes();
      headerSum += headers[c].length;
    }
    rowBytes = sum;
    headerBytes = headerSum;
    allColumns = (1L << count) - 1;
  }

  private static byte[] header(Column column) {
    ByteArrayOutputStream header = new ByteArrayOutputStream();
    for (String text : List.of(column.name(), column.type())) {
      byte[] utf8 = text.getBytes(UTF_8);
      for (int rest = utf8.length; ; rest >>>= 7) {
        if (rest < 0x80) {
          header.write(rest);
          break;
        }
        header.write(rest | 0x80);
      }
      header.writeBytes(utf8);
    }
    return header.toByteArray();
  }

  /**
   * Makes the buffer hand out its rows by the ranks of their groups; rows that are ended with
   * {@link #endRow(int)} belong to one.
   */
  public void sortBy(RowOrder order) {
    rowOrder = order;
    if (sorter == null) {
      sorter = new RowSorter();
      groups = new int[capacityRows];
    }
  }

  /** Sets a column of one byte: Int8, UInt8, Enum8 or Bool. */
  public void int8(int column, int value) {
    values[column][rows] = (byte) value;
    written |= 1L << column;
  }

  /** Sets a column of two bytes: Int16, UInt16, or a Date in days since 1970-01-01. */
  public void int16(int column, int value) {
    SHORT.set(values[column], rows << 1, (short) value);
    written |= 1L << column;
  }

  /** Sets a column of four bytes: Int32, UInt32, or a DateTime in seconds since 1970-01-01. */
  public void int32(int column, int value) {
    INT.set(values[column], rows << 2, value);
    written |= 1L << column;
  }

  /** Sets a column of eight bytes: Int64, UInt64, or a DateTime64 in the ticks of its column. */
  public void int64(int column, long value) {
    LONG.set(values[column], rows << 3, value);
    written |= 1L << column;
  }

  /** Sets a Float64. The bits of a NaN are kept, because Prometheus tells staleness by them. */
  public void float64(int column, double value) {
    int64(column, Double.doubleToRawLongBits(value));
  }

  /** Sets a column of sixteen bytes: Int128 or UInt128. */
  public void int128(int column, long high, long low) {
    byte[] target = values[column];
    int at = rows << 4;
    LONG.set(target, at, low);
    LONG.set(target, at + 8, high);
    written |= 1L << column;
  }

  /**
   * Ends the row that was written last.
   *
   * @throws IllegalStateException if a column was not set
   */
  public void endRow() {
    if (written != allColumns) {
      throw new IllegalStateException(
          "the row %d lacks its column %d; set every column before the row is ended"
              .formatted(rows, Long.numberOfTrailingZeros(~written)));
    }
    written = 0;
    rows++;
    if (rows == capacityRows) {
      grow();
    }
  }

  /**
   * Ends the row that was written last, as one of a group.
   *
   * @param group from 0 on; what {@link RowOrder} counts by
   * @throws IllegalStateException if a column was not set, or {@link #sortBy} was not called
   */
  public void endRow(int group) {
    if (sorter == null) {
      throw new IllegalStateException("a row cannot have a group before sortBy was called");
    }
    groups[rows] = group;
    endRow();
  }

  private void grow() {
    int wanted = Math.multiplyExact(capacityRows, 2);
    if (sorter != null) {
      groups = Arrays.copyOf(groups, wanted);
    }
    for (int c = 0; c < values.length; c++) {
      values[c] = Arrays.copyOf(values[c], Math.multiplyExact(wanted, widths[c]));
    }
    capacityRows = wanted;
  }

  @Override
  public String format() {
    return "Native";
  }

  @Override
  public int rows() {
    return rows;
  }

  @Override
  public int length() {
    return (hasOpenRow() ? rows + 1 : rows) * rowBytes;
  }

  @Override
  public int capacity() {
    return capacityRows * rowBytes;
  }

  @Override
  public boolean hasOpenRow() {
    return written != 0;
  }

  /** Brings the ended rows in order, once. */
  private void sort() {
    if (rowOrder == null || sorter == null || sortedRows == rows) {
      return;
    }
    int[] order = sorter.sort(groups, rows, rowOrder.ranks());
    if (order != null) {
      for (int c = 0; c < widths.length; c++) {
        values[c] = inOrder(values[c], widths[c], order);
      }
      sorter.reorder(groups, rows);
    }
    sortedRows = rows;
  }

  /** Moves a column's values, and gives its old memory to the next one. */
  private byte[] inOrder(byte[] column, int width, int[] order) {
    byte[] target = moved.length >= column.length ? moved : new byte[column.length];
    switch (width) {
      case 8 -> {
        for (int row = 0; row < rows; row++) {
          LONG.set(target, row << 3, (long) LONG.get(column, order[row] << 3));
        }
      }
      case 16 -> {
        for (int row = 0; row < rows; row++) {
          int from = order[row] << 4;
          LONG.set(target, row << 4, (long) LONG.get(column, from));
          LONG.set(target, (row << 4) + 8, (long) LONG.get(column, from + 8));
        }
      }
      default -> {
        for (int row = 0; row < rows; row++) {
          for (int b = 0; b < width; b++) {
            target[row * width + b] = column[order[row] * width + b];
          }
        }
      }
    }
    moved = column;
    return target;
  }

  @Override
  public byte[] payload(int from, int end) {
    if (hasOpenRow()) {
      throw new IllegalStateException("rows cannot be taken while a row is open; end or drop it");
    }
    sort();
    int count = end - Objects.checkFromToIndex(from, end, rows);
    int size =
        varintBytes(widths.length)
            + varintBytes(count)
            + headerBytes
            + Math.multiplyExact(count, rowBytes);
    byte[] block = new byte[size];
    int at = varint(widths.length, block, 0);
    at = varint(count, block, at);
    for (int c = 0; c < widths.length; c++) {
      System.arraycopy(headers[c], 0, block, at, headers[c].length);
      at += headers[c].length;
      System.arraycopy(values[c], from * widths[c], block, at, count * widths[c]);
      at += count * widths[c];
    }
    return block;
  }

  @Override
  public InsertBlock block(int from, int end) {
    return new InsertBlock.Columns(payload(from, end), end - from, widths.clone());
  }

  private static int varintBytes(int value) {
    return (38 - Integer.numberOfLeadingZeros(value | 1)) / 7;
  }

  private static int varint(int value, byte[] target, int start) {
    int at = start;
    int rest = value;
    while (rest >= 0x80) {
      target[at++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    target[at++] = (byte) rest;
    return at;
  }

  @Override
  public void dropOpenRow() {
    written = 0;
  }

  @Override
  public void clear() {
    rows = 0;
    sortedRows = 0;
    written = 0;
  }
}
