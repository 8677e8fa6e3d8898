package dev.guanlan.gateway.limits;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Measures what one tenant pushes. */
final class Meter {

  private static final long WINDOW_NANOS = Duration.ofMinutes(30).toNanos();

  final TokenBucket items = new TokenBucket();
  final TokenBucket bytes = new TokenBucket();
  private volatile long usedAtNanos;
  private @Nullable ActiveSeries series;

  void use(long nowNanos) {
    usedAtNanos = nowNanos;
  }

  long usedAtNanos() {
    return usedAtNanos;
  }

  /** Returns the count of series against a limit; another limit starts another count. */
  synchronized ActiveSeries series(int limit, long nowNanos) {
    ActiveSeries counted = series;
    if (counted == null || counted.limit() != limit) {
      counted = new ActiveSeries(limit, WINDOW_NANOS, nowNanos);
      series = counted;
    }
    return counted;
  }
}
