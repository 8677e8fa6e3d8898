package dev.guanlan.bench.rules;

import dev.guanlan.local.command.terminal.Figures;
import dev.guanlan.local.command.terminal.Table;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Tells how what a target takes grows with the samples: a line for each number of series, with what
 * each sample costs that is there more than on the line before. What grows linearly costs the same
 * on each line.
 */
final class RulesGrowth {

  private RulesGrowth() {}

  /** Returns a table for each target and number of rules that has several numbers of series. */
  static List<String> lines(List<RulesOutcome> outcomes) {
    Map<String, List<RulesOutcome>> kinds = new LinkedHashMap<>();
    for (RulesOutcome outcome : outcomes) {
      String kind =
          outcome.target() + ", " + Figures.count(outcome.pairs().rules()) + " rules, growing:";
      kinds.computeIfAbsent(kind, name -> new ArrayList<>()).add(outcome);
    }
    List<String> lines = new ArrayList<>();
    kinds.forEach(
        (kind, points) -> {
          if (points.size() > 1) {
            points.sort(Comparator.comparingInt(point -> point.pairs().series()));
            lines.addAll(List.of("", kind));
            lines.addAll(table(points));
          }
        });
    return lines;
  }

  private static List<String> table(List<RulesOutcome> points) {
    Table table =
        new Table(">>>>>>>")
            .row(
                "series",
                "selected",
                "pairs",
                "an evaluation",
                "without rules",
                "µs a sample more",
                "rules, µs a selected sample more");
    RulesOutcome before = null;
    for (RulesOutcome point : points) {
      Pairs pairs = point.pairs();
      table.row(
          Figures.count(pairs.series()),
          Figures.count(pairs.selected()),
          Figures.count(pairs.pairs()),
          decimals(point.anEvaluation(), 3),
          decimals(point.bareInterval(), 3),
          before == null
              ? ""
              : micros(
                  point.bareInterval() - before.bareInterval(),
                  pairs.series() - before.pairs().series()),
          before == null
              ? ""
              : micros(
                  ofRules(point) - ofRules(before), pairs.selected() - before.pairs().selected()));
      before = point;
    }
    return table.lines();
  }

  /** Returns what the rules add to an interval, in CPU seconds. */
  private static double ofRules(RulesOutcome point) {
    return point.anEvaluation() - point.bareInterval();
  }

  private static String micros(double seconds, int samples) {
    return samples <= 0 ? "-" : decimals(seconds * 1e6 / samples, 2);
  }

  private static String decimals(double value, int digits) {
    return String.format(Locale.ROOT, "%." + digits + "f", value);
  }
}
