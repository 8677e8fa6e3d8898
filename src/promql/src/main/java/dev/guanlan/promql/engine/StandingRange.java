package dev.guanlan.promql.engine;

import dev.guanlan.promql.Expression;
import dev.guanlan.promql.Function;

/**
 * Applies a function to the samples of each series in the range before the tick. Rates need look
 * only at both ends of a range that has no reset in it, extremes only at what has come since the
 * tick before; the others go through the samples.
 */
final class StandingRange extends StandingNode {

  private final Expression.RangeSelector range;
  private final Function function;
  private final RangeFunction general;
  private final StandingNode[] parameters;
  private final boolean named;
  private final DerivedLabels nameless = DerivedLabels.nameless();
  private StandingSeries[] series = {};
  private StandingExtreme[] extremes = {};
  private long[] freshTimestamps = new long[16];
  private double[] freshValues = new double[16];

  StandingRange(Expression.RangeSelector range, Function function, StandingNode[] parameters) {
    this.range = range;
    this.function = function;
    this.general = RangeFunctions.required(function);
    this.parameters = parameters;
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
    long loaded = 0;
    // hot: once for each series and tick; must not allocate.
    for (int row = 0; row < series.length; row++) {
      StandingSeries one = series[row];
      if (one.histograms() != null) {
        return false;
      }
      window.to = one.indexAfter(window.endMillis);
      window.from = one.indexAfter(window.startMillis);
      loaded += window.to - window.from;
      results[row] = window.from < window.to ? apply(one, row, window) : StepMatrix.ABSENT;
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

  private double apply(StandingSeries one, int row, Window window) throws EvaluationException {
    window.timestamps = one.timestamps();
    window.values = one.values();
    window.labels = one.labels();
    boolean fresh = one.isFreshSince(window.startMillis);
    if (!fresh && !removeStaleMarkers(window)) {
      return StepMatrix.ABSENT;
    }
    return switch (function) {
      case RATE, INCREASE -> {
        boolean ascending = fresh && one.isAscendingSince(window.timestamps[window.from]);
        double lost = ascending ? 0 : Extrapolation.lostInResets(window);
        yield Extrapolation.of(window, true, function == Function.RATE, lost);
      }
      case MIN_OVER_TIME, MAX_OVER_TIME ->
          fresh ? extremes[row].of(one, window) : general.apply(window);
      default -> general.apply(window);
    };
  }

  /** Points the window at the samples that are no stale markers; tells whether there are any. */
  private boolean removeStaleMarkers(Window window) {
    int length = window.length();
    if (freshValues.length < length) {
      freshTimestamps = new long[length * 2];
      freshValues = new double[length * 2];
    }
    int fresh = 0;
    for (int i = window.from; i < window.to; i++) {
      if (!StaleMarker.is(window.values[i])) {
        freshTimestamps[fresh] = window.timestamps[i];
        freshValues[fresh++] = window.values[i];
      }
    }
    window.timestamps = freshTimestamps;
    window.values = freshValues;
    window.from = 0;
    window.to = fresh;
    return fresh > 0;
  }
}
