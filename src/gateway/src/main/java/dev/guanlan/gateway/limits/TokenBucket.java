package dev.guanlan.gateway.limits;

import java.time.Duration;

/** Lets through so many a second, and for a moment as many as were not used before. */
final class TokenBucket {

  private static final double NANOS = 1e9;

  private double tokens = Double.MAX_VALUE; // Full, however much that is.
  private long refilledAtNanos;

  /**
   * Takes tokens, or none if there are too few.
   *
   * @param count how many; not more than {@code burst}
   * @param perSecond how many come back each second
   * @param burst how many there can be at most
   * @param nowNanos the time, by any clock that only goes forward
   * @return zero if they were taken, and how long to wait otherwise
   */
  synchronized Duration take(long count, long perSecond, long burst, long nowNanos) {
    double since = (nowNanos - refilledAtNanos) / NANOS;
    tokens = Math.min((double) burst, tokens + Math.max(0, since) * perSecond);
    refilledAtNanos = nowNanos;
    if (count <= tokens) {
      tokens -= count;
      return Duration.ZERO;
    }
    return Duration.ofNanos((long) Math.ceil((count - tokens) / perSecond * NANOS));
  }
}
