package dev.guanlan.job.ingest;

import dev.guanlan.connector.clickhouse.Insert;
import dev.guanlan.connector.clickhouse.RowEncoder;
import dev.guanlan.job.common.enrich.Placed;
import dev.guanlan.model.LogBlock;
import dev.guanlan.model.LogEntry;
import dev.guanlan.model.SeriesId;
import dev.guanlan.store.RowBuffer;
import java.util.List;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.SimpleCounter;

/**
 * Makes a row of every log entry. Entries of one moment are kept in the order in which they came,
 * because each counts its own place in the raw record.
 */
final class LogRows implements RowEncoder<Placed<LogBlock>> {

  private static final long serialVersionUID = 1L;

  static final String INSERT =
      "INSERT INTO logs (tenant, stream_id, timestamp, entry_id, observed, severity_number,"
          + " severity_text, body, attributes, resource, scope, trace_id, span_id, "
          + PlaceColumns.NAMES
          + ", expires)"
          + " SETTINGS max_partitions_per_insert_block = 1000 FORMAT RowBinary";

  private final TimeBounds bounds;

  private transient Counter outOfTime = new SimpleCounter();

  LogRows(TimeBounds bounds) {
    this.bounds = bounds;
  }

  @Override
  public List<Insert> inserts() {
    return List.of(Insert.rows(INSERT));
  }

  @Override
  public void open(MetricGroup metrics) {
    outOfTime = metrics.counter(IngestNames.OUT_OF_TIME);
  }

  @Override
  public void encode(Placed<LogBlock> placed, Tables tables) {
    LogBlock block = placed.block();
    RowBuffer row = tables.rows(0);
    int days = bounds.retention().days(block.tenant(), "logs");
    long earliest = bounds.earliestMillis(days) * 1_000_000;
    long latest = bounds.latestMillis() * 1_000_000;
    int index = 0;
    for (int g = 0; g < block.resources().size(); g++) {
      LogBlock.ResourceLogs group = block.resources().get(g);
      SeriesId stream = SeriesId.of(block.tenant(), group.resource());
      for (LogEntry entry : group.entries()) {
        long entryId = block.origin().entryId(index++);
        if (entry.timestampNanos() < earliest || entry.timestampNanos() > latest) {
          outOfTime.inc();
          continue;
        }
        row.string(block.tenant());
        row.seriesId(stream);
        row.int64(entry.timestampNanos());
        row.int64(entryId);
        row.int64(entry.observedNanos());
        row.int8(entry.severityNumber());
        row.string(entry.severityText());
        row.string(entry.body());
        row.map(entry.attributes());
        row.map(group.resource());
        row.string(group.scope());
        row.string(entry.traceId());
        row.string(entry.spanId());
        PlaceColumns.write(placed.places()[g], row);
        row.date(Retention.expires(entry.timestampNanos() / 1_000_000, days));
        row.endRow();
      }
    }
  }
}
