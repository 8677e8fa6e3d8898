package dev.guanlan.bench.ingest;

import dev.guanlan.bench.nodes.NodeFleet;
import dev.guanlan.local.stack.PartException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
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
      names = "--seed",
      paramLabel = "N",
      description = "Another seed, other values (default: ${DEFAULT-VALUE}).")
  private long seed = 1;

  @Option(
      names = "--profile",
      description =
          "Also tell where the CPU time goes: stacks of the JVMs, ClickHouse's own counters.")
  private boolean profile;

  @Option(
      names = "--folder",
      paramLabel = "DIR",
      description =
          "Where data goes while it runs; a temporary folder by default. Emptied of what was"
              + " written, logs and profiles excepted when something fails.")
  private Path folder = Path.of("");

  @Option(
      names = "--home",
      paramLabel = "DIR",
      defaultValue = "${env:GUANLAN_HOME:-.}",
      description = "The project's folder, with its built jars (default: $GUANLAN_HOME).")
  private Path home = Path.of("");

  @Override
  public Integer call() throws IOException, PartException, InterruptedException {
    check();
    PrintWriter out = spec.commandLine().getOut();
    Path work = folder.toString().isEmpty() ? Files.createTempDirectory("guanlan-bench-") : folder;
    IngestBench bench = new IngestBench(home, Files.createDirectories(work), seed, profile, out);
    boolean complete = bench.run(wanted(), new IngestBench.Amounts(series, samples, lines, spans));
    return complete ? 0 : 1;
  }

  private Set<Case> wanted() {
    Set<Case> wanted = EnumSet.noneOf(Case.class);
    wanted.addAll(only);
    return wanted;
  }

  private void check() {
    require(series >= 1_000 && series <= MOST_SERIES, "--series", series, "1,000 to 1,000,000");
    require(samples >= 1 && samples <= MOST_ENTRIES, "--samples", samples, "1 to 1,000,000,000");
    require(lines >= 1 && lines <= MOST_ENTRIES, "--lines", lines, "1 to 1,000,000,000");
    require(spans >= 1 && spans <= MOST_ENTRIES, "--spans", spans, "1 to 1,000,000,000");
    long millis = (samples + series - 1) / series * NodeFleet.INTERVAL_MILLIS;
    require(
        millis <= LONGEST_MILLIS || !wanted().contains(Case.PROMETHEUS),
        "--samples",
        samples,
        "at most 200 for each of the %d series, because Prometheus takes an hour at once, or --only without it"
            .formatted(series));
  }

  private void require(boolean holds, String option, long value, String wanted) {
    if (!holds) {
      throw new ParameterException(
          spec.commandLine(),
          String.format(Locale.ROOT, "%s cannot be %d; it has to be %s.", option, value, wanted));
    }
  }
}
