package dev.guanlan.promql.engine;

import dev.guanlan.promql.Expression;
import dev.guanlan.promql.Function;
import org.jspecify.annotations.Nullable;

/**
 * Applies a function to the samples of each series in the range before the tick. Rates need look
 * only at both ends of a range that has no reset in it, extremes only at what has come since the
 * tick before; the others go through the samples, which are unpacked for them.
 */
final class StandingRange extends StandingNode {

  private final Expression.RangeSelector range;
  private final Function function;
  private final RangeFunction general;
  private final StandingNode[] parameters;
  private final boolean named;
  private final boolean looksAtEnds;
  private final boolean looksAtTimes;
  private final DerivedLabels nameless = DerivedLabels.nameless();
  private StandingSeries[] series = {};
  private StandingExtreme[] extremes = {};

  /** The first sample in the range of each row, where it is packed. */
  private @Nullable SamplePoint[] firsts = {};

  private final SamplePoint last = new SamplePoint();
  private final SamplePoint previous = new SamplePoint();

  /** What is shown of a range of which only both ends matter. */
  private final long[] endTimestamps = new long[2];

  private final double[] endValues = new double[2];

  StandingRange(Expression.RangeSelector range, Function function, StandingNode[] parameters) {
    this.range = range;
    this.function = function;
    this.general = RangeFunctions.required(function);
    this.parameters = parameters;
    this.looksAtEnds = looksAtEnds(function);
    this.looksAtTimes = looksAtTimes(function);
    this.named = function == Function.LAST_OVER_TIME || function == Function.FIRST_OVER_TIME;
  }

  @Override
  boolean compute(StandingTick tick) throws EvaluationException {
    for (StandingNode parameter : parameters) {
      if (!parameter.refresh(tick)) {
        return false;
      }
    }
    select(tick.source().standing(range.selector().matchers()));
    Window window = new Window(parameters.length, range.position(), tick.query().annotations());
    for (int i = 0; i < parameters.length; i++) {
      window.parameters[i] = parameters[i].scalar();
    }
    window.stepMillis = tick.millis();
    window.endMillis = tick.millis() - range.selector().shift().offsetMillis();
    window.startMillis = window.endMillis - range.rangeMillis();
    double[] results = room(series.length);
    SampleColumns columns = SampleColumns.ofThread();
    long loaded = 0;
    // hot: once for each series and tick; must not allocate.
    for (int row = 0; row < series.length; row++) {
      StandingSeries one = series[row];
      if (one.hasHistograms()) {
        return false;
      }
      window.labels = one.labels();
      int samples;
      if (looksAtEnds && one.isSealedAfter(window.startMillis) && isFresh(one, window)) {
        SamplePoint first = firstOf(row);
        samples = showEnds(one, first, window);
        results[row] =
            samples == 0 ? StepMatrix.ABSENT : applyToEnds(one, first, row, window, samples);
      } else {
        one.read(window.startMillis, window.endMillis, looksAtTimes, columns);
        samples = columns.to - columns.from;
        results[row] = samples == 0 ? StepMatrix.ABSENT : apply(one, row, window, columns);
      }
      loaded += samples;
    }
    Budget budget = tick.query().budget();
    budget.load(loaded, range.position());
    budget.spend(series.length, range.position());
    return named || nameless.areDistinct(results);
  }

  private void select(StandingSeries[] found) {
    if (found == series) {
      return;
    }
    series = found;
    firsts = new @Nullable SamplePoint[found.length];
    labels = StandingSelector.labelsOf(found);
    if (!named) {
      labels = nameless.of(labels);
    }
    boolean extreme = function == Function.MIN_OVER_TIME || function == Function.MAX_OVER_TIME;
    extremes = new StandingExtreme[extreme ? found.length : 0];
    for (int row = 0; row < extremes.length; row++) {
      extremes[row] = new StandingExtreme(function == Function.MIN_OVER_TIME);
    }
  }

