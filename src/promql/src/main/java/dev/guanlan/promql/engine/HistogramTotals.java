package dev.guanlan.promql.engine;

import dev.guanlan.model.histogram.Histogram;
import dev.guanlan.model.histogram.HistogramMean;
import dev.guanlan.model.histogram.HistogramSum;
import dev.guanlan.model.histogram.ResetHint;

/** Computes {@code sum_over_time} and {@code avg_over_time} of native histograms. */
final class HistogramTotals {

  private HistogramTotals() {}

  static double sum(Window numbers, HistogramWindow histograms, RangeRemarks remarks) {
    HistogramSum sum = new HistogramSum(histograms.first());
    for (int i = histograms.from + 1; i < histograms.to; i++) {
      Histogram histogram = histograms.histogram(i);
      if (!sum.accepts(histogram)) {
        remarks.mixedSchemas();
        return StepMatrix.ABSENT;
      }
      sum.add(histogram);
    }
    remark(histograms, sum.boundsReconciled(), remarks);
    return histograms.put(sum.toHistogram());
  }

  static double average(Window numbers, HistogramWindow histograms, RangeRemarks remarks) {
    HistogramMean mean = new HistogramMean(histograms.first());
    for (int i = histograms.from + 1; i < histograms.to; i++) {
      Histogram histogram = histograms.histogram(i);
      if (!mean.accepts(histogram)) {
        remarks.mixedSchemas();
        return StepMatrix.ABSENT;
      }
      mean.add(histogram);
    }
    remark(histograms, mean.boundsReconciled(), remarks);
    return histograms.put(mean.finish());
  }

  private static void remark(HistogramWindow histograms, boolean reconciled, RangeRemarks remarks) {
    boolean reset = false;
    boolean notReset = false;
    for (int i = histograms.from; i < histograms.to; i++) {
      ResetHint hint = histograms.histogram(i).resetHint();
      reset |= hint == ResetHint.RESET;
      notReset |= hint == ResetHint.NOT_RESET;
    }
    if (reset && notReset) {
      remarks.resetsCollided();
    }
    if (reconciled) {
      remarks.reconciled("aggregation");
    }
  }
}
