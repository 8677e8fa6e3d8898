package dev.guanlan.topology;

import dev.guanlan.model.Labels;

/**
 * Says what an entity or a relation was at a time, or that it is gone.
 *
 * <p>Of two changes with the same {@link #key()} the one that {@link #supersedes} the other holds,
 * whichever arrived first.
 */
public sealed interface Change permits Entity, Relation {

  /** Returns whose it is. */
  String tenant();

  /** Returns what kind it is: a constant of {@link EntityType} or {@link RelationType}. */
  String type();

  /** Returns what it is, within its tenant; see {@link Identity}. */
  String id();

  /** Returns what is known of it. */
  Labels attributes();

  /** Returns when this was so, in milliseconds since the epoch. */
  long version();

  /** Returns whether it is gone since {@link #version()}. */
  boolean deleted();

  /** Returns the same change as of another time, in milliseconds since the epoch. */
  Change withVersion(long version);

  /** Returns the change that says this is gone since {@code version}, a time in milliseconds. */
  Change tombstone(long version);

  /** Returns what names it across tenants; the key of a topology record on Kafka. */
  default String key() {
    return Identity.key(this);
  }

  /**
   * Returns whether this holds rather than {@code other}, which has the same key. The greater
   * version does; of two equal ones a deletion, and then the greater contents, so that the answer
   * never depends on the order of arrival.
   */
  default boolean supersedes(Change other) {
    if (version() != other.version()) {
      return version() > other.version();
    }
    if (deleted() != other.deleted()) {
      return deleted();
    }
    return attributes().compareTo(other.attributes()) > 0;
  }
}
