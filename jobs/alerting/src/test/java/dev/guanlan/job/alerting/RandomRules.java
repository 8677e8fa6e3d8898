package dev.guanlan.job.alerting;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Makes rule groups over the series of {@link RandomSamples}, each expression well-formed. */
final class RandomRules {

  private static final String[] RANGE_FUNCTIONS = {
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
    "stddev_over_time",
    "present_over_time",
    "absent_over_time"
  };
  private static final String[] RANGES = {"40s", "1m", "2m30s", "5m", "10m"};
  private static final String[] AGGREGATIONS = {
    "sum", "avg", "min", "max", "count", "group", "stddev"
  };
  private static final String[] GROUPINGS = {
    "", "by (job)", "by (job, instance)", "without (instance)", "without (code, le)"
  };
  private static final String[] COMPARISONS = {">", "<", ">=", "<=", "!=", "=="};
  private static final String[] ARITHMETIC = {"+", "-", "*", "/", "%"};
  private static final String[] INTERVALS = {"15s", "20s", "30s", "1m"};
  private static final String[] FOR = {"0s", "0s", "15s", "45s", "2m"};

  private final Random random;
  private List<String> recorded = new ArrayList<>();

  RandomRules(long seed) {
    random = new Random(seed);
  }

  /** Returns a rule file of so many groups, {@code g0} and so on. */
  String groups(int count) {
    StringBuilder yaml = new StringBuilder("groups:\n");
    for (int group = 0; group < count; group++) {
      yaml.append("- name: g").append(group).append('\n');
      yaml.append("  interval: ").append(pick(INTERVALS)).append('\n');
      if (random.nextInt(6) == 0) {
        yaml.append("  query_offset: ").append(pick("10s", "30s")).append('\n');
      }
      if (random.nextInt(10) == 0) {
        yaml.append("  limit: 2\n");
      }
      yaml.append("  rules:\n");
      recorded = new ArrayList<>();
      int rules = 1 + random.nextInt(4);
      for (int rule = 0; rule < rules; rule++) {
        if (random.nextInt(3) == 0) {
          String name = "rec:g" + group + ":" + rule;
          yaml.append("  - record: ").append(name).append('\n');
          expression(yaml, vector(3));
          recorded.add(name);
        } else {
          alert(yaml, "A" + group + "x" + rule);
        }
      }
      // So that a tick that is not evaluated is seen, whatever the other rules say.
      yaml.append("  - record: tick:g").append(group).append('\n');
      expression(yaml, "vector(time())");
    }
    return yaml.toString();
  }

  private void alert(StringBuilder yaml, String name) {
    yaml.append("  - alert: ").append(name).append('\n');
    expression(yaml, random.nextInt(8) == 0 ? absent() : comparison());
    yaml.append("    for: ").append(pick(FOR)).append('\n');
    if (random.nextInt(3) == 0) {
      yaml.append("    keep_firing_for: ").append(pick("15s", "1m", "3m")).append('\n');
    }
    yaml.append("    labels:\n      severity: ").append(pick("page", "ticket")).append('\n');
    if (random.nextBoolean()) {
      yaml.append("      where: 'at {{ $labels.job }}'\n");
    }
    yaml.append("    annotations:\n");
    yaml.append("      summary: '{{ $labels.instance }} is {{ $value | humanize }}'\n");
    if (random.nextInt(10) == 0) {
      yaml.append("      up: '{{ with query \"sum(up)\" }}{{ . | first | value }}{{ end }}'\n");
    }
  }

  private static void expression(StringBuilder yaml, String expression) {
    yaml.append("    expr: '").append(expression.replace("'", "''")).append("'\n");
  }

  private String pick(String... of) {
    return of[random.nextInt(of.length)];
  }

  private String absent() {
    return "absent(" + selector() + at(20) + ")";
  }

  private String comparison() {
    return "(" + vector(2) + ") " + pick(COMPARISONS) + " " + number();
  }

  private String number() {
    return pick("0", "0.5", "1", "3", "10", "20", "100", "500", "-1");
  }

