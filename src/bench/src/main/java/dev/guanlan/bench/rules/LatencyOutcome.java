package dev.guanlan.bench.rules;

import dev.guanlan.bench.process.Reading;
import dev.guanlan.local.command.terminal.Figures;
import dev.guanlan.local.command.terminal.Table;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;

/**
 * Is how soon a target notified.
 *
 * @param target its name
 * @param probes all that were sent
 * @param first what it had used when they began
 * @param last what it had used when they ended
 * @param samples how many others it took meanwhile
 * @param remarks what else is to say, a sentence each
 */
record LatencyOutcome(
    String target,
    List<Probe> probes,
    Reading first,
    Reading last,
    long samples,
    List<String> remarks) {

  /** Returns how many probes' alerts never came. */
  long missing() {
    return probes.stream().filter(probe -> !probe.isOver()).count();
  }

  /** Lays outcomes out, one line for each target and interval, and the remarks below. */
  static List<String> lines(List<LatencyOutcome> outcomes, List<String> intervals) {
    Table table =
        new Table("<>>>>>>>>>")
            .row(
                "target",
                "interval",
                "alerts",
                "missing",
                "ack p50",
                "p99",
                "most",
                "due p50",
                "p99",
                "most");
    List<String> remarks = new ArrayList<>();
    for (LatencyOutcome outcome : outcomes) {
      for (String interval : intervals) {
        List<Probe> all =
            outcome.probes().stream().filter(probe -> probe.interval().equals(interval)).toList();
        List<Probe> over = all.stream().filter(Probe::isOver).toList();
        List<String> row = new ArrayList<>();
        row.add(outcome.target());
        row.add(interval);
        row.add(Figures.count(over.size()));
        row.add(Figures.count(all.size() - over.size()));
        row.addAll(shares(over, Probe::sinceAcknowledged));
        row.addAll(shares(over, Probe::sinceDue));
        table.row(row.toArray(String[]::new));
      }
      remarks.add(outcome.sentence());
      remarks.addAll(outcome.remarks());
    }
    List<String> lines = new ArrayList<>(table.lines());
    lines.add("");
    lines.addAll(remarks);
    return lines;
  }

  private String sentence() {
    double seconds = last.secondsSince(first);
    return "%s: %.0f samples and %.2f CPU seconds a second"
        .formatted(target, samples / seconds, last.cpuSince(first) / seconds);
  }

  /** Returns the median, what 99 of 100 stay within, and the most, in milliseconds. */
  private static List<String> shares(List<Probe> probes, ToLongFunction<Probe> millis) {
    long[] sorted = probes.stream().mapToLong(millis).toArray();
    Arrays.sort(sorted);
    List<String> texts = new ArrayList<>();
    for (double share : new double[] {0.5, 0.99, 1}) {
      texts.add(
          sorted.length == 0
              ? ""
              : String.format(Locale.ROOT, "%d ms", sorted[rank(share, sorted.length)]));
    }
    return texts;
  }

  /** Returns which of so many sorted values is the first that a share of them does not exceed. */
  static int rank(double share, int count) {
    return Math.max(0, (int) Math.ceil(share * count) - 1);
  }
}
