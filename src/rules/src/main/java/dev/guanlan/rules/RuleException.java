package dev.guanlan.rules;

/** Says why a rule cannot be evaluated in a stream. */
public final class RuleException extends Exception {

  private static final long serialVersionUID = 1;

  RuleException(String message, Throwable cause) {
    super(message, cause);
  }
}
