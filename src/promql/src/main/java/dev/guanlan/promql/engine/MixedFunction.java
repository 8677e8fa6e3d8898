package dev.guanlan.promql.engine;

/** Computes a value from the numbers and histograms of one series in a range, at least one. */
interface MixedFunction {

  /**
   * Returns a number, {@link StepMatrix#ABSENT}, or {@link StepMatrix#HISTOGRAM} after it has
   * {@linkplain HistogramWindow#put put} one there.
   */
  double apply(Window numbers, HistogramWindow histograms, RangeRemarks remarks)
      throws EvaluationException;
}