  private double apply(StandingSeries one, int row, Window window, SampleColumns columns)
      throws EvaluationException {
    boolean fresh = isFresh(one, window);
    if (!fresh) {
      columns.removeStaleMarkers();
      if (columns.from == columns.to) {
        return StepMatrix.ABSENT;
      }
    }
    window.timestamps = columns.timestamps;
    window.values = columns.values;
    window.from = columns.from;
    window.to = columns.to;
    return switch (function) {
      case RATE, INCREASE -> {
        boolean ascending = fresh && one.isAscendingSince(window.timestamps[window.from]);
        double lost = ascending ? 0 : Extrapolation.lostInResets(window);
        yield Extrapolation.of(window, true, function == Function.RATE, lost);
      }
      case MIN_OVER_TIME, MAX_OVER_TIME ->
          fresh ? extremes[row].of(one, window, columns) : general.apply(window);
      default -> general.apply(window);
    };
  }

  private SamplePoint firstOf(int row) {
    SamplePoint first = firsts[row];
    if (first == null) {
      first = new SamplePoint();
      firsts[row] = first;
    }
    return first;
  }

  private static boolean isFresh(StandingSeries one, Window window) {
    return one.isFreshSince(window.startMillis);
  }

  /** Tells whether it takes few samples of a range to tell what a function is of it. */
  private static boolean looksAtEnds(Function function) {
    return switch (function) {
      case RATE,
          INCREASE,
          DELTA,
          IRATE,
          IDELTA,
          MIN_OVER_TIME,
          MAX_OVER_TIME,
          COUNT_OVER_TIME,
          PRESENT_OVER_TIME,
          ABSENT_OVER_TIME,
          FIRST_OVER_TIME,
          LAST_OVER_TIME,
          TS_OF_FIRST_OVER_TIME,
          TS_OF_LAST_OVER_TIME ->
          true;
      default -> false;
    };
  }

  /** Tells whether more than the values matter to a function. */
  private static boolean looksAtTimes(Function function) {
    return switch (function) {
      case AVG_OVER_TIME,
          SUM_OVER_TIME,
          STDDEV_OVER_TIME,
          STDVAR_OVER_TIME,
          QUANTILE_OVER_TIME,
          MAD_OVER_TIME,
          CHANGES,
          RESETS ->
          false;
      default -> true;
    };
  }

  /** Shows the first sample of a range and the last one; returns how many there are in all. */
  private int showEnds(StandingSeries one, SamplePoint first, Window window) {
    if (!one.first(window.startMillis, first)
        || !one.last(window.endMillis, last)
        || last.ordinal < first.ordinal) {
      return 0;
    }
    int samples = (int) (last.ordinal - first.ordinal) + 1;
    show(0, first);
    show(1, last);
    window.timestamps = endTimestamps;
    window.values = endValues;
    window.from = 0;
    window.to = Math.min(2, samples);
    return samples;
  }

  private void show(int end, SamplePoint point) {
    endTimestamps[end] = point.millis;
    endValues[end] = point.value;
  }

  private double applyToEnds(
      StandingSeries one, SamplePoint first, int row, Window window, int samples)
      throws EvaluationException {
    return switch (function) {
      case RATE, INCREASE -> {
        boolean ascending = one.isAscendingSince(first.millis);
        double lost = ascending ? 0 : one.lostInResets(first, last);
        yield Extrapolation.of(window, true, function == Function.RATE, lost, samples);
      }
      case DELTA -> Extrapolation.of(window, false, false, 0, samples);
      case IRATE, IDELTA -> {
        if (samples > 1) {
          one.last(last.millis - 1, previous);
          show(0, previous);
        }
        yield general.apply(window);
      }
      case COUNT_OVER_TIME -> samples;
      case MIN_OVER_TIME, MAX_OVER_TIME -> extremes[row].of(one, window, SampleColumns.ofThread());
      default -> general.apply(window);
    };
  }
}
