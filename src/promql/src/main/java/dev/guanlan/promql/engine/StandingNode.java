package dev.guanlan.promql.engine;

import dev.guanlan.model.Labels;

/**
 * Is a node of an expression that is evaluated over and over. It keeps its rows between ticks, also
 * those that have no value now, so that whatever follows from labels alone (names dropped, groups,
 * matches) is worked out only when a series comes or goes. For one thread.
 */
abstract class StandingNode {

  private static final Labels[] NO_LABELS = {};
  private static final double[] NO_VALUES = {};
  private static final long NEVER = -1;

  /** The rows: another array whenever they are others. Not to be changed by other nodes. */
  Labels[] labels = NO_LABELS;

  /** A value for each row, or {@link StepMatrix#ABSENT}. Not to be changed by other nodes. */
  double[] values = NO_VALUES;

  /**
   * Whether the rows that have values stand in the order in which the engine would have them: it
   * makes groups in the order of the rows that it finds, and a sum in another order may be another
   * number.
   */
  boolean inOrder = true;

  private long computed = NEVER;

  /**
   * Brings the rows to a tick, unless they are there.
   *
   * @return false if only the engine can tell what there is at this tick
   * @throws EvaluationException if the expression costs more than it may
   */
  final boolean refresh(StandingTick tick) throws EvaluationException {
    if (computed != tick.number()) {
      computed = NEVER;
      if (!compute(tick)) {
        return false;
      }
      computed = tick.number();
    }
    return true;
  }

  /** Does what {@link #refresh} says. */
  abstract boolean compute(StandingTick tick) throws EvaluationException;

  /** Sets the rows to a single one without labels, as a scalar has it. */
  final void setScalar(double value) {
    if (labels.length != 1) {
      labels = new Labels[] {Labels.EMPTY};
      values = new double[1];
    }
    values[0] = value;
  }

  /** Makes room for the values of a number of rows. */
  final double[] room(int rows) {
    if (values.length != rows) {
      values = new double[rows];
    }
    return values;
  }

  /** Returns the value of a node that is a scalar. */
  final double scalar() {
    return values[0];
  }
}
