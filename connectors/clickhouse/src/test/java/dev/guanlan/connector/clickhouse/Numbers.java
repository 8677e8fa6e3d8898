package dev.guanlan.connector.clickhouse;

import dev.guanlan.store.RowBuffer;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** Writes each number as a row. */
final class Numbers implements RowEncoder<long[]> {

  private static final long serialVersionUID = 1L;

  static final String INSERT = "INSERT INTO t (n) FORMAT RowBinary";

  @Override
  public List<Insert> inserts() {
    return List.of(Insert.rows(INSERT));
  }

  @Override
  public void encode(long[] element, Tables tables) {
    RowBuffer rows = tables.rows(0);
    for (long number : element) {
      rows.int64(number);
      rows.endRow();
    }
  }

  /** Cuts the numbers from {@code from} to {@code end}, that one not included, as a block. */
  static ClickHouseCommittable block(String token, long from, long end) {
    RowBuffer rows = new RowBuffer(64);
    for (long number = from; number < end; number++) {
      rows.int64(number);
      rows.endRow();
    }
    return new ClickHouseCommittable(INSERT, token, rows.block(0, rows.rows()));
  }

  static List<Long> range(long from, long end) {
    return LongStream.range(from, end).boxed().toList();
  }

  static List<Long> concat(List<Long> first, List<Long> second) {
    return Stream.concat(first.stream(), second.stream()).toList();
  }
}
