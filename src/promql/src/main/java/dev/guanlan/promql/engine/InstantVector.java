package dev.guanlan.promql.engine;

import dev.guanlan.model.Labels;
import dev.guanlan.model.histogram.Histogram;
import org.jspecify.annotations.Nullable;

/** Is a set of series with one number or native histogram each, at one time. */
public final class InstantVector implements Value {

  private final long timestampMillis;
  private final Labels[] labels;
  private final double[] values;
  private final @Nullable Histogram @Nullable [] histograms;

  /** Takes the columns over; all have the same length; the last may be missing altogether. */
  InstantVector(
      long timestampMillis,
      Labels[] labels,
      double[] values,
      @Nullable Histogram @Nullable [] histograms) {
    this.timestampMillis = timestampMillis;
    this.labels = labels;
    this.values = values;
    this.histograms = histograms;
  }

  /** Returns the evaluation time, in milliseconds since the epoch. */
  public long timestampMillis() {
    return timestampMillis;
  }

  /** Returns how many series there are. */
  public int size() {
    return labels.length;
  }

  /** Returns the labels of the {@code index}-th series. */
  public Labels labels(int index) {
    return labels[index];
  }

  /** Returns the number of the {@code index}-th series; NaN if it has a histogram. */
  public double value(int index) {
    return values[index];
  }

  /** Returns the histogram of the {@code index}-th series, or null if it has a number. */
  public @Nullable Histogram histogram(int index) {
    return histograms == null ? null : histograms[index];
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < labels.length; i++) {
      text.append(i == 0 ? "" : "\n")
          .append(labels[i])
          .append(" => ")
          .append(histogram(i) == null ? values[i] : histogram(i));
    }
    return text.toString();
  }
}
