package dev.guanlan.rules;

import dev.guanlan.model.Labels;

/**
 * Is a sample that a rule recorded.
 *
 * @param labels the series, its metric name included
 * @param timestampMillis milliseconds since the epoch
 * @param value its value, or the stale marker where the series ended
 */
public record RecordedSample(Labels labels, long timestampMillis, double value) {}
