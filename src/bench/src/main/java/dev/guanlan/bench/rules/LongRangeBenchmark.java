package dev.guanlan.bench.rules;

import dev.guanlan.model.Labels;
import dev.guanlan.promql.Expression;
import dev.guanlan.promql.Matcher;
import dev.guanlan.promql.Parser;
import dev.guanlan.promql.ParserOptions;
import dev.guanlan.promql.PromqlException;
import dev.guanlan.promql.engine.Engine;
import dev.guanlan.promql.engine.EngineOptions;
import dev.guanlan.promql.engine.EvaluationException;
import dev.guanlan.promql.engine.StandingQueries;
import dev.guanlan.promql.engine.StandingSeries;
import dev.guanlan.promql.engine.StandingSource;
import dev.guanlan.promql.engine.Value;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Measures what a rule with a range of a day costs for each series and tick: a sample comes, one
 * leaves, the function is evaluated. Prints what the samples take in memory.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(
    value = 1,
    jvmArgsAppend = {"-Xms1g", "-Xmx1g", "-XX:+UseSerialGC"})
@State(Scope.Benchmark)
public class LongRangeBenchmark implements StandingSource {

  private static final int SERIES = 500;
  private static final int SAMPLES = 5760;
  private static final long INTERVAL_MILLIS = 15_000;
  private static final long RANGE_MILLIS = SAMPLES * INTERVAL_MILLIS;

  /** Is what samples are like. */
  public enum Kind {
    /** A counter of whole numbers, scraped some milliseconds early or late. */
    COUNTER,
    /** A counter that begins anew each four hours. */
    RESET,
    /** A gauge of one decimal. */
    DECIMAL,
    /** A number that stays. */
    CONSTANT,
    /** A whole number that moves now and then. */
    STEPS,
    /** Random digits. */
    RANDOM
  }

  /** What is asked for the range. */
  @Param({"rate", "max_over_time", "avg_over_time", "quantile_over_time", "predict_linear"})
  public String function = "rate";

  /** What samples are like. */
  @Param({"COUNTER", "RESET", "DECIMAL", "CONSTANT", "STEPS", "RANDOM"})
  public Kind kind = Kind.COUNTER;

  private final SplittableRandom random = new SplittableRandom(1);
  private final StandingSeries[] series = new StandingSeries[SERIES];
  private final double[] last = new double[SERIES];
  private final StandingQueries queries = new StandingQueries(new Engine(EngineOptions.DEFAULTS));
  private Expression expression = parsed("m");
  private long tick = 1_700_000_000_000L;

  /** Makes a day of samples. */
  @Setup
  public void fill() {
    String range = "m[1d]";
    expression =
        parsed(
            switch (function) {
              case "quantile_over_time" -> "sum(quantile_over_time(0.9, " + range + "))";
              case "predict_linear" -> "sum(predict_linear(" + range + ", 3600))";
              default -> "sum(" + function + "(" + range + "))";
            });
    for (int i = 0; i < SERIES; i++) {
      series[i] = new StandingSeries(Labels.of("__name__", "m", "i", String.valueOf(i)));
      last[i] = 1000;
    }
    long before = used();
    for (int i = 0; i < SAMPLES; i++) {
      move();
    }
    System.out.printf(
        "%n%s: %.2f bytes a sample%n", kind, (double) (used() - before) / SERIES / SAMPLES);
  }

  private static Expression parsed(String text) {
    try {
      return Parser.parse(text, ParserOptions.DEFAULTS);
    } catch (PromqlException e) {
      throw new IllegalStateException(text, e);
    }
  }

  private static long used() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  /** Goes on to the next tick: each series has a new sample. */
  private void move() {
    tick += INTERVAL_MILLIS;
    for (int i = 0; i < SERIES; i++) {
      last[i] = next(last[i]);
      int jitter = kind == Kind.COUNTER || kind == Kind.RESET ? random.nextInt(10) : 0;
      series[i].add(tick - 7_000 + jitter, last[i], null);
      series[i].dropBefore(tick - RANGE_MILLIS);
    }
  }

  private double next(double value) {
    return switch (kind) {
      case COUNTER -> value + random.nextInt(500);
      case RESET -> random.nextInt(960) == 0 ? 0 : value + random.nextInt(500);
      case DECIMAL -> (500 + random.nextInt(100)) / 10.0;
      case CONSTANT -> value;
      case STEPS -> value + (random.nextInt(20) == 0 ? random.nextInt(9) - 4 : 0);
      case RANDOM -> random.nextDouble();
    };
  }

  @Override
  public StandingSeries[] standing(List<Matcher> matchers) {
    return series;
  }

  @Override
  public long version() {
    return tick;
  }

  /** Goes on to the next tick and asks at it. */
  @Benchmark
  @OperationsPerInvocation(SERIES)
  public Value tick() throws EvaluationException {
    move();
    return queries.instant(expression, this, tick);
  }
}
