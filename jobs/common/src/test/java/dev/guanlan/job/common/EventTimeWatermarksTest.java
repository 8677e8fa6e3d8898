package dev.guanlan.job.common;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkGeneratorSupplier;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.SimpleCounter;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.util.clock.RelativeClock;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@DisplayName("Event time")
final class EventTimeWatermarksTest {

  private static final long NOW = 1_700_000_000_000L;
  private static final long LAG = 2_000;
  private static final long IDLE = 5_000;
  private static final long START = 10_000;

  private final TestTime time = new TestTime(NOW);
  private final Counter futureSkewed = new SimpleCounter();
  private final EventTimeWatermarks<String> strategy = strategy(false);
  private final Side reader = new Side(strategy);

  private EventTimeWatermarks<String> strategy(boolean atOnce) {
    return new EventTimeWatermarks<>(
        new EventTimeWatermarks.Settings(
            Duration.ofMillis(LAG), Duration.ofMillis(IDLE), Duration.ofMillis(START), atOnce),
        time);
  }

  /** Is one generator with what it said. */
  private final class Side implements WatermarkOutput {

    final TestTime.ActivityClock activity = time.activity();
    final WatermarkGenerator<Decoded<String>> generator;
    long watermark = Long.MIN_VALUE;
    boolean idle;

    Side(EventTimeWatermarks<String> strategy) {
      generator =
          strategy.createWatermarkGenerator(
              new WatermarkGeneratorSupplier.Context() {
                @Override
                public MetricGroup getMetricGroup() {
                  return new UnregisteredMetricsGroup() {
                    @Override
                    public Counter counter(String name) {
                      return name.equals("futureSkewed") ? futureSkewed : new SimpleCounter();
                    }
                  };
                }

                @Override
                public RelativeClock getInputActivityClock() {
                  return activity;
                }
              });
    }

    void block(long timestamp) {
      generator.onEvent(Decoded.of("block", timestamp), timestamp, this);
    }

    long tick() {
      generator.onPeriodicEmit(this);
      return watermark;
    }

    /** Checks what event time was told of itself: that of a block, less the lag, and one. */
    void hasTold(long timestamp) {
      assertThat(watermark).isEqualTo(timestamp - LAG - 1);
    }

    @Override
    public void emitWatermark(Watermark emitted) {
      assertThat(emitted.getTimestamp()).isGreaterThanOrEqualTo(watermark);
      watermark = emitted.getTimestamp();
      idle = false;
    }

    @Override
    public void markIdle() {
      idle = true;
    }

    @Override
    public void markActive() {
      idle = false;
    }
  }

  @Nested
  @DisplayName("of a partition")
  final class OfAPartition {

    private final Side partition = new Side(strategy);

    @Test
    @DisplayName("stays behind as far as its first block says, also when it is silent")
    void hasALagOfItsOwn() {
      EventTimeWatermarks<String> slow =
          new EventTimeWatermarks<>(
              new EventTimeWatermarks.Settings(
                  Duration.ofMillis(LAG), Duration.ofMillis(IDLE), Duration.ofMillis(START), false),
              block -> Duration.ofMillis(5 * LAG),
              time);
      Side slowReader = new Side(slow);
      Side slowPartition = new Side(slow);
      assertThat(slowReader.tick()).isEqualTo(Long.MIN_VALUE);
      slowPartition.block(NOW);
      assertThat(slowPartition.tick()).isEqualTo(NOW - 5 * LAG - 1);
      time.pass(IDLE);
      assertThat(slowPartition.tick()).isEqualTo(NOW + IDLE - 5 * LAG - IDLE);
    }

    @Test
    @DisplayName("is its latest timestamp less the lag, and one")
    void followsTheLatest() {
      partition.block(NOW - 60_000);
      partition.block(NOW - 50_000);
      partition.block(NOW - 55_000);

      assertThat(partition.tick()).isEqualTo(NOW - 50_000 - LAG - 1);
    }

    @Test
    @DisplayName("is not known before the first block")
    void unknownAtFirst() {
      time.pass(START - 1);

      assertThat(partition.tick()).isEqualTo(Long.MIN_VALUE);
    }

    @Test
    @DisplayName("follows the wall clock after the start timeout, if nothing ever came")
    void followsWhenNothingCame() {
      time.pass(START);

      assertThat(partition.tick()).isEqualTo(NOW + START - LAG);
    }

    @Test
    @DisplayName("stays while the partition is silent for less than the idle timeout")
    void staysForAWhile() {
      partition.block(NOW);
      time.pass(IDLE - 1);

      assertThat(partition.tick()).isEqualTo(NOW - LAG - 1);
    }

    @Test
    @DisplayName("goes on without a jump when the partition falls silent")
    void followsWhenSilent() {
      partition.block(NOW);
      time.pass(IDLE);
      assertThat(partition.tick()).isEqualTo(NOW - LAG);
      time.pass(1_000);
      assertThat(partition.tick()).isEqualTo(NOW + 1_000 - LAG);
    }

    @Test
    @DisplayName("goes back to the blocks when they come again, and never back in time")
    void blocksComeAgain() {
      partition.block(NOW);
      time.pass(60_000);
      long silent = partition.tick();

      partition.block(NOW + 1_000);
      assertThat(partition.tick()).isEqualTo(silent);

      partition.block(NOW + 60_000);
      assertThat(partition.tick()).isEqualTo(NOW + 60_000 - LAG - 1);
    }

    @Test
    @DisplayName("does not follow the wall clock while backpressure holds the source")
    void backpressureIsNoSilence() {
      partition.block(NOW - 60_000);
      partition.activity.passPaused(600_000);

      assertThat(partition.tick()).isEqualTo(NOW - 60_000 - LAG - 1);
    }

