package dev.guanlan.store;

import java.util.Objects;

/**
 * Holds rows as the body of one insert, and can take some of them out as the body of a smaller one.
 * Nothing changes it, and it needs nothing but itself: it may wait in a checkpoint, and be taken
 * apart by a later release.
 */
public sealed interface InsertBlock {

  /** Returns how many rows there are. */
  int rows();

  /** Returns the rows as they are held, and as they wait. Not a copy: must not be changed. */
  byte[] held();

  /**
   * Returns some rows as the body of an insert.
   *
   * @param from the first row
   * @param end the row behind the last; more than {@code from}, at most {@link #rows}
   */
  InsertBody body(int from, int end);

  /**
   * Is rows one after the other, as in RowBinary.
   *
   * @param held the rows
   * @param ends for each row, where it ends in {@code held}; ascending
   */
  @SuppressWarnings("ArrayRecordComponent") // Large, and handed over: copies would cost.
  record Rows(byte[] held, int[] ends) implements InsertBlock {

    /** Checks that the last row ends where the bytes do. */
    public Rows {
      if ((ends.length == 0 ? 0 : ends[ends.length - 1]) != held.length) {
        throw new IllegalArgumentException(
            "%d rows do not end where their %d bytes do; hand over both of the same buffer"
                .formatted(ends.length, held.length));
      }
    }

    @Override
    public int rows() {
      return ends.length;
    }

    @Override
    public InsertBody body(int from, int end) {
      Objects.checkFromToIndex(from, end, ends.length);
      return InsertBody.of(held, start(from), start(end) - start(from));
    }

    private int start(int row) {
      return row == 0 ? 0 : ends[row - 1];
    }
  }

  /**
   * Is one block of the Native format whose columns are of fixed width, packed small: see {@link
   * PackedColumns}.
   *
   * @param held the packed columns
   * @param rows how many rows there are
   * @param widths how many bytes a value of each column has
   */
  @SuppressWarnings("ArrayRecordComponent") // Large, and handed over: copies would cost.
  record Columns(byte[] held, int rows, int[] widths) implements InsertBlock {

    /** Packs a block that is in the Native format. */
    public static Columns ofNative(byte[] body, int rows, int[] widths) {
      return new Columns(PackedColumns.ofNative(body, widths), rows, widths);
    }

    @Override
    public InsertBody body(int from, int end) {
      Objects.checkFromToIndex(from, end, rows);
      return new InsertBody() {
        @Override
        public long length() {
          return chunks().length();
        }

        @Override
        public UnpackedColumns chunks() {
          return new UnpackedColumns(held, widths, from, end);
        }
      };
    }
  }
}
