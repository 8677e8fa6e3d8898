package dev.guanlan.promql.engine;

import dev.guanlan.promql.Expression;
import dev.guanlan.promql.Extension;
import dev.guanlan.promql.Function;
import dev.guanlan.promql.Position;
import dev.guanlan.promql.Shift;
import dev.guanlan.promql.Trees;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Selects the series of a range selector or subquery, and applies a function to the samples in the
 * range before each step.
 */
final class RangeSelection {

  private final Query query;
  private final Grid grid;
  private final Position position;
  private final Shift shift;
  private final Reach reach;

  /** Samples of a series that has stale markers, without them. */
  private long[] freshTimestamps = new long[16];

  private double[] freshValues = new double[16];
  private long[] freshStarts = new long[0];

  RangeSelection(Query query, Grid grid, Expression.RangeSelector range) {
    this(
        query,
        grid,
        range.position(),
        range.selector().shift(),
        Reach.of(
            range.rangeMillis(), range.selector().extension(), query.options().lookbackMillis()));
  }

  RangeSelection(Query query, Grid grid, Expression.Subquery subquery) {
    this(
        query,
        grid,
        subquery.position(),
        subquery.shift(),
        Reach.of(subquery.rangeMillis(), Extension.NONE, 0));
  }

  private RangeSelection(Query query, Grid grid, Position position, Shift shift, Reach reach) {
    this.query = query;
    this.grid = grid;
    this.position = position;
    this.shift = shift;
    this.reach = reach;
  }

  /** Selects the series of a range selector from the source. */
  SeriesSet select(Expression.RangeSelector range, Around around) throws EvaluationException {
    SelectHints hints =
        new SelectHints(
            query.shifted(shift, grid.startMillis())
                - reach.rangeMillis()
                - reach.beforeMillis()
                + 1,
            query.shifted(shift, grid.endMillis()) + reach.afterMillis(),
            grid.steps() == 1 ? 0 : grid.stepMillis(),
            around.function(),
            around.grouping(),
            around.by(),
            reach.rangeMillis());
    try {
      return query.source().select(range.selector().matchers(), hints);
    } catch (IOException e) {
      throw unreadable(e, position);
    }
  }

  /** Returns the samples in the range before the first step. */
  RangeMatrix samples(Expression.RangeSelector range, Results results) throws EvaluationException {
    SeriesSet series = select(range, Around.NOTHING);
    long endMillis = query.shifted(shift, grid.startMillis());
    if (reach.extension() == Extension.NONE) {
      return results.samples(series, endMillis, reach.rangeMillis());
    }
    RangeRemarks remarks = new RangeRemarks(query.annotations(), position);
    // There is a sample at the very start of an extended range, which is open otherwise.
    return results.samples(
        new ExtendedSamples(series, reach, endMillis, remarks), endMillis, reach.rangeMillis() + 1);
  }

  static EvaluationException unreadable(IOException cause, Position position) {
    return new EvaluationException(
        EvaluationException.Kind.SOURCE,
        "the samples cannot be read: " + cause.getMessage(),
        position,
        cause);
  }

  /**
   * Applies a function to each series at each step.
   *
   * @param resetsDetected whether the hints of histograms are to say if their counter was reset
   * @param parameters values of the function's scalar arguments, one matrix each
   */
  StepMatrix apply(
      SeriesSet series, Expression.Call call, boolean resetsDetected, StepMatrix[] parameters)
      throws EvaluationException {
    Extension extension = reach.extension();
    ExtendedFunctions.check(call, extension);
    RangeFunction function =
        extension == Extension.NONE
            ? numeric(call.function())
            : ExtendedFunctions.of(call.function(), extension);
    MixedRanges mixed = null;
    StepMatrix matrix = StepMatrix.growing(grid.steps());
    Window window = new Window(parameters.length, position, query.annotations());
    try (series) {
      while (series.next()) {
        query.budget().load(series.to() - series.from(), position);
        query.budget().spend(grid.steps(), position);
        boolean nameDropped = series instanceof MatrixSeriesSet rows && rows.nameDropped();
        int row = matrix.add(series.labels(), nameDropped);
        boolean any;
        if (series.histograms() == null) {
          any = fill(matrix, row, window, load(series, window), function, parameters);
        } else {
          mixed = mixed == null ? mixed(call, resetsDetected) : mixed;
          any = mixed.fill(matrix, row, series, window, parameters);
        }
        if (!any) {
          matrix.removeLast();
        }
      }
    } catch (IOException e) {
      throw unreadable(e, position);
    }
    return matrix;
  }

