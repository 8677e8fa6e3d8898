package dev.guanlan.job.ingest;

import java.io.Serializable;
import java.time.Clock;
import java.time.Duration;

/**
 * Says between which times telemetry is kept, and until when. What lies outside would be dropped by
 * the tables' retention at once, and an agent with a broken clock would spread one insert over
 * thousands of partitions, which ClickHouse refuses as a whole.
 *
 * @param clock tells what is now
 * @param maxAge how old telemetry may be when it comes
 * @param maxAhead how far in the future it may be
 * @param retention how long it is kept
 */
record TimeBounds(Clock clock, Duration maxAge, Duration maxAhead, Retention retention)
    implements Serializable {

  /**
   * Returns the earliest time that is accepted, in milliseconds since the epoch.
   *
   * @param days how long such rows are kept
   */
  long earliestMillis(int days) {
    return clock.millis() - Math.min(maxAge.toMillis(), days * SeriesCache.DAY_MILLIS);
  }

  /** Returns the latest time that is accepted, in milliseconds since the epoch. */
  long latestMillis() {
    return clock.millis() + maxAhead.toMillis();
  }
}
