package dev.guanlan.bench.rules;

import dev.guanlan.bench.nodes.NodeFleet;
import dev.guanlan.model.Labels;
import java.util.Map;
import java.util.Set;

/**
 * Is which alerts fire at a time.
 *
 * @param activeAtMillis the alerts that fire, and when each became active, milliseconds after the
 *     time (less than 0)
 * @param changed alerts that began or ceased to fire within the last two ticks
 * @param pending how many alerts are pending
 */
record Firing(Map<Labels, Long> activeAtMillis, Set<Labels> changed, int pending) {

  /** How long ago a change is too new to compare: the targets tick at different moments. */
  static final long UNSETTLED_MILLIS = 2L * NodeFleet.INTERVAL_MILLIS;
}
