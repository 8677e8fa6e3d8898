package dev.guanlan.local.stack;

import java.time.Duration;

/**
 * Hears what a supervisor does, for the terminal or a log.
 *
 * <p>Called from the supervisor's threads, one call at a time. Downloads are told to {@link
 * Site#notice} instead. Every method has an empty default.
 */
public interface StartListener {

  /** Hears nothing. */
  StartListener SILENT = new StartListener() {};

  /** Hears that a part is about to be started. */
  default void starting(Part part) {}

  /** Hears that a part serves, {@code took} after it was started. */
  default void started(Part part, Duration took) {}

  /** Hears that a part does not come up. */
  default void failed(Part part, PartException reason) {}

  /** Hears that a part died by itself and will be started again after {@code pause}. */
  default void died(Part part, String reason, Duration pause) {}

  /** Hears that a part that had died serves again. */
  default void restarted(Part part, Duration took) {}

  /** Hears that a part died too often and is left alone. */
  default void gaveUp(Part part, String reason) {}

  /** Hears that a part is about to be stopped. */
  default void stopping(Part part) {}

  /** Hears that a part has ended. */
  default void stopped(Part part, Duration took) {}
}
