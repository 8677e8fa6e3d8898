package dev.guanlan.job.alerting;

import java.io.Serializable;

/**
 * Says when a version of a rule group takes over from the one before it.
 *
 * @param soonestMillis how long after its publication one does that looks at more, at the soonest;
 *     0 if that may be at once
 * @param latestMillis how long after it any does, at the latest; 0 if all do at once
 */
record TakeOver(long soonestMillis, long latestMillis) implements Serializable {

  /** Is that of versions that are known everywhere when they are known anywhere. */
  static final TakeOver AT_ONCE = new TakeOver(0, 0);
}
