package dev.guanlan.rules;

import dev.guanlan.model.Labels;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/** Makes notifications of alerts, as {@code sendAlerts} of Prometheus' {@code rules} does. */
final class Notifications {

  private Notifications() {}

  static Notification of(
      Rule rule, Alert alert, long tickMillis, long intervalMillis, EvaluationSettings settings) {
    Map<String, String> labels = new TreeMap<>(settings.externalLabels());
    labels.putAll(alert.labels().toMap());
    // Room for two ticks and two sends that fail.
    long validMillis = 4 * Math.max(intervalMillis, settings.resendDelayMillis());
    return new Notification(
        Labels.of(labels),
        alert.annotations(),
        alert.firedAtMillis(),
        alert.resolvedAtMillis(),
        tickMillis,
        validMillis,
        generatorUrl(settings.externalUrl(), rule.expr()));
  }

  private static String generatorUrl(String externalUrl, String expr) {
    return externalUrl.isEmpty()
        ? ""
        : externalUrl
            + "/graph?g0.expr="
            + URLEncoder.encode(expr, StandardCharsets.UTF_8)
            + "&g0.tab=1";
  }
}
