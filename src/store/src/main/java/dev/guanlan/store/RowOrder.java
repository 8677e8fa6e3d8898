package dev.guanlan.store;

/**
 * Says in which order groups of rows are sent. A table's sorting key begins with something that
 * many rows share, such as the series of samples: whoever knows the order of these few can sort the
 * many for next to nothing, and ClickHouse, which looks first, sorts nothing at all.
 */
@FunctionalInterface
public interface RowOrder {

  /**
   * Returns, for each group, a number that is smaller for groups that come earlier. Groups without
   * an entry come last. Called once a block; the array is not changed before the block is written.
   */
  int[] ranks();
}
