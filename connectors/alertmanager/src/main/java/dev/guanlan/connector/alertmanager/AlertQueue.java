package dev.guanlan.connector.alertmanager;

import dev.guanlan.model.Labels;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Holds what waits for one peer: the newest news of each alert, in the order that they came. Not
 * safe for threads.
 *
 * <p>Only more different alerts than its capacity can fill it. Then the oldest resolve leaves
 * first, and the oldest firing alert only where there is none: a peer that does not hear of a
 * resolve resolves the alert by itself when its end has come, but one that does not hear that an
 * alert fires pages nobody. Either is offered again after the resend delay.
 */
final class AlertQueue {

  private final int capacity;
  private final Map<Labels, QueuedAlert> waiting = new LinkedHashMap<>();
  private final Set<Labels> resolved = new LinkedHashSet<>();

  AlertQueue(int capacity) {
    this.capacity = capacity;
  }

  /**
   * Is what was taken out.
   *
   * @param alerts what to post; empty if there is nothing
   * @param expired how many firing alerts were left out because their end had passed
   */
  record Batch(List<QueuedAlert> alerts, int expired) {}

  int size() {
    return waiting.size();
  }

  boolean isEmpty() {
    return waiting.isEmpty();
  }

  /** Adds an alert in place of older news of it; returns how many had to leave. */
  int offer(QueuedAlert alert) {
    remove(alert.labels());
    append(alert);
    return shrink();
  }

  /**
   * Puts alerts that could not be posted in front again, but for those with newer news; returns how
   * many had to leave.
   */
  int putBack(List<QueuedAlert> alerts) {
    Map<Labels, QueuedAlert> newer = new LinkedHashMap<>(waiting);
    waiting.clear();
    resolved.clear();
    for (QueuedAlert alert : alerts) {
      if (!newer.containsKey(alert.labels())) {
        append(alert);
      }
    }
    newer.values().forEach(this::append);
    return shrink();
  }

  /**
   * Takes the next alerts out.
   *
   * @param most how many at most
   * @param nowMillis what alerts must not have ended before, unless they are resolved
   * @param alone which alerts share a batch with no other
   */
  Batch take(int most, long nowMillis, Predicate<Labels> alone) {
    List<QueuedAlert> batch = new ArrayList<>();
    int expired = 0;
    boolean full = false;
    Iterator<QueuedAlert> next = waiting.values().iterator();
    while (!full && next.hasNext()) {
      QueuedAlert alert = next.next();
      if (alert.isExpired(nowMillis)) {
        next.remove();
        expired++;
      } else if (!alone.test(alert.labels())) {
        next.remove();
        resolved.remove(alert.labels());
        batch.add(alert);
        full = batch.size() >= most;
      } else if (batch.isEmpty()) {
        next.remove();
        resolved.remove(alert.labels());
        batch.add(alert);
        full = true;
      }
    }
    return new Batch(batch, expired);
  }

  private void append(QueuedAlert alert) {
    waiting.put(alert.labels(), alert);
    if (alert.isResolved()) {
      resolved.add(alert.labels());
    }
  }

  private void remove(Labels labels) {
    waiting.remove(labels);
    resolved.remove(labels);
  }

  private int shrink() {
    int dropped = 0;
    while (waiting.size() > capacity) {
      Set<Labels> victims = resolved.isEmpty() ? waiting.keySet() : resolved;
      remove(victims.iterator().next());
      dropped++;
    }
    return dropped;
  }
}