    @Test
    @DisplayName("is never ahead of the wall clock, and catches up as that moves")
    void fastClock() {
      partition.block(NOW + 3_000);
      assertThat(partition.tick()).isEqualTo(NOW - LAG - 1);
      time.pass(1_000);
      assertThat(partition.tick()).isEqualTo(NOW + 1_000 - LAG - 1);
      time.pass(3_000);
      assertThat(partition.tick()).isEqualTo(NOW + 3_000 - LAG - 1);
    }

    @Test
    @DisplayName("is not moved by a block from the far future, which is counted")
    void farFuture() {
      partition.block(NOW - 1_000);
      partition.block(NOW + Duration.ofMinutes(10).toMillis() + 1);

      assertThat(partition.tick()).isEqualTo(NOW - 1_000 - LAG - 1);
      assertThat(futureSkewed.getCount()).isEqualTo(1);
    }

    @Test
    @DisplayName("takes garbage and blocks from the far future for silence")
    void garbageIsSilence() {
      partition.block(NOW);
      for (int i = 0; i < 20; i++) {
        time.pass(1_000);
        partition.block(Long.MIN_VALUE);
        partition.block(NOW + Duration.ofDays(1).toMillis());
      }

      assertThat(partition.tick()).isEqualTo(NOW + 20_000 - LAG - IDLE);
    }
  }

  @Nested
  @DisplayName("of a reader")
  final class OfAReader {

    @Test
    @DisplayName("is left to its partitions")
    void leftToPartitions() {
      Side partition = new Side(strategy);
      partition.block(NOW - 60_000);
      time.pass(START * 10);

      assertThat(reader.tick()).isEqualTo(Long.MIN_VALUE);
      assertThat(reader.idle).isTrue();
    }

    @Test
    @DisplayName("without partitions follows the wall clock, so that it holds back nobody")
    void withoutPartitions() {
      time.pass(START - 1);
      assertThat(reader.tick()).isEqualTo(Long.MIN_VALUE);
      time.pass(1);
      assertThat(reader.tick()).isEqualTo(NOW + START - LAG);
    }
  }

  @Nested
  @DisplayName("told at once")
  final class ToldAtOnce {

    private final EventTimeWatermarks<String> eager = strategy(true);
    private final Side of = new Side(eager);
    private final Side partition = new Side(eager);
    private final Side other = new Side(eager);

    @Test
    @DisplayName("follows each block without being asked")
    void followsEachBlock() {
      partition.block(NOW - 60_000);
      partition.hasTold(NOW - 60_000);

      time.pass(10);
      partition.block(NOW - 50_000);
      partition.hasTold(NOW - 50_000);

      time.pass(10);
      partition.block(NOW - 55_000);
      partition.hasTold(NOW - 50_000);
    }

    @Test
    @DisplayName("is told by the next, or when asked, if blocks follow upon each other sooner")
    void notMoreOften() {
      partition.block(NOW - 60_000);
      time.pass(9);
      partition.block(NOW - 50_000);
      partition.hasTold(NOW - 60_000);

      time.pass(1);
      partition.block(NOW - 59_000);
      partition.hasTold(NOW - 50_000);

      partition.block(NOW - 40_000);
      assertThat(partition.tick()).isEqualTo(NOW - 40_000 - LAG - 1);
    }

    @Test
    @DisplayName("does not wait for a block that moved nothing")
    void oldBlocksDoNotCount() {
      partition.block(NOW - 50_000);
      time.pass(10);
      partition.block(NOW - 60_000);
      partition.block(NOW - 40_000);

      partition.hasTold(NOW - 40_000);
    }

    @Test
    @DisplayName("is never ahead of the wall clock, nor moved by the far future")
    void fastClock() {
      partition.block(NOW + 3_000);
      partition.hasTold(NOW);

      time.pass(1_000);
      partition.block(NOW + Duration.ofDays(1).toMillis());
      partition.hasTold(NOW);
      assertThat(futureSkewed.getCount()).isEqualTo(1);
    }

    @Test
    @DisplayName("goes on when the wall clock was set back")
    void clockSetBack() {
      partition.block(NOW - 60_000);
      time.pass(-1_000);
      partition.block(NOW - 50_000);

      partition.hasTold(NOW - 50_000);
    }

    @Test
    @DisplayName("is told by a block of the reader's other partitions to which nothing ever came")
    void ofThoseWhereNothingCame() {
      time.pass(START - 1);
      partition.block(NOW);
      assertThat(other.tick()).isEqualTo(Long.MIN_VALUE);

      time.pass(10);
      partition.block(NOW + 1);
      assertThat(other.watermark).isEqualTo(NOW + START + 9 - LAG);

      time.pass(9);
      partition.block(NOW + 2);
      assertThat(other.watermark).isEqualTo(NOW + START + 9 - LAG);
      assertThat(of.tick()).isEqualTo(Long.MIN_VALUE);
    }

    @Test
    @DisplayName("is not told by others' blocks of a partition that has given some")
    void notOfThoseThatHaveBlocks() {
      other.block(NOW - 60_000);
      other.tick();
      time.pass(IDLE);
      partition.block(NOW + IDLE);

      other.hasTold(NOW - 60_000);
      assertThat(other.tick()).isEqualTo(NOW - LAG);
    }

    @Test
    @DisplayName("is as it is asked for while the partition is silent")
    void silent() {
      partition.block(NOW);
      time.pass(IDLE);

      assertThat(partition.tick()).isEqualTo(NOW - LAG);
    }
  }
}
