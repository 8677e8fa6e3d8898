package dev.guanlan.job.common;

import java.io.Serializable;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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
 *       of the wall clock less the lag. The lag may be the topic's own, which the first record
 *       tells.
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
 * <p>Event time is told from time to time, as the job is configured, and where that is asked for
 * also with each block, but for each partition no more often than every ten milliseconds. A block
 * tells it also of those of its reader's other partitions that never gave one.
 *
 * <p>One copy of this strategy serves one task. Flink asks it for one generator for the reader and
 * then one for each partition; only a reader that has no partition tells time itself.
 */
final class EventTimeWatermarks<B> implements WatermarkStrategy<Decoded<B>> {

  static final Duration MAX_FUTURE_SKEW = Duration.ofMinutes(10);

  /** What blocks that follow upon each other sooner tell together. */
  private static final long BETWEEN_MILLIS = 10;

  /**
   * Says how event time follows.
   *
   * @param lag how far it stays behind, where no block has said otherwise
   * @param idleTimeout how long a partition is silent before it follows the wall clock
   * @param startTimeout the same before a partition's first record
   * @param atOnce whether blocks tell it
   */
  record Settings(Duration lag, Duration idleTimeout, Duration startTimeout, boolean atOnce)
      implements Serializable {

    static Settings of(JobOptions options, boolean atOnce) {
      return new Settings(
          options.get(JobOptions.WATERMARK_LAG),
          options.get(JobOptions.WATERMARK_IDLE_TIMEOUT),
          options.get(JobOptions.WATERMARK_START_TIMEOUT),
          atOnce);
    }

    Settings withLag(Duration other) {
      return new Settings(other, idleTimeout, startTimeout, atOnce);
    }
  }

  /**
   * Says how far event time stays behind the blocks of a partition.
   *
   * @param <B> the kind of block
   */
  @FunctionalInterface
  interface Lag<B> extends Serializable {

    /** Returns the lag of a partition that has given a block. */
    Duration of(B block);
  }

  private final Settings settings;
  private final Lag<B> lag;
  private final Clock clock;
  private transient @Nullable ReaderGenerator<B> reader;
  private transient @Nullable Counter futureSkewed;

  EventTimeWatermarks(Settings settings, Clock clock) {
    this(settings, block -> settings.lag(), clock);
  }

  EventTimeWatermarks(Settings settings, Lag<B> lag, Clock clock) {
    this.settings = settings;
    this.lag = lag;
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
    PartitionGenerator<B> partition =
        new PartitionGenerator<>(
            settings, lag, clock, context.getInputActivityClock(), futureSkewed, reader.partitions);
    reader.partitions.add(partition);
    return partition;
  }

  /** Tells time for a reader that has no partition, so that it does not hold back the others. */
  private static final class ReaderGenerator<B> implements WatermarkGenerator<Decoded<B>> {

    private final Settings settings;
    private final Clock clock;
    private final RelativeClock activity;
    private final long startedAt;
    private final List<PartitionGenerator<B>> partitions = new ArrayList<>();

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
      if (!partitions.isEmpty()) {
        output.markIdle();
      } else if (activity.relativeTimeMillis() - startedAt >= settings.startTimeout().toMillis()) {
        output.emitWatermark(new Watermark(clock.millis() - settings.lag().toMillis()));
      }
    }
  }

  /** Tells time for one partition. */
  private static final class PartitionGenerator<B> implements WatermarkGenerator<Decoded<B>> {

    private final Lag<B> lagOf;
    private final long idleTimeout;
    private final long startTimeout;
    private final boolean atOnce;
    private final Clock clock;
    private final RelativeClock activity;
    private final Counter futureSkewed;

    /** All of the reader, this one too. */
    private final List<PartitionGenerator<B>> partitions;

    private long lag;
    private long latest = Long.MIN_VALUE;
    private long activeAt;
    private long emitted = Long.MIN_VALUE;

    /** When a block last moved event time, by the wall clock. */
    private long toldAt;

    /** Where time is told when no block does, once it was. */
    private @Nullable WatermarkOutput periodic;

    PartitionGenerator(
        Settings settings,
        Lag<B> lagOf,
        Clock clock,
        RelativeClock activity,
        Counter futureSkewed,
        List<PartitionGenerator<B>> partitions) {
      this.lagOf = lagOf;
      this.lag = settings.lag().toMillis();
      this.idleTimeout = settings.idleTimeout().toMillis();
      this.startTimeout = settings.startTimeout().toMillis();
      this.atOnce = settings.atOnce();
      this.clock = clock;
      this.activity = activity;
      this.futureSkewed = futureSkewed;
      this.partitions = partitions;
      this.activeAt = activity.relativeTimeMillis();
    }

    @Override
    public void onEvent(Decoded<B> decoded, long timestamp, WatermarkOutput output) {
      if (timestamp == Long.MIN_VALUE) {
        return;
      }
      long now = clock.millis();
      if (timestamp > now + MAX_FUTURE_SKEW.toMillis()) {
        futureSkewed.inc();
        return;
      }
      B block = decoded.block();
      if (latest == Long.MIN_VALUE && block != null) {
        lag = lagOf.of(block).toMillis();
      }
      latest = Math.max(latest, timestamp);
      activeAt = activity.relativeTimeMillis();
      // The clock may be set back.
      if (atOnce && (now - toldAt >= BETWEEN_MILLIS || now < toldAt)) {
        // This one last: only with it Flink looks at what the others told.
        for (int i = 0; i < partitions.size(); i++) {
          partitions.get(i).tellUnused();
        }
        if (emit(Math.min(latest, now) - lag - 1, output)) {
          toldAt = now;
        }
      }
    }

    private void tellUnused() {
      if (periodic != null && latest == Long.MIN_VALUE) {
        tell(periodic);
      }
    }

    @Override
    public void onPeriodicEmit(WatermarkOutput output) {
      periodic = output;
      tell(output);
    }

    private void tell(WatermarkOutput output) {
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
      emit(watermark, output);
    }

    private boolean emit(long watermark, WatermarkOutput output) {
      if (watermark <= emitted) {
        return false;
      }
      emitted = watermark;
      output.emitWatermark(new Watermark(watermark));
      return true;
    }
  }
}
