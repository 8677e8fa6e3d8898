package dev.guanlan.job.common.delta;

import dev.guanlan.job.common.BlockTypes;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.model.SeriesId;
import java.time.Duration;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;

/**
 * Adds series of changes up to totals, as agents with delta temporality send them:
 *
 * <ol>
 *   <li>each block's series of changes are parted from the others, which go on in the same task;
 *   <li>they travel to the task that has their totals, several of a block together;
 *   <li>there each change becomes the total at its time, counting since the series' first;
 *   <li>the blocks of totals join the stream again.
 * </ol>
 *
 * <p>Late and repeated changes are dropped and counted, as in the OpenTelemetry Collector's {@code
 * deltatocumulative} processor, because a total that was told cannot change any more. A series
 * without a change for an hour is forgotten; should it come again it begins at 0, with a start time
 * that says so. An hour in which nothing runs, as between a savepoint and its restore, does not
 * count.
 */
public final class DeltaToCumulative {

  /** How many parts the totals are in. Part of the keys of state; never changes. */
  static final int BUCKETS = 256;

  static final Duration FORGOTTEN_AFTER = Duration.ofHours(1);

  /** The most series that a bucket keeps totals of, some half a million in all. */
  static final int MOST_SERIES_A_BUCKET = 1 << 11;

  private static final String UID = "delta-to-cumulative";

  private DeltaToCumulative() {}

  /**
   * Returns the blocks without their series of changes, in the same task. {@link #addUp} of it
   * gives the totals of those. Who joins both again reads two streams, and so is in one task with
   * neither.
   */
  public static SingleOutputStreamOperator<SampleBlock> part(DataStream<SampleBlock> blocks) {
    return blocks
        .process(new PartDeltas())
        .returns(BlockTypes.SAMPLES)
        .setParallelism(blocks.getParallelism())
        .name("part changes from totals")
        .uid(UID + "-part");
  }

  /** Returns the totals of the changes that {@link #part} took out. */
  public static SingleOutputStreamOperator<SampleBlock> addUp(
      SingleOutputStreamOperator<SampleBlock> parted) {
    return parted
        .getSideOutput(PartDeltas.TAG)
        .keyBy(DeltaPart::bucket, Types.INT)
        .process(new AddDeltas(FORGOTTEN_AFTER, MOST_SERIES_A_BUCKET))
        .returns(BlockTypes.SAMPLES)
        .setParallelism(parted.getParallelism())
        .name("add changes up")
        .uid(UID);
  }

  /** Returns which part of the totals a series is in. */
  static int bucket(SeriesId id) {
    return (int) (id.low() >>> 32) & (BUCKETS - 1);
  }
}
