package dev.guanlan.promql.engine;

/**
 * Says that a leaf has no results since it could not be evaluated, where it was. A {@link
 * StandingSource} throws it that is asked for them; the expression then fails with its message.
 */
public final class LeafFailure extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /** Makes a failure with the message of the evaluation that failed. */
  public LeafFailure(String message) {
    super(message);
  }
}
