package dev.guanlan.connector.clickhouse;

import dev.guanlan.store.RowBuffer;
import java.io.Serializable;
import java.util.List;
import org.apache.flink.metrics.MetricGroup;

/**
 * Turns elements into rows of one or several tables.
 *
 * <p>An encoder accepts every element: what cannot be kept it leaves out and counts. Each subtask
 * has its own copy, used by one thread.
 *
 * @param <T> what the stream carries
 */
public interface RowEncoder<T> extends Serializable {

  /**
   * Returns the statements that the rows belong to, one a table, each {@code INSERT INTO table
   * (columns) FORMAT RowBinary}. The order is what {@link Tables#rows} counts by.
   */
  List<String> inserts();

  /** Prepares this copy before its first element. */
  default void open(MetricGroup metrics) {}

  /**
   * Writes the rows of an element, each ended with {@link RowBuffer#endRow}. A replay of the
   * element should write rows that the table collapses with the earlier ones.
   */
  void encode(T element, Tables tables);

  /** Gives access to the rows that wait for being sent. */
  interface Tables {

    /** Returns where rows of the {@code table}-th insert are written to. */
    RowBuffer rows(int table);
  }
}
