package dev.guanlan.rules;

import java.util.Map;

/**
 * Describes a series to record: the expression's result under another name.
 *
 * @param name the metric name of what is recorded
 * @param expr the PromQL text
 * @param labels labels to set, taken literally; an empty value removes the label
 */
public record RecordingRule(String name, String expr, Map<String, String> labels) implements Rule {

  /** Makes a rule; the map is copied. */
  public RecordingRule {
    labels = Maps.sortedCopy(labels);
  }
}
