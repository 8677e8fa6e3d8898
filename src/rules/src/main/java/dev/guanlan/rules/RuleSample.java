package dev.guanlan.rules;

import dev.guanlan.model.Labels;
import dev.guanlan.model.histogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Is an element of a rule's result.
 *
 * @param labels its labels
 * @param value its value; 0 if it is a histogram, as alerts then have it in Prometheus
 * @param histogram the native histogram, or null if it is a number
 */
record RuleSample(Labels labels, double value, @Nullable Histogram histogram) {

  /** Returns what a template sees: the number or the histogram. */
  Object shown() {
    return histogram == null ? (Object) value : histogram;
  }
}
