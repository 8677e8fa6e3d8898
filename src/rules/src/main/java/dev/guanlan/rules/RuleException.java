package dev.guanlan.rules;

/** Says why a rule cannot be evaluated in a stream. */
public final class RuleException extends Exception {

  private static final long serialVersionUID = 1;

  /** Makes an exception of a message of three parts: what happened, to what, what to do. */
  public RuleException(String message) {
    super(message);
  }

  RuleException(String message, Throwable cause) {
    super(message, cause);
  }
}
