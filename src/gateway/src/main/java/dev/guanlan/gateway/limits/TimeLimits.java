package dev.guanlan.gateway.limits;

import dev.guanlan.gateway.push.Refusal;
import java.time.Instant;

/** Checks whether a time is too long ago, or too far ahead. */
final class TimeLimits {

  private final String tenant;
  private final TenantLimits limits;
  private final long leastMillis;
  private final long mostMillis;

  TimeLimits(String tenant, TenantLimits limits, long nowMillis) {
    this.tenant = tenant;
    this.limits = limits;
    this.leastMillis =
        limits.maxAgeSeconds() == 0 ? Long.MIN_VALUE : nowMillis - 1000 * limits.maxAgeSeconds();
    this.mostMillis =
        limits.maxFutureSeconds() == 0
            ? Long.MAX_VALUE
            : nowMillis + 1000 * limits.maxFutureSeconds();
  }

  /** Returns whether there is anything to check. */
  boolean any() {
    return limits.maxAgeSeconds() > 0 || limits.maxFutureSeconds() > 0;
  }

  // hot: asked for every sample.
  boolean isBeyond(long millis) {
    return millis < leastMillis || millis > mostMillis;
  }

  /** Makes the refusal of a time that is beyond. */
  Refusal refusal(String what, long millis) {
    boolean old = millis < leastMillis;
    return LimitRefusal.of(
        tenant,
        old ? "max_age_seconds" : "max_future_seconds",
        old ? limits.maxAgeSeconds() : limits.maxFutureSeconds(),
        what + " is of " + written(millis),
        old ? "send what is fresh" : "set the sender's clock right");
  }

  private static String written(long millis) {
    // Years of more than four digits would only fill the line.
    return Math.abs(millis) < 250_000_000_000_000L
        ? Instant.ofEpochMilli(millis).toString()
        : millis + " ms";
  }
}
