package dev.guanlan.store;

import static java.nio.charset.StandardCharsets.UTF_8;

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

  /** Which of the first {@link #sortedRows} comes first, second, and so on; null if as they are. */
  private int @Nullable [] order;

  private int sortedRows;

  private final PackedColumns packing = new PackedColumns();

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
    byte[] name = column.name().getBytes(UTF_8);
    byte[] type = column.type().getBytes(UTF_8);
    int typeAt = Varint.bytes(name.length) + name.length;
    byte[] header = new byte[typeAt + Varint.bytes(type.length) + type.length];
    text(name, header, 0);
    text(type, header, typeAt);
    return header;
  }

  private static void text(byte[] utf8, byte[] target, int at) {
    System.arraycopy(utf8, 0, target, Varint.write(utf8.length, target, at), utf8.length);
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

  @Override
  public byte[] payload(int from, int end) {
    return block(from, end).body(0, end - from).toBytes();
  }

  @Override
  public InsertBlock block(int from, int end) {
    if (hasOpenRow()) {
      throw new IllegalStateException("rows cannot be taken while a row is open; end or drop it");
    }
    int count = end - Objects.checkFromToIndex(from, end, rows);
    sort();
    packing.start(widths.length, count, headerBytes);
    for (int c = 0; c < widths.length; c++) {
      packing.column(headers[c], values[c], widths[c], order, from, end);
    }
    return new InsertBlock.Columns(packing.packed(), count, widths.clone());
  }

  /** Finds out in which order the ended rows are taken, once. */
  private void sort() {
    if (rowOrder != null && sorter != null && sortedRows != rows) {
      order = sorter.sort(groups, rows, rowOrder.ranks());
      sortedRows = rows;
    }
  }

  @Override
  public void dropOpenRow() {
    written = 0;
  }

  @Override
  public void clear() {
    rows = 0;
    order = null;
    sortedRows = 0;
    written = 0;
  }
}
