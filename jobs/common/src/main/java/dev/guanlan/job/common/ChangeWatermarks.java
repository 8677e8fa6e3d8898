package dev.guanlan.job.common;

import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;

/**
 * Keeps streams of changes, as rules or topology, and of what rules record out of event time: they
 * are idle all the time, so they neither hold back the telemetry that they are joined with nor
 * drive it. A watermark at the end of time would hold nothing back either, but would fire every
 * timer once the telemetry is idle.
 */
public final class ChangeWatermarks {

  private ChangeWatermarks() {}

  /** Returns the strategy for a stream of changes. */
  public static <T> WatermarkStrategy<T> strategy() {
    return WatermarkStrategy.forGenerator(context -> new AlwaysIdle<T>());
  }

  private static final class AlwaysIdle<T> implements WatermarkGenerator<T> {

    @Override
    public void onEvent(T event, long timestamp, WatermarkOutput output) {
      output.markIdle();
    }

    @Override
    public void onPeriodicEmit(WatermarkOutput output) {
      output.markIdle();
    }
  }
}
