package dev.guanlan.local.stack;

/** Says why a part cannot start and what to do about it; its message is written for a user. */
public final class PartException extends Exception {

  private static final long serialVersionUID = 1L;

  /** Creates one. */
  public PartException(String message) {
    super(message);
  }

  /** Creates one with its cause. */
  public PartException(String message, Throwable cause) {
    super(message, cause);
  }
}
