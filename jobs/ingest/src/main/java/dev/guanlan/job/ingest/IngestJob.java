package dev.guanlan.job.ingest;

import dev.guanlan.job.common.DeadLetters;
import dev.guanlan.job.common.JobEnvironment;
import dev.guanlan.job.common.JobOptions;
import dev.guanlan.job.common.RawTelemetry;
import dev.guanlan.job.common.delta.DeltaToCumulative;
import dev.guanlan.job.common.enrich.Enrichment;
import dev.guanlan.model.FlowBlock;
import dev.guanlan.model.LogBlock;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.model.SpanBlock;
import dev.guanlan.model.Topics;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * Stores telemetry: raw topics → decoded blocks → each with its place in the topology → ClickHouse.
 *
 * <p>Rows are written exactly once, with each checkpoint, unless the options ask for less. What
 * cannot be decoded goes to the topic of dead letters.
 */
public final class IngestJob {

  private IngestJob() {}

  /** Runs the job with {@code --key value} options. */
  public static void main(String[] args) throws Exception {
    JobOptions options = JobOptions.parse(IngestNames.JOB, args, IngestOptions.all());
    IngestOptions ingest = IngestOptions.of(options);
    Database.prepare(ingest, options.find(IngestOptions.CLUSTER));
    StreamExecutionEnvironment env = JobEnvironment.create();
    build(env, options, ingest);
    env.execute("guanlan-" + IngestNames.JOB);
  }

  static void build(StreamExecutionEnvironment env, JobOptions options, IngestOptions ingest) {
    SingleOutputStreamOperator<SampleBlock> samples =
        RawTelemetry.samples(
            env,
            options,
            IngestNames.READ_METRICS,
            Topics.PROMETHEUS_REMOTE_WRITE,
            Topics.OTLP_METRICS,
            Topics.RECORDED_METRICS,
            Topics.TELEMETRY,
            Topics.DEEPFLOW_METRICS_PREFIX);
    SingleOutputStreamOperator<LogBlock> logs =
        RawTelemetry.logs(
            env,
            options,
            IngestNames.READ_LOGS,
            Topics.OTLP_LOGS,
            Topics.LOKI_PUSH,
            Topics.TELEMETRY);
    SingleOutputStreamOperator<SpanBlock> spans =
        RawTelemetry.spans(
            env,
            options,
            IngestNames.READ_SPANS,
            Topics.OTLP_SPANS,
            Topics.ZIPKIN_SPANS,
            Topics.TELEMETRY,
            Topics.DEEPFLOW_LOG_PREFIX);
    SingleOutputStreamOperator<FlowBlock> flows =
        RawTelemetry.flows(
            env, options, IngestNames.READ_FLOWS, Topics.TELEMETRY, Topics.DEEPFLOW_LOG_PREFIX);

    SingleOutputStreamOperator<SampleBlock> parted = DeltaToCumulative.part(samples);
    Enrichment.samples(parted, options)
        .sinkTo(ingest.sink(new SampleRows(ingest.bounds(), ingest.seriesCache())))
        .name("store samples and series")
        .uid(IngestNames.STORE_SAMPLES);
    Enrichment.totals(DeltaToCumulative.addUp(parted), options)
        .sinkTo(ingest.sink(new SampleRows(ingest.bounds(), ingest.seriesCache())))
        .name("store totals")
        .uid(IngestNames.STORE_TOTALS);
    Enrichment.logs(logs, options)
        .sinkTo(ingest.sink(new LogRows(ingest.bounds())))
        .name("store logs")
        .uid(IngestNames.STORE_LOGS);
    Enrichment.spans(spans, options)
        .sinkTo(ingest.sink(new SpanRows(ingest.bounds())))
        .name("store spans")
        .uid(IngestNames.STORE_SPANS);
    flows
        .sinkTo(ingest.sink(new FlowRows(ingest.bounds())))
        .name("store flows")
        .uid(IngestNames.STORE_FLOWS);

    DeadLetters.sinkTo(
        options,
        samples.getSideOutput(DeadLetters.TAG),
        logs.getSideOutput(DeadLetters.TAG),
        spans.getSideOutput(DeadLetters.TAG),
        flows.getSideOutput(DeadLetters.TAG));
  }
}
