package dev.guanlan.local.command.look;

import org.jspecify.annotations.Nullable;

/** Says that a part of the platform could not be asked, and why. */
public final class LookException extends Exception {

  private static final long serialVersionUID = 1;

  /** Creates one; the cause is null where an answer was bad rather than absent. */
  public LookException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
