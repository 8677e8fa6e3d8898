package dev.guanlan.job.alerting;

import dev.guanlan.model.SampleBlock;

/**
 * Holds some of the stored samples that a new or changed rule group looks at. All of them come
 * before the change, while the group's last version goes on; some may come twice.
 *
 * @param key the group: tenant/namespace/name
 * @param version the version of the group that it comes before, as {@link RuleChange} names it
 * @param ofAlerts whether the series are those that tell since when the group's alerts are active,
 *     not those that its rules select
 * @param block the samples, those of a series ascending by time
 */
record GroupHistory(String key, long version, boolean ofAlerts, SampleBlock block)
    implements GroupUpdate {}
