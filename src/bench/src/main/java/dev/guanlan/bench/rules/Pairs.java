package dev.guanlan.bench.rules;

import dev.guanlan.bench.nodes.NodeFleet;
import dev.guanlan.model.Labels;
import dev.guanlan.promql.Matcher;
import dev.guanlan.promql.Parser;
import dev.guanlan.promql.PromqlException;
import dev.guanlan.promql.SelectedWindow;
import dev.guanlan.promql.Selectors;
import dev.guanlan.rules.Rule;
import dev.guanlan.rules.RuleGroup;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Is how much some rules look at.
 *
 * @param rules how many rules there are
 * @param series how many series there are
 * @param pairs of a selector of a rule and a series that it selects, all rules together
 * @param selected how many different series any rule selects
 * @param selectors how many different selectors the rules have
 */
record Pairs(int rules, int series, long pairs, int selected, int selectors) {

  /** Counts by matching every series with every selector. */
  static Pairs count(List<RuleGroup> groups, NodeFleet fleet) {
    Map<String, List<Labels>> byMetric = new HashMap<>();
    fleet.forEachSeries(
        labels ->
            byMetric.computeIfAbsent(labels.metricName(), name -> new ArrayList<>()).add(labels));
    int series = byMetric.values().stream().mapToInt(List::size).sum();
    Map<List<Matcher>, Integer> counts = new HashMap<>();
    Set<Labels> selected = new HashSet<>();
    int rules = 0;
    long pairs = 0;
    for (RuleGroup group : groups) {
      for (Rule rule : group.rules()) {
        rules++;
        for (SelectedWindow window : selectors(rule)) {
          pairs +=
              counts.computeIfAbsent(
                  window.matchers(), matchers -> match(matchers, byMetric, selected));
        }
      }
    }
    return new Pairs(rules, series, pairs, selected.size(), counts.size());
  }

  private static int match(
      List<Matcher> matchers, Map<String, List<Labels>> byMetric, Set<Labels> selected) {
    String metric =
        matchers.stream()
            .filter(matcher -> matcher.name().equals(Labels.METRIC_NAME))
            .map(Matcher::value)
            .findFirst()
            .orElseThrow();
    int count = 0;
    for (Labels labels : byMetric.getOrDefault(metric, List.of())) {
      if (Matcher.allMatch(matchers, labels)) {
        count++;
        selected.add(labels);
      }
    }
    return count;
  }

  private static List<SelectedWindow> selectors(Rule rule) {
    try {
      return Selectors.of(Parser.parse(rule.expr()));
    } catch (PromqlException e) {
      throw new IllegalStateException("A generated rule is wrong: " + rule.expr(), e);
    }
  }
}