  private RangeFunction numeric(Function function) {
    return grid.steps() > 1 ? RangeFunctions.sliding(function) : RangeFunctions.required(function);
  }

  private MixedRanges mixed(Expression.Call call, boolean resetsDetected) {
    Position first = Trees.unwrap(call.arguments().get(0)).position();
    return new MixedRanges(
        query,
        grid,
        shift,
        reach,
        reach.extension() == Extension.NONE
            ? MixedFunctions.of(call.function())
            : ExtendedFunctions.mixed(call.function(), reach.extension()),
        new RangeRemarks(query.annotations(), first),
        position,
        resetsDetected);
  }

  /** Points the window at the samples of a series, stale markers apart; returns their end. */
  private int load(SeriesSet series, Window window) {
    double[] values = series.values();
    int to = series.to();
    int stale = series.from();
    while (stale < to && !StaleMarker.is(values[stale])) {
      stale++;
    }
    long @Nullable [] starts = query.options().startTimestamps() ? series.startTimestamps() : null;
    window.labels = series.labels();
    if (stale == to) {
      window.timestamps = series.timestamps();
      window.values = values;
      window.startTimestamps = starts;
      window.from = series.from();
      return to;
    }
    int length = to - series.from();
    if (freshValues.length < length) {
      freshTimestamps = new long[length * 2];
      freshValues = new double[length * 2];
    }
    if (starts != null && freshStarts.length < length) {
      freshStarts = new long[freshValues.length];
    }
    int fresh = 0;
    for (int i = series.from(); i < to; i++) {
      if (!StaleMarker.is(values[i])) {
        freshTimestamps[fresh] = series.timestamps()[i];
        if (starts != null) {
          freshStarts[fresh] = starts[i];
        }
        freshValues[fresh++] = values[i];
      }
    }
    window.timestamps = freshTimestamps;
    window.values = freshValues;
    window.startTimestamps = starts == null ? null : freshStarts;
    window.from = 0;
    return fresh;
  }

  private boolean fill(
      StepMatrix matrix,
      int row,
      Window window,
      int end,
      RangeFunction function,
      StepMatrix[] parameters)
      throws EvaluationException {
    // hot: both ends of the window only ever move on; must not allocate.
    double[] values = matrix.values();
    int offset = matrix.offset(row);
    boolean any = false;
    function.begin();
    int from = window.from;
    int to = from;
    for (int step = 0; step < grid.steps(); step++) {
      window.stepMillis = grid.millis(step);
      window.endMillis = query.shifted(shift, window.stepMillis);
      window.startMillis = window.endMillis - reach.rangeMillis();
      long last = window.endMillis + reach.afterMillis();
      long first = window.startMillis - reach.beforeMillis();
      while (to < end && window.timestamps[to] <= last) {
        to++;
      }
      while (from < to && window.timestamps[from] <= first) {
        from++;
      }
      double value = StepMatrix.ABSENT;
      if (from < to) {
        for (int i = 0; i < parameters.length; i++) {
          window.parameters[i] = parameters[i].value(0, step);
        }
        window.from = from;
        window.to = to;
        value = function.apply(window);
        query.budget().work(to - from, position);
        any |= !StepMatrix.isAbsent(value);
      }
      values[offset + step] = value;
    }
    return any;
  }
}
