package dev.guanlan.promql.engine;

import dev.guanlan.model.Labels;
import dev.guanlan.model.histogram.Histogram;
import dev.guanlan.promql.Position;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

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
    @Nullable Histogram @Nullable [] histograms =
        matrix.hasHistograms() ? new Histogram[matrix.size()] : null;
    Set<Labels> seen = new HashSet<>(matrix.size() * 2);
    int size = 0;
    for (int row = 0; row < matrix.size(); row++) {
      if (matrix.isPresent(row, 0)) {
        if (!seen.add(matrix.labels(row))) {
          throw Query.duplicates(position);
        }
        labels[size] = matrix.labels(row);
        if (histograms != null) {
          histograms[size] = matrix.histogram(row, 0);
        }
        values[size++] = matrix.value(row, 0);
      }
    }
    return new InstantVector(
        timestampMillis,
        Arrays.copyOf(labels, size),
        Arrays.copyOf(values, size),
        histograms == null ? null : Arrays.copyOf(histograms, size));
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
    @Nullable Histogram @Nullable [] @Nullable [] histograms =
        merged.hasHistograms() ? new Histogram[merged.size()][] : null;
    for (int row = 0; row < merged.size(); row++) {
      int length = 0;
      for (int step = 0; step < grid.steps(); step++) {
        if (merged.isPresent(row, step)) {
          Histogram histogram = merged.histogram(row, step);
          if (histograms != null && histogram != null) {
            histograms[row] = put(histograms[row], length, grid.steps(), histogram);
          }
          times[length] = grid.millis(step);
          points[length++] = merged.value(row, step);
        }
      }
      labels[row] = merged.labels(row);
      timestamps[row] = Arrays.copyOf(times, length);
      values[row] = Arrays.copyOf(points, length);
    }
    return new RangeMatrix(labels, timestamps, values, histograms).sorted();
  }

  private static @Nullable Histogram[] put(
      @Nullable Histogram @Nullable [] column, int index, int capacity, Histogram histogram) {
    @Nullable Histogram[] filled = column == null ? new Histogram[capacity] : column;
    filled[index] = histogram;
    return filled;
  }

  /** Returns the samples of some series in a range that is open on the left. */
  RangeMatrix samples(SeriesSet series, long endMillis, long rangeMillis)
      throws EvaluationException {
    List<Labels> labels = new ArrayList<>();
    List<long[]> timestamps = new ArrayList<>();
    List<double[]> values = new ArrayList<>();
    List<@Nullable Histogram @Nullable []> histograms = new ArrayList<>();
    try (series) {
      while (series.next()) {
        int from = series.from();
        int length = series.to() - from;
        query.budget().load(length, position);
        long[] times = new long[length];
        double[] points = new double[length];
        @Nullable Histogram @Nullable [] source = series.histograms();
        @Nullable Histogram @Nullable [] kinds = source == null ? null : new Histogram[length];
        int kept = 0;
        for (int i = from; i < series.to(); i++) {
          long time = series.timestamps()[i];
          double value = series.values()[i];
          if (time > endMillis - rangeMillis && time <= endMillis && !StaleMarker.is(value)) {
            times[kept] = time;
            if (source != null && kinds != null) {
              kinds[kept] = source[i];
            }
            points[kept++] = value;
          }
        }
        if (kept > 0) {
          labels.add(series.labels());
          timestamps.add(Arrays.copyOf(times, kept));
          values.add(Arrays.copyOf(points, kept));
          histograms.add(kinds);
        }
      }
    } catch (IOException e) {
      throw RangeSelection.unreadable(e, position);
    }
    return new RangeMatrix(
            labels.toArray(Labels[]::new),
            timestamps.toArray(long[][]::new),
            values.toArray(double[][]::new),
            histograms.toArray(Histogram[][]::new))
        .sorted();
  }

  private void removeNames(StepMatrix matrix) {
    for (int row = 0; row < matrix.size(); row++) {
      if (matrix.nameDropped(row)) {
        matrix.setLabels(row, LabelSets.withoutMetadata(matrix.labels(row)));
      }
    }
  }
}
