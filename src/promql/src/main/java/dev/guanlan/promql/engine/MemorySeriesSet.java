package dev.guanlan.promql.engine;

import dev.guanlan.model.Labels;
import dev.guanlan.model.histogram.Histogram;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** Runs over series in memory, cut to a span of time, without copying. */
final class MemorySeriesSet implements SeriesSet {

  private final List<MemorySeries> series;
  private final long startMillis;
  private final long endMillis;
  private int index = -1;

  MemorySeriesSet(List<MemorySeries> series, long startMillis, long endMillis) {
    this.series = series;
    this.startMillis = startMillis;
    this.endMillis = endMillis;
  }

  @Override
  public boolean next() {
    return ++index < series.size();
  }

  private MemorySeries current() {
    if (index < 0 || index >= series.size()) {
      throw new NoSuchElementException("no current series; call next() until it returns false");
    }
    return series.get(index);
  }

  @Override
  public Labels labels() {
    return current().labels();
  }

  @Override
  public long[] timestamps() {
    return current().timestamps();
  }

  @Override
  public double[] values() {
    return current().values();
  }

  @Override
  public @Nullable Histogram @Nullable [] histograms() {
    return current().histograms();
  }

  @Override
  public long @Nullable [] startTimestamps() {
    return current().startTimestamps();
  }

  @Override
  public int from() {
    return current().lowerBound(startMillis);
  }

  @Override
  public int to() {
    return current().upperBound(endMillis);
  }
}
