package dev.guanlan.job.ingest;

import dev.guanlan.connector.clickhouse.RowEncoder;
import dev.guanlan.store.RowBuffer;
import java.util.List;
import java.util.stream.Stream;

/** Keeps the rows that an encoder makes. */
final class OpenTables implements RowEncoder.Tables {

  private final List<RowBuffer> buffers;

  OpenTables(RowEncoder<?> encoder) {
    buffers = Stream.generate(() -> new RowBuffer(64)).limit(encoder.inserts().size()).toList();
  }

  @Override
  public RowBuffer rows(int table) {
    return buffers.get(table);
  }

  void clear() {
    buffers.forEach(RowBuffer::clear);
  }
}
