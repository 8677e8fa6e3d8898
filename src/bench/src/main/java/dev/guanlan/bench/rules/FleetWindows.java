package dev.guanlan.bench.rules;

import dev.guanlan.bench.nodes.NodeFleet;
import dev.guanlan.model.Labels;
import dev.guanlan.promql.Matcher;
import dev.guanlan.promql.engine.MemorySampleSource;
import dev.guanlan.promql.engine.SelectHints;
import dev.guanlan.promql.engine.SeriesSet;
import dev.guanlan.rules.CompiledGroup;
import dev.guanlan.rules.Windows;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Holds in memory what a group selects of some scrapes of a fleet. */
final class FleetWindows implements Windows {

  private final CompiledGroup group;
  private final MemorySampleSource samples = new MemorySampleSource();

  private FleetWindows(CompiledGroup group) {
    this.group = group;
  }

  /**
   * Scrapes a fleet.
   *
   * @param beginMillis when the first interval begins
   */
  static FleetWindows of(CompiledGroup group, NodeFleet fleet, long beginMillis, int scrapes) {
    FleetWindows windows = new FleetWindows(group);
    Map<Labels, Boolean> selected = new HashMap<>();
    for (int i = 0; i < scrapes; i++) {
      fleet.scrape(
          beginMillis + (long) i * NodeFleet.INTERVAL_MILLIS,
          (labels, timestamp, value) -> {
            if (selected.computeIfAbsent(labels, group::selects)) {
              windows.samples.append(labels, timestamp, value);
            }
          });
    }
    return windows;
  }

  /** Takes what is recorded where the group looks at it, as the job does. */
  @Override
  public void append(Labels labels, long timestampMillis, double value) {
    if (group.selects(labels)) {
      samples.append(labels, timestampMillis, value);
    }
  }

  @Override
  public SeriesSet select(List<Matcher> matchers, SelectHints hints) {
    return samples.select(matchers, hints);
  }
}
