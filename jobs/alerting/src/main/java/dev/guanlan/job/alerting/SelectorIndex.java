package dev.guanlan.job.alerting;

import dev.guanlan.model.Labels;
import dev.guanlan.promql.Matcher;
import dev.guanlan.promql.MatcherType;
import dev.guanlan.promql.SelectedWindow;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds the groups of a tenant that select a series. Selectors that are equal are one. They are
 * found by the metric that they ask for, if they do, and then by one more label that must have one
 * value; of several that with which fewest others are found. For one thread.
 */
final class SelectorIndex {

  private final Map<List<Matcher>, Selector> selectors = new HashMap<>();
  private final Map<String, Shelf> byMetric = new HashMap<>();
  private final Shelf anyMetric = new Shelf();

  /** Is a selector, and who has it. */
  private static final class Selector {
    private final List<Matcher> matchers;
    private final @Nullable String metric;
    private final Set<String> groups = new LinkedHashSet<>();

    /** By which matcher it is found, or null if by none. */
    private @Nullable Matcher foundBy;

    private Selector(List<Matcher> matchers) {
      this.matchers = matchers;
      this.metric = metric(matchers);
    }
  }

  /** Has selectors of one metric, or of any. */
  private static final class Shelf {
    private final Map<String, Map<String, List<Selector>>> byLabel = new HashMap<>();
    private final List<Selector> others = new ArrayList<>();

    private void add(Selector added) {
      int fewest = Integer.MAX_VALUE;
      for (Matcher matcher : added.matchers) {
        if (isOneValue(matcher) && !matcher.name().equals(Labels.METRIC_NAME)) {
          int found = find(matcher.name(), matcher.value()).size();
          if (found < fewest) {
            fewest = found;
            added.foundBy = matcher;
          }
        }
      }
      Matcher by = added.foundBy;
      (by == null
              ? others
              : byLabel
                  .computeIfAbsent(by.name(), name -> new HashMap<>())
                  .computeIfAbsent(by.value(), value -> new ArrayList<>()))
          .add(added);
    }

    private void remove(Selector removed) {
      Matcher by = removed.foundBy;
      if (by == null) {
        others.remove(removed);
        return;
      }
      byLabel.computeIfPresent(
          by.name(),
          (name, byValue) -> {
            byValue.computeIfPresent(
                by.value(),
                (value, found) -> {
                  found.remove(removed);
                  return found.isEmpty() ? null : found;
                });
            return byValue.isEmpty() ? null : byValue;
          });
    }

    private List<Selector> find(String name, String value) {
      return byLabel.getOrDefault(name, Map.of()).getOrDefault(value, List.of());
    }

    private void match(Labels labels, Set<String> matched) {
      for (int i = 0; i < labels.size() && !byLabel.isEmpty(); i++) {
        match(find(labels.name(i), labels.value(i)), labels, matched);
      }
      match(others, labels, matched);
    }

    private static void match(List<Selector> selectors, Labels labels, Set<String> matched) {
      for (Selector selector : selectors) {
        if (Matcher.allMatch(selector.matchers, labels)) {
          matched.addAll(selector.groups);
        }
      }
    }

    private boolean isEmpty() {
      return byLabel.isEmpty() && others.isEmpty();
    }
  }

  private static boolean isOneValue(Matcher matcher) {
    return matcher.type() == MatcherType.EQUAL && !matcher.value().isEmpty();
  }

  /** Returns the one metric that matchers ask for, or null if they ask for none by name. */
  static @Nullable String metric(List<Matcher> matchers) {
    for (Matcher matcher : matchers) {
      if (matcher.name().equals(Labels.METRIC_NAME) && isOneValue(matcher)) {
        return matcher.value();
      }
    }
    return null;
  }

  /** Adds what a group looks at. */
  void add(String group, Collection<SelectedWindow> windows) {
    for (SelectedWindow window : windows) {
      Selector selector = selectors.get(window.matchers());
      if (selector == null) {
        selector = new Selector(window.matchers());
        selectors.put(window.matchers(), selector);
        shelf(selector.metric).add(selector);
      }
      selector.groups.add(group);
    }
  }

  private Shelf shelf(@Nullable String metric) {
    return metric == null ? anyMetric : byMetric.computeIfAbsent(metric, name -> new Shelf());
  }

  /** Removes what a group looked at. */
  void remove(String group, Collection<SelectedWindow> windows) {
    for (SelectedWindow window : windows) {
      Selector selector = selectors.get(window.matchers());
      if (selector == null || !selector.groups.remove(group) || !selector.groups.isEmpty()) {
        continue;
      }
      selectors.remove(window.matchers());
      Shelf shelf = shelf(selector.metric);
      shelf.remove(selector);
      if (selector.metric != null && shelf.isEmpty()) {
        byMetric.remove(selector.metric);
      }
    }
  }

  /** Returns the groups that select a series. */
  Set<String> match(Labels labels) {
    Set<String> matched = new LinkedHashSet<>();
    Shelf shelf = byMetric.get(labels.metricName());
    if (shelf != null) {
      shelf.match(labels, matched);
    }
    anyMetric.match(labels, matched);
    return matched;
  }

  /** Tells whether no group looks at anything. */
  boolean isEmpty() {
    return selectors.isEmpty();
  }
}
