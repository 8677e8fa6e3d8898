package dev.guanlan.promql.engine;

import dev.guanlan.model.Labels;
import dev.guanlan.model.histogram.Histogram;
import dev.guanlan.model.histogram.HistogramMean;
import dev.guanlan.model.histogram.HistogramSum;
import dev.guanlan.model.histogram.ResetHint;
import dev.guanlan.promql.Aggregator;
import dev.guanlan.promql.Position;
import java.util.Arrays;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * Sums or averages into cells, one for each group, where some values are native histograms. A cell
 * that gets both numbers and histograms, or histograms that cannot be added, has no result but a
 * remark. Source: {@code aggregation} in {@code promql/engine.go} of Prometheus.
 */
final class MixedAccumulator {

  private final Annotations annotations;
  private final Position position;
  private final Aggregator aggregator;
  private final boolean average;
  private final @Nullable HistogramSum[] sums;
  private final @Nullable HistogramMean[] means;
  private final BitSet withHistograms = new BitSet();
  private final BitSet incompatible = new BitSet();
  private final BitSet reset = new BitSet();
  private final BitSet notReset = new BitSet();
  private Accumulator numbers;

  /**
   * Makes empty cells.
   *
   * @param position of what is aggregated, for remarks
   */
  MixedAccumulator(Aggregator aggregator, int cells, Annotations annotations, Position position) {
    this.annotations = annotations;
    this.position = position;
    this.aggregator = aggregator;
    this.average = aggregator == Aggregator.AVG;
    this.sums = new HistogramSum[average ? 0 : cells];
    this.means = new HistogramMean[average ? cells : 0];
    this.numbers = Accumulator.of(aggregator, cells);
  }

  void add(int cell, double value) {
    if (!incompatible.get(cell)) {
      numbers.add(cell, value);
    }
  }

  void add(int cell, Histogram histogram, Labels labels) {
    if (incompatible.get(cell)) {
      return;
    }
    withHistograms.set(cell);
    if (histogram.resetHint() == ResetHint.RESET) {
      reset.set(cell);
    } else if (histogram.resetHint() == ResetHint.NOT_RESET) {
      notReset.set(cell);
    }
    if (!(average ? addToMean(cell, histogram) : addToSum(cell, histogram))) {
      incompatible.set(cell);
      annotations.warn(
          "PromQL warning: vector contains a mix of histograms with exponential and custom buckets"
              + " schemas for metric name \""
              + labels.getOrEmpty(Labels.METRIC_NAME)
              + "\"",
          position);
    }
  }

  private boolean addToSum(int cell, Histogram histogram) {
    HistogramSum sum = sums[cell];
    if (sum == null) {
      sums[cell] = new HistogramSum(histogram);
    } else if (sum.accepts(histogram)) {
      sum.add(histogram);
    } else {
      return false;
    }
    return true;
  }

  private boolean addToMean(int cell, Histogram histogram) {
    HistogramMean mean = means[cell];
    if (mean == null) {
      means[cell] = new HistogramMean(histogram);
    } else if (mean.accepts(histogram)) {
      mean.add(histogram);
    } else {
      return false;
    }
    return true;
  }

  /** Puts the results of all cells into a matrix of a row for each, and empties the cells. */
  void finish(StepMatrix result, int step) {
    for (int cell = 0; cell < numbers.counts.length; cell++) {
      boolean hasNumbers = numbers.counts[cell] > 0;
      if (hasNumbers && withHistograms.get(cell)) {
        annotations.warn(
            "PromQL warning: encountered a mix of histograms and floats for aggregation", position);
      } else if (hasNumbers) {
        result.setValue(cell, step, numbers.result(cell));
      } else if (average) {
        finishMean(result, cell, step);
      } else {
        finishSum(result, cell, step);
      }
    }
    clear();
  }

  private void finishSum(StepMatrix result, int cell, int step) {
    HistogramSum sum = sums[cell];
    if (sum != null && isComplete(cell, sum.boundsReconciled())) {
      result.setHistogram(cell, step, sum.toHistogram());
    }
  }

  private void finishMean(StepMatrix result, int cell, int step) {
    HistogramMean mean = means[cell];
    if (mean != null && isComplete(cell, mean.boundsReconciled())) {
      result.setHistogram(cell, step, mean.finish());
    }
  }

  /** Makes the remarks on a cell; tells whether it has a result nevertheless. */
  private boolean isComplete(int cell, boolean reconciled) {
    if (reconciled) {
      annotations.inform(
          "PromQL info: mismatched custom buckets were reconciled during aggregation", position);
    }
    if (incompatible.get(cell)) {
      return false;
    }
    if (reset.get(cell) && notReset.get(cell)) {
      annotations.warn(
          "PromQL warning: conflicting counter resets during histogram aggregation", position);
    }
    return true;
  }

  private void clear() {
    numbers = Accumulator.of(aggregator, numbers.counts.length);
    Arrays.fill(sums, null);
    Arrays.fill(means, null);
    withHistograms.clear();
    incompatible.clear();
    reset.clear();
    notReset.clear();
  }
}
