package dev.guanlan.connector.clickhouse;

import dev.guanlan.store.ColumnBuffer;
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
   * Returns what the rows are inserted by, one a table. The order is what {@link Tables} counts by.
   */
  List<Insert> inserts();

  /** Prepares this copy before its first element. */
  default void open(MetricGroup metrics) {}

  /** Writes the rows of an element, each ended with {@code endRow()}. */
  void encode(T element, Tables tables);

  /** Gives access to the rows that wait for being sent. */
  interface Tables {

    /**
     * Returns where rows of the {@code table}-th insert are written to, until the encoder returns.
     *
     * @throws IllegalStateException if that insert is not in RowBinary
     */
    RowBuffer rows(int table);

    /**
     * Returns where columns of the {@code table}-th insert are written to, until the encoder
     * returns.
     *
     * @throws IllegalStateException if that insert is not in the Native format
     */
    ColumnBuffer columns(int table);
  }
}
