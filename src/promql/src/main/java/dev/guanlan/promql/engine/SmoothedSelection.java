package dev.guanlan.promql.engine;

import dev.guanlan.model.histogram.Histogram;
import dev.guanlan.model.histogram.ResetHint;
import dev.guanlan.promql.Expression;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Evaluates instant selectors that are {@code smoothed}: the value on the line between the samples
 * before and after each step, or the newest one if there is none after it yet ({@code smoothSeries}
 * in Prometheus' {@code promql/engine.go}).
 */
final class SmoothedSelection {

  private final Query query;
  private final Grid grid;
  private final Expression.VectorSelector selector;
  private final RangeRemarks remarks;

  /** Samples of the current series that are no stale markers. */
  private long[] times = new long[16];

  private double[] values = new double[16];
  private @Nullable Histogram[] histograms = new Histogram[16];
  private int length;
  private boolean anyHistogram;

  SmoothedSelection(Query query, Grid grid, Expression.VectorSelector selector) {
    this.query = query;
    this.grid = grid;
    this.selector = selector;
    this.remarks = new RangeRemarks(query.annotations(), selector.position());
  }

  StepMatrix evaluate(Around around) throws EvaluationException {
    long lookback = query.options().lookbackMillis();
    SelectHints hints =
        new SelectHints(
            query.shifted(selector.shift(), grid.startMillis()) - lookback + 1,
            query.shifted(selector.shift(), grid.endMillis()) + lookback,
            grid.steps() == 1 ? 0 : grid.stepMillis(),
            around.function(),
            around.grouping(),
            around.by(),
            0);
    StepMatrix matrix = StepMatrix.growing(grid.steps());
    try (SeriesSet series = query.source().select(selector.matchers(), hints)) {
      while (series.next()) {
        query.budget().load(series.to() - series.from(), selector.position());
        query.budget().spend(grid.steps(), selector.position());
        load(series);
        remarks.begin(series.labels().metricName());
        int row = matrix.addAbsent(series.labels(), false);
        if (!fill(matrix, row, lookback)) {
          matrix.removeLast();
        }
        query.budget().work(length, selector.position());
      }
    } catch (IOException e) {
      throw RangeSelection.unreadable(e, selector.position());
    }
    return matrix;
  }

  private void load(SeriesSet series) {
    int most = series.to() - series.from();
    if (times.length < most) {
      times = new long[most];
      values = new double[most];
      histograms = new Histogram[most];
    }
    @Nullable Histogram @Nullable [] column = series.histograms();
    length = 0;
    anyHistogram = false;
    Arrays.fill(histograms, null);
    for (int i = series.from(); i < series.to(); i++) {
      Histogram histogram = column == null ? null : column[i];
      if (histogram != null || !StaleMarker.is(series.values()[i])) {
        times[length] = series.timestamps()[i];
        values[length] = series.values()[i];
        histograms[length++] = histogram;
        anyHistogram |= histogram != null;
      }
    }
  }

  private boolean fill(StepMatrix matrix, int row, long lookback) {
    boolean any = false;
    int from = 0;
    int next = 0;
    int to = 0;
    for (int step = 0; step < grid.steps(); step++) {
      long at = query.shifted(selector.shift(), grid.millis(step));
      while (to < length && times[to] <= at + lookback) {
        to++;
      }
      while (from < to && times[from] <= at - lookback) {
        from++;
      }
      next = Math.max(next, from);
      while (next < to && times[next] < at) {
        next++;
      }
      if (isComputable(from, next, to, at)) {
        put(matrix, row, step, at, next, to);
        any |= matrix.isPresent(row, step);
      }
    }
    return any;
  }

  /** Tells whether there is a value at a time; warns if it cannot be told. */
  private boolean isComputable(int from, int next, int to, long at) {
    if (anyHistogram && isMixed(from, to)) {
      remarks.mixed();
      return false;
    }
    return next > from || (next < to && times[next] == at);
  }

  private boolean isMixed(int from, int to) {
    for (int i = from + 1; i < to; i++) {
      if ((histograms[i] == null) != (histograms[from] == null)) {
        return true;
      }
    }
    return false;
  }

  private void put(StepMatrix matrix, int row, int step, long at, int next, int to) {
    boolean exact = next < to && times[next] == at;
    int previous = exact ? next : next - 1;
    boolean between = !exact && next < to;
    Histogram left = histograms[previous];
    if (left != null) {
      Histogram smooth = between ? smooth(left, previous, at) : left;
      if (smooth != null) {
        matrix.setHistogram(row, step, smooth);
      }
      return;
    }
    double value = values[previous];
    if (between) {
      value =
          ExtendedRates.interpolate(times[previous], value, times[next], values[next], at, false);
    }
    matrix.setValue(row, step, value);
  }

  private @Nullable Histogram smooth(Histogram left, int previous, long at) {
    Histogram right = histograms[previous + 1];
    if (right == null || !right.isCompatibleWith(left)) {
      remarks.mixedSchemas();
      return null;
    }
    return ExtendedHistogramRates.interpolate(
        times[previous],
        left,
        times[previous + 1],
        right,
        at,
        left.resetHint() != ResetHint.GAUGE && right.resetHint() != ResetHint.GAUGE,
        remarks);
  }
}
