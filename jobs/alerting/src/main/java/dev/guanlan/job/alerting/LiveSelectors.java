package dev.guanlan.job.alerting;

import dev.guanlan.model.Labels;
import dev.guanlan.promql.Matcher;
import dev.guanlan.promql.SelectedWindow;
import dev.guanlan.promql.engine.StandingSeries;
import dev.guanlan.rules.CompiledGroup;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Knows which series each selector of a group chooses, and how far back that looks. */
final class LiveSelectors {

  /** Stands for the reach of a series that no selector chooses. */
  static final long UNCHOSEN = -1;

  private final Map<List<Matcher>, LiveSelector> selectors = new HashMap<>();
  private final Map<String, List<LiveSelector>> byMetric = new HashMap<>();
  private final List<LiveSelector> anyMetric = new ArrayList<>();

  /**
   * Makes the selectors those of a version of the group; none chooses a series yet.
   *
   * @param without the windows that nothing is kept for
   */
  void follow(CompiledGroup group, Predicate<SelectedWindow> without) {
    selectors.clear();
    byMetric.clear();
    anyMetric.clear();
    long offset = group.group().queryOffsetMillis();
    for (SelectedWindow window : group.windows()) {
      if (window.isFixed() || without.test(window)) {
        continue;
      }
      LiveSelector selector = selectors.computeIfAbsent(window.matchers(), this::index);
      selector.reachMillis = Math.max(selector.reachMillis, window.millisBack() + offset);
    }
  }

  private LiveSelector index(List<Matcher> matchers) {
    LiveSelector selector = new LiveSelector(matchers);
    String metric = selector.metric();
    (metric == null ? anyMetric : byMetric.computeIfAbsent(metric, name -> new ArrayList<>()))
        .add(selector);
    return selector;
  }

  /**
   * Has every selector that chooses a series know it.
   *
   * @return how far before a tick its samples matter, or {@link #UNCHOSEN}
   */
  long enlist(LiveSeries known) {
    Labels labels = known.labels();
    long reach = UNCHOSEN;
    for (LiveSelector selector : byMetric.getOrDefault(labels.metricName(), List.of())) {
      reach = enlist(known, selector, reach);
    }
    for (LiveSelector selector : anyMetric) {
      reach = enlist(known, selector, reach);
    }
    known.chosen = reach != UNCHOSEN;
    return reach;
  }

  private static long enlist(LiveSeries known, LiveSelector selector, long reach) {
    if (!selector.chooses(known.labels())) {
      return reach;
    }
    selector.add(known);
    return Math.max(reach, selector.reachMillis);
  }

  /** Tells whether any selector chooses a series. */
  boolean choose(Labels labels) {
    return choose(byMetric.getOrDefault(labels.metricName(), List.of()), labels)
        || choose(anyMetric, labels);
  }

  private static boolean choose(List<LiveSelector> any, Labels labels) {
    for (LiveSelector selector : any) {
      if (selector.chooses(labels)) {
        return true;
      }
    }
    return false;
  }

  /** Returns all selectors. */
  Collection<LiveSelector> all() {
    return selectors.values();
  }

  /** Returns a selector, or null if the group has none such, or nothing is kept for it. */
  @Nullable LiveSelector of(List<Matcher> matchers) {
    return selectors.get(matchers);
  }

  /** Returns how many series a selector chooses. */
  int size(List<Matcher> matchers) {
    LiveSelector selector = selectors.get(matchers);
    return selector == null ? 0 : selector.size();
  }

  /** Returns the newest time of any sample of a selector's series, or the least number. */
  long newestMillis(List<Matcher> matchers) {
    LiveSelector selector = selectors.get(matchers);
    return selector == null ? Long.MIN_VALUE : selector.newestMillis();
  }

  /** Tells whether any selector can choose series of a metric; most recordings are for others. */
  boolean mayChoose(String metric) {
    return !anyMetric.isEmpty() || byMetric.containsKey(metric);
  }

  /** Returns the series of a selector in the order of their identities, or null if none is so. */
  StandingSeries @Nullable [] series(List<Matcher> matchers) {
    LiveSelector selector = selectors.get(matchers);
    return selector == null ? null : selector.series();
  }

  /** Notes that series are other objects now. */
  void reorder() {
    selectors.values().forEach(LiveSelector::reorder);
  }

  void removeEnded() {
    selectors.values().forEach(LiveSelector::removeEnded);
  }
}
