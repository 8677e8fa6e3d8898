package dev.guanlan.bench.promql;

import dev.guanlan.promql.Expression;
import dev.guanlan.promql.Parser;
import dev.guanlan.promql.PromqlException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Measures the time to parse an expression. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
@State(Scope.Benchmark)
public class ParseBenchmark {

  /** The expression. */
  @Param({
    "up == 0",
    "100 - (avg by (instance) (irate(node_cpu_seconds_total{mode=\"idle\"}[5m])) * 100) > 90",
    "sum by (service, code) (rate(http_requests_total{job=~\"api|web\", code=~\"5..\"}[5m]))"
        + " / on (service) group_left (team) sum by (service) (rate(http_requests_total[5m]))"
  })
  public String text = "";

  /** Parses it. */
  @Benchmark
  public Expression parse() throws PromqlException {
    return Parser.parse(text);
  }
}
