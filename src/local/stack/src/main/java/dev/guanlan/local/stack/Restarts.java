package dev.guanlan.local.stack;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * Decides when a part that died is started again: at once the first time, then after pauses that
 * double, and no more when it has died too often within a while.
 */
final class Restarts {

  /** How many restarts within the window are one too many. */
  static final int MOST = 6;

  /** Deaths that lie longer back are forgiven. */
  static final Duration WINDOW = Duration.ofMinutes(10);

  private static final long FIRST_PAUSE_MILLIS = 500;
  private static final long LONGEST_PAUSE_MILLIS = 30_000;

  private final Deque<Long> deaths = new ArrayDeque<>();

  /**
   * Records a death at {@code nanos} (a {@link System#nanoTime} reading) and returns the pause
   * before the next start, or nothing when the part is to be left alone from now on.
   */
  Optional<Duration> next(long nanos) {
    while (!deaths.isEmpty() && nanos - deaths.peekFirst() > WINDOW.toNanos()) {
      deaths.removeFirst();
    }
    deaths.addLast(nanos);
    if (deaths.size() > MOST) {
      return Optional.empty();
    }
    if (deaths.size() == 1) {
      return Optional.of(Duration.ZERO);
    }
    long pause = FIRST_PAUSE_MILLIS << (deaths.size() - 2);
    return Optional.of(Duration.ofMillis(Math.min(pause, LONGEST_PAUSE_MILLIS)));
  }
}
