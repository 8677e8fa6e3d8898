package dev.guanlan.bench.rules;

import dev.guanlan.bench.nodes.NodeFleet;
import dev.guanlan.bench.process.Profile;
import dev.guanlan.bench.rules.RulesCommand.Target;
import dev.guanlan.local.command.terminal.Figures;
import dev.guanlan.local.stack.PartException;
import dev.guanlan.local.stack.Site;
import dev.guanlan.local.stack.fetch.Cache;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Measures each set of rules with each target, one after the other, and prints the table. */
final class RulesBench {

  private final Path root;
  private final Path folder;
  private final boolean profile;
  private final int rulesOfGroup;
  private final List<String> jobOptions;
  private final PrintWriter out;

  /**
   * Makes a bench.
   *
   * @param root the project's folder
   * @param folder where everything is written
   * @param profile whether to tell where the time of the JVMs goes
   * @param rulesOfGroup how many rules a group has
   * @param jobOptions of the alerting job, each as {@code --name=value}
   * @param out the table's
   */
  RulesBench(
      Path root,
      Path folder,
      boolean profile,
      int rulesOfGroup,
      List<String> jobOptions,
      PrintWriter out) {
    this.root = root;
    this.folder = folder;
    this.profile = profile;
    this.rulesOfGroup = rulesOfGroup;
    this.jobOptions = List.copyOf(jobOptions);
    this.out = out;
  }

  /** Runs and prints; returns whether the same alerts fire in all targets. */
  boolean run(
      List<Integer> counts,
      Set<Target> targets,
      List<Integer> seriesCounts,
      long seed,
      RulesMeasurement.Times times)
      throws IOException, PartException, InterruptedException {
    List<RulesOutcome> outcomes = new ArrayList<>();
    List<String> profiles = new ArrayList<>();
    RulesCurve curve = new RulesCurve();
    try {
      for (int count : counts) {
        for (int series : seriesCounts) {
          RulesMeasurement measurement = new RulesMeasurement(times, series, seed, this::say);
          NodeFleet fleet = new NodeFleet(series, seed);
          GeneratedRules rules = GeneratedRules.of(count, rulesOfGroup, fleet.nodes(), seed);
          Pairs pairs = Pairs.count(rules.groups(), fleet);
          say(sentence(pairs));
          Map<Target, RulesOutcome> measured = new EnumMap<>(Target.class);
          for (Target target : targets) {
            Path data = folder.resolve(target.name().toLowerCase(Locale.ROOT) + "-" + count);
            // Of a run before that failed.
            Cache.delete(data);
            Site site = new Site(root, data, Cache.ofUser(), this::say);
            List<Profile> watching =
                profile && target == Target.GUANLAN ? List.of(new Profile(folder)) : List.of();
            RulesOutcome outcome = measurement.of(start(target, site), rules, pairs, watching);
            outcomes.add(outcome);
            measured.put(target, outcome);
            watching.forEach(each -> profiles.addAll(each.lines()));
            Cache.delete(data);
          }
          RulesOutcome prometheus = measured.get(Target.PROMETHEUS);
          RulesOutcome guanlan = measured.get(Target.GUANLAN);
          if (prometheus != null && guanlan != null) {
            curve.add(prometheus, guanlan, interval(times.scrapes()));
          }
        }
      }
    } finally {
      // Also when a target fails: what the others took may be half an hour's work.
      out.println();
      RulesTable.lines(outcomes).forEach(out::println);
      RulesGrowth.lines(outcomes).forEach(out::println);
      profiles.forEach(out::println);
      curve.lines().forEach(out::println);
      out.flush();
    }
    return curve.same();
  }

  private RulesTarget start(Target target, Site site) throws IOException {
    return switch (target) {
      case PROMETHEUS -> new PrometheusTarget(site, "");
      case GUANLAN -> {
        List<String> options = new ArrayList<>(GuanlanTarget.UNHEARD);
        options.addAll(jobOptions);
        yield new GuanlanTarget(site, options);
      }
    };
  }

  private static long interval(int scrapes) {
    return (long) scrapes * NodeFleet.INTERVAL_MILLIS;
  }

  private String sentence(Pairs pairs) {
    return ("%s rules, %s a group, with %s different selectors: %s rule × series pairs, of %s of %s"
            + " series%s")
        .formatted(
            Figures.count(pairs.rules()),
            Figures.count(rulesOfGroup),
            Figures.count(pairs.selectors()),
            Figures.count(pairs.pairs()),
            Figures.count(pairs.selected()),
            Figures.count(pairs.series()),
            jobOptions.isEmpty() ? "" : "; the job with " + String.join(" ", jobOptions));
  }

  private void say(String sentence) {
    out.println("  " + sentence);
    out.flush();
  }
}
