package dev.guanlan.rules;

import dev.guanlan.model.Labels;
import dev.guanlan.rules.template.AlertPlace;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Gives the elements of a rule's result their places at one tick.
 *
 * <p>The labels of an active alert keep each part of its place as it was first known: a pod that is
 * deleted because it is down takes its owner with it, and its alert would be resolved and another
 * one fire that reaches nobody. What becomes known later is taken; if that makes another alert of
 * it, that is active for as long as the one before. Texts say what is known now, and of what is not
 * known any more what was.
 */
final class PlacedElements {

  private final AlertPlaces places;
  private final boolean used;
  private final RuleMemory before;
  private final Map<Labels, KeptPlace> seen = new HashMap<>();
  private final Map<Labels, Alert> continued = new HashMap<>();
  private final Set<Labels> superseded = new HashSet<>();

  /**
   * Begins a tick.
   *
   * @param used whether the rule's templates use places; if not, none are looked for
   */
  PlacedElements(AlertPlaces places, boolean used, RuleMemory before) {
    this.places = places;
    this.used = used;
    this.before = before;
  }

  /** Returns where an element belongs now. */
  AlertPlace now(Labels element) {
    return used ? places.of(element) : AlertPlace.NONE;
  }

  /** Returns what the labels of an element's alert are made of. */
  AlertPlace ofLabels(Labels element, AlertPlace now) {
    KeptPlace kept = before.places().get(element);
    return kept == null ? now : kept.place().orElse(now);
  }

  /** Returns what the annotations of an element's alert are made of. */
  AlertPlace ofAnnotations(Labels element, AlertPlace now) {
    KeptPlace kept = before.places().get(element);
    if (kept == null) {
      return now;
    }
    // Of a pod that is gone an exporter's series may say where the exporter belongs.
    return now.agreesWith(kept.place()) ? now.orElse(kept.place()) : kept.place();
  }

  /** Notes the labels of an element's alert, and the place that they are made of. */
  void note(Labels element, Labels alert, AlertPlace place) {
    if (!used) {
      return;
    }
    seen.put(element, new KeptPlace(alert, place));
    KeptPlace kept = before.places().get(element);
    if (kept == null || kept.alert().equals(alert) || kept.place().equals(place)) {
      return;
    }
    Alert old = before.alerts().get(kept.alert());
    if (old != null && isActive(old) && !isActive(before.alerts().get(alert))) {
      continued.put(alert, Alert.restored(alert, old.activeAtMillis()));
      superseded.add(kept.alert());
    }
  }

  private static boolean isActive(@Nullable Alert alert) {
    return alert != null
        && (alert.state() == AlertState.PENDING || alert.state() == AlertState.FIRING);
  }

  /** Returns the alerts before the tick, and those that go on from one of other labels. */
  Map<Labels, Alert> alerts() {
    if (continued.isEmpty()) {
      return before.alerts();
    }
    Map<Labels, Alert> alerts = new TreeMap<>(before.alerts());
    alerts.putAll(continued);
    return alerts;
  }

  /** Returns the alerts that others go on from. */
  Set<Labels> superseded() {
    return superseded;
  }

  /**
   * Returns the places to keep.
   *
   * @param after the rule's alerts after the tick
   */
  SortedMap<Labels, KeptPlace> kept(Map<Labels, Alert> after) {
    if (!used) {
      return Collections.emptySortedMap();
    }
    SortedMap<Labels, KeptPlace> kept = new TreeMap<>(before.places());
    kept.putAll(seen);
    kept.values().removeIf(place -> !isActive(after.get(place.alert())));
    return kept;
  }
}
