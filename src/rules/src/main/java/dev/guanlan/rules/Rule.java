package dev.guanlan.rules;

import java.util.Map;

/** Says what to evaluate at every tick and what to do with the result. */
public sealed interface Rule permits AlertingRule, RecordingRule {

  /** Returns the name of the alert or of the recorded metric. */
  String name();

  /** Returns the PromQL text. */
  String expr();

  /**
   * Returns the labels to set on every element of the result, in ascending order of names. An empty
   * value removes the label. Those of the group are not among them.
   */
  Map<String, String> labels();
}
