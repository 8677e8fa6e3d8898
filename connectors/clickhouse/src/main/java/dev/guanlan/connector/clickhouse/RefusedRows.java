package dev.guanlan.connector.clickhouse;

import dev.guanlan.store.ClickHouseException;
import java.io.IOException;
import java.io.Serializable;

/**
 * Takes rows that ClickHouse will never accept. Each subtask has its own copy, used by one thread.
 */
public interface RefusedRows extends Serializable {

  /** Prepares this copy before its first row. */
  default void open() throws IOException {}

  /**
   * Takes a row. Must not block for long.
   *
   * @param insert the statement that the row belongs to
   * @param row the row as the body of an insert, in the format that the statement names; the callee
   *     may keep it
   * @param reason what ClickHouse said of it
   */
  void refused(String insert, byte[] row, ClickHouseException reason) throws IOException;

  /** Makes sure that what was taken so far survives a failure. Called with every checkpoint. */
  default void flush() throws IOException {}

  /** Releases what {@link #open} acquired. */
  default void close() throws IOException {}

  /** Returns a taker that writes a bounded number of log lines and keeps nothing. */
  static RefusedRows logged() {
    return new LoggedRows();
  }
}
