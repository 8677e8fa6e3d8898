package dev.guanlan.promql.engine;

import dev.guanlan.model.Labels;
import java.util.Arrays;

/** Is a set of series with any number of points each. */
public final class RangeMatrix implements Value {

  private final Labels[] labels;
  private final long[][] timestamps;
  private final double[][] values;

  /** Takes the columns over. */
  RangeMatrix(Labels[] labels, long[][] timestamps, double[][] values) {
    this.labels = labels;
    this.timestamps = timestamps;
    this.values = values;
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

  /** Returns the number of a point of a series. */
  public double value(int index, int point) {
    return values[index][point];
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < labels.length; i++) {
      text.append(i == 0 ? "" : "\n")
          .append(labels[i])
          .append(" => ")
          .append(Arrays.toString(values[i]))
          .append(" @ ")
          .append(Arrays.toString(timestamps[i]));
    }
    return text.toString();
  }
}
