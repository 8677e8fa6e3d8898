package dev.guanlan.promql.engine;

import dev.guanlan.model.Labels;
import dev.guanlan.promql.Position;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Turns what the root of a tree yields into the value handed out. */
final class Results {

  private final Query query;
  private final Position position;

  Results(Query query, Position position) {
    this.query = query;
    this.position = position;
  }

  InstantVector vector(StepMatrix matrix, long timestampMillis) throws EvaluationException {
    removeNames(matrix);
    Labels[] labels = new Labels[matrix.size()];
    double[] values = new double[matrix.size()];
    Set<Labels> seen = new HashSet<>(matrix.size() * 2);
    int size = 0;
    for (int row = 0; row < matrix.size(); row++) {
      if (matrix.isPresent(row, 0)) {
        if (!seen.add(matrix.labels(row))) {
          throw Query.duplicates(position);
        }
        labels[size] = matrix.labels(row);
        values[size++] = matrix.value(row, 0);
      }
    }
    return new InstantVector(
        timestampMillis, Arrays.copyOf(labels, size), Arrays.copyOf(values, size));
  }

  RangeMatrix matrix(StepMatrix matrix, Grid grid) throws EvaluationException {
    removeNames(matrix);
    matrix.removeEmpty();
    StepMatrix merged = Query.merged(matrix, position);
    Labels[] labels = new Labels[merged.size()];
    long[][] timestamps = new long[merged.size()][];
    double[][] values = new double[merged.size()][];
    long[] times = new long[grid.steps()];
    double[] points = new double[grid.steps()];
    for (int row = 0; row < merged.size(); row++) {
      int length = 0;
      for (int step = 0; step < grid.steps(); step++) {
        if (merged.isPresent(row, step)) {
          times[length] = grid.millis(step);
          points[length++] = merged.value(row, step);
        }
      }
      labels[row] = merged.labels(row);
      timestamps[row] = Arrays.copyOf(times, length);
      values[row] = Arrays.copyOf(points, length);
    }
    return new RangeMatrix(labels, timestamps, values);
  }

  /** Returns the samples of some series in a range that is open on the left. */
  RangeMatrix samples(SeriesSet series, long endMillis, long rangeMillis)
      throws EvaluationException {
    List<Labels> labels = new ArrayList<>();
    List<long[]> timestamps = new ArrayList<>();
    List<double[]> values = new ArrayList<>();
    try (series) {
      while (series.next()) {
        int from = series.from();
        int length = series.to() - from;
        query.budget().spend(length, position);
        long[] times = new long[length];
        double[] points = new double[length];
        int kept = 0;
        for (int i = from; i < series.to(); i++) {
          long time = series.timestamps()[i];
          double value = series.values()[i];
          if (time > endMillis - rangeMillis && time <= endMillis && !StaleMarker.is(value)) {
            times[kept] = time;
            points[kept++] = value;
          }
        }
        if (kept > 0) {
          labels.add(series.labels());
          timestamps.add(Arrays.copyOf(times, kept));
          values.add(Arrays.copyOf(points, kept));
        }
      }
    } catch (IOException e) {
      throw RangeSelection.unreadable(e, position);
    }
    return new RangeMatrix(
        labels.toArray(Labels[]::new),
        timestamps.toArray(long[][]::new),
        values.toArray(double[][]::new));
  }

  private void removeNames(StepMatrix matrix) {
    for (int row = 0; row < matrix.size(); row++) {
      if (matrix.nameDropped(row)) {
        matrix.setLabels(row, LabelSets.withoutMetadata(matrix.labels(row)));
      }
    }
  }
}
