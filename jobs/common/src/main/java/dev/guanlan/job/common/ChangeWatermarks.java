package dev.guanlan.job.common;

import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;

/**
 * Gives streams of changes, as rules or topology, an event time that never holds back the telemetry
 * they are joined with: theirs is at its end from the beginning.
 */
public final class ChangeWatermarks {

  private ChangeWatermarks() {}

  /** Returns the strategy for a stream of changes. */
  public static <T> WatermarkStrategy<T> strategy() {
    return WatermarkStrategy.forGenerator(context -> new AtTheEnd<T>());
  }

  private static final class AtTheEnd<T> implements WatermarkGenerator<T> {

    @Override
    public void onEvent(T event, long timestamp, WatermarkOutput output) {
      // No change moves event time.
    }

    @Override
    public void onPeriodicEmit(WatermarkOutput output) {
      output.emitWatermark(Watermark.MAX_WATERMARK);
    }
  }
}
