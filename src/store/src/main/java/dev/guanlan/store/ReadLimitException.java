package dev.guanlan.store;

import java.io.IOException;

/** Says that there is more to read than whoever reads wants to hold. */
public final class ReadLimitException extends IOException {

  private static final long serialVersionUID = 1L;

  /** Says what there is more of. */
  public ReadLimitException(String message) {
    super(message);
  }
}
