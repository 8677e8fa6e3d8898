package dev.guanlan.promql.engine;

/**
 * Holds the times at which an expression is evaluated.
 *
 * @param startMillis the first one, in milliseconds since the epoch
 * @param stepMillis distance between two, in milliseconds, above 0
 * @param steps how many there are; may be 0
 */
record Grid(long startMillis, long stepMillis, int steps) {

  /** Returns the time of a step, counted from 0. */
  long millis(int step) {
    return startMillis + step * stepMillis;
  }

  /** Returns the time of the last step; there must be one. */
  long endMillis() {
    return millis(steps - 1);
  }
}
