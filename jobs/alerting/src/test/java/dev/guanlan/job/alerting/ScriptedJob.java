package dev.guanlan.job.alerting;

import dev.guanlan.job.common.BlockTypes;
import dev.guanlan.job.common.ChangeWatermarks;
import dev.guanlan.job.common.enrich.Topology;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.rules.Notification;
import dev.guanlan.schema.AlertTransition;
import dev.guanlan.schema.RuleGroupPlan;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.api.common.functions.FlatMapFunction;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.sink.v2.DiscardingSink;
import org.apache.flink.util.Collector;
import org.jspecify.annotations.Nullable;

/**
 * Runs the job's stateful operators under their own uids, between sources that bring a script and
 * then nothing more without ending, and sinks that keep lines. Its savepoints are those that are
 * kept: they know no broker and no place, so any machine can restore them, and nothing of them may
 * be left over.
 *
 * <p>The sources are Flink's own counters. A job that is restored counts on and brings its script
 * from the beginning.
 */
final class ScriptedJob implements AutoCloseable {

  private static final Map<Long, Script> SCRIPTS = new ConcurrentHashMap<>();
  private static final AtomicLong NUMBERS = new AtomicLong();

  private final long number;
  private final JobClient client;
  private boolean stopped;

  /**
   * Is what a job does.
   *
   * @param kept how it evaluates its blocks
   * @param rules what is published while it runs
   * @param table what the topic of rules has when it starts
   * @param planTable what the topic of plans has when it starts
   * @param plans what is planned while it runs
   * @param lines what it did
   */
  private record Script(
      KeptScript kept,
      List<SampleBlock> blocks,
      List<RuleChange> rules,
      List<RuleChange> table,
      List<RuleGroupPlan> planTable,
      List<RuleGroupPlan> plans,
      Queue<String> lines,
      KeptCounters counters) {

    /** Tells whether the rules have come to where they are evaluated. */
    boolean isRuled() {
      return counters.sum("evaluate rules", "numRecordsIn") >= rules.size();
    }

    /** Tells whether anything was recorded at a tick. */
    boolean hasTick(long millis) {
      String begin = ScriptLine.minutes(millis) + " recorded";
      return lines.stream().anyMatch(line -> line.startsWith(begin));
    }
  }

  private ScriptedJob(long number, JobClient client) {
    this.number = number;
    this.client = client;
  }

  /**
   * Starts a job.
   *
   * @param blocks the samples; a block's offset is the event time behind it
   * @param kept the groups, and how they are evaluated
   * @param savepoint what it goes on from, rules included, or null to begin anew
   */
  static ScriptedJob start(
      int parallelism, List<SampleBlock> blocks, KeptScript kept, @Nullable Path savepoint)
      throws Exception {
    Configuration configuration = new Configuration();
    configuration.set(PipelineOptions.GENERIC_TYPES, false);
    configuration.set(PipelineOptions.AUTO_GENERATE_UIDS, false);
    if (savepoint != null) {
      configuration.set(StateRecoveryOptions.SAVEPOINT_PATH, savepoint.toUri().toString());
    }
    long number = NUMBERS.incrementAndGet();
    SCRIPTS.put(
        number,
        new Script(
            kept,
            blocks,
            savepoint == null ? kept.published() : List.of(),
            savepoint == null ? kept.published() : kept.compacted(),
            savepoint == null ? List.of() : KeptScript.readPlans(savepoint),
            new CopyOnWriteArrayList<>(),
            new ConcurrentLinkedQueue<>(),
            KeptCounters.of(configuration)));
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.createLocalEnvironment(parallelism, configuration);
    build(env, number, kept);
    return new ScriptedJob(number, env.executeAsync("scripted job"));
  }

  private static void build(StreamExecutionEnvironment env, long number, KeptScript kept) {
    DataStream<SampleBlock> samples =
        script(env, "samples", BlockTypes.SAMPLES, new Blocks(number))
            .assignTimestampsAndWatermarks(
                WatermarkStrategy.<SampleBlock>forGenerator(context -> new BehindEach()))
            .setParallelism(1)
            .name("time of the script")
            .uid("script-time");
    DataStream<SelectionChange> rules =
        script(env, "rules", AlertingTypes.SELECTION_CHANGES, new Rules(number))
            .assignTimestampsAndWatermarks(ChangeWatermarks.strategy())
            .setParallelism(1)
            .name("no time of rules")
            .uid("script-rules-time");
    AlertingSettings settings = AlertingSettings.of(AlertingJob.options(kept.options()));
    SingleOutputStreamOperator<AlertTransition> transitions =
        AlertingJob.evaluate(
            AlertingJob.totals(samples),
            rules,
            new AlertingJob.Tables(new Table(number), new Plans(number)),
            BootstrapOptions.of(AlertingJob.options()),
            Topology.UNKNOWN,
            settings.withoutPace(settings.hotGroupSeries()));
    keep(transitions, "transitions", new TransitionLine(number));
    keep(
        transitions.getSideOutput(AlertingTypes.NOTIFICATIONS),
        "notifications",
        new NotificationLine(number));
    keep(transitions.getSideOutput(AlertingTypes.RECORDED), "recorded", new RecordedLines(number));
    keep(transitions.getSideOutput(AlertingTypes.PLANS), "plans", new PlanKeeper(number));
  }

