package dev.guanlan.promql.engine;

import dev.guanlan.model.Labels;

/** Is 1 if a vector has no value at all. */
final class StandingAbsent extends StandingNode {

  private final StandingNode input;

  StandingAbsent(StandingNode input, Labels pinned) {
    this.input = input;
    this.labels = new Labels[] {pinned};
    this.values = new double[1];
  }

  @Override
  boolean compute(StandingTick tick) throws EvaluationException {
    if (!input.refresh(tick)) {
      return false;
    }
    boolean found = false;
    for (int row = 0; row < input.labels.length && !found; row++) {
      found = !StepMatrix.isAbsent(input.values[row]);
    }
    values[0] = found ? StepMatrix.ABSENT : 1;
    return true;
  }
}
