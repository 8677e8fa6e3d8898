package dev.guanlan.promql.engine;

import dev.guanlan.model.Labels;
import dev.guanlan.promql.Expression;
import dev.guanlan.promql.Position;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Evaluates {@code histogram_quantile} over classic histograms: series of cumulative counts, one
 * for each upper bound in the label {@code le} ({@code BucketQuantile} in Prometheus' {@code
 * promql/quantile.go}).
 */
final class ClassicHistograms {

  private static final String BOUND = "le";

  /** Differences below this share of a count are taken for rounding errors. */
  private static final double TOLERANCE = 1e-12;

  private record Bucket(double bound, int row) {}

  private final Query query;
  private final StepMatrix buckets;
  private final Position quantilePosition;
  private final Position bucketsPosition;

  ClassicHistograms(Query query, Expression.Call call, StepMatrix buckets) {
    this.query = query;
    this.buckets = buckets;
    this.quantilePosition = call.arguments().get(0).position();
    this.bucketsPosition = call.arguments().get(1).position();
  }

  StepMatrix quantile(StepMatrix quantile) throws EvaluationException {
    for (int step = 0; step < quantile.steps(); step++) {
      double q = quantile.value(0, step);
      if (!Quantiles.isValid(q)) {
        query.annotations().warn(Quantiles.invalid(q), quantilePosition);
      }
    }
    StepMatrix result = StepMatrix.growing(buckets.steps());
    for (Map.Entry<Labels, List<Bucket>> histogram : histograms().entrySet()) {
      query.budget().spend(buckets.steps(), bucketsPosition);
      List<Bucket> sorted = histogram.getValue();
      sorted.sort(Comparator.comparingDouble(Bucket::bound));
      int row = query.addNameless(result, histogram.getKey());
      fill(result, row, sorted, quantile);
    }
    result.removeEmpty();
    return query.mergedUnlessDelayed(result, bucketsPosition);
  }

  private Map<Labels, List<Bucket>> histograms() {
    Map<Labels, List<Bucket>> histograms = new LinkedHashMap<>();
    for (int row = 0; row < buckets.size(); row++) {
      Labels labels = buckets.labels(row);
      Double bound = GoNumbers.parse(labels.getOrEmpty(BOUND));
      if (bound == null) {
        query
            .annotations()
            .warn(
                "PromQL warning: bucket label \"le\" is missing or has a malformed value of \""
                    + labels.getOrEmpty(BOUND)
                    + "\" for metric name \""
                    + labels.metricName()
                    + "\"",
                bucketsPosition);
        continue;
      }
      histograms
          .computeIfAbsent(LabelSets.dropping(labels, List.of(BOUND)), key -> new ArrayList<>())
          .add(new Bucket(bound, row));
    }
    return histograms;
  }

  private void fill(StepMatrix result, int row, List<Bucket> sorted, StepMatrix quantile) {
    double[] bounds = new double[sorted.size()];
    double[] counts = new double[sorted.size()];
    for (int step = 0; step < buckets.steps(); step++) {
      int size = 0;
      for (Bucket bucket : sorted) {
        double count = buckets.value(bucket.row(), step);
        if (StepMatrix.isAbsent(count)) {
          continue;
        }
        if (size > 0 && bounds[size - 1] == bucket.bound()) {
          counts[size - 1] += count;
        } else {
          bounds[size] = bucket.bound();
          counts[size++] = count;
        }
      }
      if (size > 0) {
        result.values()[result.offset(row) + step] =
            of(quantile.value(0, step), bounds, counts, size, result.labels(row));
      }
    }
  }

  private double of(double q, double[] bounds, double[] counts, int size, Labels labels) {
    if (Double.isNaN(q)) {
      return Double.NaN;
    }
    if (q < 0) {
      return Double.NEGATIVE_INFINITY;
    }
    if (q > 1) {
      return Double.POSITIVE_INFINITY;
    }
    if (bounds[size - 1] != Double.POSITIVE_INFINITY) {
      return Double.NaN;
    }
    if (makeMonotonic(counts, size)) {
      query
          .annotations()
          .inform(
              "PromQL info: input to histogram_quantile needed to be fixed for monotonicity (see"
                  + " https://prometheus.io/docs/prometheus/latest/querying/functions/"
                  + "#histogram_quantile) for metric name \""
                  + labels.metricName()
                  + "\"",
              bucketsPosition);
    }
    double observations = counts[size - 1];
    if (size < 2 || observations == 0) {
      return Double.NaN;
    }
    double rank = q * observations;
    int bucket = 0;
    while (bucket < size - 1 && !(counts[bucket] >= rank)) {
      bucket++;
    }
    if (bucket == size - 1) {
      return bounds[size - 2];
    }
    if (bucket == 0 && bounds[0] <= 0) {
      return bounds[0];
    }
    double start = bucket == 0 ? 0 : bounds[bucket - 1];
    double before = bucket == 0 ? 0 : counts[bucket - 1];
    double share = (rank - before) / (counts[bucket] - before);
    return start + (bounds[bucket] - start) * share;
  }

  /**
   * Lifts counts that are below those of smaller bounds; tells whether one was by more than
   * rounding.
   */
  private static boolean makeMonotonic(double[] counts, int size) {
    double previous = counts[0];
    for (int i = 1; i < size; i++) {
      double difference = Math.abs(counts[i] - previous);
      if (difference == 0) {
        continue;
      }
      if (difference / counts[i] <= TOLERANCE) {
        counts[i] = previous;
      } else {
        previous = counts[i];
      }
    }
    boolean forced = false;
    double greatest = counts[0];
    for (int i = 1; i < size; i++) {
      if (counts[i] > greatest) {
        greatest = counts[i];
      } else if (counts[i] < greatest) {
        counts[i] = greatest;
        forced = true;
      }
    }
    return forced;
  }
}
