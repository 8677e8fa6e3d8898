package dev.guanlan.promql.engine;

import dev.guanlan.model.Labels;
import dev.guanlan.promql.Expression;

/** Shows the newest sample of each series within the look-back. */
final class StandingSelector extends StandingNode {

  private final Expression.VectorSelector selector;
  private final SamplePoint point = new SamplePoint();
  private StandingSeries[] series = {};

  StandingSelector(Expression.VectorSelector selector) {
    this.selector = selector;
  }

  @Override
  boolean compute(StandingTick tick) throws EvaluationException {
    StandingSeries[] found = tick.source().standing(selector.matchers());
    if (found != series) {
      series = found;
      labels = labelsOf(found);
    }
    double[] newest = room(found.length);
    long at = tick.millis() - selector.shift().offsetMillis();
    long since = at - tick.query().options().lookbackMillis();
    int loaded = 0;
    // hot: once for each series and tick; must not allocate.
    for (int row = 0; row < found.length; row++) {
      StandingSeries one = found[row];
      if (one.hasHistograms()) {
        return false;
      }
      boolean recent = one.last(at, point) && point.millis > since;
      // A stale marker is what stands for no value.
      newest[row] = recent ? point.value : StepMatrix.ABSENT;
      loaded += recent ? 1 : 0;
    }
    tick.query().budget().load(loaded, selector.position());
    tick.query().budget().spend(loaded, selector.position());
    return true;
  }

  static Labels[] labelsOf(StandingSeries[] series) {
    Labels[] labels = new Labels[series.length];
    for (int row = 0; row < labels.length; row++) {
      labels[row] = series[row].labels();
    }
    return labels;
  }
}
