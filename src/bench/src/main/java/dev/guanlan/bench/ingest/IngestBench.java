package dev.guanlan.bench.ingest;

import dev.guanlan.bench.ingest.IngestCommand.Case;
import dev.guanlan.bench.process.Profile;
import dev.guanlan.bench.send.Signal;
import dev.guanlan.local.stack.PartException;
import dev.guanlan.local.stack.Site;
import dev.guanlan.local.stack.fetch.Cache;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Generates what is sent, measures the cases one after the other, and prints the table. */
final class IngestBench {

  /**
   * Says how much is sent.
   *
   * @param series how many series the samples belong to
   * @param samples how many samples
   * @param lines how many log lines
   * @param spans how many spans
   */
  record Amounts(int series, long samples, long lines, long spans) {}

  private final Path root;
  private final Path folder;
  private final long seed;
  private final boolean profile;
  private final PrintWriter out;

  /**
   * Makes a bench.
   *
   * @param root the project's folder
   * @param folder where everything is written
   * @param seed of everything generated
   * @param profile whether to tell where the time goes
   * @param out the table's
   */
  IngestBench(Path root, Path folder, long seed, boolean profile, PrintWriter out) {
    this.root = root;
    this.folder = folder;
    this.seed = seed;
    this.profile = profile;
    this.out = out;
  }

  /** Runs and prints; returns whether every target has exactly what it was sent. */
  boolean run(Set<Case> cases, Amounts amounts)
      throws IOException, PartException, InterruptedException {
    Map<Signal, RequestFile> files = new TreeMap<>();
    List<Outcome> outcomes = new ArrayList<>();
    List<String> profiles = new ArrayList<>();
    try {
      for (Case each : cases) {
        Signal signal = signal(each);
        if (!files.containsKey(signal)) {
          say("generating " + signal.unit());
          files.put(signal, generate(signal, amounts));
        }
        Path data = folder.resolve(each.name().toLowerCase(Locale.ROOT));
        // Of a run before that failed.
        Cache.delete(data);
        Site site = new Site(root, data, Cache.ofUser(), this::say);
        Profile watching = new Profile(folder);
        outcomes.add(
            new Measurement(this::say)
                .of(
                    target(each, site),
                    files.get(signal),
                    profile ? Measurement.Observer.of(watching) : Measurement.Observer.NONE));
        profiles.addAll(watching.lines());
        if (outcomes.get(outcomes.size() - 1).complete()) {
          Cache.delete(data);
        }
      }
    } finally {
      // Also when a target fails: what the others took may be an hour's work.
      out.println();
      ResultTable.lines(outcomes).forEach(out::println);
      profiles.forEach(out::println);
      out.flush();
    }
    for (RequestFile file : files.values()) {
      Files.delete(file.path());
    }
    return outcomes.stream().allMatch(Outcome::complete);
  }

  private static Signal signal(Case which) {
    return switch (which) {
      case VICTORIA_METRICS, PROMETHEUS, RAW, POISONED, WHOLE -> Signal.METRICS;
      case LOGS -> Signal.LOGS;
      case SPANS -> Signal.SPANS;
    };
  }

  private static Target target(Case which, Site site) throws IOException {
    return switch (which) {
      case VICTORIA_METRICS -> new ReferenceTarget(site, ReferenceTarget.Kind.VICTORIA_METRICS);
      case PROMETHEUS -> new ReferenceTarget(site, ReferenceTarget.Kind.PROMETHEUS);
      case RAW -> new GuanlanTarget(site, GuanlanTarget.Way.RAW_TOPIC);
      case POISONED -> new GuanlanTarget(site, GuanlanTarget.Way.POISONED_TOPIC);
      case WHOLE, LOGS, SPANS -> new GuanlanTarget(site, GuanlanTarget.Way.GATEWAY);
    };
  }

  private RequestFile generate(Signal signal, Amounts amounts)
      throws IOException, InterruptedException {
    Path path = folder.resolve(signal.unit() + ".requests");
    long now = System.currentTimeMillis();
    return switch (signal) {
      case METRICS -> new SamplesFile(amounts.series(), seed).write(path, amounts.samples(), now);
      case LOGS -> new OtlpFile(seed, now).writeLines(path, amounts.lines());
      case SPANS -> new OtlpFile(seed, now).writeSpans(path, amounts.spans());
    };
  }

  private void say(String sentence) {
    out.println("  " + sentence);
    out.flush();
  }
}
