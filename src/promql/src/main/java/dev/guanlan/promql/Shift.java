package dev.guanlan.promql;

import org.jspecify.annotations.Nullable;

/**
 * Moves the time at which a selector or subquery looks.
 *
 * @param offsetMillis how far back from the evaluation time, in milliseconds; may be negative; 0
 *     while {@code offset} is not null
 * @param at what replaces the evaluation time, or null for the step's own
 * @param offset what computes the offset, or null if it is a literal
 */
public record Shift(long offsetMillis, @Nullable At at, @Nullable DurationExpression offset) {

  /** Moves nothing. */
  public static final Shift NONE = new Shift(0, null);

  /** Makes a shift by a literal. */
  public Shift(long offsetMillis, @Nullable At at) {
    this(offsetMillis, at, null);
  }

  /** Tells whether there is an {@code offset}. */
  boolean hasOffset() {
    return offsetMillis != 0 || offset != null;
  }
}
