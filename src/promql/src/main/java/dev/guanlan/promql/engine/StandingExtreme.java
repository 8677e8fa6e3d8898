package dev.guanlan.promql.engine;

/**
 * Keeps of a series the samples that can still become the extreme of a window that moves on: each
 * is surpassed by none behind it, so the first is the extreme. A sample enters once and leaves
 * once, however long the window is.
 */
final class StandingExtreme {

  private final boolean least;
  private long[] timestamps = new long[4];
  private double[] values = new double[4];
  private int head;
  private int tail;
  private long seenMillis = Long.MIN_VALUE;
  private double seenValue;
  private long seenVersion = -1;

  StandingExtreme(boolean least) {
    this.least = least;
  }

  /**
   * Returns the extreme of a window without stale markers that has samples.
   *
   * @param columns are overwritten
   */
  double of(StandingSeries series, Window window, SampleColumns columns) {
    if (series.lateSamples() != seenVersion || seenMillis > window.endMillis) {
      seenVersion = series.lateSamples();
      seenMillis = Long.MIN_VALUE;
      head = 0;
      tail = 0;
    }
    series.read(Math.max(seenMillis, window.startMillis), window.endMillis, columns);
    while (head < tail && timestamps[head] <= window.startMillis) {
      head++;
    }
    for (int i = columns.from; i < columns.to; i++) {
      offer(columns.timestamps[i], columns.values[i]);
    }
    if (columns.from < columns.to) {
      seenMillis = columns.timestamps[columns.to - 1];
      seenValue = columns.values[columns.to - 1];
    }
    // Any number beats NaN; of NaNs the last counts.
    return head == tail ? seenValue : values[head];
  }

  private void offer(long timestamp, double value) {
    if (Double.isNaN(value)) {
      return;
    }
    // Of equals the first counts, so those stay in front.
    while (head < tail && (least ? values[tail - 1] > value : values[tail - 1] < value)) {
      tail--;
    }
    if (tail == values.length) {
      makeRoom();
    }
    timestamps[tail] = timestamp;
    values[tail++] = value;
  }

  private void makeRoom() {
    int size = tail - head;
    boolean grow = size > values.length / 2;
    long[] times = grow ? new long[2 * values.length] : timestamps;
    double[] numbers = grow ? new double[2 * values.length] : values;
    System.arraycopy(timestamps, head, times, 0, size);
    System.arraycopy(values, head, numbers, 0, size);
    timestamps = times;
    values = numbers;
    head = 0;
    tail = size;
  }
}
