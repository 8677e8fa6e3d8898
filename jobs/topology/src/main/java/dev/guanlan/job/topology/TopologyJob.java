package dev.guanlan.job.topology;

import static dev.guanlan.job.topology.TopologyUids.CALL_SIDES;
import static dev.guanlan.job.topology.TopologyUids.CALL_WINDOWS;
import static dev.guanlan.job.topology.TopologyUids.LOG_ENTITIES;
import static dev.guanlan.job.topology.TopologyUids.METRIC_ENTITIES;
import static dev.guanlan.job.topology.TopologyUids.NEO4J;
import static dev.guanlan.job.topology.TopologyUids.PAIR_SPANS;
import static dev.guanlan.job.topology.TopologyUids.READ_LOGS;
import static dev.guanlan.job.topology.TopologyUids.READ_METRICS;
import static dev.guanlan.job.topology.TopologyUids.READ_SPANS;
import static dev.guanlan.job.topology.TopologyUids.SPAN_ENTITIES;
import static dev.guanlan.job.topology.TopologyUids.TOPOLOGY_TOPIC;
import static dev.guanlan.job.topology.TopologyUids.VERSION_CHANGES;

import dev.guanlan.connector.kafka.TransactionalSink;
import dev.guanlan.connector.neo4j.Neo4jSink;
import dev.guanlan.connector.neo4j.Neo4jSinkBuilder;
import dev.guanlan.job.common.DeadLetters;
import dev.guanlan.job.common.JobEnvironment;
import dev.guanlan.job.common.JobOptions;
import dev.guanlan.job.common.RawTelemetry;
import dev.guanlan.job.common.ResourceBlock;
import dev.guanlan.job.common.enrich.TopologyRecords;
import dev.guanlan.job.common.enrich.TopologyTypes;
import dev.guanlan.job.topology.state.StateTypes;
import dev.guanlan.model.LogBlock;
import dev.guanlan.model.SpanBlock;
import dev.guanlan.model.Topics;
import dev.guanlan.topology.Call;
import dev.guanlan.topology.CallSide;
import dev.guanlan.topology.Calls;
import dev.guanlan.topology.Change;
import java.time.Clock;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/** Is the job that keeps the topology: from raw telemetry to Neo4j and the topology topic. */
public final class TopologyJob {

  private TopologyJob() {}

  /** Runs the job with options as {@code --key value}. */
  public static void main(String[] args) throws Exception {
    JobOptions options = TopologyOptions.parse(args);
    StreamExecutionEnvironment env = JobEnvironment.create();
    build(env, options);
    env.execute("guanlan-topology");
  }

  /** Reads the command line of the job. */
  public static JobOptions options(String... args) {
    return TopologyOptions.parse(args);
  }

  /** Builds the job. */
  public static void build(StreamExecutionEnvironment env, JobOptions options) {
    SingleOutputStreamOperator<ResourceBlock> metrics =
        RawTelemetry.resources(
            env, options, READ_METRICS, Topics.OTLP_METRICS, Topics.CLOUDQUERY_PREFIX);
    SingleOutputStreamOperator<LogBlock> logs =
        RawTelemetry.logs(env, options, READ_LOGS, Topics.OTLP_LOGS, Topics.TELEMETRY);
    SingleOutputStreamOperator<SpanBlock> spans =
        RawTelemetry.spans(
            env, options, READ_SPANS, Topics.OTLP_SPANS, Topics.ZIPKIN_SPANS, Topics.TELEMETRY);

    DataStream<Change> sightings =
        extract(metrics, ExtractEntities.ofMetrics(Clock.systemUTC()), METRIC_ENTITIES)
            .union(
                extract(logs, ExtractEntities.ofLogs(Clock.systemUTC()), LOG_ENTITIES),
                extract(spans, ExtractEntities.ofSpans(Clock.systemUTC()), SPAN_ENTITIES),
                calls(spans, options));

    SingleOutputStreamOperator<Change> changes =
        sightings
            .keyBy(Change::key, Types.STRING)
            .process(
                new VersionChanges(
                    options.get(TopologyOptions.SETTLE),
                    options.get(TopologyOptions.REFRESH),
                    options.get(TopologyOptions.EXPIRE)),
                TopologyTypes.CHANGES)
            .name("version changes")
            .uid(VERSION_CHANGES);

    // Both sinks stay in the task of their keys: no two tasks write one entity or relation.
    changes.sinkTo(neo4j(options)).name("Neo4j").uid(NEO4J);
    changes
        .sinkTo(
            TransactionalSink.to(
                options.bootstrapServers(),
                Topics.TOPOLOGY,
                options.transactionalIdPrefix("topology"),
                new TopologyRecords()))
        .name("topology topic")
        .uid(TOPOLOGY_TOPIC);
    DeadLetters.sinkTo(
        options,
        metrics.getSideOutput(DeadLetters.TAG),
        logs.getSideOutput(DeadLetters.TAG),
        spans.getSideOutput(DeadLetters.TAG));
  }

  private static <B> DataStream<Change> extract(
      DataStream<B> blocks, ExtractEntities<B> entities, String uid) {
    return blocks.flatMap(entities, TopologyTypes.CHANGES).name(uid.replace('-', ' ')).uid(uid);
  }

  private static DataStream<Change> calls(DataStream<SpanBlock> spans, JobOptions options) {
    DataStream<CallSide> sides =
        spans
            .<CallSide>flatMap(
                (block, out) -> Calls.sides(block, out::collect), StateTypes.CALL_SIDES)
            .name("extract call sides")
            .uid(CALL_SIDES);
    DataStream<Call> calls =
        sides
            .keyBy(PairSpans::key, Types.STRING)
            .process(new PairSpans(options.get(TopologyOptions.CALL_WAIT)), StateTypes.CALLS)
            .name("pair spans")
            .uid(PAIR_SPANS);
    return calls
        .keyBy(CallWindows::key, Types.STRING)
        .process(new CallWindows(options.get(TopologyOptions.CALL_WINDOW)), TopologyTypes.CHANGES)
        .name("call windows")
        .uid(CALL_WINDOWS);
  }

  private static Neo4jSink neo4j(JobOptions options) {
    Neo4jSinkBuilder sink = Neo4jSink.builder().setUri(options.get(TopologyOptions.NEO4J_URI));
    options
        .secret(TopologyOptions.NEO4J_PASSWORD_FILE)
        .ifPresent(password -> sink.setLogin(options.get(TopologyOptions.NEO4J_USER), password));
    return sink.build();
  }
}
