package dev.guanlan.promql.engine;

import dev.guanlan.model.Labels;
import dev.guanlan.model.histogram.Histogram;
import dev.guanlan.promql.Position;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * Finds the histograms among the rows of a matrix: native ones, and classic ones, which are series
 * of cumulative counts, one for each upper bound in the label {@code le}. Where both kinds have the
 * same name and labels at a step, neither counts ({@code resetHistograms} in Prometheus' {@code
 * promql/engine.go}).
 */
final class HistogramGroups {

  private static final List<String> BOUND = List.of("le");

  private static final int NO_ROW = -1;

  private record Bucket(double bound, int row) {}

  private static final class Group {
    final List<Bucket> buckets = new ArrayList<>();
    int nativeRow = NO_ROW;
  }

  private final Query query;
  private final StepMatrix matrix;
  private final Position position;
  private final Map<Labels, Group> groups = new LinkedHashMap<>();
  private final ClassicBuckets buckets = new ClassicBuckets();

  /**
   * Groups the rows.
   *
   * @param position place of the argument that they are the value of
   */
  HistogramGroups(Query query, StepMatrix matrix, Position position) {
    this.query = query;
    this.matrix = matrix;
    this.position = position;
    for (int row = 0; row < matrix.size(); row++) {
      if (matrix.hasHistograms()) {
        addMixed(row);
      } else {
        addBucket(row);
      }
    }
    for (Group group : groups.values()) {
      group.buckets.sort(Comparator.comparingDouble(Bucket::bound));
    }
  }

  private void addMixed(int row) {
    boolean numbers = false;
    boolean histograms = false;
    for (int step = 0; step < matrix.steps(); step++) {
      boolean histogram = matrix.histogram(row, step) != null;
      histograms |= histogram;
      numbers |= !histogram && matrix.isPresent(row, step);
    }
    if (histograms) {
      group(matrix.labels(row)).nativeRow = row;
    }
    if (numbers) {
      addBucket(row);
    }
  }

  private Group group(Labels labels) {
    return groups.computeIfAbsent(labels, key -> new Group());
  }

  private void addBucket(int row) {
    Labels labels = matrix.labels(row);
    Double bound = GoNumbers.parse(labels.getOrEmpty("le"));
    if (bound != null) {
      group(LabelSets.dropping(labels, BOUND)).buckets.add(new Bucket(bound, row));
      return;
    }
    query
        .annotations()
        .warn(
            withName(
                "PromQL warning: bucket label \"le\" is missing or has a malformed value of \""
                    + labels.getOrEmpty("le")
                    + "\"",
                labels.metricName()),
            position);
  }

  static String withName(String message, String metric) {
    return metric.isEmpty() ? message : message + " for metric name \"" + metric + "\"";
  }

  /** Adds a row for each histogram to a result: what a measure says of it at some of the steps. */
  void measure(
      HistogramMeasure measure, int from, int to, StepMatrix result, UnaryOperator<Labels> labels)
      throws EvaluationException {
    for (Map.Entry<Labels, Group> entry : groups.entrySet()) {
      query.budget().spend(matrix.steps(), position);
      int row = query.addNameless(result, labels.apply(entry.getKey()));
      String metric = entry.getKey().metricName();
      for (int step = from; step < to; step++) {
        result.setValue(row, step, measure(entry.getValue(), measure, step, metric));
      }
    }
  }

  private double measure(Group group, HistogramMeasure measure, int step, String metric) {
    load(group, step);
    Histogram histogram =
        group.nativeRow == NO_ROW ? null : matrix.histogram(group.nativeRow, step);
    if (histogram == null) {
      return buckets.isEmpty() ? StepMatrix.ABSENT : measure.of(buckets, step, metric);
    }
    if (buckets.isEmpty()) {
      return measure.of(histogram, step, metric);
    }
    query
        .annotations()
        .warn(
            withName(
                "PromQL warning: vector contains a mix of classic and native histograms", metric),
            position);
    return StepMatrix.ABSENT;
  }

  private void load(Group group, int step) {
    buckets.clear();
    for (Bucket bucket : group.buckets) {
      double count = matrix.value(bucket.row(), step);
      if (!StepMatrix.isAbsent(count) && matrix.histogram(bucket.row(), step) == null) {
        buckets.add(bucket.bound(), count);
      }
    }
  }
}
