package dev.guanlan.job.alerting;

import dev.guanlan.model.SeriesId;
import dev.guanlan.rules.Alert;
import dev.guanlan.rules.Transition;
import dev.guanlan.schema.AlertState;
import dev.guanlan.schema.AlertTransition;
import dev.guanlan.schema.RuleGroup;
import java.util.TreeMap;

/** Makes the records of the topic of alerts. */
final class Transitions {

  private Transitions() {}

  /**
   * Makes the record of a transition.
   *
   * @param newestSampleMillis time of the newest sample that the decision saw, or 0
   */
  static AlertTransition of(RuleGroup group, Transition transition, long newestSampleMillis) {
    Alert alert = transition.alert();
    return AlertTransition.newBuilder()
        .setTenant(group.getTenant())
        .setNamespace(group.getNamespace())
        .setGroup(group.getName())
        .setAlert(alert.labels().getOrEmpty("alertname"))
        .setFingerprint(SeriesId.of(group.getTenant(), alert.labels()).toHex())
        .setLabels(alert.labels().toMap())
        .setAnnotations(new TreeMap<>(alert.annotations()))
        .setFrom(AlertState.valueOf(transition.from().name()))
        .setTo(AlertState.valueOf(transition.to().name()))
        .setValue(alert.value())
        .setTimestampMillis(transition.tickMillis())
        .setActiveAtMillis(orZero(alert.activeAtMillis()))
        .setFiredAtMillis(orZero(alert.firedAtMillis()))
        .setResolvedAtMillis(orZero(alert.resolvedAtMillis()))
        .setLastSampleMillis(newestSampleMillis)
        .build();
  }

  private static long orZero(long millis) {
    return millis == Alert.NEVER ? 0 : millis;
  }
}
