package dev.guanlan.promql.engine;

import dev.guanlan.model.Labels;
import dev.guanlan.model.histogram.Histogram;
import java.util.Arrays;
import java.util.Comparator;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** Is a set of series with any number of points each, in the order of their labels. */
public final class RangeMatrix implements Value {

  private final Labels[] labels;
  private final long[][] timestamps;
  private final double[][] values;
  private final @Nullable Histogram @Nullable [] @Nullable [] histograms;

  /** Takes the columns over; those of histograms may be missing, also of some series. */
  RangeMatrix(
      Labels[] labels,
      long[][] timestamps,
      double[][] values,
      @Nullable Histogram @Nullable [] @Nullable [] histograms) {
    this.labels = labels;
    this.timestamps = timestamps;
    this.values = values;
    this.histograms = histograms;
  }

  /** Returns the same with the series in the order of their labels. */
  RangeMatrix sorted() {
    if (isSorted()) {
      return this;
    }
    Integer[] order = new Integer[labels.length];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, Comparator.comparing(i -> labels[i]));
    Labels[] sortedLabels = new Labels[labels.length];
    long[][] sortedTimestamps = new long[labels.length][];
    double[][] sortedValues = new double[labels.length][];
    @Nullable Histogram @Nullable [] @Nullable [] sortedHistograms =
        histograms == null ? null : new Histogram[labels.length][];
    for (int i = 0; i < order.length; i++) {
      sortedLabels[i] = labels[order[i]];
      sortedTimestamps[i] = timestamps[order[i]];
      sortedValues[i] = values[order[i]];
      if (histograms != null && sortedHistograms != null) {
        sortedHistograms[i] = histograms[order[i]];
      }
    }
    return new RangeMatrix(sortedLabels, sortedTimestamps, sortedValues, sortedHistograms);
  }

  private boolean isSorted() {
    for (int i = 1; i < labels.length; i++) {
      if (labels[i - 1].compareTo(labels[i]) > 0) {
        return false;
      }
    }
    return true;
  }

  /** Returns how many series there are. */
  public int size() {
    return labels.length;
  }

  /** Returns the labels of the {@code index}-th series. */
  public Labels labels(int index) {
    return labels[index];
  }

  /** Returns how many points the {@code index}-th series has. */
  public int points(int index) {
    return timestamps[index].length;
  }

  /** Returns when a point of a series is, in milliseconds since the epoch, ascending. */
  public long timestampMillis(int index, int point) {
    return timestamps[index][point];
  }

  /** Returns the number of a point of a series; NaN if the point is a histogram. */
  public double value(int index, int point) {
    return values[index][point];
  }

  /** Returns the histogram of a point of a series, or null if the point is a number. */
  public @Nullable Histogram histogram(int index, int point) {
    @Nullable Histogram @Nullable [] column = histograms == null ? null : histograms[index];
    return column == null ? null : column[point];
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < labels.length; i++) {
      StringJoiner points = new StringJoiner(" ");
      for (int point = 0; point < points(i); point++) {
        Histogram histogram = histogram(i, point);
        points.add(
            (histogram == null ? value(i, point) : histogram) + " @" + timestampMillis(i, point));
      }
      text.append(i == 0 ? "" : "\n").append(labels[i]).append(" => ").append(points);
    }
    return text.toString();
  }
}
