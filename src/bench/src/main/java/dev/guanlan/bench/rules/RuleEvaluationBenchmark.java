package dev.guanlan.bench.rules;

import dev.guanlan.bench.nodes.NodeFleet;
import dev.guanlan.promql.Selectors;
import dev.guanlan.promql.engine.Engine;
import dev.guanlan.promql.engine.EngineOptions;
import dev.guanlan.rules.CompiledGroup;
import dev.guanlan.rules.EvaluationSettings;
import dev.guanlan.rules.GroupEvaluator;
import dev.guanlan.rules.RuleException;
import dev.guanlan.rules.RuleGroup;
import dev.guanlan.rules.RuleMemory;
import dev.guanlan.rules.TickOutcome;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Measures a tick of a group of fifty rules over five minutes of a fleet of a hundred nodes in
 * memory. The score is that of a tick; {@code pair} is that of a rule × series pair.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(
    value = 1,
    jvmArgsAppend = {"-Xms1g", "-Xmx1g", "-XX:+UseSerialGC"})
@State(Scope.Benchmark)
public class RuleEvaluationBenchmark {

  private static final int SERIES = 100_000;
  private static final int SCRAPES = 21;
  private static final long SEED = 1;
  private static final long BEGIN = 1_700_000_000_000L;
  private static final long TICK = BEGIN + (long) SCRAPES * NodeFleet.INTERVAL_MILLIS;

  /** A {@link RuleShape}, or {@code all} in equal parts. */
  @Param({
    "all",
    "THRESHOLD",
    "RATIO_BY_JOB",
    "ABSENT",
    "INCREASE",
    "HISTOGRAM_QUANTILE",
    "PREDICT_LINEAR",
    "AVG_OVER_TIME",
    "CPU_BY_INSTANCE"
  })
  public String shape = "all";

  private GroupEvaluator evaluator = evaluator(group(1));
  private FleetWindows windows =
      FleetWindows.of(evaluator.group(), new NodeFleet(1, SEED), BEGIN, 0);
  private List<RuleMemory> memories = List.of();
  private int pairs;

  /** Counts the pairs of a rule and a series. */
  @AuxCounters(AuxCounters.Type.OPERATIONS)
  @State(Scope.Thread)
  public static class Counted {

    /** How many there were. */
    public long pair;
  }

  /** Loads what the group selects. */
  @Setup
  public void load() {
    NodeFleet fleet = new NodeFleet(SERIES, SEED);
    RuleGroup group = group(fleet.nodes());
    pairs = (int) Pairs.count(List.of(group), fleet).pairs();
    evaluator = evaluator(group);
    windows = FleetWindows.of(evaluator.group(), fleet, BEGIN, SCRAPES);
    memories = Collections.nCopies(group.rules().size(), RuleMemory.EMPTY);
    long alerts =
        evaluator.evaluate(TICK, memories, List.of(), windows).memories().stream()
            .mapToInt(memory -> memory.alerts().size())
            .sum();
    System.out.printf("%n%d pairs, %d alerts%n", pairs, alerts);
  }

  private RuleGroup group(int nodes) {
    RuleShape[] shapes =
        shape.equals("all") ? RuleShape.values() : new RuleShape[] {RuleShape.valueOf(shape)};
    return GeneratedRules.of(
            GeneratedRules.RULES_A_GROUP, GeneratedRules.RULES_A_GROUP, nodes, SEED, shapes)
        .groups()
        .get(0);
  }

  private static GroupEvaluator evaluator(RuleGroup group) {
    try {
      return new GroupEvaluator(
          CompiledGroup.of(group, Selectors.DEFAULT_LOOKBACK_MILLIS),
          new Engine(EngineOptions.DEFAULTS),
          EvaluationSettings.DEFAULTS,
          NodeFleet.INTERVAL_MILLIS);
    } catch (RuleException e) {
      throw new IllegalStateException("A generated rule is wrong", e);
    }
  }

  /** Evaluates the same tick again, with what the time before left. */
  @Benchmark
  public TickOutcome tick(Counted counted) {
    windows.touch();
    TickOutcome outcome = evaluator.evaluate(TICK, memories, List.of(), windows);
    memories = outcome.memories();
    counted.pair += pairs;
    return outcome;
  }
}
