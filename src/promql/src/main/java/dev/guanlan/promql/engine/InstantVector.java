package dev.guanlan.promql.engine;

import dev.guanlan.model.Labels;

/** Is a set of series with one number each, at one time. */
public final class InstantVector implements Value {

  private final long timestampMillis;
  private final Labels[] labels;
  private final double[] values;

  /** Takes the columns over; both have the same length. */
  InstantVector(long timestampMillis, Labels[] labels, double[] values) {
    this.timestampMillis = timestampMillis;
    this.labels = labels;
    this.values = values;
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

  /** Returns the number of the {@code index}-th series. */
  public double value(int index) {
    return values[index];
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < labels.length; i++) {
      text.append(i == 0 ? "" : "\n").append(labels[i]).append(" => ").append(values[i]);
    }
    return text.toString();
  }
}
