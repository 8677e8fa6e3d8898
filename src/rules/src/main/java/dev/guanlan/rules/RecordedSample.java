package dev.guanlan.rules;

import dev.guanlan.model.Labels;
import dev.guanlan.model.histogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Is a sample that a rule recorded.
 *
 * @param labels the series, its metric name included
 * @param timestampMillis milliseconds since the epoch
 * @param value its value, the stale marker where the series ended, or NaN if it is a histogram
 * @param histogram the native histogram, or null if it is a number
 */
public record RecordedSample(
    Labels labels, long timestampMillis, double value, @Nullable Histogram histogram) {

  /** Makes a sample that is a number. */
  public RecordedSample(Labels labels, long timestampMillis, double value) {
    this(labels, timestampMillis, value, null);
  }
}
