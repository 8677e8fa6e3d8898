package dev.guanlan.job.alerting;

import dev.guanlan.schema.RuleGroup;
import org.jspecify.annotations.Nullable;

/**
 * Says what a rule group is from now on. Of two for one group the one with the greater version
 * holds.
 *
 * @param key the group: tenant/namespace/name
 * @param version when it was published, in milliseconds since the epoch
 * @param group the group, or null if it is deleted
 * @param missingHistory why it comes without its history; null if no history is missing
 * @param readMillis when its history was read by the wall clock, {@link #READ_BEFORE} or {@link
 *     #NOT_READ}
 */
record RuleChange(
    String key,
    long version,
    @Nullable RuleGroup group,
    @Nullable String missingHistory,
    long readMillis)
    implements GroupUpdate, SelectionChange {

  /** Stands for when it was read of a change for which nothing is. */
  static final long NOT_READ = -1;

  /** Stands for when it was read of a change that looks at nothing but what was read before. */
  static final long READ_BEFORE = -2;

  /** Says what a group is, no history of which is missing. */
  RuleChange(String key, long version, @Nullable RuleGroup group) {
    this(key, version, group, null, NOT_READ);
  }

  /** Returns the same change, which comes without the group's history. */
  RuleChange withoutHistory(String why) {
    return new RuleChange(key, version, group, why, NOT_READ);
  }

  /** Returns the same change, the history of which was read at a time by the wall clock. */
  RuleChange withHistory(long when) {
    return new RuleChange(key, version, group, null, when);
  }
}
