package dev.guanlan.promql.engine;

import dev.guanlan.model.Labels;
import dev.guanlan.model.histogram.Histogram;
import org.jspecify.annotations.Nullable;

/** Hands the rows of a matrix out as series of samples, for functions over subqueries. */
final class MatrixSeriesSet implements SeriesSet {

  private final StepMatrix matrix;
  private final Grid grid;
  private final long[] timestamps;
  private final double[] values;
  private final @Nullable Histogram @Nullable [] histograms;
  private int row = -1;
  private int length;

  MatrixSeriesSet(StepMatrix matrix, Grid grid) {
    this.matrix = matrix;
    this.grid = grid;
    this.timestamps = new long[grid.steps()];
    this.values = new double[grid.steps()];
    this.histograms = matrix.hasHistograms() ? new Histogram[grid.steps()] : null;
  }

  @Override
  public boolean next() {
    row++;
    length = 0;
    if (row >= matrix.size()) {
      return false;
    }
    for (int step = 0; step < grid.steps(); step++) {
      if (matrix.isPresent(row, step)) {
        timestamps[length] = grid.millis(step);
        if (histograms != null) {
          histograms[length] = matrix.histogram(row, step);
        }
        values[length++] = matrix.value(row, step);
      }
    }
    return true;
  }

  /** Tells whether the metric's name is still in the labels but no longer counts. */
  boolean nameDropped() {
    return matrix.nameDropped(row);
  }

  @Override
  public Labels labels() {
    return matrix.labels(row);
  }

  @Override
  public long[] timestamps() {
    return timestamps;
  }

  @Override
  public double[] values() {
    return values;
  }

  @Override
  public @Nullable Histogram @Nullable [] histograms() {
    return histograms;
  }

  @Override
  public int from() {
    return 0;
  }

  @Override
  public int to() {
    return length;
  }
}
