package dev.guanlan.job.alerting;

import dev.guanlan.model.Labels;
import dev.guanlan.model.Origin;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.model.histogram.Histogram;
import dev.guanlan.promql.PromqlException;
import dev.guanlan.promql.engine.StaleMarker;
import dev.guanlan.promql.notation.SeriesLine;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Makes series as they are in the field: counters that are reset, gauges that wander, buckets and
 * native histograms; scraped with jitter, away for minutes, ended by stale markers. A scrape comes
 * in any order within a lag, now and then twice.
 */
final class RandomSamples {

  static final String TENANT = "anonymous";
  static final long START_MILLIS = 1_700_000_000_000L;
  static final long LAG_MILLIS = 30_000;

  private static final int SCRAPE_MILLIS = 15_000;
  private static final String[] LE = {"0.1", "0.5", "1", "+Inf"};

  /**
   * Is a sample of a series.
   *
   * @param histogram its value, or null if it is a number
   */
  record Sample(Labels labels, long millis, double value, @Nullable Histogram histogram) {}

  private final Random random;
  private final long endMillis;
  private final List<Sample> samples = new ArrayList<>();
  private final List<SampleBlock> blocks = new ArrayList<>();

  private RandomSamples(long seed, long lengthMillis) {
    random = new Random(seed);
    endMillis = START_MILLIS + lengthMillis;
  }

  static RandomSamples of(long seed, long lengthMillis) throws PromqlException {
    RandomSamples made = new RandomSamples(seed, lengthMillis);
    for (int job = 0; job < 3; job++) {
      for (int instance = 0; instance < 4; instance++) {
        made.target("j" + job, "i" + instance);
      }
    }
    made.blocks.sort(Comparator.comparingLong(block -> block.origin().offset()));
    made.samples.sort(Comparator.comparingLong(Sample::millis));
    return made;
  }

  /** Returns the samples in the order of their time. */
  List<Sample> samples() {
    return samples;
  }

  /**
   * Returns the scrapes as they come in, at the time that is the offset of their origin, which is
   * at most the lag after that of their samples.
   */
  List<SampleBlock> blocks() {
    return blocks;
  }

  private static final class Target {
    private final double[] counters = new double[3 + LE.length];
    private double temperature = 20;
    private int observations;
  }

  private void target(String job, String instance) throws PromqlException {
    Target target = new Target();
    long awayUntil = 0;
    int phase = random.nextInt(SCRAPE_MILLIS);
    for (long time = START_MILLIS + phase; time < endMillis; time += SCRAPE_MILLIS) {
      long millis = time + random.nextInt(100);
      if (millis < awayUntil) {
        continue;
      }
      List<Sample> scrape = new ArrayList<>();
      if (random.nextInt(25) == 0) {
        awayUntil = millis + 20_000 + random.nextInt(240_000);
        if (random.nextBoolean()) {
          for (Sample last : scrape(target, job, instance, millis)) {
            scrape.add(new Sample(last.labels(), millis, StaleMarker.VALUE, null));
          }
        }
      } else {
        scrape = scrape(target, job, instance, millis);
      }
      send(scrape, millis);
    }
  }

  private List<Sample> scrape(Target target, String job, String instance, long millis)
      throws PromqlException {
    List<Sample> scrape = new ArrayList<>();
    if (random.nextInt(30) == 0) {
      java.util.Arrays.fill(target.counters, 0);
      target.observations = 0;
    }
    for (int code = 0; code < 3; code++) {
      target.counters[code] += random.nextInt(1 + 20 * (3 - code));
      scrape.add(
          number(
              millis,
              target.counters[code],
              "requests_total",
              job,
              instance,
              "code",
              (code + 2) + "00"));
    }
    int observed = 0;
    for (int le = 0; le < LE.length; le++) {
      observed += random.nextInt(10);
      target.counters[3 + le] += observed;
      scrape.add(
          number(millis, target.counters[3 + le], "latency_bucket", job, instance, "le", LE[le]));
    }
    target.temperature += random.nextGaussian();
    scrape.add(
        number(
            millis,
            random.nextInt(100) == 0 ? Double.NaN : target.temperature,
            "temperature",
            job,
            instance,
            "room",
            "r" + random.nextInt(1)));
    scrape.add(number(millis, random.nextInt(10) == 0 ? 0 : 1, "up", job, instance, "", ""));
    target.observations += 1 + random.nextInt(5);
    scrape.add(
        new Sample(
            labels("sizes", job, instance, "", ""),
            millis,
            Double.NaN,
            histogram(target.observations)));
    return scrape;
  }

  private static Histogram histogram(int observations) throws PromqlException {
    String text =
        "x {{schema:0 count:%d sum:%d buckets:[%d %d %d]}}"
            .formatted(
                4 * observations, 7 * observations, observations, 2 * observations, observations);
    return Objects.requireNonNull(SeriesLine.parse(text).values().get(0).histogram());
  }

  private static Sample number(
      long millis,
      double value,
      String metric,
      String job,
      String instance,
      String name,
      String also) {
    return new Sample(labels(metric, job, instance, name, also), millis, value, null);
  }

  private static Labels labels(
      String metric, String job, String instance, String name, String also) {
    return name.isEmpty()
        ? Labels.of("__name__", metric, "instance", instance, "job", job)
        : name.compareTo("instance") < 0
            ? Labels.of("__name__", metric, name, also, "instance", instance, "job", job)
            : Labels.of("__name__", metric, "instance", instance, "job", job, name, also);
  }

  private void send(List<Sample> scrape, long millis) {
    if (scrape.isEmpty()) {
      return;
    }
    samples.addAll(scrape);
    for (int copy = random.nextInt(20) == 0 ? 2 : 1; copy > 0; copy--) {
      long arrival = millis + (long) (random.nextDouble() * LAG_MILLIS);
      SampleBlock.Builder block = SampleBlock.builder(TENANT, new Origin("raw", 0, arrival));
      for (Sample sample : scrape) {
        block.series(sample.labels());
        Histogram histogram = sample.histogram();
        if (histogram == null) {
          block.sample(sample.millis(), sample.value());
        } else {
          block.histogram(sample.millis(), histogram);
        }
      }
      blocks.add(block.build());
    }
  }
}
