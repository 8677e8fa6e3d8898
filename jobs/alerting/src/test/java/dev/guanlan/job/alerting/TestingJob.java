package dev.guanlan.job.alerting;

import dev.guanlan.job.common.BlockTypes;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.rules.Notification;
import dev.guanlan.schema.AlertTransition;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.apache.flink.api.common.eventtime.Watermark;
import org.apache.flink.api.common.eventtime.WatermarkGenerator;
import org.apache.flink.api.common.eventtime.WatermarkOutput;
import org.apache.flink.api.common.eventtime.WatermarkStrategy;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.CloseableIterator;

/** Runs the job's operators on a cluster, over blocks that end, and tells what they did. */
final class TestingJob {

  /** Tables of the jobs that run, by their numbers: a table that is sent to a task finds its. */
  private static final Map<Long, List<RuleChange>> TABLES = new ConcurrentHashMap<>();

  private static final AtomicLong NUMBERS = new AtomicLong();

  private TestingJob() {}

  /**
   * Is a block and the event time behind it.
   *
   * @param block the block
   * @param watermarkMillis milliseconds since the epoch
   */
  record TimedBlock(SampleBlock block, long watermarkMillis) {}

  /**
   * Is all that a job did, each list in its order as far as one group is concerned.
   *
   * @param transitions alerts that moved
   * @param notifications what Alertmanager was to hear
   * @param recorded what was recorded
   * @param rulesFailed how often a rule failed
   * @param groupsRefused how often a group was refused
   */
  record Outcome(
      List<AlertTransition> transitions,
      List<Notification> notifications,
      List<GroupSamples> recorded,
      long rulesFailed,
      long groupsRefused) {}

  /**
   * Runs a job to its end.
   *
   * @param blocks the samples; the first block's watermark is where every group begins, the last's
   *     is the time up to which ticks are evaluated
   */
  static Outcome run(
      int parallelism, AlertingSettings settings, List<RuleChange> rules, List<TimedBlock> blocks)
      throws Exception {
    Configuration configuration = new Configuration();
    configuration.set(PipelineOptions.GENERIC_TYPES, false);
    KeptCounters counters = KeptCounters.of(configuration);
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.createLocalEnvironment(parallelism, configuration);
    long number = NUMBERS.incrementAndGet();
    TABLES.put(number, List.copyOf(rules));
    try {
      SingleOutputStreamOperator<AlertTransition> out =
          AlertingJob.evaluate(
              samples(env, blocks),
              rules(env, rules, blocks),
              new Table(number),
              BootstrapOptions.of(AlertingJob.options()),
              settings);
      CloseableIterator<AlertTransition> transitions = out.collectAsync();
      CloseableIterator<Notification> notifications =
          out.getSideOutput(AlertingTypes.NOTIFICATIONS).collectAsync();
      CloseableIterator<GroupSamples> recorded =
          out.getSideOutput(AlertingTypes.RECORDED).collectAsync();
      JobClient job = env.executeAsync("testing job");
      // Side by side: what nobody takes holds up the job, and with it the others.
      CompletableFuture<List<AlertTransition>> all = drain(transitions);
      CompletableFuture<List<Notification>> told = drain(notifications);
      CompletableFuture<List<GroupSamples>> kept = drain(recorded);
      job.getJobExecutionResult().get();
      return new Outcome(
          all.get(),
          told.get(),
          kept.get(),
          counters.sum(AlertingNames.RULES_FAILED),
          counters.sum(AlertingNames.GROUPS_REFUSED));
    } finally {
      TABLES.remove(number);
    }
  }

  private static DataStream<SampleBlock> samples(
      StreamExecutionEnvironment env, List<TimedBlock> blocks) {
    return env.fromData(blocks.stream().map(TimedBlock::block).toList(), BlockTypes.SAMPLES)
        .setParallelism(1)
        .assignTimestampsAndWatermarks(
            watermarks(blocks.stream().mapToLong(TimedBlock::watermarkMillis).toArray()))
        .setParallelism(1)
        .rebalance();
  }

  /**
   * Brings rules, and behind them what ends no group: event time must not go on before they are
   * known, and then only to where ticks are to be evaluated.
   */
  private static DataStream<SelectionChange> rules(
      StreamExecutionEnvironment env, List<RuleChange> rules, List<TimedBlock> blocks) {
    List<SelectionChange> all = new ArrayList<>(rules);
    all.add(new RuleChange(TestingEvaluation.key("nobody", "none"), 1, null));
    long[] times = new long[all.size()];
    Arrays.fill(times, blocks.get(0).watermarkMillis());
    times[rules.size()] = blocks.get(blocks.size() - 1).watermarkMillis();
    return env.fromData(all, AlertingTypes.SELECTION_CHANGES)
        .setParallelism(1)
        .assignTimestampsAndWatermarks(watermarks(times))
        .setParallelism(1);
  }

  private static <T> CompletableFuture<List<T>> drain(CloseableIterator<T> elements) {
    return CompletableFuture.supplyAsync(
        () -> {
          List<T> all = new ArrayList<>();
          elements.forEachRemaining(all::add);
          return all;
        });
  }

  /** Tells a time behind each element, the first behind the first. */
  private static <T> WatermarkStrategy<T> watermarks(long[] times) {
    return WatermarkStrategy.forGenerator(context -> new InTurn<>(times));
  }

  private static final class InTurn<T> implements WatermarkGenerator<T> {
    private final long[] times;
    private int next;

    private InTurn(long[] times) {
      this.times = times;
    }

    @Override
    public void onEvent(T element, long timestamp, WatermarkOutput output) {
      output.emitWatermark(new Watermark(times[next++]));
    }

    @Override
    public void onPeriodicEmit(WatermarkOutput output) {}
  }

  /** Is the rules of the job with a number. */
  private record Table(long number) implements RuleTable {

    private static final long serialVersionUID = 1;

    @Override
    public void read(Consumer<RuleChange> groups) {
      TABLES.getOrDefault(number, List.of()).forEach(groups);
    }
  }
}
