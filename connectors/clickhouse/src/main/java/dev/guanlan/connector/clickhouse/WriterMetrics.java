package dev.guanlan.connector.clickhouse;

import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.groups.SinkWriterMetricGroup;

/** Counts what a writer hands over to checkpoints, and how it is held back. For one thread. */
final class WriterMetrics {

  private final SinkWriterMetricGroup group;
  private final Counter rows;
  private final Counter bytes;
  private final Counter heldBackMillis;

  WriterMetrics(SinkWriterMetricGroup group) {
    this.group = group;
    rows = group.getNumRecordsSendCounter();
    bytes = group.getNumBytesSendCounter();
    heldBackMillis = group.counter("heldBackMillis");
  }

  /**
   * Exposes how many bytes wait for a checkpoint, or for being sent.
   *
   * @param own of this subtask and sink
   * @param process of all of the job's in this process
   */
  void held(Gauge<Long> own, Gauge<Long> process) {
    group.gauge("heldBytes", own);
    group.gauge("processHeldBytes", process);
  }

  void handedOver(int blockRows, int blockBytes) {
    rows.inc(blockRows);
    bytes.inc(blockBytes);
  }

  void heldBack(long millis) {
    heldBackMillis.inc(millis);
  }
}
