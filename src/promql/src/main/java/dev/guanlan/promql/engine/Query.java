package dev.guanlan.promql.engine;

import dev.guanlan.model.Labels;
import dev.guanlan.model.histogram.Histogram;
import dev.guanlan.promql.At;
import dev.guanlan.promql.Position;
import dev.guanlan.promql.Shift;
import java.util.HashMap;
import java.util.Map;

/**
 * Holds what all nodes of one evaluation share.
 *
 * @param startMillis first step of the query, for {@code @ start()}
 * @param endMillis last step of the query, for {@code @ end()}
 * @param stepMillis distance of the query's steps, 0 if it has but one
 */
record Query(
    SampleSource source,
    EngineOptions options,
    Budget budget,
    Annotations annotations,
    long startMillis,
    long endMillis,
    long stepMillis) {

  /** Returns the time at which a selector looks when it is evaluated at {@code stepMillis}. */
  long shifted(Shift shift, long stepMillis) {
    At at = shift.at();
    long base = stepMillis;
    if (at != null) {
      base =
          switch (at.anchor()) {
            case TIMESTAMP -> at.millis();
            case START -> startMillis;
            case END -> endMillis;
          };
    }
    return base - shift.offsetMillis();
  }

  /** Drops the metric's name of a row, at once or by a note as configured. */
  void dropName(StepMatrix matrix, int row) {
    if (options.delayedNameRemoval()) {
      matrix.setNameDropped(row, true);
    } else {
      matrix.setLabels(row, LabelSets.withoutMetadata(matrix.labels(row)));
    }
  }

  /** Adds a row for a result of {@code labels} that has lost the metric's name. */
  int addNameless(StepMatrix matrix, Labels labels) {
    boolean delayed = options.delayedNameRemoval();
    return matrix.addAbsent(delayed ? labels : LabelSets.withoutMetadata(labels), delayed);
  }

  /** Merges the rows of equal labels, unless names are still to be dropped anyway. */
  StepMatrix mergedUnlessDelayed(StepMatrix matrix, Position position) throws EvaluationException {
    return options.delayedNameRemoval() ? matrix : merged(matrix, position);
  }

  /**
   * Merges rows of equal labels into the first of them.
   *
   * @throws EvaluationException if two of them have a value at the same step
   */
  static StepMatrix merged(StepMatrix matrix, Position position) throws EvaluationException {
    Map<Labels, Integer> first = new HashMap<>(matrix.size() * 2);
    boolean duplicates = false;
    for (int row = 0; row < matrix.size() && !duplicates; row++) {
      duplicates = first.putIfAbsent(matrix.labels(row), row) != null;
    }
    if (!duplicates) {
      return matrix;
    }
    first.clear();
    for (int row = 0; row < matrix.size(); row++) {
      Integer earlier = first.putIfAbsent(matrix.labels(row), row);
      if (earlier != null) {
        moveInto(matrix, earlier, row, position);
      }
    }
    matrix.removeEmpty();
    return matrix;
  }

  private static void moveInto(StepMatrix matrix, int into, int from, Position position)
      throws EvaluationException {
    double[] values = matrix.values();
    for (int step = 0; step < matrix.steps(); step++) {
      double value = matrix.value(from, step);
      if (StepMatrix.isAbsent(value)) {
        continue;
      }
      if (matrix.isPresent(into, step)) {
        throw duplicates(position);
      }
      Histogram histogram = matrix.histogram(from, step);
      if (histogram == null) {
        values[matrix.offset(into) + step] = value;
      } else {
        matrix.setHistogram(into, step, histogram);
      }
      matrix.setValue(from, step, StepMatrix.ABSENT);
    }
  }

  static EvaluationException duplicates(Position position) {
    return new EvaluationException(
        EvaluationException.Kind.EXECUTION,
        "vector cannot contain metrics with the same labelset",
        position);
  }
}
