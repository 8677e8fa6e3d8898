package dev.guanlan.promql.engine;

import dev.guanlan.promql.Aggregator;
import dev.guanlan.promql.Expression;
import dev.guanlan.promql.Position;
import java.util.Objects;

/**
 * Evaluates {@code limitk} and {@code limit_ratio}, which keep some of the series they are given,
 * whatever their values. Histograms are as good as numbers.
 */
final class LimitedSelection {

  private final Query query;
  private final Expression.Aggregate aggregate;
  private final StepMatrix input;

  /** Takes the input over, which becomes the result. */
  LimitedSelection(Query query, Expression.Aggregate aggregate, StepMatrix input) {
    this.query = query;
    this.aggregate = aggregate;
    this.input = input;
  }

  StepMatrix evaluate(StepMatrix parameter) throws EvaluationException {
    ParameterRange range = ParameterRange.of(parameter);
    if (aggregate.aggregator() == Aggregator.LIMITK) {
      if (range.asksForNone()) {
        return new StepMatrix(input.steps(), 0);
      }
      range.checkCounts(aggregate.position());
      keepFirst(parameter);
    } else {
      checkRatios(range);
      keepShare(parameter);
    }
    input.removeEmpty();
    return input;
  }

  /** Keeps the first series of each group that have a value at the step. */
  private void keepFirst(StepMatrix parameter) throws EvaluationException {
    Grouping grouping = new Grouping(aggregate.grouping(), aggregate.without());
    int[] groups = grouping.of(input);
    int steps = input.steps();
    query.budget().spend((long) grouping.count() * steps, aggregate.position());
    int[] kept = new int[Math.multiplyExact(grouping.count(), steps)];
    for (int row = 0; row < input.size(); row++) {
      int cells = groups[row] * steps;
      for (int step = 0; step < steps; step++) {
        if (input.isPresent(row, step) && ++kept[cells + step] > (long) parameter.value(0, step)) {
          input.setValue(row, step, StepMatrix.ABSENT);
        }
      }
    }
  }

  private void checkRatios(ParameterRange range) throws EvaluationException {
    Position position = Objects.requireNonNull(aggregate.parameter()).position();
    if (range.nan()) {
      throw new EvaluationException(
          EvaluationException.Kind.EXECUTION, "Ratio value is NaN", aggregate.position());
    }
    if (range.most() > 1) {
      warnOfCap(range.most(), 1, position);
    }
    if (range.least() < -1) {
      warnOfCap(range.least(), -1, position);
    }
  }

  private void warnOfCap(double ratio, int cap, Position position) {
    query
        .annotations()
        .warn(
            "PromQL warning: ratio value should be between -1 and 1, got "
                + GoNumbers.format(ratio)
                + ", capping to "
                + cap,
            position);
  }

  private void keepShare(StepMatrix parameter) {
    for (int row = 0; row < input.size(); row++) {
      double place = LabelHash.place(input.labels(row));
      for (int step = 0; step < input.steps(); step++) {
        if (input.isPresent(row, step) && !isInShare(place, parameter.value(0, step))) {
          input.setValue(row, step, StepMatrix.ABSENT);
        }
      }
    }
  }

  /**
   * Tells whether a series is in the share: a ratio above 0 takes the series below it, one below 0
   * all the others, so that {@code r} and {@code r - 1} share the series out between them.
   *
   * @param place of the series between 0 and 1
   */
  static boolean isInShare(double place, double ratio) {
    if (ratio >= 0) {
      return ratio >= 1 || place < ratio;
    }
    return ratio <= -1 || place >= 1 + ratio;
  }
}
