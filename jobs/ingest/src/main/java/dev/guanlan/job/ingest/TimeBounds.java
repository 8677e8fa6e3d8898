package dev.guanlan.job.ingest;

import java.io.Serializable;
import java.time.Clock;
import java.time.Duration;

/**
 * Says between which times telemetry is kept. What lies outside would be dropped by the tables'
 * retention at once, and an agent with a broken clock would spread one insert over thousands of
 * daily partitions, which ClickHouse refuses as a whole.
 *
 * @param clock tells what is now
 * @param maxAge how old telemetry may be
 * @param maxAhead how far in the future it may be
 */
record TimeBounds(Clock clock, Duration maxAge, Duration maxAhead) implements Serializable {

  /** Returns the earliest time that is kept, in milliseconds since the epoch. */
  long earliestMillis() {
    return clock.millis() - maxAge.toMillis();
  }

  /** Returns the latest time that is kept, in milliseconds since the epoch. */
  long latestMillis() {
    return clock.millis() + maxAhead.toMillis();
  }
}
