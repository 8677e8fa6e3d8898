package dev.guanlan.local.command.letters;

/** Says why a letter is not replayed, and what to do. */
public final class ReplayRefusedException extends Exception {

  private static final long serialVersionUID = 1;

  /** Makes an exception with a message of three parts: what happened, to what, what to do. */
  public ReplayRefusedException(String message) {
    super(message);
  }
}
