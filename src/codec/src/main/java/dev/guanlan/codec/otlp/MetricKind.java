package dev.guanlan.codec.otlp;

/** Says what a metric's name depends on besides itself. */
enum MetricKind {
  /** A value that goes up and down, which the sender declared a gauge. */
  GAUGE,
  /** A cumulative sum that only grows. */
  COUNTER,
  /** Everything else: sums that also shrink, histograms, summaries. */
  OTHER
}
