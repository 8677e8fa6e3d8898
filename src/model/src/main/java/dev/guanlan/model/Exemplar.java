package dev.guanlan.model;

/**
 * Points from a series to one observation that it counted, mostly by a trace id among the labels.
 *
 * @param series index of the series in its block
 * @param labels what identifies the observation
 * @param value what was observed
 * @param timestampMillis when, in milliseconds since the epoch; 0 if the sender did not say
 */
public record Exemplar(int series, Labels labels, double value, long timestampMillis) {}
