package dev.guanlan.job.common.enrich;

import dev.guanlan.job.common.BlockTypes;
import dev.guanlan.job.common.Decoded;
import dev.guanlan.job.common.JobOptions;
import dev.guanlan.model.LogBlock;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.model.SpanBlock;
import dev.guanlan.topology.Change;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.MultipleConnectedStreams;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.transformations.MultipleInputTransformation;

/**
 * Joins telemetry with the topology: {@code Enrichment.samples(RawTelemetry.decoded(…),
 * TopologyStream.read(env, options), options)}. One stream of changes serves all three. What could
 * not be decoded leaves by the side output {@link dev.guanlan.job.common.DeadLetters#TAG} of the
 * stream returned.
 */
public final class Enrichment {

  /** Uid of the operator that places samples. Part of savepoints; never changes. */
  public static final String SAMPLES_UID = "enrich-samples";

  /** Uid of the operator that places totals. Part of savepoints; never changes. */
  public static final String TOTALS_UID = "enrich-totals";

  /** Uid of the operator that places log entries. Part of savepoints; never changes. */
  public static final String LOGS_UID = "enrich-logs";

  /** Uid of the operator that places spans. Part of savepoints; never changes. */
  public static final String SPANS_UID = "enrich-spans";

  private Enrichment() {}

  /** Gives every series of the blocks its place. */
  public static SingleOutputStreamOperator<Placed<SampleBlock>> samples(
      DataStream<Decoded<SampleBlock>> blocks, DataStream<Change> changes, JobOptions options) {
    return join(
        blocks,
        changes,
        new PlaceBlocks.OfSamples(table(options)),
        SAMPLES_UID,
        TopologyTypes.PLACED_SAMPLES);
  }

  /**
   * Gives every series its place, of blocks that were made and not read: totals of {@link
   * dev.guanlan.job.common.delta.DeltaToCumulative}.
   */
  public static SingleOutputStreamOperator<Placed<SampleBlock>> totals(
      DataStream<SampleBlock> blocks, DataStream<Change> changes, JobOptions options) {
    DataStream<Decoded<SampleBlock>> made =
        blocks
            .map(block -> Decoded.of(block, block.latestTimestamp()))
            .returns(Decoded.typeOf(BlockTypes.SAMPLES))
            .setParallelism(blocks.getParallelism())
            .name("totals")
            .uid(TOTALS_UID + "-made");
    return join(
        made,
        changes,
        new PlaceBlocks.OfSamples(table(options)),
        TOTALS_UID,
        TopologyTypes.PLACED_SAMPLES);
  }

  /** Gives every resource group of the blocks its place. */
  public static SingleOutputStreamOperator<Placed<LogBlock>> logs(
      DataStream<Decoded<LogBlock>> blocks, DataStream<Change> changes, JobOptions options) {
    return join(
        blocks,
        changes,
        new PlaceBlocks.OfLogs(table(options)),
        LOGS_UID,
        TopologyTypes.PLACED_LOGS);
  }

  /** Gives every resource group of the blocks its place. */
  public static SingleOutputStreamOperator<Placed<SpanBlock>> spans(
      DataStream<Decoded<SpanBlock>> blocks, DataStream<Change> changes, JobOptions options) {
    return join(
        blocks,
        changes,
        new PlaceBlocks.OfSpans(table(options)),
        SPANS_UID,
        TopologyTypes.PLACED_SPANS);
  }

  private static TopologyTable table(JobOptions options) {
    return new CompactedTopologyTable(
        options.consumerProperties(), options.get(JobOptions.KAFKA_READ_TIMEOUT));
  }

  /** Joins in the task of the source, if blocks are read and by nothing else. */
  private static <B> SingleOutputStreamOperator<Placed<B>> join(
      DataStream<Decoded<B>> blocks,
      DataStream<Change> changes,
      PlaceBlocks<B> places,
      String uid,
      TypeInformation<Placed<B>> type) {
    MultipleInputTransformation<Placed<B>> join =
        new MultipleInputTransformation<>(
            uid, new EnrichOperator.Factory<>(places), type, blocks.getParallelism());
    join.addInput(blocks.getTransformation());
    join.addInput(changes.broadcast().getTransformation());
    StreamExecutionEnvironment env = blocks.getExecutionEnvironment();
    env.addOperator(join);
    return new MultipleConnectedStreams(env).transform(join).name(uid).uid(uid);
  }
}
