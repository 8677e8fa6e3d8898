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
import java.util.Random;

/**
 * Holds series that come and go, pause, end by stale markers, are reset, and get samples late; one
 * metric now and then has native histograms.
 */
final class ChangingSeries implements StandingSource {

  private static final long INTERVAL_MILLIS = 15_000;
  private static final long KEPT_MILLIS = 400_000;
  private static final Histogram HISTOGRAM = histogram();

  private final Random random;
  private final List<StandingSeries> series = new ArrayList<>();
  private final List<Double> totals = new ArrayList<>();
  private final Map<List<Matcher>, StandingSeries[]> selections = new HashMap<>();
  private long version;

  ChangingSeries(long seed) {
    random = new Random(seed);
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
    if (series.isEmpty() || random.nextInt(6) == 0) {
      add();
    }
    if (series.size() > 12 && random.nextInt(6) == 0) {
      int gone = random.nextInt(series.size());
      series.remove(gone);
      totals.remove(gone);
      selections.clear();
    }
    for (int i = 0; i < series.size(); i++) {
      if (random.nextInt(8) > 0) {
        sample(i, millis - random.nextInt((int) INTERVAL_MILLIS));
      }
      if (random.nextInt(12) == 0) {
        sample(i, millis - random.nextInt(120_000));
      }
      series.get(i).dropBefore(millis - KEPT_MILLIS);
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
      one.add(millis, 0, HISTOGRAM);
      return;
    }
    double value =
        switch (random.nextInt(25)) {
          case 0 -> StaleMarker.VALUE;
          case 1 -> Double.NaN;
          case 2 -> 0;
          case 3 -> Double.POSITIVE_INFINITY;
          case 4 -> -0.0;
          case 5 -> 1e300 * random.nextDouble();
          default -> totals.get(index) + random.nextDouble() * 10;
        };
    totals.set(index, random.nextInt(20) == 0 ? 0.0 : totals.get(index) + random.nextInt(3));
    one.add(millis, value, null);
  }
}
