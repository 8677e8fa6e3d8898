package dev.guanlan.promql.engine;

import dev.guanlan.model.histogram.Histogram;
import org.jspecify.annotations.Nullable;

/** Is told the samples of a series, one after the other. */
@FunctionalInterface
public interface SampleVisitor {

  /**
   * Is told the next sample.
   *
   * @param timestampMillis milliseconds since the epoch
   * @param value of no meaning if the sample is a histogram
   * @param histogram the histogram that the sample is, or null if it is a number
   */
  void visit(long timestampMillis, double value, @Nullable Histogram histogram);
}
