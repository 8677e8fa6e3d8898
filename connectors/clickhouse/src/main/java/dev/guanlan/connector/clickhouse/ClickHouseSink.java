package dev.guanlan.connector.clickhouse;

import java.io.IOException;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.api.connector.sink2.WriterInitContext;

/**
 * Writes elements as rows into ClickHouse, at least once.
 *
 * <p>The life of a row:
 *
 * <ol>
 *   <li>A {@link RowEncoder} writes it into the batch of its table.
 *   <li>The batch is sent when it is large enough, or its first row has waited long enough, or a
 *       checkpoint begins. Several batches may be under way; when too many are, the task waits.
 *   <li>A batch that fails for a passing reason (server away, busy, too many parts) is sent again,
 *       with growing pauses, for a bounded time; then the job fails, and restarts from its last
 *       checkpoint.
 *   <li>A batch whose content is refused is cut in halves until the guilty row stands alone. That
 *       row goes to {@link RefusedRows} and is counted; the others are stored.
 *   <li>A refusal that no repetition mends (password, missing table) fails the job at once.
 *   <li>A checkpoint completes when everything before it is stored.
 * </ol>
 *
 * <p>After a failure the rows since the last checkpoint are written again. A table that collapses
 * equal keys (ReplacingMergeTree) then shows each once to readers with FINAL.
 *
 * @param <T> what the stream carries
 */
public final class ClickHouseSink<T> implements Sink<T> {

  private static final long serialVersionUID = 1L;

  private final ClickHouseTarget target;
  private final RowEncoder<? super T> encoder;
  private final RefusedRows refused;
  private final InsertLimits limits;

  ClickHouseSink(
      ClickHouseTarget target,
      RowEncoder<? super T> encoder,
      RefusedRows refused,
      InsertLimits limits) {
    this.target = target;
    this.encoder = encoder;
    this.refused = refused;
    this.limits = limits;
  }

  /** Starts a sink that writes what {@code encoder} makes to {@code target}. */
  public static <T> ClickHouseSinkBuilder<T> builder(
      ClickHouseTarget target, RowEncoder<? super T> encoder) {
    return new ClickHouseSinkBuilder<>(target, encoder);
  }

  @Override
  public SinkWriter<T> createWriter(WriterInitContext context) throws IOException {
    encoder.open(context.metricGroup());
    refused.open();
    return new ClickHouseWriter<>(
        encoder,
        target.connect()::insert,
        refused,
        limits,
        context.getMailboxExecutor(),
        context.getProcessingTimeService(),
        new InsertMetrics(context.metricGroup()));
  }
}
