package dev.guanlan.job.alerting;

import dev.guanlan.model.Labels;
import dev.guanlan.model.RawRecord;
import dev.guanlan.model.SeriesId;
import dev.guanlan.store.ClickHouseHttp;
import dev.guanlan.store.MetricId;
import dev.guanlan.store.Migrations;
import dev.guanlan.testing.ClickHouseExtension;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Stores samples in the tables of the ingest job. */
final class StoredSamples {

  private final ClickHouseExtension clickHouse;
  private final String database;

  /** Makes the tables. */
  StoredSamples(ClickHouseExtension clickHouse, String database) throws Exception {
    this.clickHouse = clickHouse;
    this.database = database;
    ClickHouseHttp client =
        ClickHouseHttp.builder(URI.create(clickHouse.url())).database(database).build();
    Migrations.ofThisRelease().apply(client, database);
  }

  /** Stores a series whose samples all have one value. */
  void store(Labels labels, List<Long> times, double value) {
    storeAt(labels, times.toString(), value);
  }

  /** Stores a series that has so many samples, one every some milliseconds. */
  void storeEvery(Labels labels, long fromMillis, long stepMillis, int count, double value) {
    storeAt(
        labels,
        "arrayMap(i -> %d + i * %d, range(%d))".formatted(fromMillis, stepMillis, count),
        value);
  }

  private void storeAt(Labels labels, String times, double value) {
    Map<String, String> map = new TreeMap<>(labels.toMap());
    map.remove(Labels.METRIC_NAME);
    String id =
        "reinterpretAsUInt128(reverse(unhex('%s')))"
            .formatted(SeriesId.of(RawRecord.ANONYMOUS, labels).toHex());
    String metricId =
        "reinterpretAsUInt64(toInt64(%d))"
            .formatted(MetricId.of(RawRecord.ANONYMOUS, labels.metricName()));
    clickHouse.query(
        "INSERT INTO %s.series (tenant, metric, day, id, metric_id, labels, first_seen, version) SELECT '%s', '%s', day, %s, %s, map(%s), now(), 1 FROM (SELECT arrayJoin([today(), yesterday()]) AS day)"
            .formatted(
                database,
                RawRecord.ANONYMOUS,
                labels.metricName(),
                id,
                metricId,
                map.entrySet().stream()
                    .map(label -> "'%s', '%s'".formatted(label.getKey(), label.getValue()))
                    .collect(Collectors.joining(", "))));
    clickHouse.query(
        "INSERT INTO %s.samples (key, timestamp, digits, scale) SELECT bitOr(bitShiftLeft(toUInt128(%s), 64), bitShiftRight(%s, 64)), fromUnixTimestamp64Milli(toInt64(arrayJoin(%s))), toInt64(%d), -1"
            .formatted(database, metricId, id, times, Double.doubleToRawLongBits(value)));
  }
}
