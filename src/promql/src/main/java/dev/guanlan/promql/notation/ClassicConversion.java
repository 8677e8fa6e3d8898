package dev.guanlan.promql.notation;

import dev.guanlan.model.Labels;
import dev.guanlan.model.histogram.Buckets;
import dev.guanlan.model.histogram.Histogram;
import dev.guanlan.model.histogram.ResetHint;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Makes native histograms of custom buckets out of the series of classic histograms: {@code
 * m_bucket{le="…"}}, {@code m_count} and {@code m_sum}. Source: {@code util/convertnhcb} of
 * Prometheus.
 */
final class ClassicConversion {

  private static final String BOUND = "le";

  /** Collects the parts of a histogram at one time. */
  private static final class Parts {
    private final TreeMap<Double, Double> cumulated = new TreeMap<>();
    private @Nullable Double count;
    private double sum;
  }

  private final Map<Labels, TreeMap<Long, Parts>> histograms = new LinkedHashMap<>();

  /** Takes a sample, if it is part of a classic histogram. */
  void add(Labels labels, long timestampMillis, double value) {
    String name = labels.metricName();
    if (name.endsWith("_bucket")) {
      Double bound = bound(labels.getOrEmpty(BOUND));
      if (bound != null) {
        parts(labels, "_bucket", timestampMillis).cumulated.putIfAbsent(bound, value);
      }
    } else if (name.endsWith("_count")) {
      parts(labels, "_count", timestampMillis).count = value;
    } else if (name.endsWith("_sum")) {
      parts(labels, "_sum", timestampMillis).sum = value;
    }
  }

  private static @Nullable Double bound(String text) {
    if (text.matches("\\+?(?i:inf)")) {
      return Double.POSITIVE_INFINITY;
    }
    if (text.matches("-(?i:inf)")) {
      return Double.NEGATIVE_INFINITY;
    }
    try {
      double bound = Double.parseDouble(text);
      return Double.isNaN(bound) ? null : bound;
    } catch (NumberFormatException e) {
      // As in Prometheus, a bound that is no number belongs to no histogram.
      return null;
    }
  }

  private Parts parts(Labels labels, String suffix, long timestampMillis) {
    String name = labels.metricName();
    Labels base =
        labels
            .without(BOUND)
            .with(Labels.METRIC_NAME, name.substring(0, name.length() - suffix.length()));
    return histograms
        .computeIfAbsent(base, key -> new TreeMap<>())
        .computeIfAbsent(timestampMillis, key -> new Parts());
  }

  /** Takes a histogram that is made. */
  @FunctionalInterface
  interface Sink {
    void accept(Labels labels, long timestampMillis, Histogram histogram);
  }

  /**
   * Makes the histograms.
   *
   * @throws IllegalArgumentException if the parts of one contradict each other
   */
  void convert(Sink sink) {
    histograms.forEach(
        (labels, times) ->
            times.forEach(
                (timestamp, parts) -> sink.accept(labels, timestamp, histogram(labels, parts))));
  }

  private static Histogram histogram(Labels labels, Parts parts) {
    Double given = parts.count;
    if (given == null && parts.cumulated.isEmpty()) {
      throw new IllegalArgumentException(
          labels + ": count must be provided when no buckets are present");
    }
    double count = given == null ? parts.cumulated.lastEntry().getValue() : given;
    parts.cumulated.putIfAbsent(Double.POSITIVE_INFINITY, count);
    if (count != parts.cumulated.lastEntry().getValue()) {
      throw new IllegalArgumentException(
          labels
              + ": count mismatch: count="
              + count
              + " != le=+Inf count="
              + parts.cumulated.lastEntry().getValue());
    }
    int size = parts.cumulated.size();
    double[] bounds = new double[size - 1];
    int[] indexes = new int[size];
    double[] counts = new double[size];
    int filled = 0;
    int next = 0;
    double previous = 0;
    for (Map.Entry<Double, Double> bucket : parts.cumulated.entrySet()) {
      double cumulated = bucket.getValue();
      if (cumulated < previous) {
        throw new IllegalArgumentException(
            labels + ": count is not cumulative: " + cumulated + " < " + previous);
      }
      if (next < size - 1) {
        bounds[next] = bucket.getKey();
      }
      if (cumulated != previous) {
        indexes[filled] = next;
        counts[filled++] = cumulated - previous;
      }
      next++;
      previous = cumulated;
    }
    return new Histogram(
        ResetHint.UNKNOWN,
        Histogram.CUSTOM_BUCKETS,
        0,
        0,
        count,
        parts.sum,
        Buckets.of(indexes, counts, filled),
        Buckets.EMPTY,
        bounds);
  }
}
