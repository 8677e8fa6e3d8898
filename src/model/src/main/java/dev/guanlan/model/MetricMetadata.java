package dev.guanlan.model;

/**
 * Says what a metric is, as its instrumentation describes it.
 *
 * @param metric the metric's name without the suffixes of its series ({@code _bucket}, {@code
 *     _sum}, …)
 * @param type the metric's type
 * @param help what it tells, in words; empty if unknown
 * @param unit the unit of its values; empty if unknown
 */
public record MetricMetadata(String metric, Type type, String help, String unit) {

  /** Names the types as Prometheus and OpenMetrics do. Order and names are part of the format. */
  public enum Type {
    /** The sender did not say. */
    UNKNOWN,
    /** A value that only grows, but for resets. */
    COUNTER,
    /** A value that goes up and down. */
    GAUGE,
    /** Counts of observations by size. */
    HISTOGRAM,
    /** Counts of observations by size that may fall. */
    GAUGE_HISTOGRAM,
    /** Quantiles that the sender computed. */
    SUMMARY,
    /** Labels that never change, with the value 1. */
    INFO,
    /** Which of several states holds. */
    STATE_SET
  }
}
