package dev.guanlan.store;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Sorts the rows of a block by the ranks of their groups, and leaves rows of one group in the order
 * in which they were written. A radix sort: two or three passes over the rows, whatever their
 * number.
 */
// hot: nothing is allocated but to grow.
final class RowSorter {

  private static final int DIGIT_BITS = 11;
  private static final int DIGITS = 1 << DIGIT_BITS;

  private final int[] counts = new int[DIGITS];
  private int[] keys = new int[0];
  private int[] order = new int[0];
  private int[] other = new int[0];

  /**
   * Returns which row comes first, second, and so on; or null if the rows are in order already. The
   * array may be longer than the rows are many, and is used again by the next call.
   *
   * @param groups one entry a row
   * @param rows how many rows there are
   * @param ranks one entry a group
   */
  int @Nullable [] sort(int[] groups, int rows, int[] ranks) {
    if (keys.length < rows) {
      keys = new int[rows];
      order = new int[rows];
      other = new int[rows];
    }
    int greatest = 0;
    boolean sorted = true;
    for (int row = 0, before = 0; row < rows; row++) {
      int group = groups[row];
      int rank = group < ranks.length ? ranks[group] : ranks.length;
      keys[row] = rank;
      order[row] = row;
      sorted &= rank >= before;
      before = rank;
      greatest = Math.max(greatest, rank);
    }
    if (sorted) {
      return null;
    }
    for (int shift = 0; shift < Integer.SIZE && greatest >>> shift != 0; shift += DIGIT_BITS) {
      pass(rows, shift);
    }
    return order;
  }

  private void pass(int rows, int shift) {
    Arrays.fill(counts, 0);
    for (int row = 0; row < rows; row++) {
      counts[(keys[row] >>> shift) & (DIGITS - 1)]++;
    }
    int sum = 0;
    for (int digit = 0; digit < DIGITS; digit++) {
      int count = counts[digit];
      counts[digit] = sum;
      sum += count;
    }
    for (int i = 0; i < rows; i++) {
      int row = order[i];
      other[counts[(keys[row] >>> shift) & (DIGITS - 1)]++] = row;
    }
    int[] swapped = order;
    order = other;
    other = swapped;
  }
}
