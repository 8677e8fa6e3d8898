package dev.guanlan.promql.engine;

/**
 * Judges samples by the times since when they have counted: their start timestamps, 0 where they
 * are not known ({@code isStartTimestampReset} and {@code checkStartTimeOverlap} in Prometheus'
 * {@code promql/functions.go}).
 */
final class StartTimestamps {

  private StartTimestamps() {}

  /**
   * Tells whether a counter began anew between two samples in a row.
   *
   * @param previousStart since when the previous sample has counted
   * @param previous time of the previous sample
   * @param start since when the sample has counted
   * @param time time of the sample
   */
  static boolean isReset(long previousStart, long previous, long start, long time) {
    // OpenTelemetry writes the time itself where the start is unknown; after it, it is wrong.
    if (start == 0 || start >= time || start < previous) {
      return false;
    }
    if (start > previous) {
      return true;
    }
    // It points at the previous sample. That is what deltas do, each of which begins anew, and what
    // a counter of unknown start does, which does not: its first start is not known, or wrong.
    return previousStart != 0 && previousStart < previous;
  }

  /** Tells whether a sample counts some of what the one before it has counted already. */
  static boolean overlaps(long previousStart, long previous, long start) {
    return start != 0 && start < previous && start != previousStart;
  }
}
