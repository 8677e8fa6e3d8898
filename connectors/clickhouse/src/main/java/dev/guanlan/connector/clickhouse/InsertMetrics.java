package dev.guanlan.connector.clickhouse;

import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.SimpleCounter;
import org.apache.flink.metrics.groups.SinkCommitterMetricGroup;
import org.apache.flink.metrics.groups.SinkWriterMetricGroup;

/** Counts what deliveries do. For one thread. */
final class InsertMetrics {

  private final MetricGroup group;
  private final Counter rows;
  private final Counter bytes;
  private final Counter errors;
  private final Counter inserts;
  private final Counter retries;
  private final Counter refusedRows;
  private long lastInsertMillis;

  private InsertMetrics(MetricGroup group, Counter rows, Counter bytes, Counter errors) {
    this.group = group;
    this.rows = rows;
    this.bytes = bytes;
    this.errors = errors;
    inserts = group.counter("inserts");
    retries = group.counter("insertRetries");
    refusedRows = group.counter("refusedRows");
  }

  /** Makes the metrics of a writer that inserts by itself: what is stored is what it sends. */
  static InsertMetrics of(SinkWriterMetricGroup group) {
    InsertMetrics metrics =
        new InsertMetrics(
            group,
            group.getNumRecordsSendCounter(),
            group.getNumBytesSendCounter(),
            group.getNumRecordsSendErrorsCounter());
    group.setCurrentSendTimeGauge(() -> metrics.lastInsertMillis);
    return metrics;
  }

  /** Makes the metrics of a committer. */
  static InsertMetrics of(SinkCommitterMetricGroup group) {
    InsertMetrics metrics =
        new InsertMetrics(
            group,
            group.counter("storedRows"),
            group.counter("storedBytes"),
            // Flink has no such counter for committers; refusedRows says the same.
            new SimpleCounter());
    group.gauge("lastInsertMillis", () -> metrics.lastInsertMillis);
    return metrics;
  }

  /** Exposes how many blocks are under way. */
  void inFlight(Gauge<Integer> gauge) {
    group.gauge("insertsInFlight", gauge);
  }

  void stored(int storedRows, long storedBytes, long tookMillis) {
    rows.inc(storedRows);
    bytes.inc(storedBytes);
    inserts.inc();
    lastInsertMillis = tookMillis;
  }

  void retried() {
    retries.inc();
  }

  void refused() {
    refusedRows.inc();
    errors.inc();
  }
}
