package dev.guanlan.promql.engine;

import dev.guanlan.model.Labels;
import dev.guanlan.model.SeriesId;
import dev.guanlan.model.histogram.Histogram;
import dev.guanlan.promql.Matcher;
import dev.guanlan.promql.PromqlException;
import dev.guanlan.promql.notation.SeriesLine;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Holds series that come and go, pause, end by stale markers, are reset, and get samples late; one
 * metric now and then has native histograms.
 */
final class ChangingSeries implements StandingSource {

  private static final long INTERVAL_MILLIS = 15_000;
  private static final long SHORT_MILLIS = 400_000;
  private static final Histogram HISTOGRAM = histogram();

  private final Random random;
  private final long keptMillis;

  /** One in how many ticks a series begins, or ends. */
  private final int turnover;

  private final List<StandingSeries> series = new ArrayList<>();

  /** The same samples as they came, for who is not to look at series that stay in memory. */
  private final Map<StandingSeries, NavigableMap<Long, Sample>> plain = new HashMap<>();

  private final List<Double> totals = new ArrayList<>();
  private final Map<List<Matcher>, StandingSeries[]> selections = new HashMap<>();
  private long version;

  /** Is a number, or a histogram. */
  private record Sample(double value, @Nullable Histogram histogram) {}

  /** Makes series that are remembered for some minutes. */
  ChangingSeries(long seed) {
    this(seed, SHORT_MILLIS);
  }

  /** Makes series that are remembered for a time; for a long time fewer come and go. */
  ChangingSeries(long seed, long keptMillis) {
    this.random = new Random(seed);
    this.keptMillis = keptMillis;
    this.turnover = keptMillis > SHORT_MILLIS ? 60 : 6;
  }

  private boolean isLong() {
    return keptMillis > SHORT_MILLIS;
  }

  /** Returns a source that has the samples in columns of its own. */
  SampleSource plain() {
    return (matchers, hints) -> {
      List<MemorySeries> chosen = new ArrayList<>();
      for (StandingSeries one : standing(matchers)) {
        MemorySeries columns = new MemorySeries(one.labels());
        samples(one)
            .forEach((time, sample) -> columns.put(time, 0, sample.value, sample.histogram));
        if (!columns.isEmpty()) {
          chosen.add(columns);
        }
      }
      return new MemorySeriesSet(chosen, hints.startMillis(), hints.endMillis());
    };
  }

  private NavigableMap<Long, Sample> samples(StandingSeries of) {
    return plain.computeIfAbsent(of, key -> new TreeMap<>());
  }

  private void put(StandingSeries to, long millis, double value, @Nullable Histogram histogram) {
    Sample sample = new Sample(value, histogram);
    boolean isNew = samples(to).putIfAbsent(millis, sample) == null;
    if (to.add(millis, value, histogram) != isNew) {
      throw new IllegalStateException("A sample at " + millis + " is new: " + isNew);
    }
  }

  private static Histogram histogram() {
    try {
      Histogram histogram =
          SeriesLine.parse("x {{count:3 sum:4 buckets:[1 2]}}").values().get(0).histogram();
      if (histogram == null) {
        throw new IllegalStateException("the text is of a histogram");
      }
      return histogram;
    } catch (PromqlException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public StandingSeries[] standing(List<Matcher> matchers) {
    return selections.computeIfAbsent(
        matchers,
        wanted ->
            series.stream()
                .filter(one -> Matcher.allMatch(wanted, one.labels()))
                .sorted(Comparator.comparing(one -> SeriesId.of("", one.labels())))
                .toArray(StandingSeries[]::new));
  }

  @Override
  public long version() {
    return version;
  }

  /** Moves on to a time: series come and go, samples come, old ones leave. */
  void moveTo(long millis) {
    if (series.isEmpty() || random.nextInt(turnover) == 0) {
      add();
    }
    if (series.size() > 12 && random.nextInt(turnover) == 0) {
      int gone = random.nextInt(series.size());
      plain.remove(series.remove(gone));
      totals.remove(gone);
      selections.clear();
    }
    for (int i = 0; i < series.size(); i++) {
      if (random.nextInt(8) > 0) {
        sample(i, millis - random.nextInt((int) INTERVAL_MILLIS));
      }
      if (random.nextInt(isLong() ? 400 : 12) == 0) {
        sample(i, millis - random.nextInt((int) (keptMillis * 3 / 10)));
      }
      series.get(i).dropBefore(millis - keptMillis);
      samples(series.get(i)).headMap(millis - keptMillis, false).clear();
    }
    version++;
  }

  private void add() {
    for (int i = 0; i < 3; i++) {
      String group = random.nextBoolean() ? "a" : "b";
      String instance = String.valueOf(random.nextInt(4));
      Labels labels =
          switch (random.nextInt(5)) {
            case 0 -> Labels.of("__name__", "n", "g", group, "i", instance);
            case 1 -> Labels.of("__name__", "o", "i", instance);
            case 2 -> {
              String[] bounds = {"1", "1.0", "2", "5", "+Inf", "none"};
              String bound = bounds[random.nextInt(bounds.length)];
              yield Labels.of("__name__", "h_bucket", "g", group, "i", instance, "le", bound);
            }
            case 3 ->
                random.nextInt(4) == 0
                    ? Labels.of("__name__", "sizes", "g", group)
                    : Labels.of("__name__", "m", "g", group, "i", instance, "j", "1");
            default -> Labels.of("__name__", "m", "g", group, "i", instance);
          };
      if (series.stream().noneMatch(one -> one.labels().equals(labels))) {
        series.add(new StandingSeries(labels));
        totals.add(0.0);
        selections.clear();
      }
    }
  }

  private void sample(int index, long millis) {
    StandingSeries one = series.get(index);
    if (one.labels().metricName().equals("sizes") && random.nextBoolean()) {
      put(one, millis, 0, HISTOGRAM);
      return;
    }
    // Most of a long window is as series mostly are.
    int kind = isLong() && random.nextInt(100) > 0 ? 25 + index % 3 : random.nextInt(25);
    double value =
        switch (kind) {
          case 0 -> StaleMarker.VALUE;
          case 1 -> Double.NaN;
          case 2 -> 0;
          case 3 -> Double.POSITIVE_INFINITY;
          case 4 -> -0.0;
          case 5 -> 1e300 * random.nextDouble();
          case 25 -> totals.get(index);
          case 26 -> Math.rint(totals.get(index) + random.nextGaussian() * 50) / 10;
          default -> totals.get(index) + random.nextDouble() * 10;
        };
    totals.set(
        index,
        random.nextInt(isLong() ? 700 : 20) == 0 ? 0.0 : totals.get(index) + random.nextInt(3));
    put(one, millis, value, null);
  }
}
