package dev.guanlan.promql.engine;

import dev.guanlan.model.histogram.Histogram;
import dev.guanlan.model.histogram.HistogramMean;
import dev.guanlan.model.histogram.HistogramSum;
import dev.guanlan.model.histogram.ResetHint;
import dev.guanlan.promql.Aggregator;
import dev.guanlan.promql.Position;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * Sums or averages into cells, one for each group and step, where some values are native
 * histograms. A cell that gets both numbers and histograms, or histograms that cannot be added, has
 * no result but a remark. Source: {@code aggregation} in {@code promql/engine.go} of Prometheus.
 */
final class MixedAccumulator {

  private final Annotations annotations;
  private final Position position;
  private final Accumulator numbers;
  private final boolean average;
  private final @Nullable HistogramSum[] sums;
  private final @Nullable HistogramMean[] means;
  private final BitSet withHistograms = new BitSet();
  private final BitSet incompatible = new BitSet();
  private final BitSet reset = new BitSet();
  private final BitSet notReset = new BitSet();

  /**
   * Makes empty cells.
   *
   * @param position of what is aggregated, for remarks
   */
  MixedAccumulator(Aggregator aggregator, int cells, Annotations annotations, Position position) {
    this.annotations = annotations;
    this.position = position;
    this.numbers = Accumulator.of(aggregator, cells);
    this.average = aggregator == Aggregator.AVG;
    this.sums = new HistogramSum[average ? 0 : cells];
    this.means = new HistogramMean[average ? cells : 0];
  }

  void add(int cell, double value) {
    if (!incompatible.get(cell)) {
      numbers.add(cell, value);
    }
  }

  void add(int cell, Histogram histogram, String metric) {
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
              + metric
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

  /** Puts the result of a cell, if there is one, into a matrix. */
  void finish(StepMatrix result, int row, int step, int cell) {
    boolean hasNumbers = numbers.counts[cell] > 0;
    if (hasNumbers && withHistograms.get(cell)) {
      annotations.warn(
          "PromQL warning: encountered a mix of histograms and floats for aggregation", position);
    } else if (hasNumbers) {
      result.setValue(row, step, numbers.result(cell));
    } else if (withHistograms.get(cell)) {
      finishHistogram(result, row, step, cell);
    }
  }

  private void finishHistogram(StepMatrix result, int row, int step, int cell) {
    HistogramSum sum = average ? null : sums[cell];
    HistogramMean mean = average ? means[cell] : null;
    boolean reconciled =
        sum != null ? sum.boundsReconciled() : mean != null && mean.boundsReconciled();
    if (reconciled) {
      annotations.inform(
          "PromQL info: mismatched custom buckets were reconciled during aggregation", position);
    }
    if (incompatible.get(cell)) {
      return;
    }
    if (reset.get(cell) && notReset.get(cell)) {
      annotations.warn(
          "PromQL warning: conflicting counter resets during histogram aggregation", position);
    }
    if (sum != null) {
      result.setHistogram(row, step, sum.toHistogram());
    } else if (mean != null) {
      result.setHistogram(row, step, mean.finish());
    }
  }
}
