package dev.guanlan.promql.engine;

import dev.guanlan.model.Labels;
import dev.guanlan.model.histogram.Histogram;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Holds what a node of the tree yields for all steps at once: a row for each series, all rows in
 * one column of numbers. Where a series has no value at a step, the number is {@link #ABSENT}.
 * Where it has a native histogram, the number is {@link #HISTOGRAM}, and the histogram stands at
 * the same place of a second column, which exists only once there is a histogram.
 *
 * <p>A matrix belongs to whoever asked for it: a consumer may change it in place. Instant vectors
 * are matrices of one step, scalars matrices of one row without gaps.
 */
final class StepMatrix {

  /**
   * Stands for no value. Cannot be computed: arithmetic only ever makes quiet NaNs, and this one is
   * not; samples that are stale markers never get into a matrix.
   */
  static final double ABSENT = StaleMarker.VALUE;

  private static final long HISTOGRAM_BITS = 0x7ff0000000000003L;

  /** Fills the place of a number where a histogram is: another NaN that arithmetic never makes. */
  static final double HISTOGRAM = Double.longBitsToDouble(HISTOGRAM_BITS);

  /** Rows of more steps than this are allocated one by one. */
  private static final int LONG_ROW = 4096;

  private final int steps;
  private Labels[] labels;
  private boolean[] nameDropped;
  private double[] values;
  private @Nullable Histogram @Nullable [] histograms;
  private int size;

  StepMatrix(int steps, int capacity) {
    this.steps = steps;
    this.labels = new Labels[capacity];
    this.nameDropped = new boolean[capacity];
    this.values = new double[Math.multiplyExact(steps, capacity)];
  }

  /** Makes an empty matrix for a number of rows that is not known yet. */
  static StepMatrix growing(int steps) {
    return new StepMatrix(steps, steps > LONG_ROW ? 1 : 16);
  }

  /** Makes a scalar. */
  static StepMatrix scalar(int steps, double value) {
    StepMatrix matrix = new StepMatrix(steps, 1);
    matrix.add(Labels.EMPTY, false);
    Arrays.fill(matrix.values, value);
    return matrix;
  }

  static boolean isAbsent(double value) {
    return StaleMarker.is(value);
  }

  /** Tells whether a number only fills the place of a histogram. */
  static boolean isHistogram(double value) {
    return Double.doubleToRawLongBits(value) == HISTOGRAM_BITS;
  }

  /** Adds a row whose numbers are not set yet; returns its index. */
  int add(Labels rowLabels, boolean rowNameDropped) {
    if (size == labels.length) {
      int capacity = Math.max(steps > LONG_ROW ? 2 : 16, size * 2);
      labels = Arrays.copyOf(labels, capacity);
      nameDropped = Arrays.copyOf(nameDropped, capacity);
      values = Arrays.copyOf(values, Math.multiplyExact(steps, capacity));
      if (histograms != null) {
        histograms = Arrays.copyOf(histograms, values.length);
      }
    }
    labels[size] = rowLabels;
    nameDropped[size] = rowNameDropped;
    return size++;
  }

  /** Adds a row without any value; returns its index. */
  int addAbsent(Labels rowLabels, boolean rowNameDropped) {
    int row = add(rowLabels, rowNameDropped);
    Arrays.fill(values, offset(row), offset(row) + steps, ABSENT);
    return row;
  }

  /** Takes the row added last away. */
  void removeLast() {
    size--;
    if (histograms != null) {
      Arrays.fill(histograms, offset(size), offset(size) + steps, null);
    }
  }

  /** Tells whether there can be a histogram in any row. */
  boolean hasHistograms() {
    return histograms != null;
  }

  /** Returns the histograms of all rows, laid out as {@link #values()}; null if there is none. */
  @Nullable Histogram @Nullable [] histograms() {
    return histograms;
  }

  /** Returns the histogram of a row at a step, or null if there is a number or nothing. */
  @Nullable Histogram histogram(int row, int step) {
    return histograms == null ? null : histograms[row * steps + step];
  }

  /** Puts a histogram in the place of a number. */
  void setHistogram(int row, int step, Histogram histogram) {
    if (histograms == null) {
      histograms = new Histogram[values.length];
    }
    int cell = row * steps + step;
    histograms[cell] = histogram;
    values[cell] = HISTOGRAM;
  }

  /** Puts a number, or {@link #ABSENT}, in the place of whatever is there. */
  void setValue(int row, int step, double value) {
    int cell = row * steps + step;
    values[cell] = value;
    if (histograms != null) {
      histograms[cell] = null;
    }
  }

  /** Takes all histograms away, so that nothing is left in their places; tells if there were. */
  boolean removeHistograms() {
    if (histograms == null) {
      return false;
    }
    boolean removed = false;
    for (int cell = 0; cell < size * steps; cell++) {
      if (histograms[cell] != null) {
        values[cell] = ABSENT;
        removed = true;
      }
    }
    histograms = null;
    return removed;
  }

  int steps() {
    return steps;
  }

  int size() {
    return size;
  }

  Labels labels(int row) {
    return labels[row];
  }

  void setLabels(int row, Labels rowLabels) {
    labels[row] = rowLabels;
  }

  /** Tells whether the metric's name is still in the labels but no longer counts. */
  boolean nameDropped(int row) {
    return nameDropped[row];
  }

  void setNameDropped(int row, boolean dropped) {
    nameDropped[row] = dropped;
  }

  /**
   * Returns all rows, one behind the other. Who puts a number in the place of a histogram by this
   * column has to take the histogram away, too.
   */
  double[] values() {
    return values;
  }

  /** Returns where a row begins in {@link #values()}. */
  int offset(int row) {
    return row * steps;
  }

  double value(int row, int step) {
    return values[row * steps + step];
  }

  boolean isPresent(int row, int step) {
    return !isAbsent(values[row * steps + step]);
  }

  /** Tells whether a row has no value at all. */
  boolean isEmpty(int row) {
    for (int i = offset(row); i < offset(row) + steps; i++) {
      if (!isAbsent(values[i])) {
        return false;
      }
    }
    return true;
  }

  /** Takes all rows without any value away. */
  void removeEmpty() {
    int kept = 0;
    for (int row = 0; row < size; row++) {
      if (isEmpty(row)) {
        continue;
      }
      move(row, kept++);
    }
    if (histograms != null) {
      Arrays.fill(histograms, offset(kept), offset(size), null);
    }
    size = kept;
  }

  private void move(int from, int to) {
    if (from != to) {
      labels[to] = labels[from];
      nameDropped[to] = nameDropped[from];
      System.arraycopy(values, offset(from), values, offset(to), steps);
      if (histograms != null) {
        System.arraycopy(histograms, offset(from), histograms, offset(to), steps);
      }
    }
  }

  /** Returns a matrix of some rows of this one, in the order given. */
  StepMatrix rows(int[] order, int count) {
    StepMatrix picked = new StepMatrix(steps, count);
    if (histograms != null) {
      picked.histograms = new Histogram[picked.values.length];
    }
    for (int i = 0; i < count; i++) {
      int row = picked.add(labels[order[i]], nameDropped[order[i]]);
      System.arraycopy(values, offset(order[i]), picked.values, picked.offset(row), steps);
      if (histograms != null && picked.histograms != null) {
        System.arraycopy(
            histograms, offset(order[i]), picked.histograms, picked.offset(row), steps);
      }
    }
    return picked;
  }
}
