package dev.guanlan.promql.engine;

import dev.guanlan.model.histogram.Buckets;
import dev.guanlan.model.histogram.Histogram;
import dev.guanlan.model.histogram.HistogramSum;
import dev.guanlan.model.histogram.ResetHint;

/**
 * Computes the rates and differences of native histograms ({@code histogramRate} and {@code
 * instantValue} in Prometheus' {@code promql/functions.go}).
 */
final class HistogramRates {

  private HistogramRates() {}

  static double rate(Window numbers, HistogramWindow histograms, RangeRemarks remarks) {
    return extrapolated(numbers, histograms, remarks, true, true);
  }

  static double increase(Window numbers, HistogramWindow histograms, RangeRemarks remarks) {
    return extrapolated(numbers, histograms, remarks, true, false);
  }

  static double delta(Window numbers, HistogramWindow histograms, RangeRemarks remarks) {
    return extrapolated(numbers, histograms, remarks, false, false);
  }

  private static double extrapolated(
      Window numbers,
      HistogramWindow histograms,
      RangeRemarks remarks,
      boolean counter,
      boolean perSecond) {
    long begin =
        counter
            ? Extrapolation.begin(
                histograms.startTimestamps,
                histograms.timestamps,
                histograms.from,
                numbers.startMillis)
            : 0;
    if (histograms.length() < 2 && begin == 0) {
      return StepMatrix.ABSENT;
    }
    remarkOnHints(histograms, remarks, counter);
    Histogram before = before(histograms, counter, begin);
    if (!histograms.last().isCompatibleWith(before)
        || (counter && !areCompatible(histograms, before))) {
      remarks.mixedSchemas();
      return StepMatrix.ABSENT;
    }
    HistogramSum difference = difference(histograms, before, counter);
    difference.subtract(before);
    if (difference.boundsReconciled()) {
      remarks.reconciled("subtraction");
    }
    if (counter) {
      addLostInResets(numbers, histograms, begin == 0 ? before : histograms.first(), difference);
    }
    Histogram result = difference.toHistogram().withResetHint(ResetHint.GAUGE);
    double first = histograms.first().count();
    double factor =
        Extrapolation.factor(
            numbers,
            histograms.timestamps[histograms.from],
            histograms.timestamps[histograms.to - 1],
            histograms.length(),
            begin,
            counter && result.count() > 0 && first >= 0 ? first / result.count() : Double.NaN);
    if (perSecond) {
      factor /= numbers.rangeSeconds();
    }
    return histograms.put(result.multiply(factor).compact());
  }

  private static void remarkOnHints(
      HistogramWindow histograms, RangeRemarks remarks, boolean counter) {
    boolean gauges = true;
    boolean anyGauge = false;
    for (int i = histograms.from; i < histograms.to; i++) {
      boolean gauge = histograms.histogram(i).resetHint() == ResetHint.GAUGE;
      anyGauge |= gauge;
      gauges &= gauge || (i > histograms.from && i < histograms.to - 1);
    }
    if (counter && anyGauge) {
      remarks.notCounter();
    }
    if (!counter && !gauges) {
      remarks.notGauge();
    }
  }

  /**
   * Returns what to subtract: the first histogram, or an empty one if the counter was 0 before it
   * or reset after it. In the latter case the layout of the first one does not matter.
   */
  private static Histogram before(HistogramWindow histograms, boolean counter, long begin) {
    if (begin != 0) {
      return emptied(histograms.first());
    }
    return counter && histograms.isReset(histograms.from + 1)
        ? emptied(histograms.histogram(histograms.from + 1))
        : histograms.first();
  }

  private static Histogram emptied(Histogram histogram) {
    double[] bounds = new double[histogram.customBounds()];
    for (int i = 0; i < bounds.length; i++) {
      bounds[i] = histogram.customBound(i);
    }
    return new Histogram(
        ResetHint.UNKNOWN, histogram.schema(), 0, 0, 0, 0, Buckets.EMPTY, Buckets.EMPTY, bounds);
  }

  private static boolean areCompatible(HistogramWindow histograms, Histogram before) {
    for (int i = histograms.from + 1; i < histograms.to - 1; i++) {
      if (!histograms.histogram(i).isCompatibleWith(before)) {
        return false;
      }
    }
    return true;
  }

  /** Begins with the last histogram, at the coarsest schema among those that count. */
  private static HistogramSum difference(
      HistogramWindow histograms, Histogram before, boolean counter) {
    Histogram last = histograms.last();
    int schema = Math.min(last.schema(), before.schema());
    for (int i = histograms.from + 1; counter && i < histograms.to - 1; i++) {
      schema = Math.min(schema, histograms.histogram(i).schema());
    }
    return new HistogramSum(last.toSchema(schema));
  }

  private static void addLostInResets(
      Window numbers, HistogramWindow histograms, Histogram before, HistogramSum difference) {
    if (histograms.startTimestamps != null) {
      Extrapolation.warnOfOverlaps(
          numbers,
          histograms.startTimestamps,
          histograms.timestamps,
          histograms.from,
          histograms.to);
    }
    for (int i = histograms.from + 1; i < histograms.to; i++) {
      if (histograms.isReset(i)) {
        difference.add(i == histograms.from + 1 ? before : histograms.histogram(i - 1));
      }
    }
  }

  /** Computes {@code irate} or {@code idelta} of the last two histograms. */
  static double lastTwo(HistogramWindow histograms, RangeRemarks remarks, boolean counter) {
    Histogram last = histograms.last();
    Histogram previous = histograms.histogram(histograms.to - 2);
    boolean lastGauge = last.resetHint() == ResetHint.GAUGE;
    boolean previousGauge = previous.resetHint() == ResetHint.GAUGE;
    if (counter && (lastGauge || previousGauge)) {
      remarks.notCounter();
    }
    if (!counter && !(lastGauge && previousGauge)) {
      remarks.notGauge();
    }
    Histogram difference = last;
    // After a reset of a counter all it shows has come since.
    if (!counter || !histograms.isReset(histograms.to - 1)) {
      if (!last.isCompatibleWith(previous)) {
        remarks.mixedSchemas();
        return StepMatrix.ABSENT;
      }
      HistogramSum sum = new HistogramSum(last);
      sum.subtract(previous);
      if (sum.boundsReconciled()) {
        remarks.reconciled("subtraction");
      }
      difference = sum.toHistogram();
    }
    difference = difference.withResetHint(ResetHint.GAUGE).compact();
    int at = histograms.to - 1;
    long millis = histograms.timestamps[at] - histograms.timestamps[at - 1];
    return histograms.put(counter ? difference.divide(millis / 1e3) : difference);
  }
}
