package dev.guanlan.job.alerting;

import dev.guanlan.connector.kafka.IdempotentSink;
import dev.guanlan.connector.kafka.TransactionalSink;
import dev.guanlan.job.common.DeadLetters;
import dev.guanlan.job.common.JobEnvironment;
import dev.guanlan.job.common.JobOptions;
import dev.guanlan.job.common.RawTelemetry;
import dev.guanlan.job.common.delta.DeltaToCumulative;
import dev.guanlan.job.common.enrich.Topology;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.model.Topics;
import dev.guanlan.schema.AlertTransition;
import java.util.function.UnaryOperator;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;

/**
 * Judges metrics against rules while they pass.
 *
 * <pre>
 * raw metrics ──────┬─▶ select samples ─▶ by group ──────▶ evaluate rules ─┬─▶ alerts
 * recorded_metrics ─┘      ▲      ▲ └─▶ by shard ─▶ leaves ─┘  ▲            ├─▶ Alertmanager
 * rules, rule_plans ───────┴──────┴──▶ read history ───────────┘            ├─▶ recorded_metrics
 *                                                                           ├─▶ rule_status
 *                                                                           └─▶ rule_plans
 * </pre>
 *
 * <p>The texts of alerts may use the topology, which the evaluation follows if any do.
 */
public final class AlertingJob {

  /**
   * What leaves a task is sent at once: blocks of many samples, or alerts, which are few. A time to
   * wait for company would have a thread wake up for each output again and again.
   */
  private static final long AT_ONCE = 0;

  private AlertingJob() {}

  /** Runs the job with {@code --key value} options. */
  public static void main(String[] args) throws Exception {
    JobOptions options = options(args);
    StreamExecutionEnvironment env = JobEnvironment.create();
    build(env, options);
    env.execute("guanlan-" + AlertingNames.JOB);
  }

  /**
   * Reads the job's options.
   *
   * @throws IllegalArgumentException if one is unknown or cannot be
   */
  public static JobOptions options(String... args) {
    return JobOptions.parse(AlertingNames.JOB, args, AlertingSettings.options());
  }

  /** Builds the job. */
  public static void build(StreamExecutionEnvironment env, JobOptions options) {
    build(env, options, UnaryOperator.identity());
  }

  /**
   * Builds the job with something added between decoding and selection, as a later release may
   * have.
   *
   * @param afterDecoding adds operators, each with a uid of its own
   */
  public static void build(
      StreamExecutionEnvironment env,
      JobOptions options,
      UnaryOperator<DataStream<SampleBlock>> afterDecoding) {
    AlertingSettings settings = AlertingSettings.of(options);
    String kafka = options.bootstrapServers();
    env.setBufferTimeout(AT_ONCE);

    SingleOutputStreamOperator<SampleBlock> decoded =
        RawTelemetry.samplesNotAhead(
            env,
            options,
            AlertingNames.READ_METRICS,
            Topics.PROMETHEUS_REMOTE_WRITE,
            Topics.OTLP_METRICS,
            Topics.TELEMETRY);
    SingleOutputStreamOperator<SampleBlock> recorded =
        RawTelemetry.recorded(env, options, AlertingNames.READ_RECORDED);
    DeadLetters.sinkTo(
        options, decoded.getSideOutput(DeadLetters.TAG), recorded.getSideOutput(DeadLetters.TAG));

    RuleTable table =
        RuleTable.ofTopic(options.consumerProperties(), options.get(JobOptions.KAFKA_READ_TIMEOUT));
    PlanTable plans =
        PlanTable.ofTopic(options.consumerProperties(), options.get(JobOptions.KAFKA_READ_TIMEOUT));
    SingleOutputStreamOperator<AlertTransition> transitions =
        evaluate(
            totals(afterDecoding.apply(decoded)).union(recorded),
            ChangesStream.read(env, options),
            new Tables(table, plans),
            BootstrapOptions.of(options),
            Topology.withCalls(options),
            settings);

    // Committing a transaction takes its time, in which rules go on: rescaling ends their chain.
    transitions
        .rescale()
        .sinkTo(
            TransactionalSink.to(
                kafka, Topics.ALERTS, options.transactionalIdPrefix("alerts"), new AlertEncoder()))
        .name("write alerts")
        .uid(AlertingNames.WRITE_ALERTS);
    transitions
        .getSideOutput(AlertingTypes.RECORDED)
        .rescale()
        .sinkTo(
            TransactionalSink.to(
                kafka,
                Topics.RECORDED_METRICS,
                options.transactionalIdPrefix("recorded"),
                new RecordedEncoder()))
        .name("write recorded metrics")
        .uid(AlertingNames.WRITE_RECORDED);
    // Not in transactions: a newer status takes the place of whatever is repeated after a failure.
    transitions
        .getSideOutput(AlertingTypes.RULE_STATUS)
        .sinkTo(IdempotentSink.to(kafka, Topics.RULE_STATUS, new StatusEncoder()))
        .name("write rule status")
        .uid(AlertingNames.WRITE_RULE_STATUS);
    // Nor are these: what counts is what comes in step with samples.
    transitions
        .getSideOutput(AlertingTypes.PLANS)
        .sinkTo(IdempotentSink.to(kafka, Topics.RULE_PLANS, new PlanEncoder()))
        .name("write plans")
        .uid(AlertingNames.WRITE_PLANS);
    transitions
        .getSideOutput(AlertingTypes.NOTIFICATIONS)
        .sinkTo(AlertmanagerOptions.sink(options))
        .name("notify Alertmanager")
        .uid(AlertingNames.NOTIFY);
  }

