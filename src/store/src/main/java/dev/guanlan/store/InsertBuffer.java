package dev.guanlan.store;

/**
 * Collects the rows of inserts into one table, in one of ClickHouse's input formats. Rows that were
 * ended can be taken out in any ranges, each of which is the whole body of an insert: a block that
 * ClickHouse refuses can be halved until the guilty row stands alone. For one thread.
 */
public interface InsertBuffer {

  /** Returns ClickHouse's name of the format, which an insert ends with: {@code FORMAT Native}. */
  String format();

  /** Returns how many rows were ended. */
  int rows();

  /** Returns how many bytes were written, those of an open row included. */
  int length();

  /** Returns how many bytes the buffer can hold before it grows. */
  int capacity();

  /** Returns whether something was written since the last row ended. */
  boolean hasOpenRow();

  /**
   * Returns a copy of rows as the body of an insert.
   *
   * @param from the first row
   * @param end the row behind the last; more than {@code from}, at most {@link #rows}
   */
  byte[] payload(int from, int end);

  /**
   * Returns a copy of rows that does not change with the buffer, and can be taken apart without it.
   *
   * @param from the first row
   * @param end the row behind the last; more than {@code from}, at most {@link #rows}
   */
  InsertBlock block(int from, int end);

  /** Forgets what was written since the last row ended. */
  void dropOpenRow();

  /** Forgets all rows, and keeps the memory. */
  void clear();
}
