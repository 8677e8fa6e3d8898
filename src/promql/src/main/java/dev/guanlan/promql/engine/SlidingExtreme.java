package dev.guanlan.promql.engine;

import java.util.Arrays;

/**
 * Computes {@code min_over_time} or {@code max_over_time} of windows that only ever move on: each
 * sample is looked at about twice, however long the range is. Keeps the samples that can still
 * become the extreme, the present one first (a monotonic queue).
 *
 * <p>hot: called once for each series and step; allocates only until the queue is long enough.
 */
final class SlidingExtreme implements RangeFunction {

  private final boolean least;
  private int[] candidates = new int[16];
  private int head;
  private int tail;
  private int seenTo;

  SlidingExtreme(boolean least) {
    this.least = least;
  }

  @Override
  public void begin() {
    head = 0;
    tail = 0;
    seenTo = 0;
  }

  @Override
  public double apply(Window window) {
    double[] values = window.values;
    while (head < tail && candidates[head] < window.from) {
      head++;
    }
    for (int i = Math.max(seenTo, window.from); i < window.to; i++) {
      double value = values[i];
      if (!Double.isNaN(value)) {
        while (head < tail && isBetter(value, values[candidates[tail - 1]])) {
          tail--;
        }
        push(i);
      }
    }
    seenTo = window.to;
    return head == tail ? Double.NaN : values[candidates[head]];
  }

  private boolean isBetter(double value, double other) {
    return least ? value < other : value > other;
  }

  private void push(int index) {
    if (tail == candidates.length) {
      // Room is made at the front if half of it is free.
      int[] room = head >= tail / 2 ? candidates : Arrays.copyOf(candidates, tail * 2);
      System.arraycopy(candidates, head, room, 0, tail - head);
      candidates = room;
      tail -= head;
      head = 0;
    }
    candidates[tail++] = index;
  }
}
