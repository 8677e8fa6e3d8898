package dev.guanlan.job.alerting;

import dev.guanlan.job.alerting.state.GroupProgress;

/**
 * Lets a group that looks at what rules record make up for missed ticks at a pace. What they record
 * comes through Kafka, on the wall clock; without a pace the group's event time would pass it by.
 * All groups have the same pace, so that none passes another whose records it looks at.
 *
 * <p>In memory alone: after a restart the pace begins anew, and no tick is the earlier for that.
 */
final class CatchUpPace {

  /**
   * How far behind the wall clock a tick is when there is something to make up for: more than event
   * time is where a sender is late.
   */
  static final long BEHIND_MILLIS = 120_000;

  /** How much event time may pass at once. */
  static final long STRETCH_MILLIS = 15_000;

  /** How many times as fast as the wall clock event time is at most. */
  static final long SPEED = 60;

  /** How much of what a busy task has missed by the wall clock is made up for. */
  private static final long CREDIT_MILLIS = 1_000;

  /** How long other input has its turn at least. */
  private static final long TURN_MILLIS = 50;

  private long firstTickMillis = GroupProgress.NONE;
  private long begunMillis;
  private long begunEventTime;
  private long wakesMillis = GroupProgress.NONE;

  /** Tells whether the group is making up for missed ticks. */
  boolean isUnderWay() {
    return firstTickMillis != GroupProgress.NONE;
  }

  /** Takes note that the wall clock has woken the group as it was to at a time. */
  void woken(long timestampMillis) {
    // By a timer that is gone, whatever the clock says now: it may have been set back.
    if (wakesMillis == timestampMillis) {
      wakesMillis = GroupProgress.NONE;
    }
  }

  /** Says that there is nothing to make up for. */
  void end() {
    firstTickMillis = GroupProgress.NONE;
    wakesMillis = GroupProgress.NONE;
  }

  /**
   * Tells whether a tick may be evaluated now.
   *
   * @param nowMillis the wall clock
   * @param eventTime how far event time has come
   * @param woken whether the wall clock brought this about
   */
  boolean admits(long tickMillis, long nowMillis, long eventTime, boolean woken) {
    if (!isUnderWay() || tickMillis < firstTickMillis || nowMillis < begunMillis) {
      begin(tickMillis, nowMillis, eventTime);
      return true;
    }
    if (tickMillis - firstTickMillis < STRETCH_MILLIS) {
      return true;
    }
    long due = dueMillis(tickMillis);
    // However late it is: what was recorded can have come only if others had their turn since.
    if (nowMillis < due || (!woken && eventTime <= begunEventTime)) {
      return false;
    }
    begin(tickMillis, Math.max(due, nowMillis - CREDIT_MILLIS), eventTime);
    return true;
  }

  private void begin(long tickMillis, long beginMillis, long eventTime) {
    firstTickMillis = tickMillis;
    begunMillis = beginMillis;
    begunEventTime = eventTime;
    wakesMillis = GroupProgress.NONE;
  }

  private long dueMillis(long tickMillis) {
    return begunMillis + (tickMillis - firstTickMillis) / SPEED;
  }

  /** Returns when to wake a group whose next tick is not admitted; none if that is seen to. */
  long wake(long tickMillis, long nowMillis) {
    if (wakesMillis > nowMillis) {
      return GroupProgress.NONE;
    }
    wakesMillis = Math.max(dueMillis(tickMillis), nowMillis + TURN_MILLIS);
    return wakesMillis;
  }

  /** Returns when the group is woken, or none if it need not be. */
  long wakesMillis() {
    return wakesMillis;
  }
}
