package dev.guanlan.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class BenchTest {

  private final StringWriter text = new StringWriter();

  private int bench(String... args) {
    return Bench.execute(new PrintWriter(text), args);
  }

  @Test
  void helpNamesEveryBenchmark() {
    assertThat(bench("--help")).isZero();
    assertThat(text.toString()).contains("  ingest ", "  rules ", "  latency ");
  }

  @Test
  void helpOfABenchmarkNamesItsOptionsAndDefaults() {
    assertThat(bench("rules", "--help")).isZero();
    assertThat(text.toString().replaceAll("\\s+", " "))
        .contains("--rules=N", "--series=N", "--minutes=M", "--warm-up=M", "--short", "--only=")
        .contains("--group-size=N", "--job-option=NAME=VALUE")
        .contains("--profile", "--seed=N", "--folder=DIR", "default: 100000")
        .contains("PROMETHEUS, GUANLAN");
    assertThat(bench("ingest", "--help")).isZero();
    assertThat(text.toString()).contains("--samples=N", "--profile", "VICTORIA_METRICS");
  }

  @Test
  void whatCannotBeMeasuredIsMisuse() {
    assertThat(bench("latency", "--intervals=1h")).isEqualTo(2);
    assertThat(bench("latency", "--rules=0")).isEqualTo(2);
    assertThat(bench("latency", "--series=5")).isEqualTo(2);
    assertThat(bench("latency", "--warm-up=0")).isEqualTo(2);
  }

  @Test
  void whatIsNoOptionOfTheJobIsMisuse() {
    assertThat(bench("rules", "--job-option=rules.hot-group-series")).isEqualTo(2);
    assertThat(bench("rules", "--group-size=0")).isEqualTo(2);
  }

  @Test
  void whatSaysTwiceHowLongItTakesIsMisuse() {
    assertThat(bench("rules", "--short", "--minutes=3")).isEqualTo(2);
  }
}
