package dev.guanlan.rules;

import dev.guanlan.model.Labels;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Moves the alerts of a rule from one tick to the next, exactly as {@code AlertingRule.Eval} of
 * Prometheus' {@code rules/alerting.go} does.
 */
public final class AlertStates {

  /** How long a resolved alert is kept and sent again, in milliseconds. */
  public static final long RESOLVED_RETENTION_MILLIS = 15 * 60_000L;

  private AlertStates() {}

  /**
   * Is an element of a rule's result with its templates expanded.
   *
   * @param annotations the rule's annotations for it
   * @param value its value
   */
  public record Element(Map<String, String> annotations, double value) {}

  /**
   * Holds what a tick made of a rule's alerts.
   *
   * @param alerts the alerts to keep, by their labels
   * @param transitions what moved, in the order of labels
   */
  public record Step(SortedMap<Labels, Alert> alerts, List<Transition> transitions) {

    /** Returns how many alerts are pending or firing. */
    public int active() {
      int active = 0;
      for (Alert alert : alerts.values()) {
        active += alert.state() == AlertState.RESOLVED ? 0 : 1;
      }
      return active;
    }
  }

  /**
   * Moves a rule's alerts to a tick.
   *
   * @param rule the rule
   * @param before its alerts after the tick before
   * @param result the elements of its result at this tick, by the labels of the alert that each
   *     stands for
   * @param tickMillis the tick in milliseconds since the epoch
   */
  public static Step step(
      AlertingRule rule, Map<Labels, Alert> before, Map<Labels, Element> result, long tickMillis) {
    return step(rule, before, result, tickMillis, Set.of());
  }

  /**
   * Does so where alerts go on under other labels.
   *
   * @param superseded the alerts that others go on from: they do not go on firing themselves
   */
  static Step step(
      AlertingRule rule,
      Map<Labels, Alert> before,
      Map<Labels, Element> result,
      long tickMillis,
      Set<Labels> superseded) {
    SortedMap<Labels, Alert> after = new TreeMap<>();
    List<Transition> transitions = new ArrayList<>();
    for (Map.Entry<Labels, Element> entry : new TreeMap<>(result).entrySet()) {
      Element element = entry.getValue();
      Alert known = before.get(entry.getKey());
      boolean active =
          known != null
              && (known.state() == AlertState.PENDING || known.state() == AlertState.FIRING);
      boolean restored = known != null && known.state() == AlertState.INACTIVE;
      Alert alert =
          active
              ? known.seenWith(element.annotations(), element.value())
              : Alert.pending(
                  entry.getKey(),
                  element.annotations(),
                  element.value(),
                  restored ? known.activeAtMillis() : tickMillis);
      if (alert.state() == AlertState.PENDING
          && tickMillis - alert.activeAtMillis() >= rule.forMillis()) {
        alert = alert.firing(tickMillis);
      }
      AlertState from = known == null ? AlertState.INACTIVE : known.state();
      if (from != alert.state()) {
        transitions.add(new Transition(alert, from, alert.state(), tickMillis));
      }
      after.put(entry.getKey(), alert);
    }
    for (Alert alert : before.values()) {
      if (!result.containsKey(alert.labels())) {
        long keepFiringFor = superseded.contains(alert.labels()) ? 0 : rule.keepFiringForMillis();
        gone(keepFiringFor, alert, tickMillis, after, transitions);
      }
    }
    return new Step(after, List.copyOf(transitions));
  }

  /**
   * Leaves a step the first of its alerts that are pending or firing, in the order of labels.
   * Others become what they would if nothing held them any more: one that fired is resolved.
   *
   * @param most how many are left
   * @param step what the tick made of all alerts
   * @param before the rule's alerts after the tick before
   * @param tickMillis the tick in milliseconds since the epoch
   */
  static Step first(int most, Step step, Map<Labels, Alert> before, long tickMillis) {
    SortedMap<Labels, Alert> after = new TreeMap<>();
    Set<Labels> cut = new HashSet<>();
    List<Transition> ends = new ArrayList<>();
    int kept = 0;
    for (Alert alert : step.alerts().values()) {
      if (alert.state() == AlertState.RESOLVED || kept++ < most) {
        after.put(alert.labels(), alert);
        continue;
      }
      cut.add(alert.labels());
      Alert known = before.get(alert.labels());
      if (known != null) {
        gone(0, known, tickMillis, after, ends);
      }
    }
    List<Transition> transitions = new ArrayList<>(step.transitions());
    transitions.removeIf(transition -> cut.contains(transition.alert().labels()));
    transitions.addAll(ends);
    return new Step(after, List.copyOf(transitions));
  }

