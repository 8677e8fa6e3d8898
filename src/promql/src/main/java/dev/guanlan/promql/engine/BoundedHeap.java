package dev.guanlan.promql.engine;

import java.util.Arrays;

/**
 * Keeps the indices of the best numbers of a column, the worst of them on top, where a better one
 * replaces it. NaN is worse than any number; of equals the first stays.
 */
final class BoundedHeap {

  private final double[] numbers;
  private final boolean greatest;
  private int[] cells = new int[8];
  private int size;
  private int bound;

  BoundedHeap(double[] numbers, boolean greatest) {
    this.numbers = numbers;
    this.greatest = greatest;
  }

  void clear(int newBound) {
    size = 0;
    bound = newBound;
  }

  int size() {
    return size;
  }

  /** Returns an index kept, in no order. */
  int cell(int position) {
    return cells[position];
  }

  void offer(int cell) {
    if (size < bound) {
      if (size == cells.length) {
        cells = Arrays.copyOf(cells, size * 2);
      }
      cells[size] = cell;
      up(size++);
    } else if (isBetter(numbers[cell], numbers[cells[0]])) {
      cells[0] = cell;
      down();
    }
  }

  /** Takes the worst index away. */
  int poll() {
    int worst = cells[0];
    cells[0] = cells[--size];
    down();
    return worst;
  }

  private boolean isBetter(double number, double other) {
    if (Double.isNaN(other)) {
      return !Double.isNaN(number);
    }
    return greatest ? number > other : number < other;
  }

  /** Tells whether a cell leaves before another: it is worse, or as good and came later. */
  private boolean leavesBefore(int cell, int other) {
    if (isBetter(numbers[other], numbers[cell])) {
      return true;
    }
    return cell > other && !isBetter(numbers[cell], numbers[other]);
  }

  private void up(int from) {
    int child = from;
    while (child > 0) {
      int parent = (child - 1) / 2;
      if (!leavesBefore(cells[child], cells[parent])) {
        return;
      }
      swap(child, parent);
      child = parent;
    }
  }

  private void down() {
    int parent = 0;
    while (true) {
      int child = 2 * parent + 1;
      if (child >= size) {
        return;
      }
      if (child + 1 < size && leavesBefore(cells[child + 1], cells[child])) {
        child++;
      }
      if (!leavesBefore(cells[child], cells[parent])) {
        return;
      }
      swap(child, parent);
      parent = child;
    }
  }

  private void swap(int one, int other) {
    int cell = cells[one];
    cells[one] = cells[other];
    cells[other] = cell;
  }
}
