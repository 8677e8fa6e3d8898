package dev.guanlan.rules;

import dev.guanlan.model.Labels;
import java.util.Map;

/**
 * Is an alert as Alertmanager is to hear of it.
 *
 * @param labels the alert's labels, and those of the installation
 * @param annotations the alert's annotations
 * @param startsAtMillis when it began to fire, in milliseconds since the epoch
 * @param resolvedAtMillis when it was resolved, or {@link Alert#NEVER} if it fires
 * @param tickMillis the tick that it was sent at
 * @param validForMillis how long after that it is to be taken for firing if no more is heard
 * @param generatorUrl where to look at the rule's expression; may be empty
 */
public record Notification(
    Labels labels,
    Map<String, String> annotations,
    long startsAtMillis,
    long resolvedAtMillis,
    long tickMillis,
    long validForMillis,
    String generatorUrl) {

  /** Makes a notification; the map is copied. */
  public Notification {
    annotations = Maps.sortedCopy(annotations);
  }

  /**
   * Returns when Alertmanager is to take the alert for resolved, in milliseconds since the epoch.
   *
   * <p>A firing alert is valid from its tick or from now, whichever is later: a job that catches up
   * evaluates ticks that are long past, and an end in the past would be a resolve that never was.
   * So ask when the verdict is fresh, and keep the answer while it waits to be sent.
   */
  public long endsAtMillis(long nowMillis) {
    return resolvedAtMillis == Alert.NEVER
        ? Math.max(tickMillis, nowMillis) + validForMillis
        : resolvedAtMillis;
  }
}
