package dev.guanlan.promql.engine;

import dev.guanlan.model.histogram.Histogram;
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
    remark(histograms, sum, remarks);
    return histograms.put(sum.toHistogram());
  }

  /** Averages by the sum, and by steps of the mean once the sum overflows. */
  static double average(Window numbers, HistogramWindow histograms, RangeRemarks remarks) {
    HistogramSum sum = new HistogramSum(histograms.first());
    double count = 1;
    boolean byMean = false;
    for (int i = histograms.from + 1; i < histograms.to; i++) {
      Histogram histogram = histograms.histogram(i);
      if (!sum.accepts(histogram)) {
        remarks.mixedSchemas();
        return StepMatrix.ABSENT;
      }
      count++;
      if (!byMean) {
        if (!sum.mayOverflow(histogram)) {
          sum.add(histogram);
          continue;
        }
        byMean = true;
        sum.multiply(1 / (count - 1));
      }
      sum.multiply((count - 1) / count);
      sum.add(histogram.divide(count));
    }
    remark(histograms, sum, remarks);
    Histogram total = sum.toHistogram();
    return histograms.put(byMean ? total : total.divide(count));
  }

  private static void remark(HistogramWindow histograms, HistogramSum sum, RangeRemarks remarks) {
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
    if (sum.boundsReconciled()) {
      remarks.reconciled("aggregation");
    }
  }
}
