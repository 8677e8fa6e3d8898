package dev.guanlan.promql.engine;

/**
 * Is a piece of text.
 *
 * @param timestampMillis evaluation time, milliseconds since the epoch
 */
public record StringValue(long timestampMillis, String text) implements Value {}
