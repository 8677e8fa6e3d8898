package dev.guanlan.promql.engine;

/**
 * Is a single number.
 *
 * @param timestampMillis evaluation time, milliseconds since the epoch
 */
public record Scalar(long timestampMillis, double value) implements Value {}
