package dev.guanlan.bench.ingest;

import dev.guanlan.bench.Workplace;
import dev.guanlan.bench.nodes.NodeFleet;
import dev.guanlan.local.stack.PartException;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures ingestion beside VictoriaMetrics and Prometheus; see the module's README. */
@Command(
    name = "ingest",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Measure what ingestion costs in CPU seconds by process, memory and bytes on disk.",
      "The same remote-write requests go through Guanlan, VictoriaMetrics and Prometheus, each"
          + " started fresh with its own defaults, one after the other.",
      "Exits with 1 when any of them does not have exactly what it was sent."
    })
public final class IngestCommand implements Callable<Integer> {

  private static final int MOST_SERIES = 1_000_000;
  private static final long MOST_ENTRIES = 1_000_000_000L;

  /** Accepted by all three: Prometheus refuses what is an hour older than its newest sample. */
  private static final long LONGEST_MILLIS = 50 * 60_000L;

  /** Names what is measured. */
  enum Case {
    /** VictoriaMetrics. */
    VICTORIA_METRICS,
    /** Prometheus. */
    PROMETHEUS,
    /** The raw topic's samples to ClickHouse. */
    RAW,
    /** The same, with a corrupt record for each hundred. */
    POISONED,
    /** Samples from the gateway to ClickHouse. */
    WHOLE,
    /** Log lines from the gateway to ClickHouse. */
    LOGS,
    /** Spans from the gateway to ClickHouse. */
    SPANS
  }

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--samples",
      paramLabel = "N",
      description = "How many samples, rounded up to whole scrapes (default: ${DEFAULT-VALUE}).")
  private long samples = 16_000_000;

  @Option(
      names = "--series",
      paramLabel = "N",
      description = "How many series, scraped every 15 s (default: ${DEFAULT-VALUE}).")
  private int series = 100_000;

  @Option(
      names = "--lines",
      paramLabel = "N",
      description = "How many log lines (default: ${DEFAULT-VALUE}).")
  private long lines = 1_000_000;

  @Option(
      names = "--spans",
      paramLabel = "N",
      description = "How many spans (default: ${DEFAULT-VALUE}).")
  private long spans = 500_000;

  @Option(
      names = "--only",
      split = ",",
      paramLabel = "CASE",
      description = "Which of ${COMPLETION-CANDIDATES} to measure; all by default.")
  private List<Case> only = new ArrayList<>(EnumSet.allOf(Case.class));

  @Option(
      names = "--profile",
      description =
          "Also tell where the CPU time goes: stacks of the JVMs, ClickHouse's own counters.")
  private boolean profile;

  @Mixin private Workplace workplace = new Workplace();

  @Override
  public Integer call() throws IOException, PartException, InterruptedException {
    check();
    PrintWriter out = spec.commandLine().getOut();
    IngestBench bench =
        new IngestBench(workplace.home(), workplace.folder(), workplace.seed(), profile, out);
    boolean complete = bench.run(wanted(), new IngestBench.Amounts(series, samples, lines, spans));
    return complete ? 0 : 1;
  }

  private Set<Case> wanted() {
    Set<Case> wanted = EnumSet.noneOf(Case.class);
    wanted.addAll(only);
    return wanted;
  }

  private void check() {
    workplace.require(
        series >= 1_000 && series <= MOST_SERIES, "--series", series, "1,000 to 1,000,000");
    workplace.require(
        samples >= 1 && samples <= MOST_ENTRIES, "--samples", samples, "1 to 1,000,000,000");
    workplace.require(lines >= 1 && lines <= MOST_ENTRIES, "--lines", lines, "1 to 1,000,000,000");
    workplace.require(spans >= 1 && spans <= MOST_ENTRIES, "--spans", spans, "1 to 1,000,000,000");
    long millis = (samples + series - 1) / series * NodeFleet.INTERVAL_MILLIS;
    workplace.require(
        millis <= LONGEST_MILLIS || !wanted().contains(Case.PROMETHEUS),
        "--samples",
        samples,
        "at most 200 for each of the %d series, because Prometheus takes an hour at once, or --only without it"
            .formatted(series));
  }
}
