package dev.guanlan.rules;

import dev.guanlan.model.Labels;

/**
 * Names the series that an alert records.
 *
 * @param alerts its series {@code ALERTS}, by state
 * @param forState its series {@code ALERTS_FOR_STATE}, whose value is when it became active, in
 *     seconds since the epoch
 */
record AlertSeries(Labels alerts, Labels forState) {

  static AlertSeries of(Alert alert) {
    Labels forState = alert.labels().with(Labels.METRIC_NAME, "ALERTS_FOR_STATE");
    String state = alert.state() == AlertState.FIRING ? "firing" : "pending";
    return new AlertSeries(
        alert.labels().with(Labels.METRIC_NAME, "ALERTS").with("alertstate", state), forState);
  }
}
