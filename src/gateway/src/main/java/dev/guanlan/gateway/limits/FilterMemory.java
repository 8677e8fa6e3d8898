package dev.guanlan.gateway.limits;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounds what counting the active series of all tenants takes, as anybody may invent tenants. Safe
 * for many threads.
 */
final class FilterMemory {

  private final long limit;
  private final AtomicLong taken = new AtomicLong();

  /** Allows {@code limit} bytes. */
  FilterMemory(long limit) {
    this.limit = limit;
  }

  /** Takes bytes, or none and returns false if there are not as many left. */
  boolean take(long bytes) {
    if (taken.addAndGet(bytes) <= limit) {
      return true;
    }
    taken.addAndGet(-bytes);
    return false;
  }

  void giveBack(long bytes) {
    taken.addAndGet(-bytes);
  }

  /** Returns whether most of it is taken. */
  boolean isScarce() {
    return taken.get() > limit / 4 * 3;
  }
}
