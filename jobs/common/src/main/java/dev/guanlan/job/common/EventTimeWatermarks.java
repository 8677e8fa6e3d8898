package dev.guanlan.job.common;

import java.io.Serializable;
import java.time.Clock;
import java.time.Duration;
import org.apache.flink.api.common.eventtime.TimestampAssigner;
import org.apache.flink.api.common.eventtime.TimestampAssignerSupplier;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkGeneratorSupplier;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.metrics.Counter;
import org.apache.flink.util.clock.RelativeClock;
import org.jspecify.annotations.Nullable;

/**
 * Tells event time for each Kafka partition by itself.
 *
 * <ul>
 *   <li>A partition's watermark is its latest timestamp, less the lag, less 1 ms; but never ahead
 *       of the wall clock less the lag, so no agent's fast clock makes others late.
 *   <li>A partition that is silent for the idle timeout follows the wall clock, the idle timeout
 *       and the lag behind it, so {@code absent()} becomes true when all inputs are silent. Since
 *       the slowest partition decides, a silent one does not push those that are catching up. Time
 *       under backpressure is not silence.
 *   <li>A partition that never gave a record since the start follows after the start timeout, only
 *       the lag behind.
 *   <li>A block that is more than ten minutes ahead of the wall clock moves nothing, and is counted
 *       as {@code futureSkewed}.
 * </ul>
 *
 * <p>One copy of this strategy serves one task. Flink asks it for one generator for the reader and
 * then one for each partition; only a reader that has no partition tells time itself.
 */
final class EventTimeWatermarks<B> implements WatermarkStrategy<Decoded<B>> {

  static final Duration MAX_FUTURE_SKEW = Duration.ofMinutes(10);

  /**
   * Says how event time follows.
   *
   * @param lag how far it stays behind
   * @param idleTimeout how long a partition is silent before it follows the wall clock
   * @param startTimeout the same before a partition's first record
   */
  record Settings(Duration lag, Duration idleTimeout, Duration startTimeout)
      implements Serializable {

    static Settings of(JobOptions options) {
      return new Settings(
          options.get(JobOptions.WATERMARK_LAG),
          options.get(JobOptions.WATERMARK_IDLE_TIMEOUT),
          options.get(JobOptions.WATERMARK_START_TIMEOUT));
    }
  }

  private final Settings settings;
  private final Clock clock;
  private transient @Nullable ReaderGenerator<B> reader;
  private transient @Nullable Counter futureSkewed;

  EventTimeWatermarks(Settings settings, Clock clock) {
    this.settings = settings;
    this.clock = clock;
  }

  @Override
  public TimestampAssigner<Decoded<B>> createTimestampAssigner(
      TimestampAssignerSupplier.Context context) {
    return (decoded, kafkaTimestamp) -> decoded.timestampMillis();
  }

  @Override
  public WatermarkGenerator<Decoded<B>> createWatermarkGenerator(
      WatermarkGeneratorSupplier.Context context) {
    if (reader == null || futureSkewed == null) {
      reader = new ReaderGenerator<>(settings, clock, context.getInputActivityClock());
      futureSkewed = context.getMetricGroup().counter("futureSkewed");
      return reader;
    }
    reader.hasPartitions = true;
    return new PartitionGenerator<>(settings, clock, context.getInputActivityClock(), futureSkewed);
  }

  /** Tells time for a reader that has no partition, so that it does not hold back the others. */
  private static final class ReaderGenerator<B> implements WatermarkGenerator<Decoded<B>> {

    private final Settings settings;
    private final Clock clock;
    private final RelativeClock activity;
    private final long startedAt;
    private boolean hasPartitions;

    ReaderGenerator(Settings settings, Clock clock, RelativeClock activity) {
      this.settings = settings;
      this.clock = clock;
      this.activity = activity;
      this.startedAt = activity.relativeTimeMillis();
    }

    @Override
    public void onEvent(Decoded<B> decoded, long timestamp, WatermarkOutput output) {
      // Records belong to partitions.
    }

    @Override
    public void onPeriodicEmit(WatermarkOutput output) {
      if (hasPartitions) {
        output.markIdle();
      } else if (activity.relativeTimeMillis() - startedAt >= settings.startTimeout().toMillis()) {
        output.emitWatermark(new Watermark(clock.millis() - settings.lag().toMillis()));
      }
    }
  }

  /** Tells time for one partition. */
  private static final class PartitionGenerator<B> implements WatermarkGenerator<Decoded<B>> {

    private final long lag;
    private final long idleTimeout;
    private final long startTimeout;
    private final Clock clock;
    private final RelativeClock activity;
    private final Counter futureSkewed;
    private long latest = Long.MIN_VALUE;
    private long activeAt;
    private long emitted = Long.MIN_VALUE;

    PartitionGenerator(
        Settings settings, Clock clock, RelativeClock activity, Counter futureSkewed) {
      this.lag = settings.lag().toMillis();
      this.idleTimeout = settings.idleTimeout().toMillis();
      this.startTimeout = settings.startTimeout().toMillis();
      this.clock = clock;
      this.activity = activity;
      this.futureSkewed = futureSkewed;
      this.activeAt = activity.relativeTimeMillis();
    }

    @Override
    public void onEvent(Decoded<B> decoded, long timestamp, WatermarkOutput output) {
      if (timestamp == Long.MIN_VALUE) {
        return;
      }
      if (timestamp > clock.millis() + MAX_FUTURE_SKEW.toMillis()) {
        futureSkewed.inc();
        return;
      }
      latest = Math.max(latest, timestamp);
      activeAt = activity.relativeTimeMillis();
    }

    @Override
    public void onPeriodicEmit(WatermarkOutput output) {
      long now = clock.millis();
      long silent = activity.relativeTimeMillis() - activeAt;
      long watermark = Long.MIN_VALUE;
      if (latest != Long.MIN_VALUE) {
        watermark = Math.min(latest, now) - lag - 1;
        if (silent >= idleTimeout) {
          watermark = Math.max(watermark, now - lag - idleTimeout);
        }
      } else if (silent >= startTimeout) {
        watermark = now - lag;
      }
      if (watermark > emitted) {
        emitted = watermark;
        output.emitWatermark(new Watermark(watermark));
      }
    }
  }
}
