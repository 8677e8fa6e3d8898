package dev.guanlan.topology;

/**
 * Is one half of a call, as one of its two spans tells it.
 *
 * @param tenant whose it is
 * @param pair what both halves have in common: the trace and the span that made the call
 * @param caller whether this is the half of who called
 * @param service the id of the service that made the span
 * @param peer what the caller knows of whom it called; on the other half {@link Peer#NONE}
 * @param endMillis when the span ended, in milliseconds since the epoch
 * @param durationMillis how long the span took, in milliseconds
 * @param failed whether the span ended in error
 */
public record CallSide(
    String tenant,
    String pair,
    boolean caller,
    String service,
    Peer peer,
    long endMillis,
    double durationMillis,
    boolean failed) {

  /**
   * Is somebody called, as the caller knows it.
   *
   * @param type the type of the entity it becomes if nobody answers to the call; empty if unknown
   * @param id the id of that entity
   * @param name what people call it
   */
  public record Peer(String type, String id, String name) {

    /** The caller said nothing of whom it called. */
    public static final Peer NONE = new Peer("", "", "");
  }
}
