package dev.guanlan.bench.rules;

import dev.guanlan.bench.process.Reading;
import dev.guanlan.local.command.terminal.Figures;
import dev.guanlan.local.command.terminal.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Lays out outcomes: one line for all processes of a target together, then one for each. */
final class RulesTable {

  private RulesTable() {}

  /** Returns the table and the remarks below it. */
  static List<String> lines(List<RulesOutcome> outcomes) {
    Table table =
        new Table("<<<>>>>>")
            .row(
                "rules",
                "target",
                "process",
                "CPU s",
                "an evaluation",
                "without rules",
                "µs/pair",
                "peak RSS");
    List<String> remarks = new ArrayList<>();
    for (RulesOutcome outcome : outcomes) {
      table.row(
          Figures.count(outcome.pairs().rules()),
          outcome.target(),
          "all",
          decimals(outcome.processes().stream().mapToDouble(outcome::cpuSeconds).sum(), 2),
          decimals(outcome.anEvaluation(), 3),
          decimals(outcome.bareInterval(), 3),
          decimals(outcome.microsAPair(), 2),
          Figures.bytes(outcome.peakBytes()));
      if (outcome.processes().size() > 1) {
        outcome.processes().forEach(process -> row(table, outcome, process, process));
      }
      outcome.apart().forEach(process -> row(table, outcome, process, "(" + process + ")"));
      row(table, outcome, Reading.FEEDER, "(feeder)");
      remarks.add(sentence(outcome));
      remarks.addAll(outcome.remarks());
    }
    List<String> lines = new ArrayList<>(table.lines());
    lines.add("");
    lines.addAll(remarks);
    return lines;
  }

  private static void row(Table table, RulesOutcome outcome, String process, String title) {
    table.row(
        "",
        "",
        title,
        decimals(outcome.cpuSeconds(process), 2),
        decimals(outcome.anEvaluation(process), 3),
        decimals(outcome.bareInterval(process), 3),
        "",
        Figures.bytes(outcome.peakBytes(process)));
  }

  private static String sentence(RulesOutcome outcome) {
    long done = outcome.last().evaluations() - outcome.first().evaluations();
    return String.format(
        Locale.ROOT,
        "%s, %s rules: %s samples in %.1f s; %s evaluations of a group, %.1f of all %d groups, %s"
            + " left out; without rules %.2f CPU µs a sample; %d alerts fire, %d are pending",
        outcome.target(),
        Figures.count(outcome.pairs().rules()),
        Figures.count(outcome.samples()),
        outcome.seconds(),
        Figures.count(done),
        outcome.evaluations(),
        outcome.groups(),
        Figures.count(outcome.last().missed() - outcome.first().missed()),
        outcome.bareMicrosASample(),
        outcome.firing().activeAtMillis().size(),
        outcome.firing().pending());
  }

  private static String decimals(double value, int digits) {
    return String.format(Locale.ROOT, "%." + digits + "f", value);
  }
}
