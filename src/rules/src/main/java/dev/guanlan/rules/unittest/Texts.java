package dev.guanlan.rules.unittest;

import dev.guanlan.model.Labels;
import dev.guanlan.model.histogram.Buckets;
import dev.guanlan.model.histogram.Histogram;
import dev.guanlan.model.histogram.ResetHint;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Writes what a test compares the way its author would write it. */
final class Texts {

  private static final double MANY_DIGITS = 1e15;

  private Texts() {}

  /** Writes labels or annotations; those with empty values, too. */
  static String of(Map<String, String> pairs) {
    StringBuilder text = new StringBuilder("{");
    pairs.forEach(
        (name, value) ->
            text.append(text.length() == 1 ? "" : ", ")
                .append(name)
                .append('=')
                .append(quoted(value)));
    return text.append('}').toString();
  }

  /** Writes a series the way that it is selected: {@code up{job="a"}}. */
  static String of(Labels labels) {
    String name = labels.metricName();
    if (!name.matches("[a-zA-Z_:][a-zA-Z0-9_:]*")) {
      return labels.toString();
    }
    Labels others = labels.without(Labels.METRIC_NAME);
    return name + (others.size() == 0 ? "" : others);
  }

  static String quoted(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
  }

  /** Writes a number with as few digits as name it; equal numbers give equal texts. */
  static String of(double value) {
    if (Double.isNaN(value)) {
      return "NaN";
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "+Inf" : "-Inf";
    }
    if (value == 0) {
      return "0";
    }
    double size = Math.abs(value);
    return size >= MANY_DIGITS || size < 1e-4
        ? Double.toString(value).toLowerCase(Locale.ROOT)
        : new BigDecimal(Double.toString(value)).stripTrailingZeros().toPlainString();
  }

  /**
   * Writes a native histogram in the notation of series. Empty buckets at the ends are left out, so
   * that histograms give equal texts exactly if they are the same to promtool, which compares by
   * {@code FloatHistogram.TestExpression}.
   */
  static String of(Histogram histogram) {
    List<String> parts = new ArrayList<>();
    add(parts, "schema", histogram.schema());
    add(parts, "count", histogram.count());
    add(parts, "sum", histogram.sum());
    add(parts, "z_bucket", histogram.zeroCount());
    add(parts, "z_bucket_w", histogram.zeroThreshold());
    if (histogram.hasCustomBuckets()) {
      double[] bounds = new double[histogram.customBounds()];
      Arrays.setAll(bounds, histogram::customBound);
      parts.add("custom_values:" + list(bounds));
    }
    if (histogram.resetHint() != ResetHint.UNKNOWN) {
      parts.add("counter_reset_hint:" + histogram.resetHint().name().toLowerCase(Locale.ROOT));
    }
    addBuckets(parts, "", histogram.positive());
    addBuckets(parts, "n_", histogram.negative());
    return "{{" + String.join(" ", parts) + "}}";
  }

  private static void add(List<String> parts, String name, double value) {
    if (value != 0) {
      parts.add(name + ":" + of(value));
    }
  }

  private static void addBuckets(List<String> parts, String side, Buckets buckets) {
    int first = 0;
    int last = buckets.size() - 1;
    while (first <= last && buckets.count(first) == 0) {
      first++;
    }
    while (last >= first && buckets.count(last) == 0) {
      last--;
    }
    if (first > last) {
      return;
    }
    add(parts, side + "offset", buckets.index(first));
    double[] counts = new double[buckets.index(last) - buckets.index(first) + 1];
    for (int i = first; i <= last; i++) {
      counts[buckets.index(i) - buckets.index(first)] = buckets.count(i);
    }
    parts.add(side + "buckets:" + list(counts));
  }

  private static String list(double[] numbers) {
    StringBuilder text = new StringBuilder("[");
    for (double number : numbers) {
      text.append(text.length() == 1 ? "" : " ").append(of(number));
    }
    return text.append(']').toString();
  }
}
