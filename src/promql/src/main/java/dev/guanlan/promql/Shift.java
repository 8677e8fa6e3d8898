package dev.guanlan.promql;

import org.jspecify.annotations.Nullable;

/**
 * Moves the time at which a selector or subquery looks.
 *
 * @param offsetMillis how far back from the evaluation time, in milliseconds; may be negative
 * @param at what replaces the evaluation time, or null for the step's own
 */
public record Shift(long offsetMillis, @Nullable At at) {

  /** Moves nothing. */
  public static final Shift NONE = new Shift(0, null);
}
