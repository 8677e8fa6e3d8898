package dev.guanlan.promql.engine;

import dev.guanlan.model.histogram.Histogram;

/** Computes a number of a histogram of either kind at a step. */
interface HistogramMeasure {

  /**
   * Measures a classic histogram.
   *
   * @param metric the metric's name
   */
  double of(ClassicBuckets buckets, int step, String metric);

  /**
   * Measures a native histogram.
   *
   * @param metric the metric's name
   */
  double of(Histogram histogram, int step, String metric);
}
