package dev.guanlan.model.histogram;

import org.jspecify.annotations.Nullable;

/**
 * Says which bucket of a coarser layout holds a bucket: so many steps of resolution less, or as a
 * table has it. Keeps the order of buckets.
 */
final class BucketMapping {

  static final BucketMapping SAME = new BucketMapping(0, null);

  private final int steps;
  private final int @Nullable [] table;

  private BucketMapping(int steps, int @Nullable [] table) {
    this.steps = steps;
    this.table = table;
  }

  static BucketMapping coarser(int steps) {
    return steps == 0 ? SAME : new BucketMapping(steps, null);
  }

  static BucketMapping of(int[] table) {
    return new BucketMapping(0, table);
  }

  int target(int index) {
    if (table != null) {
      return table[Math.min(index, table.length - 1)];
    }
    return steps == 0 ? index : Bounds.coarser(index, steps);
  }
}
