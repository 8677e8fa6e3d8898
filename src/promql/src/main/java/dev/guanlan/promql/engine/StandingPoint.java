package dev.guanlan.promql.engine;

import java.util.List;

/** Maps each value by itself; the results have no metric name. */
final class StandingPoint extends StandingNode {

  /** Maps a value. */
  @FunctionalInterface
  interface Mapping {
    /**
     * Returns what becomes of a value, or {@link StepMatrix#ABSENT}.
     *
     * @param first the first parameter, or 0 if there is none
     * @param second the second parameter, or 0 if there is none
     */
    double apply(double value, double first, double second);
  }

  private final StandingNode input;
  private final List<StandingNode> parameters;
  private final Mapping mapping;
  private final DerivedLabels nameless = DerivedLabels.nameless();

  StandingPoint(StandingNode input, List<StandingNode> parameters, Mapping mapping) {
    this.input = input;
    this.parameters = parameters;
    this.mapping = mapping;
  }

  @Override
  boolean compute(StandingTick tick) throws EvaluationException {
    if (!input.refresh(tick)) {
      return false;
    }
    for (StandingNode parameter : parameters) {
      if (!parameter.refresh(tick)) {
        return false;
      }
    }
    labels = nameless.of(input.labels);
    inOrder = input.inOrder;
    double first = parameters.isEmpty() ? 0 : parameters.get(0).scalar();
    double second = parameters.size() < 2 ? 0 : parameters.get(1).scalar();
    double[] from = input.values;
    double[] mapped = room(labels.length);
    for (int row = 0; row < mapped.length; row++) {
      double value = from[row];
      mapped[row] = StepMatrix.isAbsent(value) ? value : mapping.apply(value, first, second);
    }
    return nameless.areDistinct(mapped);
  }
}
