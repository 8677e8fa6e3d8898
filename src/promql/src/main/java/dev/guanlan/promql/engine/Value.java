package dev.guanlan.promql.engine;

/** Is what an expression evaluates to. Immutable. */
public sealed interface Value permits Scalar, StringValue, InstantVector, RangeMatrix {}
