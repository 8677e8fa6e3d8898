package dev.guanlan.bench.rules;

import dev.guanlan.bench.nodes.NodeFleet;
import dev.guanlan.model.Labels;
import dev.guanlan.model.SeriesId;
import dev.guanlan.promql.Matcher;
import dev.guanlan.promql.engine.StandingSeries;
import dev.guanlan.promql.engine.StandingSource;
import dev.guanlan.rules.CompiledGroup;
import dev.guanlan.rules.Windows;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Holds in memory what a group selects of some scrapes of a fleet. */
final class FleetWindows implements Windows, StandingSource {

  private static final StandingSeries UNSELECTED = new StandingSeries(Labels.EMPTY);

  private final CompiledGroup group;
  private final Map<Labels, StandingSeries> series = new HashMap<>();
  private final Map<List<Matcher>, StandingSeries[]> selections = new HashMap<>();
  private long version;

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
    for (int i = 0; i < scrapes; i++) {
      fleet.scrape(beginMillis + (long) i * NodeFleet.INTERVAL_MILLIS, windows::append);
    }
    return windows;
  }

  /** Makes queries look at the samples again, as if more had come. */
  void touch() {
    version++;
  }

  /** Takes what is recorded where the group looks at it, as the job does. */
  @Override
  public void append(Labels labels, long timestampMillis, double value) {
    StandingSeries one =
        series.computeIfAbsent(
            labels, key -> group.selects(key) ? new StandingSeries(key) : UNSELECTED);
    if (one != UNSELECTED) {
      one.add(timestampMillis, value, null);
      version++;
    }
  }

  @Override
  public StandingSeries[] standing(List<Matcher> matchers) {
    return selections.computeIfAbsent(
        matchers,
        wanted ->
            series.values().stream()
                .filter(one -> one != UNSELECTED && Matcher.allMatch(wanted, one.labels()))
                .sorted(Comparator.comparing(one -> SeriesId.of("", one.labels())))
                .toArray(StandingSeries[]::new));
  }

  @Override
  public long version() {
    return version;
  }
}
