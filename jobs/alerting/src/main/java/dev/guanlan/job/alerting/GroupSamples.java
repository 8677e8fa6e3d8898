package dev.guanlan.job.alerting;

import dev.guanlan.model.SampleBlock;

/**
 * Holds samples that a rule group recorded.
 *
 * @param group the group's key: tenant/namespace/name
 * @param block the samples
 */
record GroupSamples(String group, SampleBlock block) {}
