package dev.guanlan.bench.rules;

import dev.guanlan.bench.Workplace;
import dev.guanlan.bench.rules.RulesCommand.Target;
import dev.guanlan.local.stack.PartException;
import java.io.IOException;
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
import picocli.CommandLine.Spec;

/** Measures how soon alerts are sent beside Prometheus; see the module's README. */
@Command(
    name = "latency",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Measure how long after its sample was acknowledged an alert is accepted by Alertmanager.",
      "The same rules and samples go to Prometheus and to the alerting job, each started fresh"
          + " with its own defaults, one after the other.",
      "Exits with 1 when an alert does not come."
    })
public final class LatencyCommand implements Callable<Integer> {

  private static final int MOST_SERIES = 1_000_000;
  private static final int MOST_RULES = 100_000;
  private static final double MOST_MINUTES = 24 * 60;
  private static final double MINUTE_MILLIS = 60_000;
  private static final Pattern INTERVAL = Pattern.compile("[1-9]\\d{0,5}(ms|s|m)");

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--rules",
      paramLabel = "N",
      description =
          "How many rules are evaluated besides, every 15 s, those of 'bench rules' (default:"
              + " ${DEFAULT-VALUE}).")
  private int rules = 1_000;

  @Option(
      names = "--series",
      paramLabel = "N",
      description =
          "How many series the fleet has, scraped every 15 s (default: ${DEFAULT-VALUE}, 20,000"
              + " samples a second).")
  private int series = 300_000;

  @Option(
      names = "--intervals",
      split = ",",
      paramLabel = "I",
      description = "Intervals of the groups that are measured (default: 100ms,1s,15s).")
  private List<String> intervals = new ArrayList<>(List.of("100ms", "1s", "15s"));

  @Option(
      names = "--minutes",
      paramLabel = "M",
      description =
          "How long each is measured, some 600 alerts a minute (default: ${DEFAULT-VALUE}).")
  private double minutes = 5;

  @Option(
      names = "--warm-up",
      paramLabel = "M",
      description = "How many minutes each has before, 0.5 or more (default: ${DEFAULT-VALUE}).")
  private double warmUp = 3;

  @Option(
      names = "--only",
      split = ",",
      paramLabel = "TARGET",
      description = "Which of ${COMPLETION-CANDIDATES} to measure; both by default.")
  private List<Target> only = new ArrayList<>(EnumSet.allOf(Target.class));

  @Mixin private Workplace workplace = new Workplace();

  @Override
  public Integer call() throws IOException, PartException, InterruptedException {
    workplace.require(rules >= 1 && rules <= MOST_RULES, "--rules", rules, "1 to 100,000");
    workplace.require(
        series >= 1_000 && series <= MOST_SERIES, "--series", series, "1,000 to 1,000,000");
    workplace.require(
        minutes >= 0.1 && minutes <= MOST_MINUTES, "--minutes", minutes, "0.1 to 1,440");
    workplace.require(warmUp >= 0.5 && warmUp <= MOST_MINUTES, "--warm-up", warmUp, "0.5 to 1,440");
    for (String interval : intervals) {
      workplace.require(
          INTERVAL.matcher(interval).matches(), "--intervals", interval, "as 100ms, 1s or 2m");
    }
    Set<Target> targets = EnumSet.noneOf(Target.class);
    targets.addAll(only);
    boolean complete =
        new LatencyBench(workplace.home(), workplace.folder(), spec.commandLine().getOut())
            .run(
                targets,
                new LatencyBench.Plan(
                    rules,
                    series,
                    intervals,
                    Math.round(warmUp * MINUTE_MILLIS),
                    Math.round(minutes * MINUTE_MILLIS),
                    workplace.seed()));
    return complete ? 0 : 1;
  }
}
