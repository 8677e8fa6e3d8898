package dev.guanlan.local.stack;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Runs one part of the platform: usually a process, sometimes what must be done inside others (the
 * jobs on the Flink cluster).
 *
 * <p>{@link #start} only sets it going; {@link #check} tells when it serves. All methods may be
 * called from any thread; a part may be started again after it was stopped, was killed or died, and
 * finds its data as it left it.
 */
public interface Part {

  /** Returns its name, as commands and log files spell it: lower case, no spaces. */
  String name();

  /** Returns the version of what runs. */
  String version();

  /** Returns the addresses that it serves at, none for a part without listeners. */
  List<Endpoint> endpoints();

  /** Returns how long it may take until it is healthy, downloads at first use not counted. */
  default Duration startTimeout() {
    return Duration.ofSeconds(90);
  }

  /**
   * Tells whether its start may be set going while the parts before it are still on their way up;
   * false by default.
   */
  default boolean startsAlone() {
    return false;
  }

  /**
   * Fetches what is missing, then starts it and returns without waiting for health. Does nothing
   * when it is running.
   */
  void start() throws PartException;

  /** Looks at it now; takes at most a few seconds, and never throws. */
  Health check();

  /** Tells whether it is running; false before {@link #start}, and once it ended or died. */
  boolean running();

  /** Asks it to end, waits, and forces it after a while; returns when it has ended. */
  void stop();

  /** Ends it as a crash would ({@code kill -9}); returns when it has ended. */
  void kill();

  /** Returns the process id of the one process that it is, while that runs; none for others. */
  default Optional<Long> pid() {
    return Optional.empty();
  }

  /** Returns the file that its output goes to, if it has one of its own. */
  default Optional<Path> log() {
    return Optional.empty();
  }
}
