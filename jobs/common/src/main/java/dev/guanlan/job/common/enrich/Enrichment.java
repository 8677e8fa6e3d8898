package dev.guanlan.job.common.enrich;

import dev.guanlan.job.common.JobOptions;
import dev.guanlan.model.LogBlock;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.model.SpanBlock;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;

/** Joins telemetry with the topology, in the task that the telemetry comes from. */
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
      DataStream<SampleBlock> blocks, JobOptions options) {
    return samples(blocks, options, SAMPLES_UID);
  }

  /** Gives every series its place, of blocks that a job has made beside those it has read. */
  public static SingleOutputStreamOperator<Placed<SampleBlock>> totals(
      DataStream<SampleBlock> blocks, JobOptions options) {
    return samples(blocks, options, TOTALS_UID);
  }

  private static SingleOutputStreamOperator<Placed<SampleBlock>> samples(
      DataStream<SampleBlock> blocks, JobOptions options, String uid) {
    return join(
        blocks, new PlaceBlocks.OfSamples(topology(options)), uid, TopologyTypes.PLACED_SAMPLES);
  }

  /** Gives every resource group of the blocks its place. */
  public static SingleOutputStreamOperator<Placed<LogBlock>> logs(
      DataStream<LogBlock> blocks, JobOptions options) {
    return join(
        blocks, new PlaceBlocks.OfLogs(topology(options)), LOGS_UID, TopologyTypes.PLACED_LOGS);
  }

  /** Gives every resource group of the blocks its place. */
  public static SingleOutputStreamOperator<Placed<SpanBlock>> spans(
      DataStream<SpanBlock> blocks, JobOptions options) {
    return join(
        blocks, new PlaceBlocks.OfSpans(topology(options)), SPANS_UID, TopologyTypes.PLACED_SPANS);
  }

  private static Topology topology(JobOptions options) {
    return FollowedTopology.at(
        options.consumerProperties(), options.get(JobOptions.KAFKA_READ_TIMEOUT), false);
  }

  private static <B> SingleOutputStreamOperator<Placed<B>> join(
      DataStream<B> blocks, PlaceBlocks<B> places, String uid, TypeInformation<Placed<B>> type) {
    return blocks.process(places, type).setParallelism(blocks.getParallelism()).name(uid).uid(uid);
  }
}
