package dev.guanlan.rules;

import dev.guanlan.model.Labels;
import dev.guanlan.promql.Expression;
import dev.guanlan.promql.Matcher;
import dev.guanlan.promql.SelectedWindow;
import dev.guanlan.promql.Selectors;
import dev.guanlan.promql.engine.Decomposition;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Holds a group in two parts: leaves, which are evaluated where their series are, and the group
 * whose expressions work on the leaves' results and on what <em>local</em> selectors choose, those
 * that lie in no leaf.
 *
 * @param whole the group as it is written
 * @param inShards the group where leaves are evaluated: its rules look at what their leaves do
 * @param rest the group over the results of leaves: its rules look at what local selectors choose
 * @param leaves the leaves by their numbers
 */
public record DecomposedGroup(
    CompiledGroup whole, CompiledGroup inShards, CompiledGroup rest, List<Expression> leaves) {

  private static final List<String> OF_ALERTS = List.of("ALERTS", "ALERTS_FOR_STATE");

  /** Makes a decomposition; the list is copied. */
  public DecomposedGroup {
    leaves = List.copyOf(leaves);
  }

  /**
   * Parts a group. What may choose series that the group itself records is local: these are where
   * the group is. Returns nothing if the group must be evaluated as a whole: it has no leaf, a
   * template queries, or a selector is fixed to a time.
   *
   * @param lookbackMillis how far back an instant selector looks, in milliseconds
   */
  public static Optional<DecomposedGroup> of(CompiledGroup group, long lookbackMillis) {
    if (group.rules().stream().anyMatch(CompiledRule::usesQueries)
        || group.windows().stream().anyMatch(SelectedWindow::isFixed)
        || group.windows().stream().anyMatch(DecomposedGroup::asksForLeaves)) {
      return Optional.empty();
    }
    Decomposition decomposition = new Decomposition(matchers -> mayChooseOwn(matchers, group));
    List<Expression> rewritten = new ArrayList<>();
    for (CompiledRule rule : group.rules()) {
      rewritten.add(decomposition.rewrite(rule.expression()));
    }
    List<Expression> leaves = decomposition.leaves();
    if (leaves.isEmpty()) {
      return Optional.empty();
    }
    List<CompiledRule> inShards = new ArrayList<>();
    List<CompiledRule> rest = new ArrayList<>();
    for (int i = 0; i < rewritten.size(); i++) {
      CompiledRule rule = group.rules().get(i);
      List<SelectedWindow> ofLeaves = new ArrayList<>();
      List<SelectedWindow> local = new ArrayList<>();
      for (SelectedWindow window : Selectors.of(rewritten.get(i), lookbackMillis)) {
        int leaf = Decomposition.leaf(window.matchers());
        if (leaf == Matcher.NO_LEAF) {
          local.add(window);
        } else {
          ofLeaves.addAll(Selectors.of(leaves.get(leaf), lookbackMillis));
        }
      }
      inShards.add(rule.with(rule.expression(), ofLeaves));
      rest.add(rule.with(rewritten.get(i), local));
    }
    return Optional.of(new DecomposedGroup(group, group.with(inShards), group.with(rest), leaves));
  }

  /** Tells whether a selector, as it is printed, would be taken for that of a leaf's results. */
  private static boolean asksForLeaves(SelectedWindow window) {
    return window.matchers().stream().anyMatch(matcher -> matcher.name().equals(Matcher.LEAF_NAME));
  }

  /** Tells whether matchers may choose a series that a group's rules record. */
  private static boolean mayChooseOwn(List<Matcher> matchers, CompiledGroup group) {
    for (Rule rule : group.group().rules()) {
      if (rule instanceof AlertingRule) {
        for (String metric : OF_ALERTS) {
          if (canChoose(matchers, metric, rule.name())) {
            return true;
          }
        }
      } else if (canChoose(matchers, rule.name(), null)) {
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
