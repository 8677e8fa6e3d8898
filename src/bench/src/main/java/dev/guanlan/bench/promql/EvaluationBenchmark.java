package dev.guanlan.bench.promql;

import dev.guanlan.model.Labels;
import dev.guanlan.promql.Expression;
import dev.guanlan.promql.Parser;
import dev.guanlan.promql.PromqlException;
import dev.guanlan.promql.engine.Engine;
import dev.guanlan.promql.engine.EngineOptions;
import dev.guanlan.promql.engine.EvaluationException;
import dev.guanlan.promql.engine.MemorySampleSource;
import dev.guanlan.promql.engine.Value;
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
 * Measures the time to evaluate an expression over series of one hour, a sample every 15 seconds.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
@State(Scope.Benchmark)
public class EvaluationBenchmark {

  private static final long HOUR = 3_600_000;

  /** How many series the selector {@code m} chooses. */
  @Param({"100", "1000", "10000"})
  public int series;

  /** The expression. */
  @Param({
    "m",
    "sum(m)",
    "sum by (l) (rate(m[5m]))",
    "max_over_time(m[1h])",
    "m * on (instance) group_left (version) info"
  })
  public String text = "";

  private final Engine engine = new Engine(EngineOptions.DEFAULTS);
  private final MemorySampleSource source = new MemorySampleSource();
  private Expression expression;

  /** Parses the expression for no other state than what the set-up replaces. */
  public EvaluationBenchmark() {
    this.expression = parsed("m");
  }

  private static Expression parsed(String text) {
    try {
      return Parser.parse(text);
    } catch (PromqlException e) {
      throw new IllegalArgumentException(text, e);
    }
  }

  /** Loads the series: four labels each, ten to an instance. */
  @Setup
  public void load() {
    expression = parsed(text);
    for (int i = 0; i < series; i++) {
      String instance = "node-" + i / 10;
      Labels labels =
          Labels.of(
              "__name__", "m", "instance", instance, "l", "l" + i % 20, "path", "/p" + i % 10);
      for (long time = 0; time <= HOUR; time += 15_000) {
        source.append(labels, time, i + time / 1e3);
      }
      if (i % 10 == 0) {
        Labels info = Labels.of("__name__", "info", "instance", instance, "version", "1." + i % 7);
        for (long time = 0; time <= HOUR; time += 60_000) {
          source.append(info, time, 1);
        }
      }
    }
  }

  /** Evaluates it once, at the end of the hour. */
  @Benchmark
  public Value instant() throws EvaluationException {
    return engine.instant(expression, source, HOUR);
  }

  /** Evaluates it at 61 steps, the last half hour by 30 seconds. */
  @Benchmark
  public Value range() throws EvaluationException {
    return engine.range(expression, source, HOUR / 2, HOUR, 30_000);
  }
}
