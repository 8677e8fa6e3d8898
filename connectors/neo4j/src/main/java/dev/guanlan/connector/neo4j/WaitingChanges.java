package dev.guanlan.connector.neo4j;

import dev.guanlan.topology.Change;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Keeps the changes that are still to be written: of each entity and relation the newest, and apart
 * from that its newest deletion, because a deletion also takes along the older relations of what is
 * gone, whether or not it is there again. For one thread.
 */
final class WaitingChanges {

  private record Slot(String key, boolean deleted) {}

  private final Map<Slot, Change> changes = new LinkedHashMap<>();

  /** Adds a change, and returns whether it or one that waited was overtaken by the other. */
  boolean add(Change change) {
    Slot slot = new Slot(change.key(), change.deleted());
    Change known = changes.get(slot);
    if (known == null || change.supersedes(known)) {
      changes.put(slot, change);
    }
    return known != null;
  }

  int size() {
    return changes.size();
  }

  boolean isEmpty() {
    return changes.isEmpty();
  }

  /** Takes out at most {@code count} changes, those that have waited longest. */
  List<Change> take(int count) {
    List<Change> taken = new ArrayList<>(Math.min(count, changes.size()));
    Iterator<Change> oldest = changes.values().iterator();
    while (oldest.hasNext() && taken.size() < count) {
      taken.add(oldest.next());
      oldest.remove();
    }
    return taken;
  }
}
