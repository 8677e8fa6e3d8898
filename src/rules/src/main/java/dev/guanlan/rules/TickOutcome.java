package dev.guanlan.rules;

import java.util.List;

/**
 * Holds what a tick of a group produced.
 *
 * @param memories what each rule remembers, in the group's order
 * @param recorded samples of recording rules, {@code ALERTS}, {@code ALERTS_FOR_STATE} and stale
 *     markers, in the order of evaluation
 * @param transitions alerts that moved
 * @param notifications what Alertmanager is to hear
 * @param failures rules that failed, whose memory is as before, and those that were limited
 * @param rules how the evaluation of each rule went, in the group's order
 */
public record TickOutcome(
    List<RuleMemory> memories,
    List<RecordedSample> recorded,
    List<Transition> transitions,
    List<Notification> notifications,
    List<RuleFailure> failures,
    List<RuleOutcome> rules) {

  /** Makes an outcome; the lists are copied. */
  public TickOutcome {
    memories = List.copyOf(memories);
    recorded = List.copyOf(recorded);
    transitions = List.copyOf(transitions);
    notifications = List.copyOf(notifications);
    failures = List.copyOf(failures);
    rules = List.copyOf(rules);
  }
}
