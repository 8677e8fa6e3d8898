package dev.guanlan.job.alerting;

import dev.guanlan.model.Labels;
import java.util.HashSet;
import java.util.Set;

/** Collects, from tick to tick, the series that a group's windows have no room for. */
final class DroppedSeries {

  /** Of an explosion all are alike. */
  private static final int MOST_SERIES = 1_000;

  private final Set<Labels> series = new HashSet<>();

  void add(Labels dropped) {
    if (series.size() < MOST_SERIES) {
      series.add(dropped);
    }
  }

  /** Returns those of them that are known by their labels. */
  Set<Labels> series() {
    return series;
  }

  void clear() {
    series.clear();
  }
}
