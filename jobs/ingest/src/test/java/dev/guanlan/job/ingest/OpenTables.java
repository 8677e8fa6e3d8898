package dev.guanlan.job.ingest;

import dev.guanlan.connector.clickhouse.Insert;
import dev.guanlan.connector.clickhouse.RowEncoder;
import dev.guanlan.store.ColumnBuffer;
import dev.guanlan.store.InsertBuffer;
import dev.guanlan.store.RowBuffer;
import java.util.List;

/** Keeps the rows that an encoder makes. */
final class OpenTables implements RowEncoder.Tables {

  private final List<InsertBuffer> buffers;

  OpenTables(RowEncoder<?> encoder) {
    buffers = encoder.inserts().stream().map(Insert::buffer).toList();
  }

  @Override
  public RowBuffer rows(int table) {
    return (RowBuffer) buffers.get(table);
  }

  @Override
  public ColumnBuffer columns(int table) {
    return (ColumnBuffer) buffers.get(table);
  }

  void clear() {
    buffers.forEach(InsertBuffer::clear);
  }
}
