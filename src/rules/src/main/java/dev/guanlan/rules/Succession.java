package dev.guanlan.rules;

import dev.guanlan.model.Labels;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Hands what a group's rules remember on to the rules of its next version, as {@code
 * Group.CopyState} of Prometheus' {@code rules/group.go} does: rules are the same if their names
 * and labels are; of several alike the first follows the first, the second the second.
 *
 * <p>Of the alerts of a removed rule nobody is notified, as in Prometheus: Alertmanager takes them
 * for resolved when it has not heard of them for long enough. So one that another group goes on
 * with meanwhile does not end.
 *
 * @param memories what the rules of the next version remember, in its order
 * @param begun the places of those rules of the next version that follow none
 * @param stale series of rules that are gone
 * @param transitions the ends of alerts whose rules are gone
 */
public record Succession(
    List<RuleMemory> memories,
    List<Integer> begun,
    List<Labels> stale,
    List<Transition> transitions) {

  /**
   * Hands memories over from one version of a group to the next.
   *
   * @param from the version that the memories belong to
   * @param memories what its rules remember, in its order
   * @param to the next version, or null if the group is deleted
   * @param tickMillis when that happens, in milliseconds since the epoch
   */
  public static Succession of(
      RuleGroup from, List<RuleMemory> memories, @Nullable RuleGroup to, long tickMillis) {
    Map<Object, Deque<Integer>> places = new HashMap<>();
    for (int i = 0; i < from.rules().size(); i++) {
      places.computeIfAbsent(identity(from, from.rules().get(i)), key -> new ArrayDeque<>()).add(i);
    }
    List<RuleMemory> after = new ArrayList<>();
    List<Integer> begun = new ArrayList<>();
    for (Rule rule : to == null ? List.<Rule>of() : to.rules()) {
      Deque<Integer> candidates = to == null ? null : places.get(identity(to, rule));
      Integer place = candidates == null ? null : candidates.poll();
      if (place == null) {
        begun.add(after.size());
      }
      after.add(place == null ? RuleMemory.EMPTY : memories.get(place));
    }
    List<Labels> stale = new ArrayList<>();
    List<Transition> transitions = new ArrayList<>();
    for (Deque<Integer> unmatched : places.values()) {
      for (int place : unmatched) {
        stale.addAll(memories.get(place).recorded());
        for (Alert alert : memories.get(place).alerts().values()) {
          if (alert.state() == AlertState.FIRING) {
            Alert ended = alert.resolved(tickMillis);
            transitions.add(
                new Transition(ended, AlertState.FIRING, AlertState.RESOLVED, tickMillis));
          } else if (alert.state() == AlertState.PENDING) {
            transitions.add(
                new Transition(alert, AlertState.PENDING, AlertState.INACTIVE, tickMillis));
          }
        }
      }
    }
    return new Succession(
        List.copyOf(after), List.copyOf(begun), List.copyOf(stale), List.copyOf(transitions));
  }

  private record Identity(boolean alerting, String name, Map<String, String> labels) {}

  private static Object identity(RuleGroup group, Rule rule) {
    Map<String, String> labels = new HashMap<>(group.labels());
    labels.putAll(rule.labels());
    return new Identity(rule instanceof AlertingRule, rule.name(), labels);
  }
}
