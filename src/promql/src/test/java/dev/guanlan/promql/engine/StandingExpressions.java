package dev.guanlan.promql.engine;

import java.util.Random;

/** Makes up expressions over the series of {@link ChangingSeries}, nested as deep as is asked. */
final class StandingExpressions {

  private static final String[] FUNCTIONS = {
    "rate",
    "increase",
    "delta",
    "irate",
    "idelta",
    "deriv",
    "resets",
    "changes",
    "avg_over_time",
    "min_over_time",
    "max_over_time",
    "sum_over_time",
    "count_over_time",
    "last_over_time",
    "first_over_time",
    "stddev_over_time",
    "present_over_time",
    "absent_over_time",
    "mad_over_time",
    "ts_of_min_over_time"
  };
  private static final String[] MAPPINGS = {
    "abs(%s)",
    "-(%s)",
    "+(%s)",
    "sgn(%s)",
    "round(%s)",
    "round(%s, 5)",
    "clamp(%s, 1, 8)",
    "clamp(%s, 8, 1)",
    "clamp_min(%s, 3)",
    "clamp_max(%s, scalar(count(m)))",
    "hour(%s)",
    "timestamp(%s)",
    "sort(%s)",
    "sort_desc(%s)",
    "vector(scalar(%s))",
    "absent(%s)",
    "label_replace(%s, \"g\", \"$1\", \"i\", \"(.*)\")",
    "topk(2, %s)",
    "bottomk by (g) (1, %s)",
    "limitk(2, %s)",
    "count_values(\"v\", %s)",
    "quantile by (g) (0.3, %s)",
    "quantile(scalar(m{i=\"0\"}), %s)",
    "histogram_quantile(0.7, %s)",
    "histogram_count(%s)"
  };
  private static final String[] AGGREGATIONS = {
    "sum", "avg", "min", "max", "count", "group", "stddev", "stdvar"
  };
  private static final String[] GROUPINGS = {
    "", "by (g)", "by (i)", "by (g, le)", "without (i)", "without (g, le)", "by (__name__, g)"
  };
  private static final String[] WITH_SCALAR = {
    "(%s) > %n",
    "(%s) <= bool %n",
    "%n < (%s)",
    "(%s) * %n",
    "%n / (%s)",
    "(%s) ^ %n",
    "(%s) != %n",
    "(%s) - time() / %n",
    "(%s) % %n",
    "(%s) atan2 %n"
  };
  private static final String[] MATCHES = {
    "/",
    "-",
    "> bool",
    "<",
    "== on (i)",
    "* on (g) group_left ()",
    "- on (i, g)",
    "+ on (g) group_right (i)",
    "/ ignoring (le)",
    "and",
    "or",
    "unless",
    "and on (g)",
    "or on (i)",
    "unless on ()",
    "and ignoring (i)",
    "+ fill(1)",
    "> on (g) group_left (i)"
  };

  private static final String[] SHORT_RANGES = {"40s", "1m", "150s", "5m"};
  private static final String[] LONG_RANGES = {"10m", "90m", "2h", "150m", "3h"};

  private final Random random;
  private final String[] ranges;
  private final String longestOffset;

  /** Makes up expressions with ranges of minutes, or up to hours. */
  StandingExpressions(long seed, boolean longRanges) {
    random = new Random(seed);
    ranges = longRanges ? LONG_RANGES : SHORT_RANGES;
    longestOffset = longRanges ? "100m" : "2m";
  }

  private String pick(String... of) {
    return of[random.nextInt(of.length)];
  }

  /** Returns a scalar or vector. */
  String next(int depth) {
    return random.nextInt(20) == 0
        ? pick("scalar(m{i=\"1\"}) + 1", "time() / 60", "pi() > bool 3", "vector(2)")
        : vector(depth);
  }

  private String vector(int depth) {
    if (depth == 0) {
      return random.nextInt(3) == 0 ? selector() + offset() : range();
    }
    String inner = vector(depth - 1);
    return switch (random.nextInt(9)) {
      case 0, 1 -> pick(AGGREGATIONS) + " " + pick(GROUPINGS) + " (" + inner + ")";
      case 2 -> pick(MAPPINGS).replace("%s", inner);
      case 3 ->
          pick(WITH_SCALAR).replace("%s", inner).replace("%n", pick("0", "1", "3.5", "7", "-2"));
      case 4, 5 -> "(" + inner + ") " + pick(MATCHES) + " (" + vector(random.nextInt(depth)) + ")";
      case 6 ->
          "histogram_quantile(0.9, sum by (le, g) (rate(h_bucket[" + pick("1m", "5m") + "])))";
      case 7 -> "max_over_time((" + inner + ")[" + pick("1m:20s", "2m:30s") + "])";
      default -> inner;
    };
  }

  private String selector() {
    return pick(
        "m",
        "n",
        "h_bucket",
        "m{g=\"a\"}",
        "m{i!=\"1\"}",
        "{i=~\"[0-2]\"}",
        "n{i=\"9\"}",
        "o",
        "sizes");
  }

  private String offset() {
    return random.nextInt(6) == 0 ? " offset " + pick("15s", "1m", "-20s", longestOffset) : "";
  }

  private String range() {
    String over = selector() + "[" + pick(ranges) + "]" + offset();
    return switch (random.nextInt(12)) {
      case 0 -> "quantile_over_time(0.75, " + over + ")";
      case 1 -> "predict_linear(" + over + ", 600)";
      case 2 -> "rate(" + selector() + "[1m] @ end())";
      case 3 -> "increase(" + selector() + "[1m] anchored)";
      default -> pick(FUNCTIONS) + "(" + over + ")";
    };
  }
}
