package dev.guanlan.connector.clickhouse;

import org.apache.flink.api.connector.sink2.SinkWriter;
import org.jspecify.annotations.Nullable;

/** Says nothing of time, which the writer does not ask for. */
final class NoContext implements SinkWriter.Context {

  @Override
  public long currentWatermark() {
    return Long.MIN_VALUE;
  }

  @Override
  public @Nullable Long timestamp() {
    return null;
  }
}
