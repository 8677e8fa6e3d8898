package dev.guanlan.promql.engine;

import dev.guanlan.model.Labels;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Estimates a quantile of each classic histogram among the rows. Which rows are buckets of which
 * histogram, and in which order, is worked out when there are others.
 */
final class StandingQuantile extends StandingNode {

  private static final List<String> BOUND = List.of("le");

  private final StandingNode quantile;
  private final StandingNode input;
  private final ClassicBuckets buckets = new ClassicBuckets();
  private final DerivedLabels nameless = DerivedLabels.nameless();
  private Labels[] inputLabels = {};

  /** The bounds and rows of all buckets, those of a histogram in a row, ascending. */
  private double[] bounds = {};

  private int[] rows = {};

  /** Where the buckets of each histogram begin, and where the last one's end. */
  private int[] begins = {0};

  private Labels[] histograms = {};
  private boolean equalBounds;

  private record Bucket(double bound, int row) {}

  StandingQuantile(StandingNode quantile, StandingNode input) {
    this.quantile = quantile;
    this.input = input;
  }

  @Override
  boolean compute(StandingTick tick) throws EvaluationException {
    if (!quantile.refresh(tick) || !input.refresh(tick) || (!input.inOrder && equalBounds)) {
      return false;
    }
    if (input.labels != inputLabels) {
      inputLabels = input.labels;
      group();
    }
    labels = nameless.of(histograms);
    double q = quantile.scalar();
    double[] results = room(labels.length);
    boolean ascending = true;
    int newest = -1;
    for (int histogram = 0; histogram < results.length; histogram++) {
      buckets.clear();
      int first = Integer.MAX_VALUE;
      for (int i = begins[histogram]; i < begins[histogram + 1]; i++) {
        double count = input.values[rows[i]];
        if (!StepMatrix.isAbsent(count)) {
          buckets.add(bounds[i], count);
          first = Math.min(first, rows[i]);
        }
      }
      results[histogram] = StepMatrix.ABSENT;
      if (!buckets.isEmpty()) {
        ascending &= first > newest;
        newest = first;
        if (Quantiles.isValid(q)) {
          buckets.makeMonotonic();
        }
        results[histogram] = buckets.quantile(q);
      }
    }
    inOrder = ascending && input.inOrder;
    return nameless.areDistinct(results);
  }

  private void group() {
    Map<Labels, List<Bucket>> groups = new LinkedHashMap<>();
    for (int row = 0; row < inputLabels.length; row++) {
      Double bound = GoNumbers.parse(inputLabels[row].getOrEmpty("le"));
      if (bound != null) {
        groups
            .computeIfAbsent(LabelSets.dropping(inputLabels[row], BOUND), key -> new ArrayList<>())
            .add(new Bucket(bound, row));
      }
    }
    histograms = groups.keySet().toArray(Labels[]::new);
    begins = new int[histograms.length + 1];
    bounds = new double[inputLabels.length];
    rows = new int[inputLabels.length];
    equalBounds = false;
    int next = 0;
    int histogram = 0;
    for (List<Bucket> group : groups.values()) {
      group.sort(Comparator.comparingDouble(Bucket::bound));
      for (Bucket bucket : group) {
        equalBounds |= next > begins[histogram] && bounds[next - 1] == bucket.bound();
        bounds[next] = bucket.bound();
        rows[next++] = bucket.row();
      }
      begins[++histogram] = next;
    }
  }
}
