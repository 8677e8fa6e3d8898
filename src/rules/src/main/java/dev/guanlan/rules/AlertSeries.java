package dev.guanlan.rules;

import dev.guanlan.model.Labels;
import dev.guanlan.rules.template.Template;
import java.util.Map;
import java.util.TreeMap;

/**
 * Names the series that an alert records.
 *
 * @param alerts its series {@code ALERTS}, by state
 * @param forState its series {@code ALERTS_FOR_STATE}, whose value is when it became active, in
 *     seconds since the epoch
 */
record AlertSeries(Labels alerts, Labels forState) {

  static final String FOR_STATE = "ALERTS_FOR_STATE";

  /**
   * Returns the series of an alert.
   *
   * @param texts the labels of its rule. As in Prometheus the series have those, overwritten by the
   *     alert's: a template that expands to nothing stands in them as it is written
   */
  static AlertSeries of(Alert alert, Map<String, Template> texts) {
    Map<String, String> labels = new TreeMap<>();
    texts.forEach((name, text) -> labels.put(name, text.toString()));
    labels.putAll(alert.labels().toMap());
    Labels all = Labels.of(labels);
    String state = alert.state() == AlertState.FIRING ? "firing" : "pending";
    return new AlertSeries(
        all.with(Labels.METRIC_NAME, "ALERTS").with("alertstate", state),
        all.with(Labels.METRIC_NAME, FOR_STATE));
  }
}
