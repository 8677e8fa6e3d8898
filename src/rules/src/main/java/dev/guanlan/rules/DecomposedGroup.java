package dev.guanlan.rules;

import dev.guanlan.model.Labels;
import dev.guanlan.promql.Expression;
import dev.guanlan.promql.Matcher;
import dev.guanlan.promql.SelectedWindow;
import dev.guanlan.promql.engine.Decomposition;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Holds a group in two parts: leaves, which are evaluated where their series are, and the group
 * whose expressions work on the leaves' results.
 *
 * @param whole the group as it is written
 * @param rest the group over the results of leaves
 * @param leaves the leaves by their numbers
 */
public record DecomposedGroup(CompiledGroup whole, CompiledGroup rest, List<Expression> leaves) {

  private static final List<String> OF_ALERTS = List.of("ALERTS", "ALERTS_FOR_STATE");

  /** Makes a decomposition; the list is copied. */
  public DecomposedGroup {
    leaves = List.copyOf(leaves);
  }

  /**
   * Parts a group, or returns nothing if it must be evaluated as a whole: some selector lies in no
   * leaf, a template queries, or a rule may look at what the group itself records, which is where
   * the group is and not where series are.
   */
  public static Optional<DecomposedGroup> of(CompiledGroup group) {
    Decomposition decomposition = new Decomposition();
    List<Expression> expressions = new ArrayList<>();
    for (CompiledRule rule : group.rules()) {
      Optional<Expression> rewritten = decomposition.rewrite(rule.expression());
      if (rewritten.isEmpty() || rule.usesQueries() || recordsForItself(group, rule.rule())) {
        return Optional.empty();
      }
      expressions.add(rewritten.get());
    }
    return Optional.of(
        new DecomposedGroup(group, group.withExpressions(expressions), decomposition.leaves()));
  }

  private static boolean recordsForItself(CompiledGroup group, Rule rule) {
    for (SelectedWindow window : group.windows()) {
      if (rule instanceof AlertingRule) {
        for (String metric : OF_ALERTS) {
          if (canChoose(window.matchers(), metric, rule.name())) {
            return true;
          }
        }
      } else if (canChoose(window.matchers(), rule.name(), null)) {
        return true;
      }
    }
    return false;
  }

  /** Tells whether matchers choose a series of a name, whatever its unknown labels are. */
  private static boolean canChoose(List<Matcher> matchers, String metric, @Nullable String alert) {
    for (Matcher matcher : matchers) {
      if (matcher.name().equals(Labels.METRIC_NAME) && !matcher.matches(metric)) {
        return false;
      }
      if (alert != null && matcher.name().equals("alertname") && !matcher.matches(alert)) {
        return false;
      }
    }
    return true;
  }
}
