package dev.guanlan.e2e;

import dev.guanlan.model.Labels;
import dev.guanlan.promql.engine.StaleMarker;
import java.util.Map;

/** Writes what a ruler did in a line, so that two rulers can be compared to the last bit. */
final class OutputLine {

  private OutputLine() {}

  static String ofTransition(
      String group,
      Map<String, String> labels,
      Map<String, String> annotations,
      String move,
      double value,
      long tickMillis,
      long activeAtMillis,
      long firedAtMillis,
      long resolvedAtMillis) {
    return "%d %s %s %s %s value=%s activeAt=%d firedAt=%d resolvedAt=%d"
        .formatted(
            tickMillis,
            group,
            labels,
            move,
            annotations,
            value,
            activeAtMillis,
            firedAtMillis,
            resolvedAtMillis);
  }

  static String ofRecorded(Labels labels, long millis, double value) {
    return millis + " " + labels + " " + (StaleMarker.is(value) ? "stale" : "" + value);
  }
}
