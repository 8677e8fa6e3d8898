package dev.guanlan.bench.rules;

import dev.guanlan.local.command.terminal.Figures;
import dev.guanlan.local.command.terminal.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Sets Prometheus and Guanlan beside each other, a line for each number of rules: CPU seconds are
 * those of an evaluation of all rules, with the samples that came meanwhile.
 */
final class RulesCurve {

  private record Point(RulesOutcome prometheus, RulesOutcome guanlan, FiringComparison firing) {}

  private final List<Point> points = new ArrayList<>();

  /**
   * Adds what both took for the same rules.
   *
   * @param measuredMillis how long they were measured
   */
  void add(RulesOutcome prometheus, RulesOutcome guanlan, long measuredMillis) {
    points.add(
        new Point(
            prometheus,
            guanlan,
            FiringComparison.of(prometheus.firing(), guanlan.firing(), measuredMillis)));
  }

  /** Tells whether the same alerts fired in both each time. */
  boolean same() {
    return points.stream().allMatch(point -> point.firing().same());
  }

  /** Returns the table, and below it how the alerts that fire compare; nothing without points. */
  List<String> lines() {
    if (points.isEmpty()) {
      return List.of();
    }
    Table table =
        new Table(">>>>>>>>>>>>")
            .row(
                "rules",
                "pairs",
                "prometheus, CPU s",
                "guanlan",
                "ratio",
                "prometheus, µs/pair",
                "guanlan",
                "prometheus, RSS",
                "guanlan",
                "ratio",
                "same alerts",
                "others");
    List<String> remarks = new ArrayList<>();
    for (Point point : points) {
      row(table, point);
      String rules = Figures.count(point.guanlan().pairs().rules());
      List<String> firing = point.firing().lines();
      remarks.add(rules + " rules, " + firing.get(0));
      remarks.addAll(firing.subList(1, firing.size()));
    }
    List<String> lines = new ArrayList<>(List.of(""));
    lines.addAll(table.lines());
    lines.add("");
    lines.addAll(remarks);
    return lines;
  }

  private static void row(Table table, Point point) {
    RulesOutcome prometheus = point.prometheus();
    RulesOutcome guanlan = point.guanlan();
    table.row(
        Figures.count(guanlan.pairs().rules()),
        Figures.count(guanlan.pairs().pairs()),
        decimals(prometheus.anEvaluation(), 3),
        decimals(guanlan.anEvaluation(), 3),
        decimals(guanlan.anEvaluation() / prometheus.anEvaluation(), 2),
        decimals(prometheus.microsAPair(), 2),
        decimals(guanlan.microsAPair(), 2),
        Figures.bytes(prometheus.peakBytes()),
        Figures.bytes(guanlan.peakBytes()),
        decimals((double) guanlan.peakBytes() / prometheus.peakBytes(), 2),
        Figures.count(point.firing().both()),
        Figures.count(
            point.firing().onlyPrometheus().size() + point.firing().onlyGuanlan().size()));
  }

  private static String decimals(double value, int digits) {
    return String.format(Locale.ROOT, "%." + digits + "f", value);
  }
}
