package dev.guanlan.job.common;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.TimeUnit;
import org.apache.flink.util.clock.RelativeClock;

/** Is a wall clock and the activity clocks of partitions, all moved by hand. */
final class TestTime extends Clock {

  private long nowMillis;
  private long setMillis;

  TestTime(long nowMillis) {
    this.nowMillis = nowMillis;
  }

  void pass(long millis) {
    nowMillis += millis;
  }

  /** Sets the wall clock forth or back, while no time passes. */
  void set(long millis) {
    nowMillis += millis;
    setMillis += millis;
  }

  /** Returns what time has passed, whatever the wall clock was set to. */
  long nanoTime() {
    return TimeUnit.MILLISECONDS.toNanos(nowMillis - setMillis);
  }

  /** Returns a clock that moves with this one, less what it is paused. */
  ActivityClock activity() {
    return new ActivityClock();
  }

  @Override
  public long millis() {
    return nowMillis;
  }

  @Override
  public Instant instant() {
    return Instant.ofEpochMilli(nowMillis);
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    return this;
  }

  final class ActivityClock implements RelativeClock {

    private long pausedMillis;

    /** Lets time pass that does not count as silence, as under backpressure. */
    void passPaused(long millis) {
      pass(millis);
      pausedMillis += millis;
    }

    @Override
    public long relativeTimeMillis() {
      return nowMillis - pausedMillis;
    }

    @Override
    public long relativeTimeNanos() {
      return TimeUnit.MILLISECONDS.toNanos(relativeTimeMillis());
    }
  }
}
