package dev.guanlan.bench.rules;

import dev.guanlan.bench.nodes.NodeFleet;
import dev.guanlan.model.Labels;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Compares which alerts fire in two systems, those left out that changed within the last two ticks
 * in either.
 *
 * @param both how many fire in both
 * @param onlyPrometheus alerts that fire in Prometheus alone
 * @param onlyGuanlan alerts that fire in Guanlan alone
 * @param leftOut how many firing alerts are not compared
 * @param otherBeginnings how many of both became active while it was measured, but more than an
 *     interval apart
 */
record FiringComparison(
    int both,
    List<Labels> onlyPrometheus,
    List<Labels> onlyGuanlan,
    int leftOut,
    int otherBeginnings) {

  private static final int MOST_SHOWN = 10;

  /**
   * Compares.
   *
   * @param measuredMillis how long it was measured; what is active for longer may be so since the
   *     first tick, which each had at its own time
   */
  static FiringComparison of(Firing prometheus, Firing guanlan, long measuredMillis) {
    Set<Labels> changed = new TreeSet<>(prometheus.changed());
    changed.addAll(guanlan.changed());
    Set<Labels> all = new TreeSet<>(prometheus.activeAtMillis().keySet());
    all.addAll(guanlan.activeAtMillis().keySet());
    int both = 0;
    int leftOut = 0;
    int otherBeginnings = 0;
    List<Labels> onlyPrometheus = new ArrayList<>();
    List<Labels> onlyGuanlan = new ArrayList<>();
    for (Labels alert : all) {
      Long there = prometheus.activeAtMillis().get(alert);
      Long here = guanlan.activeAtMillis().get(alert);
      if (changed.contains(alert)) {
        leftOut++;
      } else if (there == null) {
        onlyGuanlan.add(alert);
      } else if (here == null) {
        onlyPrometheus.add(alert);
      } else {
        both++;
        boolean began = Math.max(there, here) > -measuredMillis;
        boolean apart = Math.abs(there - here) > NodeFleet.INTERVAL_MILLIS;
        otherBeginnings += began && apart ? 1 : 0;
      }
    }
    return new FiringComparison(both, onlyPrometheus, onlyGuanlan, leftOut, otherBeginnings);
  }

  /** Tells whether the same alerts fire in both. */
  boolean same() {
    return onlyPrometheus.isEmpty() && onlyGuanlan.isEmpty();
  }

  /** Says what was found, a sentence a line. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.add(
        ("firing: %d alerts in both, %d only in prometheus, %d only in guanlan; left out %d that"
                + " changed within the last two ticks; %d of both became active more than a tick apart")
            .formatted(both, onlyPrometheus.size(), onlyGuanlan.size(), leftOut, otherBeginnings));
    Map.of("prometheus", onlyPrometheus, "guanlan", onlyGuanlan)
        .forEach(
            (target, alerts) ->
                alerts.stream()
                    .limit(MOST_SHOWN)
                    .forEach(alert -> lines.add("  only in " + target + ": " + alert)));
    return lines;
  }
}