  private String metric() {
    return pick("requests_total", "latency_bucket", "temperature", "up", "sizes");
  }

  private String matchers() {
    return switch (random.nextInt(6)) {
      case 0 -> "{job=\"j" + random.nextInt(4) + "\"}";
      case 1 -> "{job!=\"j1\",instance=~\"i[0-2]\"}";
      case 2 -> "{instance!~\"i3|i0\"}";
      case 3 -> "{code=\"" + (2 + random.nextInt(3)) + "00\"}";
      default -> "";
    };
  }

  private String selector() {
    if (!recorded.isEmpty() && random.nextInt(3) == 0) {
      return recorded.get(random.nextInt(recorded.size()));
    }
    return metric() + matchers();
  }

  /** Returns an offset, and now and then a time that the selector is fixed to. */
  private String offset() {
    return at(20) + (random.nextInt(6) == 0 ? " offset " + pick("15s", "1m", "4m") : "");
  }

  /** Fixes one of so many to a time: before all samples, among them, or after them. */
  private String at(int oneOf) {
    long millis = RandomSamples.START_MILLIS - 60_000 + random.nextInt(900_000);
    return random.nextInt(oneOf) == 0 ? " @ %d.%03d".formatted(millis / 1_000, millis % 1_000) : "";
  }

  private String vector(int depth) {
    if (depth == 0) {
      return random.nextInt(3) == 0 ? selector() + offset() : range();
    }
    return switch (random.nextInt(17)) {
      case 0 -> selector() + offset();
      case 1, 2, 3 -> range();
      case 4, 5 -> pick(AGGREGATIONS) + " " + pick(GROUPINGS) + " (" + vector(depth - 1) + ")";
      case 6 -> "(" + vector(depth - 1) + ") " + pick(ARITHMETIC) + " " + number();
      case 7 ->
          "("
              + pick(AGGREGATIONS)
              + " by (job) ("
              + vector(depth - 1)
              + ")) "
              + pick("/", "-", "and", "or", "unless", "> bool")
              + " ("
              + pick(AGGREGATIONS)
              + " by (job) ("
              + vector(depth - 1)
              + "))";
      case 8 ->
          "histogram_quantile(0.9, sum by (le, job) (rate(latency_bucket"
              + matchers()
              + "["
              + pick(RANGES)
              + "])))";
      case 9 -> "histogram_quantile(0.5, sum by (job) (rate(sizes[" + pick(RANGES) + "])))";
      case 10 ->
          pick("max_over_time", "avg_over_time", "count_over_time")
              + "(("
              + vector(depth - 1)
              + ")["
              + pick("2m", "5m")
              + ":"
              + pick("30s", "1m")
              + "]"
              + at(5)
              + ")";
      case 11 -> pick("topk", "bottomk") + "(2, " + vector(depth - 1) + ")";
      case 12 -> "quantile by (job) (0.5, " + vector(depth - 1) + ")";
      case 13 -> "count_values(\"value\", " + vector(depth - 1) + ")";
      case 14 ->
          "label_replace(" + vector(depth - 1) + ", \"zone\", \"z$1\", \"instance\", \"i(.*)\")";
      case 15 ->
          "("
              + vector(depth - 1)
              + ") "
              + pick("*", "+", "> bool")
              + pick(
                  " on (job, instance) group_left ()",
                  " ignoring (code, le) group_left ()",
                  " on (job, instance)")
              + " up"
              + matchers();
      default ->
          pick("abs", "ceil", "sgn", "-1 * ", "timestamp", "1 + ") + "(" + vector(depth - 1) + ")";
    };
  }

  private String range() {
    String over = selector() + "[" + pick(RANGES) + "]" + offset();
    return switch (random.nextInt(10)) {
      case 0 -> "quantile_over_time(0.75, " + over + ")";
      case 1 -> "predict_linear(" + over + ", 600)";
      default -> pick(RANGE_FUNCTIONS) + "(" + over + ")";
    };
  }
}
