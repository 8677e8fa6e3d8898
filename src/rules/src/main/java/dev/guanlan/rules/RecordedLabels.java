package dev.guanlan.rules;

import dev.guanlan.model.Labels;
import java.util.IdentityHashMap;
import java.util.Map;

/**
 * Gives what a rule records the labels that the rule asks for. Works them out once for each series:
 * standing queries give the same labels as the same object at every tick. For one thread.
 */
final class RecordedLabels {

  private static final int FEW = 64;

  private final CompiledRule rule;
  private final IdentityHashMap<Labels, Labels> known = new IdentityHashMap<>();

  RecordedLabels(CompiledRule rule) {
    this.rule = rule;
  }

  /** Forgets what is known if most of it is of series that a result of a size does not have. */
  void expect(int size) {
    if (known.size() > 2 * size + FEW) {
      known.clear();
    }
  }

  Labels of(Labels labels) {
    return known.computeIfAbsent(labels, this::recorded);
  }

  private Labels recorded(Labels labels) {
    Map<String, String> recorded = labels.toMap();
    recorded.put(Labels.METRIC_NAME, rule.rule().name());
    rule.labels().forEach((name, value) -> recorded.put(name, value.toString()));
    return Labels.of(recorded);
  }
}
