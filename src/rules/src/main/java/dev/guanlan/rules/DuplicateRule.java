package dev.guanlan.rules;

import dev.guanlan.model.Labels;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Is a rule that a file has more than once: its name and labels are the same, so that what is
 * recorded by one mixes with what is recorded by the other.
 *
 * @param name the metric or the alert
 * @param labels the labels that the rule and its group set
 * @param times how often it occurs
 */
public record DuplicateRule(String name, Labels labels, int times) {

  private record Identity(String name, Labels labels) implements Comparable<Identity> {
    @Override
    public int compareTo(Identity other) {
      int order = name.compareTo(other.name);
      return order != 0 ? order : labels.compareTo(other.labels);
    }
  }

  /** Finds the rules that occur more than once in groups, by name and labels. */
  public static List<DuplicateRule> in(List<RuleGroup> groups) {
    Map<Identity, Integer> counts = new TreeMap<>();
    for (RuleGroup group : groups) {
      for (Rule rule : group.rules()) {
        Map<String, String> labels = new TreeMap<>(group.labels());
        labels.putAll(rule.labels());
        counts.merge(new Identity(rule.name(), Labels.of(labels)), 1, Integer::sum);
      }
    }
    List<DuplicateRule> duplicates = new ArrayList<>();
    counts.forEach(
        (identity, times) -> {
          if (times > 1) {
            duplicates.add(new DuplicateRule(identity.name(), identity.labels(), times));
          }
        });
    return List.copyOf(duplicates);
  }
}
