package dev.guanlan.local.command.run;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Says that another process supervises the stack of this data folder. */
public final class ClaimedException extends IOException {

  private static final long serialVersionUID = 1;

  ClaimedException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
