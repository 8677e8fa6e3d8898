package dev.guanlan.job.common.enrich;

import dev.guanlan.job.common.JobOptions;
import dev.guanlan.model.LogBlock;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.model.SpanBlock;
import dev.guanlan.topology.Change;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;

/**
 * Joins telemetry with the topology: {@code Enrichment.samples(blocks, TopologyStream.read(env,
 * options), options)}. One stream of changes serves all three.
 */
public final class Enrichment {

  /** Uid of the operator that places samples. Part of savepoints; never changes. */
  public static final String SAMPLES_UID = "enrich-samples";

  /** Uid of the operator that places log entries. Part of savepoints; never changes. */
  public static final String LOGS_UID = "enrich-logs";

  /** Uid of the operator that places spans. Part of savepoints; never changes. */
  public static final String SPANS_UID = "enrich-spans";

  private Enrichment() {}

  /** Gives every series of the blocks its place. */
  public static SingleOutputStreamOperator<Placed<SampleBlock>> samples(
      DataStream<SampleBlock> blocks, DataStream<Change> changes, JobOptions options) {
    return join(
        blocks,
        changes,
        new PlaceBlocks.OfSamples(table(options)),
        SAMPLES_UID,
        TopologyTypes.PLACED_SAMPLES);
  }

  /** Gives every resource group of the blocks its place. */
  public static SingleOutputStreamOperator<Placed<LogBlock>> logs(
      DataStream<LogBlock> blocks, DataStream<Change> changes, JobOptions options) {
    return join(
        blocks,
        changes,
        new PlaceBlocks.OfLogs(table(options)),
        LOGS_UID,
        TopologyTypes.PLACED_LOGS);
  }

  /** Gives every resource group of the blocks its place. */
  public static SingleOutputStreamOperator<Placed<SpanBlock>> spans(
      DataStream<SpanBlock> blocks, DataStream<Change> changes, JobOptions options) {
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

  private static <B> SingleOutputStreamOperator<Placed<B>> join(
      DataStream<B> blocks,
      DataStream<Change> changes,
      PlaceBlocks<B> places,
      String uid,
      TypeInformation<Placed<B>> type) {
    return blocks
        .connect(changes.broadcast())
        .process(places, type)
        .setParallelism(blocks.getParallelism())
        .name(uid)
        .uid(uid);
  }
}
