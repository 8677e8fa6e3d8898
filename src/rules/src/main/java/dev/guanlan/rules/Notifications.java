package dev.guanlan.rules;

import dev.guanlan.model.Labels;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/** Makes notifications of alerts, as {@code sendAlerts} of Prometheus' {@code rules} does. */
final class Notifications {

  /** Begins the names of labels whose own names others need, as where Prometheus scrapes. */
  private static final String EXPORTED = "exported_";

  private Notifications() {}

  static Notification of(
      Rule rule, Alert alert, long tickMillis, long intervalMillis, EvaluationSettings settings) {
    // Room for two ticks and two sends that fail.
    long validMillis = 4 * Math.max(intervalMillis, settings.resendDelayMillis());
    return new Notification(
        labels(alert, settings),
        alert.annotations(),
        alert.firedAtMillis(),
        alert.resolvedAtMillis(),
        tickMillis,
        validMillis,
        generatorUrl(settings.externalUrl(), rule.expr()));
  }

  /**
   * Returns an alert's labels as Alertmanager knows it by. Those of the tenant stand as they are:
   * by a rule's label in their place, a tenant's alert could be another's, and its resolve the
   * other's end. The rule's label stays under another name, for without it two alerts could become
   * one.
   */
  private static Labels labels(Alert alert, EvaluationSettings settings) {
    Map<String, String> labels = new TreeMap<>(settings.externalLabels());
    labels.putAll(alert.labels().toMap());
    Labels tenant = settings.tenantLabels();
    for (int i = 0; i < tenant.size(); i++) {
      String name = tenant.name(i);
      labels.put(name, tenant.value(i));
      String own = alert.labels().get(name);
      if (own != null && !own.equals(tenant.value(i))) {
        String free = EXPORTED + name;
        while (labels.containsKey(free)) {
          free = EXPORTED + free;
        }
        labels.put(free, own);
      }
    }
    return Labels.of(labels);
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
