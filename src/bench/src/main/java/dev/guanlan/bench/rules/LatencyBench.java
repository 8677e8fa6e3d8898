package dev.guanlan.bench.rules;

import dev.guanlan.bench.nodes.NodeFleet;
import dev.guanlan.bench.process.Reading;
import dev.guanlan.bench.rules.RulesCommand.Target;
import dev.guanlan.bench.send.Sender;
import dev.guanlan.local.stack.AlertmanagerPart;
import dev.guanlan.local.stack.PartException;
import dev.guanlan.local.stack.Site;
import dev.guanlan.local.stack.StackPorts;
import dev.guanlan.local.stack.Startup;
import dev.guanlan.local.stack.fetch.Cache;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Measures how soon each target notifies Alertmanager, one after the other, and prints the table:
 *
 * <ol>
 *   <li>A real Alertmanager starts, a proxy that looks at clocks before it, and the target with its
 *       rules, the probes' among them.
 *   <li>A fleet sends its samples at their time, from now to the end.
 *   <li>When all is warm, probes are sent one after the other, and what is accepted is noted.
 * </ol>
 */
final class LatencyBench {

  /** Few, as those push that have only their own: so that each partition hears often. */
  private static final int SAMPLES_A_REQUEST = 100;

  /** How long the last alerts may take. */
  private static final long LONGEST_WAIT_MILLIS = 60_000;

  private static final long BETWEEN_LOOKS_MILLIS = 200;

  /** Event time as the newest samples say it, so that what is measured is the way alone. */
  private static final String LAG = "--watermark.lag=0s";

  /**
   * Says what is measured.
   *
   * @param rules how many there are besides those of probes
   * @param series how many series the fleet has
   * @param intervals of the groups that see probes
   * @param warmUpMillis how long a target has before probes are sent
   * @param millis how long they are sent
   * @param seed of everything that is made up
   */
  record Plan(
      int rules, int series, List<String> intervals, long warmUpMillis, long millis, long seed) {}

  private final Path root;
  private final Path folder;
  private final PrintWriter out;

  /**
   * Makes a bench.
   *
   * @param root the project's folder
   * @param folder where everything is written
   * @param out the table's
   */
  LatencyBench(Path root, Path folder, PrintWriter out) {
    this.root = root;
    this.folder = folder;
    this.out = out;
  }

  /** Runs and prints; returns whether every alert came. */
  boolean run(Set<Target> targets, Plan plan)
      throws IOException, PartException, InterruptedException {
    List<LatencyOutcome> outcomes = new ArrayList<>();
    try {
      for (Target target : targets) {
        Path data = folder.resolve("latency-" + target.name().toLowerCase(Locale.ROOT));
        // Of a run before that failed.
        Cache.delete(data);
        outcomes.add(measure(target, new Site(root, data, Cache.ofUser(), this::say), plan));
        Cache.delete(data);
      }
    } finally {
      out.println();
      LatencyOutcome.lines(outcomes, plan.intervals()).forEach(out::println);
      out.flush();
    }
    return outcomes.stream().allMatch(outcome -> outcome.missing() == 0);
  }

  private LatencyOutcome measure(Target which, Site site, Plan plan)
      throws IOException, PartException, InterruptedException {
    NodeFleet fleet = new NodeFleet(plan.series(), plan.seed(), SAMPLES_A_REQUEST);
    GeneratedRules rules =
        GeneratedRules.of(plan.rules(), GeneratedRules.RULES_A_GROUP, fleet.nodes(), plan.seed())
            .with(ProbeFeed.rules(plan.intervals()));
    AlertmanagerPart alertmanager = new AlertmanagerPart(site, StackPorts.free(1).get(0));
    Startup.untilHealthy(alertmanager);
    try (AlertProxy proxy = new AlertProxy(URI.create(alertmanager.url()));
        RulesTarget target = start(which, site, proxy)) {
      say("%s: starting with %d rules".formatted(target.name(), plan.rules()));
      target.start(rules);
      target.begin();
      try (LiveFeed feed = new LiveFeed(fleet, target.sender(), System.currentTimeMillis(), 0);
          Sender probing = target.sender()) {
        feed.await(System.currentTimeMillis() + plan.warmUpMillis());
        return probe(
            target, plan, feed, new ProbeFeed(plan.intervals(), probing, plan.seed()), proxy);
      }
    } finally {
      alertmanager.kill();
    }
  }

  private LatencyOutcome probe(
      RulesTarget target, Plan plan, LiveFeed feed, ProbeFeed probes, AlertProxy proxy)
      throws IOException, PartException, InterruptedException {
    say("%s: measuring".formatted(target.name()));
    proxy.tell(probes);
    var unused = feed.takeMostLateMillis();
    long samples = feed.samples();
    Reading first = Reading.of(target.processes());
    probes.send(System.currentTimeMillis() + plan.millis());
    Reading last = Reading.of(target.processes());
    samples = feed.samples() - samples;
    long mostLate = feed.takeMostLateMillis();
    long deadline = System.currentTimeMillis() + LONGEST_WAIT_MILLIS;
    while (System.currentTimeMillis() < deadline
        && !probes.probes().stream().allMatch(Probe::isOver)) {
      Thread.sleep(BETWEEN_LOOKS_MILLIS);
    }
    List<String> remarks = new ArrayList<>(target.remarks());
    remarks.add(
        "%s: the fleet's samples came up to %d ms after their time"
            .formatted(target.name(), mostLate));
    return new LatencyOutcome(target.name(), probes.probes(), first, last, samples, remarks);
  }

  private static RulesTarget start(Target target, Site site, AlertProxy proxy) throws IOException {
    return switch (target) {
      case PROMETHEUS -> new PrometheusTarget(site, proxy.address());
      case GUANLAN ->
          new GuanlanTarget(site, List.of("--alertmanager.urls=http://" + proxy.address(), LAG));
    };
  }

  private void say(String sentence) {
    out.println("  " + sentence);
    out.flush();
  }
}
