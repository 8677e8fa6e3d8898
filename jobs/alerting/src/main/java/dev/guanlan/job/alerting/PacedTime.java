package dev.guanlan.job.alerting;

import dev.guanlan.job.alerting.state.GroupProgress;

/**
 * Follows event time at a pace, for groups that look at what rules record. That comes through
 * Kafka, on the wall clock; while a job catches up, event time would pass it by. It is one for all
 * groups of a task, and nearly so of all tasks, so that none passes another whose records it looks
 * at.
 *
 * <p>It is event time as long as there is nothing to make up for. Over restarts it goes on where it
 * was: what is between that and event time is what was missed.
 */
final class PacedTime {

  /**
   * How far behind the wall clock it is when there is something to make up for: more than event
   * time is where a sender is late.
   */
  static final long BEHIND_MILLIS = 120_000;

  /** How much of event time passes at once when it is first told. */
  static final long STRETCH_MILLIS = 15_000;

  /** How many times as fast as the wall clock it is at most. */
  static final long SPEED = 60;

  /**
   * How much of what a busy task has missed by the wall clock is made up for: what was recorded can
   * have come only if others had their turn since.
   */
  static final long CREDIT_MILLIS = 1_000;

  /** How long other input has its turn at least. */
  private static final long TURN_MILLIS = 50;

  private static final long NONE = GroupProgress.NONE;

  private long reachedMillis;
  private boolean followed;
  private long seenMillis;
  private boolean behind;

  /**
   * Goes on where it was.
   *
   * @param reachedMillis how far it had come; the least number if that is not known, and the first
   *     tick is to tell
   */
  PacedTime(long reachedMillis) {
    this.reachedMillis = reachedMillis;
  }

  /** Returns how far it has come, in milliseconds since the epoch; the least number if nowhere. */
  long reachedMillis() {
    return reachedMillis;
  }

  /** Tells whether there is something to make up for. */
  boolean isBehind() {
    return behind;
  }

  /**
   * Begins at the first tick of any group, if it is not known how far it had come.
   *
   * @param eventTime how far event time has come
   * @param nowMillis the wall clock
   */
  void begin(long tickMillis, long eventTime, long nowMillis) {
    if (reachedMillis == NONE) {
      reachedMillis = tickMillis;
      follow(eventTime, nowMillis);
    }
  }

  /**
   * Passes over ticks that are not evaluated, for they are too far back.
   *
   * @param millis how far, at the most, they go
   */
  void skip(long millis) {
    reachedMillis = Math.max(reachedMillis, millis);
  }

  /**
   * Follows event time.
   *
   * @param eventTime how far that has come; the least number if that is not known
   * @param nowMillis the wall clock
   */
  void follow(long eventTime, long nowMillis) {
    if (eventTime == NONE || reachedMillis == NONE) {
      return;
    }
    long passed = passedMillis(nowMillis);
    behind |= reachedMillis < nowMillis - BEHIND_MILLIS;
    long most = behind ? reachedMillis + passed : eventTime;
    reachedMillis = Math.max(reachedMillis, Math.min(eventTime, most));
    behind &= reachedMillis < eventTime;
    followed = true;
    seenMillis = nowMillis;
  }

  /** Returns how much of event time may pass for what has passed since the last call. */
  private long passedMillis(long nowMillis) {
    return followed
        ? SPEED * Math.max(0, Math.min(nowMillis - seenMillis, CREDIT_MILLIS))
        : STRETCH_MILLIS;
  }

  /** Returns when, by the wall clock, to look again whether it has come to a time. */
  long dueMillis(long millis, long nowMillis) {
    long wait = (millis - reachedMillis + SPEED - 1) / SPEED;
    return nowMillis + Math.max(TURN_MILLIS, Math.min(wait, CREDIT_MILLIS));
  }
}
