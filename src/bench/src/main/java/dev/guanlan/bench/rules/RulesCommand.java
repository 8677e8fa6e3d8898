package dev.guanlan.bench.rules;

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
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures the evaluation of rules beside Prometheus; see the module's README. */
@Command(
    name = "rules",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Measure what evaluating rules costs in CPU seconds by process, and memory.",
      "The same rule files and the same samples, in real time, go to Prometheus and to the"
          + " alerting job, each started fresh with its own defaults, one after the other.",
      "Exits with 1 when not the same alerts fire in both at the end."
    })
public final class RulesCommand implements Callable<Integer> {

  private static final Pattern JOB_OPTION = Pattern.compile("[a-z][a-z0-9.-]*=.*");
  private static final int MOST_SERIES = 1_000_000;
  private static final int MOST_RULES = 100_000;
  private static final double MOST_MINUTES = 24 * 60;
  private static final double SCRAPES_A_MINUTE = 60_000.0 / NodeFleet.INTERVAL_MILLIS;

  /** At most so much is measured without rules. */
  private static final int MOST_BARE_SCRAPES = 4;

  /** Names what is measured. */
  enum Target {
    /** Prometheus. */
    PROMETHEUS,
    /** The alerting job. */
    GUANLAN
  }

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--rules",
      split = ",",
      paramLabel = "N",
      description =
          "How many rules; several numbers, as 100,1000,10000, make a curve (default: 1000).")
  private List<Integer> rules = new ArrayList<>(List.of(1_000));

  @Option(
      names = "--series",
      split = ",",
      paramLabel = "N",
      description =
          "How many series, scraped every 15 s; several numbers, as 50000,100000,200000, tell how"
              + " the cost grows with samples (default: 100000).")
  private List<Integer> series = new ArrayList<>(List.of(100_000));

  @Option(
      names = "--minutes",
      paramLabel = "M",
      description = "How long each is measured, 0.5 or more (default: ${DEFAULT-VALUE}).")
  private double minutes = 3;

  @Option(
      names = "--warm-up",
      paramLabel = "M",
      description =
          "How many minutes each has before, 1 or more: it takes the samples of the last five"
              + " minutes, a job starts, a JVM compiles (default: ${DEFAULT-VALUE}).")
  private double warmUp = 3;

  @Option(
      names = "--short",
      description =
          "For a first look: as --minutes 1 --warm-up 2. On a busy machine that is too short.")
  private boolean brief;

  @Option(
      names = "--only",
      split = ",",
      paramLabel = "TARGET",
      description = "Which of ${COMPLETION-CANDIDATES} to measure; both by default.")
  private List<Target> only = new ArrayList<>(EnumSet.allOf(Target.class));

  @Option(
      names = "--group-size",
      paramLabel = "N",
      description = "How many rules a group has (default: ${DEFAULT-VALUE}).")
  private int rulesOfGroup = GeneratedRules.RULES_A_GROUP;

  @Option(
      names = "--job-option",
      paramLabel = "NAME=VALUE",
      description =
          "An option of the alerting job, such as rules.hot-group-series=5000; may be given"
              + " again.")
  private List<String> jobOptions = new ArrayList<>();

  @Option(
      names = "--profile",
      description = "Also tell where the time of the alerting job's JVM goes.")
  private boolean profile;

  @Mixin private Workplace workplace = new Workplace();

  @Override
  public Integer call() throws IOException, PartException, InterruptedException {
    if (brief) {
      shorten();
    }
    for (int count : rules) {
      workplace.require(count >= 1 && count <= MOST_RULES, "--rules", count, "1 to 100,000");
    }
    for (int count : series) {
      workplace.require(
          count >= 1_000 && count <= MOST_SERIES, "--series", count, "1,000 to 1,000,000");
    }
    workplace.require(
        minutes >= 0.5 && minutes <= MOST_MINUTES, "--minutes", minutes, "0.5 to 1,440");
    workplace.require(warmUp >= 1 && warmUp <= MOST_MINUTES, "--warm-up", warmUp, "1 to 1,440");
    workplace.require(
        rulesOfGroup >= 1 && rulesOfGroup <= MOST_RULES,
        "--group-size",
        rulesOfGroup,
        "1 to 100,000");
    for (String option : jobOptions) {
      workplace.require(JOB_OPTION.matcher(option).matches(), "--job-option", option, "NAME=VALUE");
    }
    PrintWriter out = spec.commandLine().getOut();
    Set<Target> targets = EnumSet.noneOf(Target.class);
    targets.addAll(only);
    int scrapes = (int) Math.round(minutes * SCRAPES_A_MINUTE);
    boolean same =
        new RulesBench(
                workplace.home(),
                workplace.folder(),
                profile,
                rulesOfGroup,
                jobOptions.stream().map("--"::concat).toList(),
                out)
            .run(
                rules,
                targets,
                series,
                workplace.seed(),
                new RulesMeasurement.Times(
                    (int) Math.round(warmUp * SCRAPES_A_MINUTE),
                    scrapes,
                    Math.min(scrapes, MOST_BARE_SCRAPES)));
    return same ? 0 : 1;
  }

  private void shorten() {
    for (String option : List.of("--minutes", "--warm-up")) {
      if (spec.commandLine().getParseResult().hasMatchedOption(option)) {
        throw new ParameterException(
            spec.commandLine(), "--short says how long it takes, and so does " + option + ".");
      }
    }
    minutes = 1;
    warmUp = 2;
  }
}
