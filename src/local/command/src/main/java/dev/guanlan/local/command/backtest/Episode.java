package dev.guanlan.local.command.backtest;

import java.util.Map;
import java.util.TreeMap;

/**
 * Is a time during which an alert fired.
 *
 * @param alert the alert's name
 * @param labels all its labels
 * @param startMillis the tick at which it began to fire, in milliseconds since the epoch
 * @param endMillis the tick at which it was resolved, or the end of the backtest
 * @param open whether it still fired at the end
 */
public record Episode(
    String alert, Map<String, String> labels, long startMillis, long endMillis, boolean open) {

  /** Sorts the labels. */
  public Episode {
    labels = new TreeMap<>(labels);
  }

  /** Returns how long it lasted, in milliseconds. */
  public long millis() {
    return endMillis - startMillis;
  }

  /** Tells whether both are of one alert. */
  boolean sameAlert(Episode other) {
    return alert.equals(other.alert) && labels.equals(other.labels);
  }

  /** Tells whether both fired at some time. */
  boolean overlaps(Episode other) {
    return startMillis <= other.endMillis && other.startMillis <= endMillis;
  }
}
