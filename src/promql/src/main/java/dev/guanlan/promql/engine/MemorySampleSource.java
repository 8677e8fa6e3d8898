package dev.guanlan.promql.engine;

import dev.guanlan.model.Labels;
import dev.guanlan.model.histogram.Histogram;
import dev.guanlan.promql.Matcher;
import dev.guanlan.promql.MatcherType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Holds samples in memory, a pair of sorted columns for each series. Not thread-safe, and must not
 * change while a query runs over it.
 */
public final class MemorySampleSource implements SampleSource {

  private final Map<Labels, MemorySeries> all = new LinkedHashMap<>();
  private final Map<String, List<MemorySeries>> byMetric = new HashMap<>();

  /**
   * Adds a sample. Samples may come in any order; one that is there already at that time is
   * replaced.
   *
   * @param timestampMillis milliseconds since the epoch
   */
  public void append(Labels labels, long timestampMillis, double value) {
    append(labels, timestampMillis, 0, value);
  }

  /**
   * Adds a sample of which it is known since when it has counted.
   *
   * @param timestampMillis milliseconds since the epoch
   * @param startMillis milliseconds since the epoch; 0 if it is not known
   */
  public void append(Labels labels, long timestampMillis, long startMillis, double value) {
    put(labels, timestampMillis, startMillis, value, null);
  }

  /**
   * Adds a sample that is a native histogram.
   *
   * @param timestampMillis milliseconds since the epoch
   * @param startMillis since when it has counted, milliseconds since the epoch; 0 if not known
   */
  public void append(Labels labels, long timestampMillis, long startMillis, Histogram histogram) {
    put(labels, timestampMillis, startMillis, StepMatrix.HISTOGRAM, histogram);
  }

  private void put(
      Labels labels,
      long timestampMillis,
      long startMillis,
      double value,
      @Nullable Histogram histogram) {
    MemorySeries series = all.get(labels);
    if (series == null) {
      series = new MemorySeries(labels);
      all.put(labels, series);
      byMetric.computeIfAbsent(labels.metricName(), name -> new ArrayList<>()).add(series);
    }
    series.put(timestampMillis, startMillis, value, histogram);
  }

  /** Forgets all samples before {@code timestampMillis}, and series that have none left. */
  public void dropBefore(long timestampMillis) {
    List<MemorySeries> emptied = new ArrayList<>();
    for (MemorySeries series : all.values()) {
      series.dropBefore(timestampMillis);
      if (series.isEmpty()) {
        emptied.add(series);
      }
    }
    for (MemorySeries series : emptied) {
      all.remove(series.labels());
      byMetric.computeIfPresent(
          series.labels().metricName(),
          (name, named) -> {
            named.remove(series);
            return named.isEmpty() ? null : named;
          });
    }
  }

  /** Forgets everything. */
  public void clear() {
    all.clear();
    byMetric.clear();
  }

  /** Returns how many series there are. */
  public int size() {
    return all.size();
  }

  @Override
  public SeriesSet select(List<Matcher> matchers, SelectHints hints) {
    Matcher name = metricName(matchers);
    Collection<MemorySeries> candidates =
        name == null ? all.values() : byMetric.getOrDefault(name.value(), List.of());
    List<Matcher> others =
        name == null ? matchers : matchers.stream().filter(other -> !other.equals(name)).toList();
    List<MemorySeries> selected = new ArrayList<>(others.isEmpty() ? candidates.size() : 10);
    for (MemorySeries series : candidates) {
      if (Matcher.allMatch(others, series.labels())) {
        selected.add(series);
      }
    }
    return new MemorySeriesSet(selected, hints.startMillis(), hints.endMillis());
  }

  private static @Nullable Matcher metricName(List<Matcher> matchers) {
    for (Matcher matcher : matchers) {
      if (matcher.name().equals(Labels.METRIC_NAME) && matcher.type() == MatcherType.EQUAL) {
        return matcher;
      }
    }
    return null;
  }
}
