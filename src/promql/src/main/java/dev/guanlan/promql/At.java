package dev.guanlan.promql;

/**
 * Fixes the evaluation time of a selector: the {@code @} modifier.
 *
 * @param anchor what it is fixed to
 * @param millis milliseconds since the epoch, for {@link Anchor#TIMESTAMP}; else 0
 */
public record At(Anchor anchor, long millis) {

  /** What an evaluation time can be fixed to. */
  public enum Anchor {
    /** A point in time. */
    TIMESTAMP,
    /** The first step of the query. */
    START,
    /** The last step of the query. */
    END
  }
}