  /**
   * Leaves a step no more alerts than a bound, of which those are let go that {@code
   * keep_firing_for} has held for longest: they are resolved.
   *
   * @param most how many may be pending or firing
   * @param mostCharacters how many characters the annotations of those that are held may have
   * @param tickMillis the tick in milliseconds since the epoch
   */
  static Step withNewestHeld(int most, long mostCharacters, Step step, long tickMillis) {
    List<Alert> held = new ArrayList<>();
    long characters = 0;
    for (Alert alert : step.alerts().values()) {
      if (alert.state() == AlertState.FIRING && alert.keepFiringSinceMillis() != Alert.NEVER) {
        held.add(alert);
        characters += characters(alert);
      }
    }
    int active = step.active();
    if (active <= most && characters <= mostCharacters) {
      return step;
    }
    held.sort(Comparator.comparingLong(Alert::keepFiringSinceMillis));
    SortedMap<Labels, Alert> after = new TreeMap<>(step.alerts());
    List<Transition> transitions = new ArrayList<>(step.transitions());
    for (Alert oldest : held) {
      if (active <= most && characters <= mostCharacters) {
        break;
      }
      gone(0, oldest, tickMillis, after, transitions);
      characters -= characters(oldest);
      active--;
    }
    return new Step(after, List.copyOf(transitions));
  }

  /**
   * Leaves a step those of its resolved alerts that were resolved last. Others are forgotten before
   * their time: Alertmanager has heard of them, or takes them for resolved by itself.
   *
   * @param most how many are left
   * @param mostCharacters how many characters their annotations may have in all
   */
  static Step withNewestResolved(int most, long mostCharacters, Step step) {
    List<Alert> resolved = new ArrayList<>();
    long characters = 0;
    for (Alert alert : step.alerts().values()) {
      if (alert.state() == AlertState.RESOLVED) {
        resolved.add(alert);
        characters += characters(alert);
      }
    }
    if (resolved.size() <= most && characters <= mostCharacters) {
      return step;
    }
    resolved.sort(Comparator.comparingLong(Alert::resolvedAtMillis));
    SortedMap<Labels, Alert> after = new TreeMap<>(step.alerts());
    int left = resolved.size();
    for (Alert oldest : resolved) {
      if (left <= most && characters <= mostCharacters) {
        break;
      }
      after.remove(oldest.labels());
      characters -= characters(oldest);
      left--;
    }
    return new Step(after, step.transitions());
  }

  private static long characters(Alert alert) {
    long characters = 0;
    for (String text : alert.annotations().values()) {
      characters += text.length();
    }
    return characters;
  }

  /** Decides on an alert whose element is not in the result. */
  private static void gone(
      long keepFiringForMillis,
      Alert alert,
      long tickMillis,
      Map<Labels, Alert> after,
      List<Transition> transitions) {
    switch (alert.state()) {
      case PENDING ->
          transitions.add(
              new Transition(alert, AlertState.PENDING, AlertState.INACTIVE, tickMillis));
      case FIRING -> {
        Alert kept = alert;
        if (keepFiringForMillis > 0) {
          if (alert.keepFiringSinceMillis() == Alert.NEVER) {
            kept = alert.keptFiringSince(tickMillis);
          }
          if (tickMillis - kept.keepFiringSinceMillis() < keepFiringForMillis) {
            after.put(alert.labels(), kept);
            return;
          }
        }
        Alert resolved = kept.resolved(tickMillis);
        after.put(alert.labels(), resolved);
        transitions.add(
            new Transition(resolved, AlertState.FIRING, AlertState.RESOLVED, tickMillis));
      }
      case RESOLVED -> {
        if (tickMillis - alert.resolvedAtMillis() <= RESOLVED_RETENTION_MILLIS) {
          after.put(alert.labels(), alert);
        }
      }
      case INACTIVE -> {
        // It was active before the state was lost, and is not any more.
      }
    }
  }
}
