package dev.guanlan.local.command;

/** Ends a command with a sentence for the user: what happened, to what, and what to do. */
final class Problem extends RuntimeException {

  private static final long serialVersionUID = 1;

  Problem(String message) {
    super(message);
  }

  Problem(String message, Throwable cause) {
    super(message, cause);
  }
}
