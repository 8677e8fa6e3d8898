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
  private long seenVersion = -1;

  StandingExtreme(boolean least) {
    this.least = least;
  }

  /** Returns the extreme of a window without stale markers that has samples. */
  double of(StandingSeries series, Window window) {
    if (series.lateSamples() != seenVersion || seenMillis > window.endMillis) {
      seenVersion = series.lateSamples();
      seenMillis = Long.MIN_VALUE;
      head = 0;
      tail = 0;
    }
    int next = window.to;
    long known = Math.max(seenMillis, window.startMillis);
    while (next > window.from && window.timestamps[next - 1] > known) {
      next--;
    }
    while (head < tail && timestamps[head] <= window.startMillis) {
      head++;
    }
    for (int i = next; i < window.to; i++) {
      offer(window.timestamps[i], window.values[i]);
    }
    seenMillis = window.timestamps[window.to - 1];
    // Any number beats NaN; of NaNs the last counts.
    return head == tail ? window.values[window.to - 1] : values[head];
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
