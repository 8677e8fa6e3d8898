package dev.guanlan.promql.engine;

import dev.guanlan.model.histogram.Histogram;
import dev.guanlan.promql.Expression;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Evaluates instant selectors: the newest sample of each series within the look-back. */
final class InstantSelection {

  private final Query query;
  private final Grid grid;
  private final Expression.VectorSelector selector;

  InstantSelection(Query query, Grid grid, Expression.VectorSelector selector) {
    this.query = query;
    this.grid = grid;
    this.selector = selector;
  }

  /** Returns the samples' values, or their timestamps in seconds. */
  StepMatrix evaluate(Around around, boolean timestamps) throws EvaluationException {
    long lookback = query.options().lookbackMillis();
    long first = query.shifted(selector.shift(), grid.startMillis());
    long last = query.shifted(selector.shift(), grid.endMillis());
    SelectHints hints =
        new SelectHints(
            first - lookback + 1,
            last,
            grid.steps() == 1 ? 0 : grid.stepMillis(),
            around.function(),
            around.grouping(),
            around.by(),
            0);
    StepMatrix matrix = StepMatrix.growing(grid.steps());
    try (SeriesSet series = query.source().select(selector.matchers(), hints)) {
      while (series.next()) {
        query.budget().spend(grid.steps(), selector.position());
        int row = matrix.add(series.labels(), false);
        if (!fill(matrix, row, series, timestamps)) {
          matrix.removeLast();
        }
      }
    } catch (IOException e) {
      throw RangeSelection.unreadable(e, selector.position());
    }
    return matrix;
  }

  /** Fills a row; tells whether it has any value. */
  private boolean fill(StepMatrix matrix, int row, SeriesSet series, boolean asTimestamps) {
    // hot: runs over the samples of a series once; must not allocate.
    long[] timestamps = series.timestamps();
    double[] samples = series.values();
    @Nullable Histogram @Nullable [] histograms = series.histograms();
    double[] values = matrix.values();
    int offset = matrix.offset(row);
    long lookback = query.options().lookbackMillis();
    int next = series.from();
    int to = series.to();
    boolean any = false;
    for (int step = 0; step < grid.steps(); step++) {
      long at = query.shifted(selector.shift(), grid.millis(step));
      while (next < to && timestamps[next] <= at) {
        next++;
      }
      double value = StepMatrix.ABSENT;
      if (next > series.from() && timestamps[next - 1] > at - lookback) {
        value = samples[next - 1];
        if (!StaleMarker.is(value)) {
          any = true;
          Histogram histogram = histograms == null ? null : histograms[next - 1];
          if (asTimestamps) {
            value = timestamps[next - 1] / 1e3;
          } else if (histogram != null) {
            value = StepMatrix.HISTOGRAM;
            matrix.setHistogram(row, step, histogram);
          }
        }
      }
      values[offset + step] = value;
    }
    return any;
  }
}
