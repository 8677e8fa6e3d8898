package dev.guanlan.job.alerting;

import dev.guanlan.connector.clickhouse.ClickHouseTarget;
import dev.guanlan.job.common.BlockTypes;
import dev.guanlan.job.common.JobOptions;
import dev.guanlan.job.common.enrich.Topology;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.rules.RuleException;
import dev.guanlan.rules.RuleFileException;
import dev.guanlan.schema.AlertTransition;
import dev.guanlan.schema.RuleGroupStatus;
import dev.guanlan.store.ClickHouseException;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.source.lib.NumberSequenceSource;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.CloseableIterator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Evaluates a rule file over stored samples by the operators of the alerting job, and tells which
 * alerts would have moved.
 *
 * <pre>
 * ClickHouse ─▶ read history ─┬─▶ select samples ─▶ evaluate rules ─┬─▶ transitions
 *                             │                          │ recorded └─▶ status
 *                             └───────────┬──────────────┘
 *                                         └─▶ groups that read what those before record
 * </pre>
 *
 * <p>Writes a JSON object a line, as it comes: {@code {"transition": …}} and {@code {"status": …}}
 * with the Avro records of the topics alerts and rule_status; at the end {@code {"end": true}} or
 * {@code {"error": …}}.
 */
public final class Backtest {

  private static final Logger LOG = LoggerFactory.getLogger(Backtest.class);

  private Backtest() {}

  /** Runs a backtest with {@code --key value} options; ends with 1 if it fails. */
  public static void main(String[] args) throws Exception {
    boolean failed = false;
    JobOptions options = BacktestOptions.parse(args);
    try (PrintStream out = output(options)) {
      try {
        StreamExecutionEnvironment env = StreamExecutionEnvironment.getExecutionEnvironment();
        run(env, options, out);
        out.println("{\"end\": true}");
      } catch (Exception e) {
        failed = true;
        LOG.error("The backtest failed", e);
        out.println("{\"error\": %s}".formatted(quoted(reason(e))));
      }
    }
    if (failed) {
      System.exit(1);
    }
  }

