package dev.guanlan.local.stack;

/**
 * Tells how a part is.
 *
 * @param state in one word
 * @param detail in a sentence or less; may be empty when all is well
 */
public record Health(State state, String detail) {

  /** Is the part's state as a user cares about it. */
  public enum State {
    /** Serves. */
    UP,
    /** Runs, but does not serve yet, or not now. */
    STARTING,
    /** Does not run. */
    DOWN
  }

  /** Returns that the part serves. */
  public static Health up(String detail) {
    return new Health(State.UP, detail);
  }

  /** Returns that the part runs but does not serve. */
  public static Health starting(String detail) {
    return new Health(State.STARTING, detail);
  }

  /** Returns that the part does not run. */
  public static Health down(String detail) {
    return new Health(State.DOWN, detail);
  }

  /** Tells whether the part serves. */
  public boolean isUp() {
    return state == State.UP;
  }
}
