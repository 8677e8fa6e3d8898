package dev.guanlan.topology;

/**
 * Is one call from a service to another, or to somebody who sends no telemetry.
 *
 * @param tenant whose it is
 * @param from the id of the calling service
 * @param to the called, which has a type and a name only if it was not seen itself
 * @param endMillis when it ended, in milliseconds since the epoch
 * @param durationMillis how long the called took, or if it was not seen, how long the caller waited
 * @param failed whether either half ended in error
 */
public record Call(
    String tenant,
    String from,
    CallSide.Peer to,
    long endMillis,
    double durationMillis,
    boolean failed) {

  /** Returns whether the called was not seen itself, so that only its callers know of it. */
  public boolean outside() {
    return !to.type().isEmpty();
  }
}
