package dev.guanlan.rules;

import dev.guanlan.model.Labels;
import dev.guanlan.model.histogram.Histogram;
import dev.guanlan.promql.engine.SampleSource;

/** Holds the samples that a group's expressions look at, and takes those that its rules record. */
public interface Windows extends SampleSource {

  /**
   * Takes a sample that a rule recorded, so that the rules behind it see it at the same tick.
   *
   * @param timestampMillis milliseconds since the epoch
   */
  void append(Labels labels, long timestampMillis, double value);

  /**
   * Takes a native histogram that a rule recorded. Windows that hold numbers only are never asked:
   * no expression makes a histogram of numbers.
   *
   * @param timestampMillis milliseconds since the epoch
   */
  default void append(Labels labels, long timestampMillis, Histogram histogram) {
    throw new UnsupportedOperationException(
        "no native histogram can be recorded here: " + labels + " = " + histogram);
  }
}
