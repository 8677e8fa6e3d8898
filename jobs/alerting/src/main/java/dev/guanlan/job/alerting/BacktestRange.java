package dev.guanlan.job.alerting;

import java.io.Serializable;

/**
 * Says what time a backtest is of, in milliseconds since the epoch.
 *
 * @param fromMillis the first time that may be a tick
 * @param toMillis the last
 * @param sliceMillis how much time is read at once
 */
record BacktestRange(long fromMillis, long toMillis, long sliceMillis) implements Serializable {

  BacktestRange {
    if (fromMillis > toMillis) {
      throw new IllegalArgumentException(
          "the backtest begins at %d ms, after its end at %d ms; give an earlier --%s"
              .formatted(fromMillis, toMillis, BacktestOptions.FROM.key()));
    }
  }

  /** Returns how many slices there are, those before the first tick first. */
  long slices(long reachMillis) {
    return before(reachMillis) + slices(fromMillis - 1, toMillis);
  }

  private long before(long reachMillis) {
    return slices(fromMillis - 1 - reachMillis - 1, fromMillis - 1);
  }

  private long slices(long afterMillis, long to) {
    return (to - afterMillis + sliceMillis - 1) / sliceMillis;
  }

  /**
   * Returns the end of a slice, which belongs to it; that of the slice before does not. No slice
   * has times before the first tick and after.
   *
   * @param slice its number, from 0; -1 stands for the time before the first
   */
  long endMillis(long slice, long reachMillis) {
    long before = before(reachMillis);
    long first = fromMillis - 1 - reachMillis - 1;
    return slice < before
        ? Math.min(fromMillis - 1, first + (slice + 1) * sliceMillis)
        : Math.min(toMillis, fromMillis - 1 + (slice - before + 1) * sliceMillis);
  }
}
