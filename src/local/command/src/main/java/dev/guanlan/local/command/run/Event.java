package dev.guanlan.local.command.run;

/**
 * Tells one thing that happened to a stack.
 *
 * @param atMillis when, milliseconds since the epoch
 * @param kind what
 * @param part the part it happened to, or empty
 * @param version the part's version, or empty
 * @param address where the part listens, or empty
 * @param millis how long it took, milliseconds, where that means something
 * @param text what else there is to say, or empty
 */
public record Event(
    long atMillis,
    Kind kind,
    String part,
    String version,
    String address,
    long millis,
    String text) {

  /** Names what can happen. */
  public enum Kind {
    /** A part is about to be started. */
    STARTING,
    /** Something that takes long is going on, such as a download. */
    NOTICE,
    /** A part serves. */
    STARTED,
    /** A part does not come up; the stack is taken down again. */
    FAILED,
    /** A part died and will be started again. */
    DIED,
    /** A part that died serves again. */
    RESTARTED,
    /** A part died too often and is left alone. */
    GAVE_UP,
    /** Everything serves. */
    READY,
    /** A part is about to be stopped. */
    STOPPING,
    /** A part has ended. */
    STOPPED,
    /** Everything has ended. */
    ENDED
  }

  /** Makes an event that is about the whole stack. */
  public static Event of(long atMillis, Kind kind, long millis, String text) {
    return new Event(atMillis, kind, "", "", "", millis, text);
  }
}
