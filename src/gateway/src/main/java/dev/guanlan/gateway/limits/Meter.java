package dev.guanlan.gateway.limits;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Measures what one tenant pushes. */
final class Meter {

  private static final long WINDOW_NANOS = Duration.ofMinutes(30).toNanos();

  final TokenBucket items = new TokenBucket();
  final TokenBucket bytes = new TokenBucket();
  private volatile long usedAtNanos;
  private final FilterMemory memory;
  private @Nullable ActiveSeries series;

  Meter(FilterMemory memory) {
    this.memory = memory;
  }

  void use(long nowNanos) {
    usedAtNanos = nowNanos;
  }

  long usedAtNanos() {
    return usedAtNanos;
  }

  /**
   * Returns the count of series against a limit, or null if there is no memory for it; another
   * limit starts another count.
   */
  synchronized @Nullable ActiveSeries series(int limit, long nowNanos) {
    ActiveSeries counted = series;
    if (counted == null || counted.limit() != limit) {
      forgetSeries();
      if (!memory.take(ActiveSeries.bytes(limit))) {
        return null;
      }
      counted = new ActiveSeries(limit, WINDOW_NANOS, nowNanos);
      series = counted;
    }
    return counted;
  }

  /** Gives the memory back that counting series takes. */
  synchronized void forgetSeries() {
    if (series != null) {
      memory.giveBack(ActiveSeries.bytes(series.limit()));
      series = null;
    }
  }
}
