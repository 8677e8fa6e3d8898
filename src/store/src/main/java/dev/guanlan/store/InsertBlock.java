package dev.guanlan.store;

import java.util.Arrays;
import java.util.Objects;

/**
 * Holds rows as the body of one insert, and can take some of them out as the body of a smaller one.
 * Nothing changes it, and it needs nothing but itself: it may wait in a checkpoint, and be taken
 * apart by a later release.
 */
public sealed interface InsertBlock {

  /** Returns how many rows there are. */
  int rows();

  /** Returns the body of an insert of all rows. Not a copy: must not be changed. */
  byte[] body();

  /**
   * Returns a copy of some rows as the body of an insert.
   *
   * @param from the first row
   * @param end the row behind the last; more than {@code from}, at most {@link #rows}
   */
  byte[] body(int from, int end);

  /**
   * Is rows one after the other, as in RowBinary.
   *
   * @param body the rows
   * @param ends for each row, where it ends in {@code body}; ascending
   */
  @SuppressWarnings(
      "ArrayRecordComponent") // Large, and handed over: copies would cost, see body().
  record Rows(byte[] body, int[] ends) implements InsertBlock {

    /** Checks that the last row ends where the bytes do. */
    public Rows {
      if ((ends.length == 0 ? 0 : ends[ends.length - 1]) != body.length) {
        throw new IllegalArgumentException(
            "%d rows do not end where their %d bytes do; hand over both of the same buffer"
                .formatted(ends.length, body.length));
      }
    }

    @Override
    public int rows() {
      return ends.length;
    }

    @Override
    public byte[] body(int from, int end) {
      Objects.checkFromToIndex(from, end, ends.length);
      return Arrays.copyOfRange(body, start(from), start(end));
    }

    private int start(int row) {
      return row == 0 ? 0 : ends[row - 1];
    }
  }

  /**
   * Is one block of the Native format, whose columns are of fixed width.
   *
   * @param body number of columns, number of rows, and each column's name, type and values
   * @param rows how many rows there are
   * @param widths how many bytes a value of each column has
   */
  @SuppressWarnings(
      "ArrayRecordComponent") // Large, and handed over: copies would cost, see body().
  record Columns(byte[] body, int rows, int[] widths) implements InsertBlock {

    @Override
    public byte[] body(int from, int end) {
      Objects.checkFromToIndex(from, end, rows);
      return NativeBlock.slice(body, widths, from, end);
    }
  }
}