  /**
   * Is what the selection knows before the first sample.
   *
   * @param rules the rule groups
   * @param plans where their samples go
   */
  record Tables(RuleTable rules, PlanTable plans) {}

  /** Evaluates rules whose texts know no topology, each group in one task. */
  static SingleOutputStreamOperator<AlertTransition> evaluate(
      DataStream<SampleBlock> samples,
      DataStream<SelectionChange> rules,
      RuleTable table,
      BootstrapOptions bootstrap,
      AlertingSettings settings) {
    return evaluate(
        samples, rules, new Tables(table, PlanTable.none()), bootstrap, Topology.UNKNOWN, settings);
  }

  /** Adds series of changes up, so that every series has totals. */
  static DataStream<SampleBlock> totals(DataStream<SampleBlock> samples) {
    SingleOutputStreamOperator<SampleBlock> parted = DeltaToCumulative.part(samples);
    return parted.union(DeltaToCumulative.addUp(parted));
  }

  /**
   * Joins samples with rules: selects what rules look at, and evaluates each group by itself, or in
   * shards and then the rest by itself.
   *
   * @param changes of rules, and of where samples go
   */
  static SingleOutputStreamOperator<AlertTransition> evaluate(
      DataStream<SampleBlock> samples,
      DataStream<SelectionChange> changes,
      Tables tables,
      BootstrapOptions bootstrap,
      Topology topology,
      AlertingSettings settings) {
    DataStream<GroupUpdate> updates =
        ChangesStream.rules(changes)
            .transform("read history", AlertingTypes.GROUP_UPDATES, new ReadHistory(bootstrap))
            .setParallelism(1)
            .uid(AlertingNames.READ_HISTORY);
    SingleOutputStreamOperator<GroupInput> selected =
        samples
            .connect(changes.broadcast())
            .process(
                new SelectSamples(
                    tables.rules(),
                    tables.plans(),
                    settings.lookbackMillis(),
                    bootstrap.takeOver(),
                    settings.cachedSeries()),
                AlertingTypes.GROUP_INPUTS)
            .name("select samples")
            .uid(AlertingNames.SELECT_SAMPLES);
    SingleOutputStreamOperator<GroupInput> leaves =
        selected
            .getSideOutput(AlertingTypes.TO_SHARDS)
            .keyBy(GroupInput::key, Types.STRING)
            .transform(
                "evaluate leaves",
                AlertingTypes.GROUP_INPUTS,
                new EvaluateLeavesOperator(
                    new EvaluateLeaves(settings, ShardStore.of(bootstrap, settings))))
            .uid(AlertingNames.EVALUATE_LEAVES);
    return selected
        .union(leaves)
        .connect(updates)
        .keyBy(GroupInput::key, GroupUpdate::key, Types.STRING)
        .transform(
            "evaluate rules",
            AlertingTypes.TRANSITIONS,
            new EvaluateRulesOperator(new EvaluateRules(settings, bootstrap.forStates(), topology)))
        .uid(AlertingNames.EVALUATE_RULES);
  }
}
