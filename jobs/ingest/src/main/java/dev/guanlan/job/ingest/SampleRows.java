package dev.guanlan.job.ingest;

import dev.guanlan.connector.clickhouse.Insert;
import dev.guanlan.connector.clickhouse.RowEncoder;
import dev.guanlan.job.common.enrich.Placed;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.model.histogram.Histogram;
import dev.guanlan.store.ColumnBuffer;
import dev.guanlan.store.ColumnBuffer.Column;
import dev.guanlan.store.DecimalValue;
import dev.guanlan.store.MetricId;
import dev.guanlan.topology.Place;
import java.util.List;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.SimpleCounter;

/**
 * Makes a row of every sample, and a row of its series when the series is seen for the first time
 * on a day, or at a new place. What few blocks have besides goes to tables of its own: native
 * histograms, start times, exemplars and metadata.
 */
final class SampleRows implements RowEncoder<Placed<SampleBlock>> {

  private static final long serialVersionUID = 1L;

  static final int SAMPLES = 0;
  static final int SERIES = 1;
  static final int HISTOGRAMS = 2;
  static final int STARTS = 3;
  static final int EXEMPLARS = 4;
  static final int METADATA = 5;

  private static final int KEY = 0;
  private static final int TIMESTAMP = 1;
  private static final int DIGITS = 2;
  private static final int SCALE = 3;
  private static final int EXPIRES = 4;

  private static final List<Column> COLUMNS =
      List.of(
          new Column("key", "UInt128", 16),
          new Column("timestamp", "DateTime64(3, 'UTC')", 8),
          new Column("digits", "Int64", 8),
          new Column("scale", "Int8", 1),
          new Column("expires", "Date", 2));

  /**
   * The settings are for agents that come back after weeks: each four hours are a partition, and
   * ClickHouse accepts a hundred by itself.
   */
  private static final String INSERT_SAMPLES =
      "INSERT INTO samples (key, timestamp, digits, scale, expires)"
          + " SETTINGS max_partitions_per_insert_block = 1000 FORMAT Native";

  private final TimeBounds bounds;
  private final int cacheCapacity;

  private transient SeriesCache series = new SeriesCache(1);
  private transient SeriesRows seriesRows = new SeriesRows(new SimpleCounter());
  private transient ExemplarRows exemplarRows = new ExemplarRows();
  private transient MetadataRows metadataRows = new MetadataRows();
  private transient Counter outOfTime = new SimpleCounter();

  SampleRows(TimeBounds bounds, int cacheCapacity) {
    this.bounds = bounds;
    this.cacheCapacity = cacheCapacity;
  }

  @Override
  public List<Insert> inserts() {
    return List.of(
        Insert.columns(INSERT_SAMPLES, COLUMNS),
        Insert.rows(SeriesRows.INSERT),
        Insert.rows(HistogramRows.INSERT),
        Insert.rows(StartRows.INSERT),
        Insert.rows(ExemplarRows.INSERT),
        Insert.rows(MetadataRows.INSERT));
  }

  @Override
  public void open(MetricGroup metrics) {
    series = new SeriesCache(cacheCapacity);
    seriesRows = new SeriesRows(metrics.counter(IngestNames.SERIES_ROWS));
    exemplarRows = new ExemplarRows();
    metadataRows = new MetadataRows();
    outOfTime = metrics.counter(IngestNames.OUT_OF_TIME);
    metrics.gauge(IngestNames.SERIES_KNOWN, () -> series.size());
  }

  // hot: nothing is allocated for a sample, and for a series only when it is new.
  @Override
  public void encode(Placed<SampleBlock> placed, Tables tables) {
    SampleBlock block = placed.block();
    tables.columns(SAMPLES).sortBy(series);
    int days = bounds.retention().days(block.tenant(), "samples");
    long earliest = bounds.earliestMillis(days);
    long latest = bounds.latestMillis();
    for (int s = 0; s < block.seriesCount(); s++) {
      encode(placed, s, earliest, latest, days, tables);
    }
    exemplarRows.write(block, bounds, tables.rows(EXEMPLARS));
    metadataRows.write(block, bounds, tables.rows(METADATA));
  }

  private void encode(
      Placed<SampleBlock> placed, int s, long earliest, long latest, int days, Tables tables) {
    SampleBlock block = placed.block();
    Place place = placed.places()[s];
    ColumnBuffer samples = tables.columns(SAMPLES);
    int number = number(block, s);
    long keyHigh = series.metricId(number);
    long keyLow = block.idHigh(s);
    boolean plain = !block.hasHistograms() && !block.hasStartTimestamps();
    int left = 0;
    // What holds until the next day begins is looked up once.
    long dayStart = Long.MIN_VALUE;
    int expires = 0;
    for (int i = block.firstSample(s); i < block.endSample(s); i++) {
      long timestamp = block.timestamp(i);
      if (timestamp < earliest || timestamp > latest) {
        left++;
        continue;
      }
      long sinceDayStart = timestamp - dayStart;
      if (sinceDayStart < 0 || sinceDayStart >= SeriesCache.DAY_MILLIS) {
        int day = (int) Math.floorDiv(timestamp, SeriesCache.DAY_MILLIS);
        dayStart = day * SeriesCache.DAY_MILLIS;
        expires = Retention.expires(timestamp, days);
        if (!series.covers(number, day, place)) {
          seriesRows.write(block, s, place, timestamp, keyHigh, bounds, tables.rows(SERIES));
          series.written(number, day, place);
        }
      }
      if (!plain && isElsewhere(block, s, i, number, expires, tables)) {
        continue;
      }
      double value = block.value(i);
      int scale = series.scale(number, value);
      samples.int128(KEY, keyHigh, keyLow);
      samples.int64(TIMESTAMP, timestamp);
      samples.int64(DIGITS, DecimalValue.digits(value, scale));
      samples.int8(SCALE, scale);
      samples.int16(EXPIRES, expires);
      samples.endRow(number);
    }
    outOfTime.inc(left);
  }

  /** Writes a sample's start time if it is new, and the sample if it is a histogram. */
  private boolean isElsewhere(
      SampleBlock block, int s, int i, int number, int expires, Tables tables) {
    long start = block.startTimestamp(i);
    if (start != 0 && series.startsAt(number, start)) {
      StartRows.write(
          series.metricId(number),
          block.idHigh(s),
          block.timestamp(i),
          start,
          expires,
          tables.rows(STARTS));
    }
    Histogram histogram = block.histogram(i);
    if (histogram == null) {
      return false;
    }
    HistogramRows.write(
        series.metricId(number),
        block.idHigh(s),
        block.timestamp(i),
        start,
        histogram,
        expires,
        tables.rows(HISTOGRAMS));
    return true;
  }

  private int number(SampleBlock block, int s) {
    int number = series.find(block.idHigh(s), block.idLow(s));
    return number >= 0
        ? number
        : series.add(
            block.idHigh(s),
            block.idLow(s),
            MetricId.of(block.tenant(), block.labels(s).metricName()));
  }
}