  private static <T> SingleOutputStreamOperator<T> script(
      StreamExecutionEnvironment env,
      String what,
      TypeInformation<T> type,
      FlatMapFunction<Long, T> script) {
    return env.fromSequence(0, Long.MAX_VALUE)
        .setParallelism(1)
        .name("count " + what)
        .uid("script-count-" + what)
        .flatMap(script)
        .returns(type)
        .setParallelism(1)
        .name("script of " + what)
        .uid("script-" + what);
  }

  private static <T> void keep(DataStream<T> stream, String what, MapFunction<T, Boolean> keeping) {
    stream
        .map(keeping)
        .returns(Types.BOOLEAN)
        .name("keep " + what)
        .uid("script-keep-" + what)
        .sinkTo(new DiscardingSink<>())
        .name("forget " + what)
        .uid("script-forget-" + what);
  }

  /** Returns the lines so far, those of a tick in their order. */
  List<String> lines() {
    return List.copyOf(script(number).lines());
  }

  /** Returns the plans so far, in their order. */
  List<RuleGroupPlan> plans() {
    return List.copyOf(script(number).plans());
  }

  /** Stops it with a savepoint in the canonical format, which says nothing of a state backend. */
  String stopWithSavepoint(Path folder) throws Exception {
    String savepoint =
        client
            .stopWithSavepoint(false, folder.toUri().toString(), SavepointFormatType.CANONICAL)
            .get();
    stopped = true;
    return savepoint;
  }

  @Override
  public void close() throws ExecutionException {
    try {
      // Its cluster ends with it.
      if (!stopped && !client.getJobStatus().get().isGloballyTerminalState()) {
        client.cancel().get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      SCRIPTS.remove(number);
    }
  }

  private static Script script(long number) {
    return Objects.requireNonNull(SCRIPTS.get(number), "the job is closed");
  }

  /** Brings one element of a script for each number, and waits when there is no more. */
  private abstract static class InTurn<T> implements FlatMapFunction<Long, T> {

    private static final long serialVersionUID = 1;
    private static final long PAUSE_MILLIS = 10;

    private final long number;
    private int next;

    private InTurn(long number) {
      this.number = number;
    }

    abstract List<? extends T> elements(Script script);

    /** Tells whether an element may come that is not the first. */
    abstract boolean mayGoOn(Script script, int next);

    @Override
    public void flatMap(Long count, Collector<T> out) throws Exception {
      Script script = script(number);
      List<? extends T> elements = elements(script);
      if (next == elements.size() || (next > 0 && !mayGoOn(script, next))) {
        Thread.sleep(PAUSE_MILLIS);
        return;
      }
      out.collect(elements.get(next++));
    }
  }

  private static final class Blocks extends InTurn<SampleBlock> {

    private static final long serialVersionUID = 1;

    private Blocks(long number) {
      super(number);
    }

    @Override
    List<SampleBlock> elements(Script script) {
      return script.blocks();
    }

    /**
     * The first only tells the time, so that groups begin at it however late their rules come. In
     * XX
     */
    @Override
    boolean mayGoOn(Script script, int next) {
      if (next == 1) {
        return script.isRuled();
      }
      return script.kept() == KeptScript.ONE_TASK
          || script.hasTick(script.blocks().get(next - 1).origin().offset());
    }
  }

  private static final class Rules extends InTurn<SelectionChange> {

    private static final long serialVersionUID = 1;

    private Rules(long number) {
      super(number);
    }

    /** Rules come first, then plans as they are made. */
    @Override
    List<? extends SelectionChange> elements(Script script) {
      List<SelectionChange> changes = new ArrayList<>(script.rules());
      script.plans().forEach(plan -> changes.add(new PlanChange(plan)));
      return changes;
    }

    @Override
    boolean mayGoOn(Script script, int next) {
      return true;
    }
  }

  private static final class BehindEach implements WatermarkGenerator<SampleBlock> {

    @Override
    public void onEvent(SampleBlock block, long timestamp, WatermarkOutput output) {
      output.emitWatermark(new Watermark(block.origin().offset()));
    }

    @Override
    public void onPeriodicEmit(WatermarkOutput output) {}
  }

  private record Table(long number) implements RuleTable {

    private static final long serialVersionUID = 1;

    @Override
    public void read(Consumer<RuleChange> groups) {
      script(number).table().forEach(groups);
    }
  }

  private record Plans(long number) implements PlanTable {

    private static final long serialVersionUID = 1;

    @Override
    public void read(Consumer<RuleGroupPlan> plans) {
      script(number).planTable().forEach(plans);
    }
  }

  private record PlanKeeper(long number) implements MapFunction<RuleGroupPlan, Boolean> {

    @Override
    public Boolean map(RuleGroupPlan plan) {
      return script(number).plans().add(plan);
    }
  }

  private record TransitionLine(long number) implements MapFunction<AlertTransition, Boolean> {

    @Override
    public Boolean map(AlertTransition moved) {
      return script(number).lines().add(ScriptLine.of(moved));
    }
  }

  private record NotificationLine(long number) implements MapFunction<Notification, Boolean> {

    @Override
    public Boolean map(Notification notification) {
      return script(number).lines().add(ScriptLine.of(notification));
    }
  }

  private record RecordedLines(long number) implements MapFunction<GroupSamples, Boolean> {

    @Override
    public Boolean map(GroupSamples recorded) {
      return script(number).lines().addAll(ScriptLine.of(recorded.block()));
    }
  }
}
