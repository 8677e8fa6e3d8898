package dev.guanlan.promql.engine;

import dev.guanlan.model.Labels;
import dev.guanlan.model.histogram.Histogram;
import dev.guanlan.promql.PromqlException;
import dev.guanlan.promql.notation.SequenceValue;
import dev.guanlan.promql.notation.SeriesLine;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Tuple;

/** Makes up expressions, and samples that they find. */
final class GeneratedQueries {

  private static final String[] FUNCTIONS = {
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
    "first_over_time",
    "stddev_over_time",
    "absent_over_time",
    "present_over_time",
    "mad_over_time",
    "ts_of_max_over_time"
  };

  private static final String[] RANGES = {
    "m[1m]",
    "m[45s]",
    "m[5m]",
    "m[3m] offset 40s",
    "m[2m] offset -30s",
    "m[3m:20s]",
    "m[4m:]",
    "(m > 2)[2m:30s]",
    "m[2m] @ 100",
    "m[1m + 15s]"
  };

  private static final String[] EXTENDED = {
    "rate(m[2m] anchored)",
    "increase(m[1m] smoothed)",
    "delta(m[90s] smoothed)",
    "resets(m[3m] anchored)",
    "changes(m[2m] anchored)",
    "rate(m[1m] smoothed offset 20s)"
  };

  private static final String[] VECTORS = {
    "m", "n", "m offset 1m", "m{i!=\"1\"}", "n offset -20s", "m @ 90"
  };

  private static final String[] OPERATORS = {
    "+",
    "-",
    "/",
    ">",
    "<= bool",
    "==",
    "and",
    "or",
    "unless",
    "== on (i)",
    "and on (g)",
    "* on (g) group_left ()",
    "unless on ()",
    "+ fill(1)",
    "- on (i) fill_left(2)"
  };

  private static final String[] SHAPES = {
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
    "bottomk(2, %s)",
    "limitk(2, %s)",
    "limit_ratio(0.4, %s)",
    "label_replace(%s, \"j\", \"$1\", \"i\", \"(.*)\")"
  };

  private static final String[] HISTOGRAM_SHAPES = {
    "histogram_count(%s)",
    "histogram_sum(%s)",
    "histogram_avg(%s)",
    "histogram_quantile(0.4, %s)",
    "histogram_fraction(0, 2, %s)",
    "histogram_stddev(%s)",
    "%s * 2",
    "%s / 4",
    "sum by (g) (%s)",
    "avg(%s)",
    "sum_over_time((%s)[2m:30s])",
    "rate((%s)[2m:30s])"
  };

  private static final String[] NUMBERS = {"0", "1", "2", "5", "100", "-3", "NaN", "stale", "1e9"};

  private static final String[] HISTOGRAMS = {
    "{{}}",
    "{{count:3 sum:4 buckets:[1 2]}}",
    "{{count:5 sum:9 buckets:[1 3 1] z_bucket_w:0.001}}",
    "{{count:9 sum:20 z_bucket:2 z_bucket_w:0.25 buckets:[3 1 3]}}",
    "{{schema:1 count:4 sum:-1 n_buckets:[2 0 1] buckets:[1] offset:2}}",
    "{{count:2 sum:3 buckets:[2] counter_reset_hint:gauge}}",
    "{{count:1 sum:1 buckets:[1] counter_reset_hint:reset}}",
    "{{schema:-53 count:4 sum:5 custom_values:[1 2] buckets:[1 1 2]}}",
    "{{schema:-53 count:6 sum:9 custom_values:[2 3] buckets:[1 3 2]}}"
  };

  private GeneratedQueries() {}

  /** Leaves {@code topk} aside, which orders an instant's result only. */
  static Arbitrary<String> expressions() {
    return expressions(Arbitraries.of(SHAPES));
  }

  static Arbitrary<String> histogramExpressions() {
    return expressions(Arbitraries.oneOf(Arbitraries.of(SHAPES), Arbitraries.of(HISTOGRAM_SHAPES)));
  }

  private static Arbitrary<String> expressions(Arbitrary<String> shapes) {
    Arbitrary<String> ranges = Arbitraries.of(RANGES);
    Arbitrary<String> calls =
        Arbitraries.of(FUNCTIONS).flatMap(f -> ranges.map(range -> f + "(" + range + ")"));
    Arbitrary<String> vectors =
        Arbitraries.oneOf(calls, Arbitraries.of(VECTORS), Arbitraries.of(EXTENDED));
    Arbitrary<String> shaped = shapes.flatMap(shape -> vectors.map(v -> shape.replace("%s", v)));
    Arbitrary<String> pairs =
        shaped.flatMap(
            left ->
                Arbitraries.of(OPERATORS)
                    .flatMap(
                        operator ->
                            shaped.map(
                                right -> "(" + left + ") " + operator + " (" + right + ")")));
    return Arbitraries.oneOf(shaped, pairs);
  }

  static Arbitrary<MemorySampleSource> numbers() {
    return sources(Arbitraries.of(NUMBERS));
  }

  static Arbitrary<MemorySampleSource> numbersAndHistograms() {
    return sources(
        Arbitraries.frequencyOf(
            Tuple.of(1, Arbitraries.of(NUMBERS)), Tuple.of(4, Arbitraries.of(HISTOGRAMS))));
  }

  private static Arbitrary<MemorySampleSource> sources(Arbitrary<String> values) {
    return values.list().ofSize(60).map(GeneratedQueries::source);
  }

  private static MemorySampleSource source(List<String> values) {
    MemorySampleSource source = new MemorySampleSource();
    String[] groups = {"a", "a", "b", "b"};
    for (int i = 0; i < values.size(); i++) {
      int series = i % 5;
      Labels labels =
          series < 4
              ? Labels.of("__name__", "m", "g", groups[series], "i", "" + series)
              : Labels.of("__name__", "n", "g", "a");
      // Irregular on purpose: between 11 and 29 seconds apart; two series know their starts.
      long time = i / 5 * 20_000L + (i * 7919L) % 9_000;
      long start = series % 2 == 1 && time > 0 ? time - (i * 131L) % 25_000 : 0;
      append(source, labels, time, Math.max(0, start), values.get(i));
    }
    return source;
  }

  private static void append(
      MemorySampleSource source, Labels labels, long time, long start, String text) {
    try {
      SequenceValue value = SeriesLine.parse("x " + text).values().get(0);
      Histogram histogram = value.histogram();
      if (histogram == null) {
        source.append(labels, time, start, value.value());
      } else {
        source.append(labels, time, start, histogram);
      }
    } catch (PromqlException e) {
      throw new IllegalArgumentException(text, e);
    }
  }
}
