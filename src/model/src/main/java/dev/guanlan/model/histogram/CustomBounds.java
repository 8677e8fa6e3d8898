package dev.guanlan.model.histogram;

import java.util.Arrays;

/** Finds common ground for histograms whose listed bounds differ: the bounds that both have. */
final class CustomBounds {

  private CustomBounds() {}

  /** Returns the bounds that are on both lists. */
  static double[] intersection(double[] left, double[] right) {
    double[] common = new double[Math.min(left.length, right.length)];
    int size = 0;
    int i = 0;
    int j = 0;
    while (i < left.length && j < right.length) {
      if (left[i] == right[j]) {
        common[size++] = left[i];
        i++;
        j++;
      } else if (left[i] < right[j]) {
        i++;
      } else {
        j++;
      }
    }
    return Arrays.copyOf(common, size);
  }

  /** Returns for each bucket the one that holds it between fewer bounds. */
  static int[] mapping(double[] bounds, double[] fewer) {
    int[] mapping = new int[bounds.length + 1];
    int target = 0;
    for (int i = 0; i < bounds.length; i++) {
      while (target < fewer.length && fewer[target] < bounds[i]) {
        target++;
      }
      mapping[i] = target;
    }
    mapping[bounds.length] = fewer.length;
    return mapping;
  }
}
