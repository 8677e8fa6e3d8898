package dev.guanlan.promql.engine;

import dev.guanlan.model.histogram.Histogram;
import dev.guanlan.promql.Expression;
import dev.guanlan.promql.Matcher;
import dev.guanlan.promql.Position;
import dev.guanlan.promql.Shift;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Evaluates instant selectors: the newest sample of each series within the look-back. */
final class InstantSelection {

  /** What is read of a sample. */
  enum Reading {
    /** Its number or histogram. */
    VALUE,
    /** Its time, in seconds. */
    TIME,
    /** Its time, in seconds, if it is a number; else the histogram. */
    NUMBER_TIME,
    /** Since when it has counted, in seconds; 0 if that is not known. */
    START
  }

  private final Query query;
  private final Grid grid;
  private final List<Matcher> matchers;
  private final Shift shift;
  private final Position position;

  InstantSelection(Query query, Grid grid, Expression.VectorSelector selector) {
    this(query, grid, selector.matchers(), selector.shift(), selector.position());
  }

  InstantSelection(Query query, Grid grid, List<Matcher> matchers, Shift shift, Position position) {
    this.query = query;
    this.grid = grid;
    this.matchers = matchers;
    this.shift = shift;
    this.position = position;
  }

  /** Returns a row for each series that has a sample at any step. */
  StepMatrix evaluate(Around around, Reading reading) throws EvaluationException {
    long lookback = query.options().lookbackMillis();
    long first = query.shifted(shift, grid.startMillis());
    long last = query.shifted(shift, grid.endMillis());
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
    try (SeriesSet series = query.source().select(matchers, hints)) {
      while (series.next()) {
        query.budget().load(series.to() - series.from(), position);
        query.budget().spend(grid.steps(), position);
        int row = matrix.add(series.labels(), false);
        if (!fill(matrix, row, series, reading, around.statistics())) {
          matrix.removeLast();
        }
      }
    } catch (IOException e) {
      throw RangeSelection.unreadable(e, position);
    }
    return matrix;
  }

  /** Fills a row; tells whether it has any value. */
  private boolean fill(
      StepMatrix matrix, int row, SeriesSet series, Reading reading, boolean resetsDetected) {
    // hot: runs over the samples of a series once; must not allocate.
    long[] timestamps = series.timestamps();
    double[] samples = series.values();
    @Nullable Histogram @Nullable [] histograms = series.histograms();
    long @Nullable [] starts = series.startTimestamps();
    double[] values = matrix.values();
    int offset = matrix.offset(row);
    long lookback = query.options().lookbackMillis();
    int next = series.from();
    int to = series.to();
    boolean any = false;
    for (int step = 0; step < grid.steps(); step++) {
      long at = query.shifted(shift, grid.millis(step));
      while (next < to && timestamps[next] <= at) {
        next++;
      }
      double value = StepMatrix.ABSENT;
      if (next > series.from() && timestamps[next - 1] > at - lookback) {
        value = samples[next - 1];
        if (!StaleMarker.is(value)) {
          any = true;
          Histogram histogram = histograms == null ? null : histograms[next - 1];
          if (reading == Reading.TIME || (reading == Reading.NUMBER_TIME && histogram == null)) {
            value = timestamps[next - 1] / 1e3;
          } else if (reading == Reading.START) {
            value = starts == null ? 0 : starts[next - 1] / 1e3;
          } else if (histogram != null) {
            value = StepMatrix.HISTOGRAM;
            matrix.setHistogram(
                row,
                step,
                resetsDetected ? CounterResets.noted(series, next - 1, histogram) : histogram);
          }
        }
      }
      values[offset + step] = value;
    }
    return any;
  }
}
