package dev.guanlan.connector.alertmanager;

import java.time.Duration;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Says how long a peer that failed is left alone: twice as long each time, up to a longest, and by
 * chance up to half of that less, so that many who found it down do not come back at once. Not safe
 * for threads.
 */
final class Rests {

  private final Duration shortest;
  private final Duration longest;
  private final RandomGenerator random;
  private Duration next;

  Rests(Duration shortest, Duration longest, RandomGenerator random) {
    this.shortest = shortest;
    this.longest = longest;
    this.random = random;
    this.next = shortest;
  }

  /**
   * Returns how long to rest now.
   *
   * @param asked how long the peer asked for; it gets no more than the longest rest, for an alert
   *     must not wait for hours on a mistaken answer
   */
  Duration take(@Nullable Duration asked) {
    long whole = next.toNanos();
    Duration rest = Duration.ofNanos(whole - random.nextLong(whole / 2 + 1));
    next = shorter(next.multipliedBy(2), longest);
    if (asked == null) {
      return rest;
    }
    Duration granted = shorter(asked, longest);
    return granted.compareTo(rest) > 0 ? granted : rest;
  }

  /** Begins anew with the shortest. */
  void reset() {
    next = shortest;
  }

  private static Duration shorter(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }
}
