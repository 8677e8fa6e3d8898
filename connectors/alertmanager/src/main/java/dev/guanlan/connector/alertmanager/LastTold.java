package dev.guanlan.connector.alertmanager;

import dev.guanlan.model.Labels;

/**
 * Remembers in which order a peer heard last that alerts fire, so that a full queue can drop those
 * that it knows of. Not safe for threads.
 *
 * <p>It takes half a megabyte, however many alerts there are: alerts whose labels have one hash
 * share a place, and are taken to be told together.
 */
final class LastTold {

  private static final int BITS = 16;
  private static final int SHIFT = Integer.SIZE - BITS;

  private final long[] places = new long[1 << BITS];
  private long told;

  /** Returns how many alerts were told when this one was, itself included; 0 if it never was. */
  long of(Labels alert) {
    return places[place(alert)];
  }

  /** Notes that the peer has heard of an alert; one that it knows to be resolved would be news. */
  void tell(QueuedAlert alert) {
    told++;
    places[place(alert.labels())] = alert.isResolved() ? 0 : told;
  }

  private static int place(Labels alert) {
    // Labels that are alike have hashes that are near each other; times this, the upper bits
    // differ.
    int mixed = alert.hashCode() * 0x9E3779B9;
    return mixed >>> SHIFT;
  }
}
