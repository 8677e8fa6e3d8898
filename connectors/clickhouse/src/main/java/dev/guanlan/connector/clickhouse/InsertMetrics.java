package dev.guanlan.connector.clickhouse;

import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.groups.SinkWriterMetricGroup;

/** Counts what a writer does. For one thread. */
final class InsertMetrics {

  private final Counter rows;
  private final Counter bytes;
  private final Counter errors;
  private final Counter inserts;
  private final Counter retries;
  private final Counter refusedRows;
  private final SinkWriterMetricGroup group;
  private long lastInsertMillis;

  InsertMetrics(SinkWriterMetricGroup group) {
    this.group = group;
    rows = group.getNumRecordsSendCounter();
    bytes = group.getNumBytesSendCounter();
    errors = group.getNumRecordsSendErrorsCounter();
    inserts = group.counter("inserts");
    retries = group.counter("insertRetries");
    refusedRows = group.counter("refusedRows");
    group.setCurrentSendTimeGauge(() -> lastInsertMillis);
  }

  /** Exposes how many batches are under way. */
  void inFlight(Gauge<Integer> gauge) {
    group.gauge("insertsInFlight", gauge);
  }

  void stored(int storedRows, int storedBytes, long tookMillis) {
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
