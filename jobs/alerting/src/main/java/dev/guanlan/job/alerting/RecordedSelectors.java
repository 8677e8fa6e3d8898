package dev.guanlan.job.alerting;

import dev.guanlan.model.Labels;
import dev.guanlan.promql.Matcher;
import dev.guanlan.promql.MatcherType;
import dev.guanlan.promql.SelectedWindow;
import dev.guanlan.rules.CompiledGroup;

/** Tells of groups whether their rules look at series that rules record, by what names say. */
final class RecordedSelectors {

  private static final String ALERTS = "ALERTS";
  private static final String ALERTS_FOR_STATE = "ALERTS_FOR_STATE";

  private RecordedSelectors() {}

  /** Tells whether one of a group's selectors may choose alerts, or asks for a rule's record. */
  static boolean areIn(CompiledGroup group) {
    for (SelectedWindow window : group.windows()) {
      if (!window.isFixed() && isRecorded(window)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isRecorded(SelectedWindow window) {
    boolean alerts = true;
    boolean alertsForState = true;
    for (Matcher matcher : window.matchers()) {
      if (matcher.name().equals(Labels.METRIC_NAME)) {
        // By Prometheus' convention colons are for what rules record.
        if (matcher.type() == MatcherType.EQUAL && matcher.value().indexOf(':') >= 0) {
          return true;
        }
        alerts &= matcher.matches(ALERTS);
        alertsForState &= matcher.matches(ALERTS_FOR_STATE);
      }
    }
    return alerts || alertsForState;
  }
}
