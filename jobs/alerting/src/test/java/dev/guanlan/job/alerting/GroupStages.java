package dev.guanlan.job.alerting;

import dev.guanlan.model.Labels;
import dev.guanlan.promql.Matcher;
import dev.guanlan.promql.SelectedWindow;
import dev.guanlan.rules.AlertingRule;
import dev.guanlan.rules.CompiledGroup;
import dev.guanlan.rules.Rule;
import dev.guanlan.rules.RuleException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Finds out which groups must be run after which. */
final class GroupStages {

  private GroupStages() {}

  /**
   * Returns the stage of each group: a later one than that of every group whose records it may
   * read.
   *
   * @param groups the groups in the order in which they are evaluated
   * @throws RuleException if one may read what a later one records, of which no order is right: it
   *     is the tick before that it would see
   */
  static int[] of(List<CompiledGroup> groups) throws RuleException {
    int[] stages = new int[groups.size()];
    for (int i = 0; i < stages.length; i++) {
      for (int j = 0; j < stages.length; j++) {
        if (j == i || !mayRead(groups.get(i), groups.get(j))) {
          continue;
        }
        if (j > i) {
          throw new RuleException(
              "the group %s reads what the later group %s records at the tick before; name them the other way round in group_eval_order"
                  .formatted(groups.get(i).group().name(), groups.get(j).group().name()));
        }
        stages[i] = Math.max(stages[i], stages[j] + 1);
      }
    }
    return stages;
  }

  private static boolean mayRead(CompiledGroup reader, CompiledGroup writer) {
    for (String name : recorded(writer)) {
      for (SelectedWindow window : reader.windows()) {
        if (window.matchers().stream().allMatch(matcher -> mayMatch(matcher, name))) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean mayMatch(Matcher matcher, String metric) {
    return !matcher.name().equals(Labels.METRIC_NAME) || matcher.matches(metric);
  }

  private static Set<String> recorded(CompiledGroup group) {
    Set<String> names = new HashSet<>();
    for (Rule rule : group.group().rules()) {
      if (rule instanceof AlertingRule) {
        names.add("ALERTS");
        names.add("ALERTS_FOR_STATE");
      } else {
        names.add(rule.name());
      }
    }
    return names;
  }
}
