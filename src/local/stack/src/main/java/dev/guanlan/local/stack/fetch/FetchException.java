package dev.guanlan.local.stack.fetch;

import java.io.IOException;

/** Says which third-party program could not be brought here, why, and what to do about it. */
public final class FetchException extends IOException {

  private static final long serialVersionUID = 1L;

  /** Creates one with a message of three parts: what happened, to what, what to do. */
  public FetchException(String message) {
    super(message);
  }

  /** Creates one with its cause. */
  public FetchException(String message, Throwable cause) {
    super(message, cause);
  }
}
