package dev.guanlan.bench.ingest;

import dev.guanlan.local.command.terminal.Figures;
import dev.guanlan.local.command.terminal.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Lays out outcomes: one line for all processes of a target together, then one for each. */
final class ResultTable {

  private ResultTable() {}

  /** Returns the table and the remarks below it. */
  static List<String> lines(List<Outcome> outcomes) {
    Table table =
        new Table("<<>>>>>>")
            .row(
                "target",
                "process",
                "CPU s",
                "µs/entry",
                "2nd half",
                "peak RSS",
                "B/entry at rest",
                "merged");
    List<String> remarks = new ArrayList<>();
    for (Outcome outcome : outcomes) {
      Outcome.Use total = outcome.total();
      long steadyEntries = steadyEntries(outcome);
      table.row(
          outcome.target(),
          "all",
          seconds(total.cpuSeconds()),
          micros(total.cpuSeconds(), outcome.sent()),
          micros(total.steadyCpuSeconds(), steadyEntries),
          Figures.bytes(total.peakBytes()),
          fraction(outcome.storage().atRest(), outcome.sent()),
          fraction(outcome.storage().merged(), outcome.sent()));
      if (outcome.processes().size() > 1) {
        outcome
            .processes()
            .forEach(
                (process, use) ->
                    table.row(
                        "",
                        process,
                        seconds(use.cpuSeconds()),
                        micros(use.cpuSeconds(), outcome.sent()),
                        micros(use.steadyCpuSeconds(), steadyEntries),
                        Figures.bytes(use.peakBytes()),
                        "",
                        ""));
      }
      table.row("", "(feeder)", seconds(outcome.feederCpuSeconds()), "", "", "", "", "");
      remarks.add(sentence(outcome));
      remarks.addAll(outcome.remarks());
    }
    List<String> lines = new ArrayList<>(table.lines());
    lines.add("");
    lines.addAll(remarks);
    return lines;
  }

  /** Returns how many entries the steady seconds went to. */
  private static long steadyEntries(Outcome outcome) {
    return outcome.sent() - outcome.halfStored();
  }

  private static String sentence(Outcome outcome) {
    double cpu = outcome.total().cpuSeconds();
    return String.format(
        Locale.ROOT,
        "%s: sent %s %s in %s, has %s%s; %s a CPU second, %s of requests a CPU second; %s",
        outcome.target(),
        Figures.count(outcome.sent()),
        outcome.signal().unit(),
        Figures.bytes(outcome.sentBytes()),
        Figures.count(outcome.stored()),
        outcome.complete() ? "" : " — NOT WHAT WAS SENT",
        Figures.count(Math.round((double) outcome.sent() / cpu)),
        Figures.bytes(Math.round((double) outcome.sentBytes() / cpu)),
        String.format(Locale.ROOT, "%.1f s from the first to rest", outcome.seconds()));
  }

  private static String seconds(double seconds) {
    return String.format(Locale.ROOT, "%.2f", seconds);
  }

  private static String micros(double seconds, long entries) {
    return entries <= 0
        ? "–"
        : String.format(Locale.ROOT, "%.2f", seconds * 1e6 / (double) entries);
  }

  private static String fraction(long bytes, long entries) {
    return String.format(Locale.ROOT, "%.2f", (double) bytes / (double) entries);
  }
}