  /** Runs a backtest to its end. */
  static void run(StreamExecutionEnvironment env, JobOptions options, PrintStream out)
      throws Exception {
    Configuration configuration = new Configuration();
    configuration.set(PipelineOptions.OBJECT_REUSE, true);
    configuration.set(PipelineOptions.GENERIC_TYPES, false);
    // What has failed once is told, not tried again: lines are out already.
    configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "none");
    env.configure(configuration);
    List<SingleOutputStreamOperator<AlertTransition>> stages = build(env, options);
    DataStream<AlertTransition> transitions = stages.get(0);
    DataStream<RuleGroupStatus> statuses = stages.get(0).getSideOutput(AlertingTypes.RULE_STATUS);
    for (SingleOutputStreamOperator<AlertTransition> stage : stages.subList(1, stages.size())) {
      transitions = transitions.union(stage);
      statuses = statuses.union(stage.getSideOutput(AlertingTypes.RULE_STATUS));
    }
    CloseableIterator<AlertTransition> moved = transitions.collectAsync();
    CloseableIterator<RuleGroupStatus> told = statuses.collectAsync();
    JobClient job = env.executeAsync("guanlan-backtest");
    // Side by side: what nobody takes holds up the job.
    CompletableFuture<Void> telling =
        CompletableFuture.runAsync(() -> told.forEachRemaining(s -> line(out, "status", s)));
    try {
      moved.forEachRemaining(transition -> line(out, "transition", transition));
      telling.get();
    } finally {
      // Where the job has failed this tells why, and the iterators only that they have no more.
      job.getJobExecutionResult().get();
    }
  }

  private static void line(PrintStream out, String kind, Object record) {
    // Avro's own text of a record is JSON.
    out.println("{\"%s\": %s}".formatted(kind, record));
  }

  /** Builds the job; returns the evaluation of each stage. */
  static List<SingleOutputStreamOperator<AlertTransition>> build(
      StreamExecutionEnvironment env, JobOptions options)
      throws IOException, RuleException, RuleFileException {
    AlertingSettings settings = AlertingSettings.of(options);
    BootstrapOptions bootstrap = BootstrapOptions.of(options);
    int sliceSamples = BacktestOptions.sliceSamples(options);
    ClickHouseTarget target = bootstrap.target();
    if (target == null) {
      throw new IllegalArgumentException(
          "a backtest needs the option --%s".formatted(BootstrapOptions.URL.key()));
    }
    Path file = Path.of(options.get(BacktestOptions.RULES));
    BacktestRules rules =
        new BacktestRules(
            Files.readString(file),
            options.find(BacktestOptions.NAMESPACE).orElse(String.valueOf(file.getFileName())),
            options.get(BacktestOptions.TENANT),
            settings.lookbackMillis(),
            -1);
    BacktestRange range = BacktestOptions.range(options);
    BacktestPlan plan = rules.plan();
    if (plan.stages().isEmpty()) {
      throw new IllegalArgumentException("there are no rules in " + file);
    }
    DataStream<SampleBlock> samples =
        numbers(env, "slices", range.slices(plan.reachMillis()))
            .transform(
                "read history",
                BlockTypes.SAMPLES,
                new BacktestHistory(target, settings.maxSeries(), sliceSamples, rules, range))
            .setParallelism(1)
            .rebalance();
    List<SingleOutputStreamOperator<AlertTransition>> stages = new ArrayList<>();
    for (int stage = 0; stage < plan.stages().size(); stage++) {
      BacktestRules own = rules.ofStage(stage);
      DataStream<RuleChange> changes =
          numbers(env, "rules", 1)
              .transform(
                  "read rules", AlertingTypes.RULE_CHANGES, new BacktestRules.Operator(own, range))
              .setParallelism(1);
      SingleOutputStreamOperator<AlertTransition> evaluated =
          samples
              .connect(
                  changes
                      .map(new ToSelection())
                      .returns(AlertingTypes.SELECTION_CHANGES)
                      .setParallelism(1)
                      .broadcast())
              .process(
                  new SelectSamples(
                      own,
                      PlanTable.none(),
                      settings.lookbackMillis(),
                      TakeOver.AT_ONCE,
                      settings.cachedSeries()),
                  AlertingTypes.GROUP_INPUTS)
              .name("select samples")
              .connect(
                  changes
                      .map(new ToUpdate())
                      .returns(AlertingTypes.GROUP_UPDATES)
                      .setParallelism(1))
              .keyBy(GroupInput::key, GroupUpdate::key, Types.STRING)
              .transform(
                  "evaluate rules",
                  AlertingTypes.TRANSITIONS,
                  new BacktestEvaluation(
                      new EvaluateRules(
                          settings.forBacktest(), bootstrap.forStates(), Topology.UNKNOWN)));
      stages.add(evaluated);
      samples =
          samples.union(
              evaluated
                  .getSideOutput(AlertingTypes.RECORDED)
                  .map(new ToBlock())
                  .returns(BlockTypes.SAMPLES));
    }
    return stages;
  }

  private static SingleOutputStreamOperator<Long> numbers(
      StreamExecutionEnvironment env, String name, long count) {
    return env.fromSource(
            new NumberSequenceSource(0, count - 1), WatermarkStrategy.noWatermarks(), name)
        .setParallelism(1);
  }

  private static final class ToUpdate implements MapFunction<RuleChange, GroupUpdate> {
    private static final long serialVersionUID = 1;

    @Override
    public GroupUpdate map(RuleChange change) {
      return change;
    }
  }

  private static final class ToSelection implements MapFunction<RuleChange, SelectionChange> {
    private static final long serialVersionUID = 1;

    @Override
    public SelectionChange map(RuleChange change) {
      return change;
    }
  }

  private static final class ToBlock implements MapFunction<GroupSamples, SampleBlock> {
    private static final long serialVersionUID = 1;

    @Override
    public SampleBlock map(GroupSamples samples) {
      return samples.block();
    }
  }

  private static PrintStream output(JobOptions options) throws IOException {
    String file = options.find(BacktestOptions.OUTPUT).orElse("");
    return new PrintStream(
        file.isEmpty() ? new FileOutputStream(FileDescriptor.out) : new FileOutputStream(file),
        true,
        StandardCharsets.UTF_8);
  }

  /**
   * Returns the reason of a failure: around it is only how Flink came to know, and below what we
   * say in our own words is only how a library did.
   */
  private static String reason(Throwable failure) {
    Throwable cause = failure;
    for (Throwable each = failure; each != null; each = each.getCause()) {
      if (each instanceof ClickHouseException) {
        return String.valueOf(each.getMessage());
      }
      cause = each;
    }
    return cause.getMessage() == null ? cause.toString() : cause.getMessage();
  }

  private static String quoted(String text) {
    StringBuilder json = new StringBuilder("\"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        json.append('\\').append(c);
      } else if (c < ' ') {
        json.append("\\u%04x".formatted((int) c));
      } else {
        json.append(c);
      }
    }
    return json.append('"').toString();
  }
}
