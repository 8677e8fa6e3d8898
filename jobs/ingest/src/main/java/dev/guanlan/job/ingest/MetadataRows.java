package dev.guanlan.job.ingest;

import dev.guanlan.model.MetricMetadata;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.store.RowBuffer;
import java.util.HashSet;
import java.util.Set;

/**
 * Writes rows of the table {@code metadata}. Agents repeat themselves every minute or with every
 * sample, so what was written today is remembered; the table collapses what is written again.
 */
final class MetadataRows {

  static final String INSERT =
      "INSERT INTO metadata (tenant, metric, type, help, unit, seen, expires) FORMAT RowBinary";

  private static final int MOST_REMEMBERED = 20_000;

  private final Set<Said> written = new HashSet<>();
  private long day;

  /** Is what a tenant's agent said. */
  private record Said(String tenant, MetricMetadata what) {}

  void write(SampleBlock block, TimeBounds bounds, RowBuffer row) {
    if (block.metadata().isEmpty()) {
      return;
    }
    long now = bounds.clock().millis();
    long today = Math.floorDiv(now, SeriesCache.DAY_MILLIS);
    if (today != day || written.size() > MOST_REMEMBERED) {
      written.clear();
      day = today;
    }
    int days = bounds.retention().days(block.tenant(), "metadata");
    for (MetricMetadata what : block.metadata()) {
      if (written.add(new Said(block.tenant(), what))) {
        row.string(block.tenant());
        row.string(what.metric());
        row.int8(number(what.type()));
        row.string(what.help());
        row.string(what.unit());
        row.int64(now);
        row.date(Retention.expires(now, days));
        row.endRow();
      }
    }
  }

  /** Returns the number that the column's enumeration gives the type. */
  private static int number(MetricMetadata.Type type) {
    return switch (type) {
      case UNKNOWN -> 0;
      case COUNTER -> 1;
      case GAUGE -> 2;
      case HISTOGRAM -> 3;
      case GAUGE_HISTOGRAM -> 4;
      case SUMMARY -> 5;
      case INFO -> 6;
      case STATE_SET -> 7;
    };
  }
}
