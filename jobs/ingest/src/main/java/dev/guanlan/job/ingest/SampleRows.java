package dev.guanlan.job.ingest;

import dev.guanlan.connector.clickhouse.Insert;
import dev.guanlan.connector.clickhouse.RowEncoder;
import dev.guanlan.job.common.enrich.Placed;
import dev.guanlan.model.Labels;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.model.SeriesId;
import dev.guanlan.store.MetricId;
import dev.guanlan.store.RowBuffer;
import dev.guanlan.topology.Place;
import java.util.List;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.SimpleCounter;

/**
 * Makes a row of every sample, and a row of its series when the series is seen for the first time
 * on a day, or at a new place.
 */
final class SampleRows implements RowEncoder<Placed<SampleBlock>> {

  private static final long serialVersionUID = 1L;

  static final String INSERT_SAMPLES =
      "INSERT INTO samples (metric_id, id, timestamp, value) FORMAT RowBinary";
  static final String INSERT_SERIES =
      "INSERT INTO series (tenant, metric, day, id, metric_id, labels, "
          + PlaceColumns.NAMES
          + ", first_seen, version) FORMAT RowBinary";

  private final TimeBounds bounds;
  private final int cacheCapacity;

  private transient SeriesCache series = new SeriesCache(1);
  private transient Counter outOfTime = new SimpleCounter();
  private transient Counter seriesRows = new SimpleCounter();

  SampleRows(TimeBounds bounds, int cacheCapacity) {
    this.bounds = bounds;
    this.cacheCapacity = cacheCapacity;
  }

  @Override
  public List<Insert> inserts() {
    return List.of(Insert.rows(INSERT_SAMPLES), Insert.rows(INSERT_SERIES));
  }

  @Override
  public void open(MetricGroup metrics) {
    series = new SeriesCache(cacheCapacity);
    outOfTime = metrics.counter(IngestNames.OUT_OF_TIME);
    seriesRows = metrics.counter(IngestNames.SERIES_ROWS);
    metrics.gauge(IngestNames.SERIES_KNOWN, () -> series.size());
  }

  // hot: nothing is allocated for a sample, and for a series only when it is new.
  @Override
  public void encode(Placed<SampleBlock> placed, Tables tables) {
    SampleBlock block = placed.block();
    RowBuffer samples = tables.rows(0);
    RowBuffer seriesTable = tables.rows(1);
    long earliest = bounds.earliestMillis();
    long latest = bounds.latestMillis();
    int left = 0;
    for (int s = 0; s < block.seriesCount(); s++) {
      SeriesId id = block.id(s);
      Place place = placed.places()[s];
      SeriesCache.Known known = known(block, s);
      for (int i = block.firstSample(s); i < block.endSample(s); i++) {
        long timestamp = block.timestamp(i);
        if (timestamp < earliest || timestamp > latest) {
          left++;
          continue;
        }
        if (!known.covers(timestamp, place)) {
          writeSeries(block, s, place, timestamp, known.metricId, seriesTable);
          known.written(timestamp, place);
        }
        samples.int64(known.metricId);
        samples.seriesId(id);
        samples.int64(timestamp);
        samples.float64(block.value(i));
        samples.endRow();
      }
    }
    outOfTime.inc(left);
  }

  private SeriesCache.Known known(SampleBlock block, int s) {
    SeriesCache.Known known = series.get(block.id(s));
    return known != null
        ? known
        : series.add(block.id(s), MetricId.of(block.tenant(), block.labels(s).metricName()));
  }

  private void writeSeries(
      SampleBlock block, int s, Place place, long timestamp, long metricId, RowBuffer row) {
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
    row.endRow();
    seriesRows.inc();
  }
}
