package dev.guanlan.bench.promql;

import dev.guanlan.promql.Expression;
import dev.guanlan.promql.Parser;
import dev.guanlan.promql.PromqlException;
import dev.guanlan.promql.engine.Engine;
import dev.guanlan.promql.engine.EngineOptions;
import dev.guanlan.promql.engine.EvaluationException;
import dev.guanlan.promql.engine.MemorySampleSource;
import dev.guanlan.promql.engine.QueryLimits;
import dev.guanlan.promql.engine.Value;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
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
 * Measures the time to evaluate an expression over {@link Fleet} in memory: at one time, or at the
 * steps of an hour. Selection is part of it, parsing is not.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(
    value = 1,
    jvmArgsAppend = {"-Xms6g", "-Xmx6g", "-XX:+UseParallelGC"})
@State(Scope.Benchmark)
public class EvaluationBenchmark {

  /** No limit of what is measured may end a query. */
  private static final QueryLimits LIMITS =
      new QueryLimits(
          Long.MAX_VALUE,
          QueryLimits.MOST_POINTS,
          QueryLimits.DEFAULTS.maxSteps(),
          Long.MAX_VALUE,
          Duration.ofMinutes(10));

  /** How many series the expression's main selector chooses. */
  @Param({"100", "1000", "10000"})
  public int series;

  /** At how many steps it is evaluated; 1 is an instant query. */
  @Param({"1", "100", "1000"})
  public int steps;

  /** The expression. */
  @Param({
    "m",
    "count(m)",
    "sum(m)",
    "sum(rate(m[5m]))",
    "sum by (l) (rate(m[5m]))",
    "rate(m[1h])",
    "m * on (instance) group_left (version) info",
    "topk(10, m)",
    "max_over_time(m[1h])",
    "max_over_time(rate(m[5m])[30m:1m])",
    "histogram_quantile(0.9, sum by (le, l) (rate(m_bucket[5m])))",
    "histogram_quantile(0.9, sum by (l) (rate(native[5m])))"
  })
  public String text = "";

  private final Engine engine = new Engine(EngineOptions.DEFAULTS.withLimits(LIMITS));
  private final MemorySampleSource source = new MemorySampleSource();
  private Expression expression = parsed("m");

  private static Expression parsed(String text) {
    try {
      return Parser.parse(text);
    } catch (PromqlException e) {
      throw new IllegalArgumentException(text, e);
    }
  }

  /** Loads the series that the expression selects. */
  @Setup
  public void load() {
    expression = parsed(text);
    if (text.contains("m_bucket")) {
      Fleet.loadClassicHistograms(source, series);
    } else if (text.contains("native")) {
      Fleet.loadNativeHistograms(source, series);
    } else {
      Fleet.loadCounters(source, series);
    }
  }

  /** Evaluates it at the end of the data, or at steps over the last hour. */
  @Benchmark
  public Value evaluate() throws EvaluationException {
    if (steps == 1) {
      return engine.instant(expression, source, Fleet.END);
    }
    return engine.range(
        expression, source, Fleet.END - Fleet.HOUR, Fleet.END, Fleet.HOUR / (steps - 1));
  }
}
