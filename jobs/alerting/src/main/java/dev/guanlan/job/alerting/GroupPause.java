package dev.guanlan.job.alerting;

import dev.guanlan.job.alerting.state.GroupProgress;

/**
 * Is the pause of a group whose next tick {@linkplain PacedTime paced time} has not come to. In
 * memory alone: after a restart timers of the wall clock wake it or event time does, and it pauses
 * again.
 */
final class GroupPause {

  private boolean underWay;
  private long wakesMillis = GroupProgress.NONE;

  /** Tells whether the group is making up for missed ticks. */
  boolean isUnderWay() {
    return underWay;
  }

  /** Returns when the wall clock wakes the group, or none if it does not. */
  long wakesMillis() {
    return wakesMillis;
  }

  /** Tells whether the wall clock wakes the group soon; not if it was set back. */
  boolean isSeenTo(long nowMillis) {
    return wakesMillis > nowMillis && wakesMillis <= nowMillis + PacedTime.CREDIT_MILLIS;
  }

  /** Begins, or goes on. */
  void begin(long wakesAtMillis) {
    underWay = true;
    wakesMillis = wakesAtMillis;
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
    underWay = false;
    wakesMillis = GroupProgress.NONE;
  }
}
