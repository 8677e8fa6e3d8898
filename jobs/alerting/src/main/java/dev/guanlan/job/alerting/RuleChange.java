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
 */
record RuleChange(String key, long version, @Nullable RuleGroup group)
    implements GroupUpdate, SelectionChange {}
