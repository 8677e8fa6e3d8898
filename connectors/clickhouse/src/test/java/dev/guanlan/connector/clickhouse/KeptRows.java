package dev.guanlan.connector.clickhouse;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guanlan.store.ClickHouseException;
import java.util.ArrayList;
import java.util.List;

/** Keeps what is refused, rows of one small Int64. */
final class KeptRows implements RefusedRows {

  private static final long serialVersionUID = 1L;

  private final ArrayList<Long> rows = new ArrayList<>();
  private int flushes;
  private boolean isClosed;

  List<Long> rows() {
    return rows;
  }

  int flushes() {
    return flushes;
  }

  boolean isClosed() {
    return isClosed;
  }

  @Override
  public void refused(String insert, byte[] row, ClickHouseException reason) {
    assertThat(insert).isEqualTo(Numbers.INSERT);
    assertThat(reason.code()).isEqualTo(117);
    assertThat(row).hasSize(8);
    rows.add((long) row[0]);
  }

  @Override
  public void flush() {
    flushes++;
  }

  @Override
  public void close() {
    isClosed = true;
  }
}
