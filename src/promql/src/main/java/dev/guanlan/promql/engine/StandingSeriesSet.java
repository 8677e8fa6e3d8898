package dev.guanlan.promql.engine;

import dev.guanlan.model.Labels;
import dev.guanlan.model.histogram.Histogram;
import org.jspecify.annotations.Nullable;

/** Runs over series that stay in memory, each cut to the time that the engine looks at. */
final class StandingSeriesSet implements SeriesSet {

  private static final StandingSeries NONE = new StandingSeries(Labels.EMPTY);

  private final StandingSeries[] series;
  private final SelectHints hints;

  /** Labels to tell instead of the series' own, or null. */
  private final Labels @Nullable [] labels;

  private StandingSeries current = NONE;
  private final SampleColumns columns = new SampleColumns();
  private int next;

  StandingSeriesSet(StandingSeries[] series, SelectHints hints) {
    this(series, hints, null);
  }

  /** Makes a set whose series are told to have other labels. */
  StandingSeriesSet(StandingSeries[] series, SelectHints hints, Labels @Nullable [] labels) {
    this.series = series;
    this.hints = hints;
    this.labels = labels;
  }

  @Override
  public boolean next() {
    while (next < series.length) {
      current = series[next++];
      current.read(hints.startMillis() - 1, hints.endMillis(), columns);
      if (columns.from < columns.to) {
        return true;
      }
    }
    return false;
  }

  @Override
  public Labels labels() {
    return labels == null ? current.labels() : labels[next - 1];
  }

  @Override
  public long[] timestamps() {
    return columns.timestamps;
  }

  @Override
  public double[] values() {
    return columns.values;
  }

  @Override
  public @Nullable Histogram @Nullable [] histograms() {
    return columns.histograms;
  }

  @Override
  public int from() {
    return columns.from;
  }

  @Override
  public int to() {
    return columns.to;
  }
}
