package dev.guanlan.rules;

import dev.guanlan.model.Labels;
import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Holds what a rule must remember from one tick to the next.
 *
 * @param alerts its alerts by their labels; none for a recording rule
 * @param recorded the series that it recorded at the tick before
 * @param places the places of its active alerts, by the labels of their elements; none if its
 *     templates use none
 */
public record RuleMemory(
    SortedMap<Labels, Alert> alerts,
    SortedSet<Labels> recorded,
    SortedMap<Labels, KeptPlace> places) {

  /** Remembers nothing. */
  public static final RuleMemory EMPTY =
      new RuleMemory(Collections.emptySortedMap(), Collections.emptySortedSet());

  /** Makes a memory; the collections must not change afterwards. */
  public RuleMemory {
    alerts = Collections.unmodifiableSortedMap(alerts);
    recorded = Collections.unmodifiableSortedSet(recorded);
    places = Collections.unmodifiableSortedMap(places);
  }

  /** Makes a memory without places; the collections must not change afterwards. */
  public RuleMemory(SortedMap<Labels, Alert> alerts, SortedSet<Labels> recorded) {
    this(alerts, recorded, Collections.emptySortedMap());
  }

  /** Makes a memory of copies. */
  public static RuleMemory of(Map<Labels, Alert> alerts, Set<Labels> recorded) {
    return new RuleMemory(new TreeMap<>(alerts), new TreeSet<>(recorded));
  }

  /** Tells whether there is nothing to remember. */
  public boolean isEmpty() {
    return alerts.isEmpty() && recorded.isEmpty() && places.isEmpty();
  }
}
