package dev.guanlan.promql.engine;

import dev.guanlan.model.histogram.Histogram;
import dev.guanlan.model.histogram.HistogramSum;
import dev.guanlan.model.histogram.ResetHint;

/**
 * Computes what {@link ExtendedRates} does of native histograms ({@code extendedHistogramRate} in
 * Prometheus' {@code promql/functions.go}).
 */
final class ExtendedHistogramRates {

  private final Window window;
  private final HistogramWindow histograms;
  private final RangeRemarks remarks;
  private final boolean smoothed;
  private final boolean counter;

  ExtendedHistogramRates(
      Window window,
      HistogramWindow histograms,
      RangeRemarks remarks,
      boolean smoothed,
      boolean counter) {
    this.window = window;
    this.histograms = histograms;
    this.remarks = remarks;
    this.smoothed = smoothed;
    this.counter = counter;
  }

  double compute(boolean perSecond) {
    long[] times = histograms.timestamps;
    int last = histograms.to - 1;
    int first = ExtendedRates.first(times, histograms.from, last, window.startMillis);
    if (smoothed) {
      last = ExtendedRates.firstFrom(times, histograms.from, last, window.endMillis);
    }
    if (times[last] <= window.startMillis || (smoothed && times[first] > window.endMillis)) {
      return StepMatrix.ABSENT;
    }
    if (!areComputable(first, last)) {
      return StepMatrix.ABSENT;
    }
    Histogram left = histograms.histogram(first);
    if (smoothed && times[first] < window.startMillis) {
      left = between(first, window.startMillis);
    }
    Histogram right = histograms.histogram(last);
    if (smoothed && last > histograms.from && times[last] > window.endMillis) {
      right = between(last - 1, window.endMillis);
    }
    if (!counter && (left.resetHint() != ResetHint.GAUGE || right.resetHint() != ResetHint.GAUGE)) {
      remarks.notGauge();
    }
    HistogramSum difference = new HistogramSum(right);
    difference.subtract(left);
    if (difference.boundsReconciled()) {
      remarks.reconciled("subtraction");
    }
    if (counter) {
      addLostInResets(difference, first, last, left, right);
    }
    Histogram result = difference.toHistogram();
    if (perSecond) {
      result = result.divide(window.rangeSeconds());
    }
    return histograms.put(result.withResetHint(ResetHint.GAUGE).compact());
  }

  private boolean areComputable(int first, int last) {
    for (int i = first; i <= last; i++) {
      Histogram histogram = histograms.histogram(i);
      if (!histogram.isCompatibleWith(histograms.histogram(first))) {
        remarks.mixedSchemas();
        return false;
      }
      if (counter && histogram.resetHint() == ResetHint.GAUGE) {
        remarks.notCounter();
      }
    }
    return true;
  }

  private Histogram between(int index, long millis) {
    return interpolate(
        histograms.timestamps[index],
        histograms.histogram(index),
        histograms.timestamps[index + 1],
        histograms.histogram(index + 1),
        millis,
        counter,
        remarks);
  }

  /**
   * Returns the histogram on the line between two of the same kind of buckets; a counter that was
   * reset began at 0.
   */
  static Histogram interpolate(
      long leftMillis,
      Histogram left,
      long rightMillis,
      Histogram right,
      long millis,
      boolean counter,
      RangeRemarks remarks) {
    if (millis == leftMillis) {
      return left;
    }
    if (millis == rightMillis) {
      return right;
    }
    double share = (double) (millis - leftMillis) / (rightMillis - leftMillis);
    if (counter && right.detectReset(left)) {
      return right.multiply(share);
    }
    HistogramSum sum = new HistogramSum(right);
    sum.subtract(left);
    if (sum.boundsReconciled()) {
      remarks.reconciled("subtraction");
    }
    sum.multiply(share);
    sum.add(left);
    return sum.toHistogram();
  }

  private void addLostInResets(
      HistogramSum difference, int first, int last, Histogram left, Histogram right) {
    int next = first + 1;
    Histogram previous = left;
    boolean counted =
        smoothed
            && histograms.timestamps[first] < window.startMillis
            && histograms.histogram(next).detectReset(histograms.histogram(first));
    if (counted) {
      // The value at the start was interpolated across this reset.
      previous = histograms.histogram(next);
      next++;
    }
    if (next > last) {
      return;
    }
    // The last one is not among them: the value at the end stands for it, hint and all.
    for (int i = next; i < last; i++) {
      Histogram histogram = histograms.histogram(i);
      if (histogram.detectReset(previous)) {
        difference.add(previous);
      }
      previous = histogram;
    }
    if (right.detectReset(previous)) {
      difference.add(previous);
    }
  }
}
