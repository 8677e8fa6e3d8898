package dev.guanlan.job.ingest;

import dev.guanlan.connector.clickhouse.Insert;
import dev.guanlan.connector.clickhouse.RowEncoder;
import dev.guanlan.store.ClickHouseHttp;
import dev.guanlan.store.ColumnBuffer;
import dev.guanlan.store.InsertBody;
import dev.guanlan.store.InsertBuffer;
import dev.guanlan.store.RowBuffer;
import java.util.List;

/** Inserts what an encoder makes of an element, without a job. */
final class StoredRows<T> {

  private final ClickHouseHttp clickHouse;
  private final RowEncoder<T> encoder;
  private final List<Insert> inserts;
  private final List<InsertBuffer> buffers;

  StoredRows(ClickHouseHttp clickHouse, RowEncoder<T> encoder) {
    this.clickHouse = clickHouse;
    this.encoder = encoder;
    inserts = encoder.inserts();
    buffers = inserts.stream().map(Insert::buffer).toList();
  }

  /** Stores what one element becomes, at once. */
  void store(T element) {
    storeAll(List.of(element));
  }

  /** Stores what several elements become, each table's rows in one insert. */
  void storeAll(List<T> elements) {
    RowEncoder.Tables tables =
        new RowEncoder.Tables() {
          @Override
          public RowBuffer rows(int table) {
            return (RowBuffer) buffers.get(table);
          }

          @Override
          public ColumnBuffer columns(int table) {
            return (ColumnBuffer) buffers.get(table);
          }
        };
    elements.forEach(element -> encoder.encode(element, tables));
    for (int table = 0; table < buffers.size(); table++) {
      InsertBuffer buffer = buffers.get(table);
      if (buffer.rows() > 0) {
        InsertBody body = buffer.block(0, buffer.rows()).body(0, buffer.rows());
        clickHouse.insert(inserts.get(table).statement(), body).join();
        buffer.clear();
      }
    }
  }
}
