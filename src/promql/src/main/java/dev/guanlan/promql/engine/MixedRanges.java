package dev.guanlan.promql.engine;

import dev.guanlan.model.histogram.Histogram;
import dev.guanlan.promql.Position;
import dev.guanlan.promql.Shift;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Applies a function to the numbers and native histograms in the range before each step, for the
 * series that have histograms. The columns of such a series are copied: the numbers into one set,
 * the histograms into another, stale markers into neither.
 */
final class MixedRanges {

  private final Query query;
  private final Grid grid;
  private final Shift shift;
  private final Reach reach;
  private final MixedFunction function;
  private final RangeRemarks remarks;
  private final Position position;
  private final boolean resetsDetected;
  private final HistogramWindow histograms = new HistogramWindow();
  private long[] timestamps = new long[0];
  private double[] values = new double[0];
  private int numbersEnd;
  private int histogramsEnd;

  /**
   * Prepares for the series of one selection.
   *
   * @param resetsDetected whether hints are to say of each histogram if the counter was reset
   */
  MixedRanges(
      Query query,
      Grid grid,
      Shift shift,
      Reach reach,
      MixedFunction function,
      RangeRemarks remarks,
      Position position,
      boolean resetsDetected) {
    this.query = query;
    this.grid = grid;
    this.shift = shift;
    this.reach = reach;
    this.function = function;
    this.remarks = remarks;
    this.position = position;
    this.resetsDetected = resetsDetected;
  }

  /** Fills a row with what the function yields of a series; tells whether it has any value. */
  boolean fill(
      StepMatrix matrix, int row, SeriesSet series, Window numbers, StepMatrix[] parameters)
      throws EvaluationException {
    load(series, numbers);
    remarks.begin(series.labels().metricName());
    boolean any = false;
    int from = 0;
    int to = 0;
    int histogramsFrom = 0;
    int histogramsTo = 0;
    for (int step = 0; step < grid.steps(); step++) {
      numbers.stepMillis = grid.millis(step);
      numbers.endMillis = query.shifted(shift, numbers.stepMillis);
      numbers.startMillis = numbers.endMillis - reach.rangeMillis();
      long first = numbers.startMillis - reach.beforeMillis();
      long last = numbers.endMillis + reach.afterMillis();
      to = after(numbers.timestamps, to, numbersEnd, last);
      from = after(numbers.timestamps, from, to, first);
      histogramsTo = after(histograms.timestamps, histogramsTo, histogramsEnd, last);
      histogramsFrom = after(histograms.timestamps, histogramsFrom, histogramsTo, first);
      if (from == to && histogramsFrom == histogramsTo) {
        matrix.setValue(row, step, StepMatrix.ABSENT);
        continue;
      }
      for (int i = 0; i < parameters.length; i++) {
        numbers.parameters[i] = parameters[i].value(0, step);
      }
      numbers.from = from;
      numbers.to = to;
      histograms.from = histogramsFrom;
      histograms.to = histogramsTo;
      double value = function.apply(numbers, histograms, remarks);
      query.budget().work((long) to - from + histogramsTo - histogramsFrom, position);
      if (StepMatrix.isHistogram(value)) {
        matrix.setHistogram(row, step, histograms.result());
        query.budget().hold(histograms.result(), position);
      } else {
        matrix.setValue(row, step, value);
      }
      any |= !StepMatrix.isAbsent(value);
    }
    return any;
  }

  /** Returns the first index whose time is after a time. */
  private static int after(long[] timestamps, int from, int to, long millis) {
    int index = from;
    while (index < to && timestamps[index] <= millis) {
      index++;
    }
    return index;
  }

  private void load(SeriesSet series, Window numbers) {
    int length = series.to() - series.from();
    long @Nullable [] starts = query.options().startTimestamps() ? series.startTimestamps() : null;
    numbers.labels = series.labels();
    if (timestamps.length < length) {
      timestamps = new long[length * 2];
      values = new double[length * 2];
      histograms.timestamps = new long[length * 2];
      histograms.histograms = new Histogram[length * 2];
    }
    Arrays.fill(histograms.histograms, null);
    numbers.timestamps = timestamps;
    numbers.values = values;
    numbers.startTimestamps = starts == null ? null : new long[length];
    histograms.startTimestamps = starts == null ? null : new long[length];
    @Nullable Histogram @Nullable [] column = series.histograms();
    numbersEnd = 0;
    histogramsEnd = 0;
    for (int i = series.from(); i < series.to(); i++) {
      long start = starts == null ? 0 : starts[i];
      Histogram histogram = column == null ? null : column[i];
      if (histogram != null) {
        add(histogram, series.timestamps()[i], start);
      } else if (!StaleMarker.is(series.values()[i])) {
        numbers.timestamps[numbersEnd] = series.timestamps()[i];
        if (numbers.startTimestamps != null) {
          numbers.startTimestamps[numbersEnd] = start;
        }
        numbers.values[numbersEnd++] = series.values()[i];
      }
    }
  }

  private void add(Histogram histogram, long timestamp, long start) {
    Histogram previous = histogramsEnd == 0 ? null : histograms.histograms[histogramsEnd - 1];
    histograms.timestamps[histogramsEnd] = timestamp;
    if (histograms.startTimestamps != null) {
      histograms.startTimestamps[histogramsEnd] = start;
    }
    histograms.histograms[histogramsEnd++] =
        resetsDetected ? CounterResets.noted(histogram, previous) : histogram;
  }
}
