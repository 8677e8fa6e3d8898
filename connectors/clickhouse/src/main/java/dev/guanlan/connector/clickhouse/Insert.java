package dev.guanlan.connector.clickhouse;

import dev.guanlan.store.ColumnBuffer;
import dev.guanlan.store.InsertBuffer;
import dev.guanlan.store.RowBuffer;
import java.util.List;

/**
 * Says what rows of one table are inserted by, and in which of two formats they are collected:
 * RowBinary takes columns of any type, Native those of fixed width, at less work for ClickHouse.
 *
 * @param statement {@code INSERT INTO table (columns) FORMAT RowBinary}, or {@code FORMAT Native}
 * @param columns the columns of a Native insert, in the order in which the encoder counts them;
 *     empty for RowBinary
 */
public record Insert(String statement, List<ColumnBuffer.Column> columns) {

  private static final int FIRST_CAPACITY = 64 << 10;

  /** Checks that the statement names the format that the rows are in. */
  public Insert {
    columns = List.copyOf(columns);
    String format = columns.isEmpty() ? "RowBinary" : "Native";
    if (!statement.endsWith(" FORMAT " + format)) {
      throw new IllegalArgumentException(
          "the insert \"%s\" has to end with FORMAT %s, for that is what its rows are in"
              .formatted(statement, format));
    }
  }

  /** Returns an insert of rows in RowBinary. */
  public static Insert rows(String statement) {
    return new Insert(statement, List.of());
  }

  /** Returns an insert of columns of fixed width in the Native format. */
  public static Insert columns(String statement, List<ColumnBuffer.Column> columns) {
    return new Insert(statement, columns);
  }

  /** Makes a buffer for this insert's rows. */
  public InsertBuffer buffer() {
    return columns.isEmpty() ? new RowBuffer(FIRST_CAPACITY) : new ColumnBuffer(columns);
  }
}
