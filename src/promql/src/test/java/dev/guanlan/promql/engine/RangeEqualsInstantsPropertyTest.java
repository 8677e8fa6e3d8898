package dev.guanlan.promql.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guanlan.model.Labels;
import dev.guanlan.promql.Expression;
import dev.guanlan.promql.Parser;
import dev.guanlan.promql.PromqlException;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

@Label("A range query")
class RangeEqualsInstantsPropertyTest {

  private static final Engine ENGINE = new Engine(EngineOptions.DEFAULTS);

  /** Leaves {@code topk} aside, which orders an instant's result only. */
  @Provide
  Arbitrary<String> expressions() {
    String[] functions = {
      "rate",
      "increase",
      "delta",
      "irate",
      "idelta",
      "avg_over_time",
      "min_over_time",
      "max_over_time",
      "sum_over_time",
      "count_over_time",
      "changes",
      "resets",
      "deriv",
      "last_over_time",
      "stddev_over_time",
      "absent_over_time",
      "mad_over_time"
    };
    Arbitrary<String> ranges =
        Arbitraries.of(
            "m[1m]",
            "m[45s]",
            "m[5m]",
            "m[3m] offset 40s",
            "m[2m] offset -30s",
            "m[3m:20s]",
            "m[4m:]",
            "(m > 2)[2m:30s]",
            "m[2m] @ 100",
            "m[1m] @ end()");
    Arbitrary<String> calls =
        Arbitraries.of(functions).flatMap(f -> ranges.map(range -> f + "(" + range + ")"));
    Arbitrary<String> vectors =
        Arbitraries.oneOf(
            calls,
            Arbitraries.of("m", "n", "m offset 1m", "m{i!=\"1\"}", "n offset -20s", "m @ 90"));
    Arbitrary<String> operators =
        Arbitraries.of(
            "+",
            "-",
            "/",
            ">",
            "<= bool",
            "and",
            "or",
            "unless",
            "== on (i)",
            "and on (g)",
            "* on (g) group_left ()",
            "unless on ()");
    Arbitrary<String> shapes =
        Arbitraries.of(
            "%s",
            "sum(%s)",
            "avg by (g) (%s)",
            "max without (i) (%s)",
            "count(%s)",
            "stddev by (g) (%s)",
            "quantile(0.3, %s)",
            "abs(%s)",
            "-(%s)",
            "time() - %s",
            "clamp(%s, 1, time() / 60)",
            "vector(scalar(%s)) + 1",
            "absent(%s)",
            "timestamp(%s)",
            "round(%s, 2)",
            "count_values(\"v\", %s)",
            "bottomk(2, %s)");
    Arbitrary<String> shaped = shapes.flatMap(shape -> vectors.map(v -> shape.replace("%s", v)));
    Arbitrary<String> pairs =
        shaped.flatMap(
            left ->
                operators.flatMap(
                    operator ->
                        shaped.map(right -> "(" + left + ") " + operator + " (" + right + ")")));
    return Arbitraries.oneOf(shaped, pairs);
  }

  @Provide
  Arbitrary<MemorySampleSource> samples() {
    Arbitrary<Double> values =
        Arbitraries.of(0d, 1d, 2d, 5d, 100d, -3d, Double.NaN, StaleMarker.VALUE, 1e9);
    return values.array(Double[].class).ofSize(60).map(RangeEqualsInstantsPropertyTest::source);
  }

  private static MemorySampleSource source(Double[] values) {
    MemorySampleSource source = new MemorySampleSource();
    String[] groups = {"a", "a", "b", "b"};
    for (int i = 0; i < values.length; i++) {
      int series = i % 5;
      Labels labels =
          series < 4
              ? Labels.of("__name__", "m", "g", groups[series], "i", "" + series)
              : Labels.of("__name__", "n", "g", "a");
      // Irregular on purpose: between 11 and 29 seconds apart.
      source.append(labels, i / 5 * 20_000L + (i * 7919L) % 9_000, values[i]);
    }
    return source;
  }

  @Property(tries = 1500)
  @Label("equals its instant queries step by step")
  void equalsItsInstantQueries(
      @ForAll("expressions") String text,
      @ForAll("samples") MemorySampleSource source,
      @ForAll @IntRange(min = 0, max = 200) int start,
      @ForAll @IntRange(min = 1, max = 90) int step)
      throws PromqlException {
    // An end that moves with the query is another time for each instant query.
    Expression expression = Parser.parse(text.replace("@ end()", "@ 150"));
    long stepMillis = step * 1_000L;
    long end = start * 1_000L + 6 * stepMillis;
    RangeMatrix range;
    try {
      range = (RangeMatrix) ENGINE.range(expression, source, start * 1_000L, end, stepMillis);
    } catch (EvaluationException e) {
      assertThat(anyInstantFails(expression, source, start * 1_000L, end, stepMillis))
          .as(text)
          .isTrue();
      return;
    }
    for (long at = start * 1_000L; at <= end; at += stepMillis) {
      Map<Labels, Double> instant;
      try {
        instant = instant(expression, source, at);
      } catch (EvaluationException e) {
        throw new AssertionError(text + " at " + at + ": " + e.getMessage(), e);
      }
      assertThat(at(range, at)).as("%s at %d", text, at).isEqualTo(instant);
    }
  }

  private static boolean anyInstantFails(
      Expression expression, SampleSource source, long start, long end, long step) {
    for (long at = start; at <= end; at += step) {
      try {
        instant(expression, source, at);
      } catch (EvaluationException e) {
        return true;
      }
    }
    return false;
  }

  private static Map<Labels, Double> instant(Expression expression, SampleSource source, long at)
      throws EvaluationException {
    Map<Labels, Double> values = new TreeMap<>();
    Value value = ENGINE.instant(expression, source, at);
    if (value instanceof Scalar scalar) {
      values.put(Labels.EMPTY, scalar.value());
    } else {
      InstantVector vector = (InstantVector) value;
      for (int i = 0; i < vector.size(); i++) {
        values.put(vector.labels(i), vector.value(i));
      }
    }
    return values;
  }

  private static Map<Labels, Double> at(RangeMatrix matrix, long at) {
    Map<Labels, Double> values = new TreeMap<>();
    for (int i = 0; i < matrix.size(); i++) {
      for (int point = 0; point < matrix.points(i); point++) {
        if (matrix.timestampMillis(i, point) == at) {
          values.put(matrix.labels(i), matrix.value(i, point));
        }
      }
    }
    return values;
  }
}
