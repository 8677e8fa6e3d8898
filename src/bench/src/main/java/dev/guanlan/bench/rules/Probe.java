package dev.guanlan.bench.rules;

/**
 * Is a sample that makes an alert fire, and what became of it. Times are milliseconds since the
 * epoch. For many threads.
 */
final class Probe {

  private static final long NEVER = Long.MIN_VALUE;

  private final String interval;
  private final long sampledMillis;
  private long acknowledgedMillis = NEVER;
  private long tickMillis = NEVER;
  private long acceptedMillis = NEVER;

  /**
   * Makes the probe of a sample.
   *
   * @param interval of the group that is to see it, as rule files say it
   * @param sampledMillis the sample's own time
   */
  Probe(String interval, long sampledMillis) {
    this.interval = interval;
    this.sampledMillis = sampledMillis;
  }

  String interval() {
    return interval;
  }

  long sampledMillis() {
    return sampledMillis;
  }

  /** Says when what takes samples acknowledged it. */
  synchronized void acknowledged(long millis) {
    acknowledgedMillis = millis;
  }

  /**
   * Says when Alertmanager accepted its alert.
   *
   * @param tick since when the alert fires
   * @return whether it is the first time
   */
  synchronized boolean accepted(long tick, long millis) {
    if (acceptedMillis != NEVER) {
      return false;
    }
    tickMillis = tick;
    acceptedMillis = millis;
    return true;
  }

  /** Returns whether it is acknowledged, and its alert accepted. */
  synchronized boolean isOver() {
    return acknowledgedMillis != NEVER && acceptedMillis != NEVER;
  }

  /** Returns how long after the acknowledgement the alert was accepted; only when it is over. */
  synchronized long sinceAcknowledged() {
    return Math.max(0, acceptedMillis - acknowledgedMillis);
  }

  /** Returns the same without what was only waiting for the group's next tick. */
  synchronized long sinceDue() {
    return Math.max(0, acceptedMillis - Math.max(acknowledgedMillis, tickMillis));
  }
}
