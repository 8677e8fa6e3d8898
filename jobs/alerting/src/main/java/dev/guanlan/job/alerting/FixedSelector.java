package dev.guanlan.job.alerting;

import dev.guanlan.model.Labels;
import dev.guanlan.promql.Matcher;
import dev.guanlan.promql.SelectedWindow;
import dev.guanlan.promql.SelectedWindow.Interval;
import dev.guanlan.promql.engine.StandingSeries;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/**
 * Keeps the series that a selector chooses which looks at a time that is fixed, in the order of
 * their identities.
 */
final class FixedSelector {

  private final SelectedWindow window;
  private final Interval time;
  private final List<FixedSeries> members = new ArrayList<>();
  private StandingSeries[] sorted = {};
  private boolean stale;

  /** Whether there were samples that it looks at and that are not kept. */
  boolean lacking;

  FixedSelector(SelectedWindow window) {
    this.window = window;
    this.time = Objects.requireNonNull(window.fixed());
  }

  SelectedWindow window() {
    return window;
  }

  Interval time() {
    return time;
  }

  boolean chooses(Labels labels) {
    return Matcher.allMatch(window.matchers(), labels);
  }

  /** Tells whether all that matchers choose is among what this chooses. */
  boolean isAskedBy(List<Matcher> matchers) {
    return matchers.equals(window.matchers()) || matchers.containsAll(window.matchers());
  }

  void add(FixedSeries series) {
    members.add(series);
    stale = true;
  }

  void clear() {
    members.clear();
    stale = true;
  }

  /** Returns the series that satisfy all matchers, by which they are asked for. */
  StandingSeries[] series(List<Matcher> matchers) {
    if (stale) {
      members.sort(Comparator.comparing(series -> series.id));
      sorted = members.stream().map(series -> series.samples).toArray(StandingSeries[]::new);
      stale = false;
    }
    if (matchers.equals(window.matchers())) {
      return sorted;
    }
    List<StandingSeries> some = new ArrayList<>();
    for (StandingSeries series : sorted) {
      if (Matcher.allMatch(matchers, series.labels())) {
        some.add(series);
      }
    }
    return some.toArray(StandingSeries[]::new);
  }
}
