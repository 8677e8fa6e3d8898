package dev.guanlan.job.ingest;

import dev.guanlan.model.Labels;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.store.RowBuffer;
import dev.guanlan.topology.Place;
import org.apache.flink.metrics.Counter;

/**
 * Writes rows of the table {@code series}. ClickHouse makes the rows of {@code series_labels} of
 * them.
 */
final class SeriesRows {

  static final String INSERT =
      "INSERT INTO series (tenant, metric, day, id, metric_id, labels, "
          + PlaceColumns.NAMES
          + ", first_seen, version, expires) FORMAT RowBinary";

  private final Counter written;

  SeriesRows(Counter written) {
    this.written = written;
  }

  void write(
      SampleBlock block,
      int s,
      Place place,
      long timestamp,
      long metricId,
      TimeBounds bounds,
      RowBuffer row) {
    Labels labels = block.labels(s);
    row.string(block.tenant());
    row.string(labels.metricName());
    row.date((int) Math.floorDiv(timestamp, SeriesCache.DAY_MILLIS));
    row.seriesId(block.id(s));
    row.int64(metricId);
    row.mapWithout(Labels.METRIC_NAME, labels);
    PlaceColumns.write(place, row);
    row.int64(timestamp);
    row.int64(bounds.clock().millis());
    // As long as the samples that it names, and another day for those of its own last hours.
    row.date(Retention.expires(timestamp, bounds.retention().days(block.tenant(), "samples")) + 1);
    row.endRow();
    written.inc();
  }
}
