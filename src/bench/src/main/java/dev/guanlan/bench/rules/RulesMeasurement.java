package dev.guanlan.bench.rules;

import dev.guanlan.bench.nodes.NodeFleet;
import dev.guanlan.bench.process.Profile;
import dev.guanlan.bench.process.Reading;
import dev.guanlan.local.stack.Part;
import dev.guanlan.local.stack.PartException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Measures one target with one set of rules:
 *
 * <ol>
 *   <li>It gets the scrapes of five minutes at once, and from then on every scrape in real time.
 *   <li>It warms up.
 *   <li>What it uses is read, and read again when all ticks up to a certain scrape are evaluated:
 *       the same scrape for every target, by which its firing alerts are compared.
 *   <li>Its rules are taken away, and what it uses without any is read.
 * </ol>
 */
final class RulesMeasurement {

  /** What fills windows of five minutes. */
  static final int PAST_SCRAPES = 21;

  /**
   * A target that is later than so has work of before to do while it is measured. Flink tells what
   * it has done up to ten seconds later.
   */
  private static final long MOST_BEHIND_MILLIS = 20_000;

  /** What taking the rules away leaves to do is not counted. */
  private static final long BETWEEN_MILLIS = 5_000;

  /**
   * Says how long.
   *
   * @param warmUpScrapes how many scrapes it has to warm up
   * @param scrapes how many are measured
   * @param bareScrapes how many are measured without rules
   */
  record Times(int warmUpScrapes, int scrapes, int bareScrapes) {}

  private final Times times;
  private final int series;
  private final long seed;
  private final Consumer<String> notice;

  RulesMeasurement(Times times, int series, long seed, Consumer<String> notice) {
    this.times = times;
    this.series = series;
    this.seed = seed;
    this.notice = notice;
  }

  /**
   * Measures; closes the target whatever happens.
   *
   * @param pairs how much the rules look at
   * @param profiles watch while it is measured; at most one
   */
  RulesOutcome of(RulesTarget target, GeneratedRules rules, Pairs pairs, List<Profile> profiles)
      throws PartException, IOException, InterruptedException {
    try (target) {
      notice.accept("%s: starting with %d rules".formatted(target.name(), pairs.rules()));
      target.start(rules);
      long begin = (System.currentTimeMillis() / interval(1) - PAST_SCRAPES) * interval(1);
      try (LiveFeed feed =
          new LiveFeed(
              new NodeFleet(series, seed), target.sender(), begin, LiveFeed.AHEAD_MILLIS)) {
        feed.await(begin + interval(PAST_SCRAPES));
        target.begin();
        long from = begin + interval(PAST_SCRAPES + times.warmUpScrapes());
        feed.await(from);
        RulesTarget.Progress first = target.awaitEvaluated(from);
        checkInTime(from);
        long samples = feed.samples();
        // The past was late, of course.
        var unused = feed.takeMostLateMillis();
        List<Part> profiled = new ArrayList<>(target.processes());
        profiled.removeAll(target.apart());
        for (Profile profile : profiles) {
          profile.begin(profiled);
        }
        notice.accept("%s: measuring".formatted(target.name()));
        long until = from + interval(times.scrapes());
        feed.await(until);
        RulesTarget.Progress last = target.awaitEvaluated(until);
        samples = feed.samples() - samples;
        long mostLateMillis = feed.takeMostLateMillis();
        String load = load();
        for (Profile profile : profiles) {
          profile.end("%s, %d rules".formatted(target.name(), pairs.rules()), profiled);
        }
        Firing firing = target.firing(until);
        notice.accept("%s: measuring without rules".formatted(target.name()));
        target.dropRules();
        Thread.sleep(BETWEEN_MILLIS);
        long bareSamples = feed.samples();
        Reading bareFirst = Reading.of(target.processes());
        Thread.sleep(interval(times.bareScrapes()));
        Reading bareLast = Reading.of(target.processes());
        bareSamples = feed.samples() - bareSamples;
        List<String> remarks = new ArrayList<>(target.remarks());
        remarks.add("%s: the machine's load was %s".formatted(target.name(), load));
        if (mostLateMillis > 0) {
          remarks.add(
              "%s: samples came up to %.1f s after their time; who evaluates by the clock may not have seen them, so that other alerts fire"
                  .formatted(target.name(), mostLateMillis / 1e3));
        }
        return new RulesOutcome(
            target.name(),
            target.apart().stream().map(part -> part.name()).toList(),
            pairs,
            rules.groups().size(),
            first,
            last,
            samples,
            bareFirst,
            bareLast,
            bareSamples,
            firing,
            remarks);
      }
    }
  }

  private static void checkInTime(long timeMillis) throws IOException {
    long behind = System.currentTimeMillis() - timeMillis;
    if (behind > MOST_BEHIND_MILLIS) {
      throw new IOException(
          "What was to be done before measuring took %d s longer: this machine is too slow or too busy. Give --warm-up more, or fewer --rules or --series."
              .formatted(behind / 1000));
    }
  }

  /** Returns the load averages of one, five and fifteen minutes: of how many processes it was. */
  private static String load() throws IOException {
    String[] words = Files.readString(Path.of("/proc/loadavg")).split(" ", -1);
    return String.join(", ", List.of(words).subList(0, Math.min(3, words.length)));
  }

  private static long interval(int scrapes) {
    return (long) scrapes * NodeFleet.INTERVAL_MILLIS;
  }
}
