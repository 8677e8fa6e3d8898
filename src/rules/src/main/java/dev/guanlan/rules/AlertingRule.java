package dev.guanlan.rules;

import java.util.Map;

/**
 * Describes an alert: each element of the expression's result is an alert of its own.
 *
 * @param name the value of the label {@code alertname}
 * @param expr the PromQL text
 * @param forMillis how long an element must stay in the result before it fires, in milliseconds
 * @param keepFiringForMillis how long an alert goes on firing after its element left the result, in
 *     milliseconds
 * @param labels templates of labels to set; an empty value removes the label
 * @param annotations templates of texts that do not identify the alert
 */
public record AlertingRule(
    String name,
    String expr,
    long forMillis,
    long keepFiringForMillis,
    Map<String, String> labels,
    Map<String, String> annotations)
    implements Rule {

  /** Makes a rule; the maps are copied. */
  public AlertingRule {
    labels = Maps.sortedCopy(labels);
    annotations = Maps.sortedCopy(annotations);
  }
}
