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
 */
record RuleChange(
    String key, long version, @Nullable RuleGroup group, @Nullable String missingHistory)
    implements GroupUpdate, SelectionChange {

  /** Says what a group is, no history of which is missing. */
  RuleChange(String key, long version, @Nullable RuleGroup group) {
    this(key, version, group, null);
  }

  /** Returns the same change, which comes without the group's history. */
  RuleChange withoutHistory(String why) {
    return new RuleChange(key, version, group, why);
  }
}
