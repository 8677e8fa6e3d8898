package dev.guanlan.rules;

import dev.guanlan.model.Labels;
import java.util.Map;

/**
 * Is one alert of a rule. All times are ticks in milliseconds since the epoch, or {@link #NEVER}.
 *
 * @param labels what identifies it, {@code alertname} included
 * @param annotations expanded texts of the newest tick that saw its element
 * @param state pending, firing or resolved; inactive for one whose beginning is restored
 * @param value the element's value at the newest tick that saw it
 * @param activeAtMillis when it became pending
 * @param firedAtMillis when it began to fire
 * @param resolvedAtMillis when it was resolved
 * @param lastSentAtMillis when it was last handed over to be sent
 * @param keepFiringSinceMillis since when it fires only because of {@code keep_firing_for}
 */
public record Alert(
    Labels labels,
    Map<String, String> annotations,
    AlertState state,
    double value,
    long activeAtMillis,
    long firedAtMillis,
    long resolvedAtMillis,
    long lastSentAtMillis,
    long keepFiringSinceMillis) {

  /** Stands for a time that has not come. */
  public static final long NEVER = Long.MIN_VALUE;

  /** Makes an alert; the map is copied. */
  public Alert {
    annotations = Maps.sortedCopy(annotations);
  }

  /** Makes an alert that becomes pending at a tick. */
  public static Alert pending(
      Labels labels, Map<String, String> annotations, double value, long tickMillis) {
    return new Alert(
        labels, annotations, AlertState.PENDING, value, tickMillis, NEVER, NEVER, NEVER, NEVER);
  }

  /** Makes an alert that is active since a tick if the next result has its element. */
  static Alert restored(Labels labels, long activeAtMillis) {
    return new Alert(
        labels, Map.of(), AlertState.INACTIVE, 0, activeAtMillis, NEVER, NEVER, NEVER, NEVER);
  }

  Alert seenWith(Map<String, String> newAnnotations, double newValue) {
    return new Alert(
        labels,
        newAnnotations,
        state,
        newValue,
        activeAtMillis,
        firedAtMillis,
        resolvedAtMillis,
        lastSentAtMillis,
        NEVER);
  }

  Alert firing(long tickMillis) {
    return new Alert(
        labels,
        annotations,
        AlertState.FIRING,
        value,
        activeAtMillis,
        tickMillis,
        resolvedAtMillis,
        lastSentAtMillis,
        keepFiringSinceMillis);
  }

  Alert keptFiringSince(long tickMillis) {
    return new Alert(
        labels,
        annotations,
        state,
        value,
        activeAtMillis,
        firedAtMillis,
        resolvedAtMillis,
        lastSentAtMillis,
        tickMillis);
  }

  Alert resolved(long tickMillis) {
    return new Alert(
        labels,
        annotations,
        AlertState.RESOLVED,
        value,
        activeAtMillis,
        firedAtMillis,
        tickMillis,
        lastSentAtMillis,
        keepFiringSinceMillis);
  }

  Alert sent(long tickMillis) {
    return new Alert(
        labels,
        annotations,
        state,
        value,
        activeAtMillis,
        firedAtMillis,
        resolvedAtMillis,
        tickMillis,
        keepFiringSinceMillis);
  }

  /** Tells whether the alert is to be sent at a tick: when its state is news, or it is long ago. */
  boolean needsSending(long tickMillis, long resendDelayMillis) {
    if (state == AlertState.PENDING) {
      return false;
    }
    return resolvedAtMillis > lastSentAtMillis
        || lastSentAtMillis == NEVER
        || lastSentAtMillis + resendDelayMillis < tickMillis;
  }
}
