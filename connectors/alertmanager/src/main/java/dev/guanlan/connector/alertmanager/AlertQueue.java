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
 * Holds what waits for one peer: the newest news of each alert, in the order that alerts came. News
 * of an alert that waits takes its place: behind the others it might never be its turn, if all are
 * offered again before all are posted. Not safe for threads.
 *
 * <p>Only more different alerts than its capacity can fill it. Then the oldest resolve leaves
 * first, and a firing alert only where there is none: a peer that does not hear of a resolve
 * resolves the alert by itself when its end has come, but one that does not hear that an alert
 * fires pages nobody. {@link LeavingOrder} tells which of those that fire.
 */
final class AlertQueue {

  private final int capacity;
  private final Map<Labels, Waiting> waiting = new LinkedHashMap<>();
  private final Set<Labels> resolved = new LinkedHashSet<>();
  private final LeavingOrder firing;
  private final LastTold lastTold = new LastTold();
  private long came;

  /**
   * Begins empty.
   *
   * @param capacity how many alerts wait at most
   * @param tenantLabel the name of the label that tells tenants apart; empty if none does
   */
  AlertQueue(int capacity, String tenantLabel) {
    this.capacity = capacity;
    this.firing = new LeavingOrder(tenantLabel);
  }

  /**
   * Is what was taken out.
   *
   * @param alerts what to post; empty if there is nothing
   * @param expired how many firing alerts were left out because their end had passed
   */
  record Batch(List<QueuedAlert> alerts, int expired) {}

  /**
   * Is an alert that waits.
   *
   * @param lastTold when the peer had last heard that it fires, when it came
   * @param number how many had come before
   */
  record Waiting(QueuedAlert alert, long lastTold, long number) {

    Labels labels() {
      return alert.labels();
    }
  }

  int size() {
    return waiting.size();
  }

  boolean isEmpty() {
    return waiting.isEmpty();
  }

  /** Adds an alert in place of older news of it; returns how many had to leave. */
  int offer(QueuedAlert alert) {
    add(alert);
    return shrink();
  }

  /** Notes that the peer has heard of alerts. */
  void told(List<QueuedAlert> alerts) {
    alerts.forEach(lastTold::tell);
  }

  /**
   * Puts alerts that could not be posted in front again, but for those with newer news; returns how
   * many had to leave.
   */
  int putBack(List<QueuedAlert> alerts) {
    Map<Labels, Waiting> newer = new LinkedHashMap<>(waiting);
    waiting.clear();
    resolved.clear();
    firing.clear();
    for (QueuedAlert alert : alerts) {
      if (!newer.containsKey(alert.labels())) {
        add(alert);
      }
    }
    newer.values().forEach(behind -> add(behind.alert(), behind.lastTold(), came++));
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
    Iterator<Waiting> next = waiting.values().iterator();
    while (!full && next.hasNext()) {
      Waiting first = next.next();
      QueuedAlert alert = first.alert();
      if (alert.isExpired(nowMillis)) {
        next.remove();
        strike(first);
        expired++;
      } else if (!alone.test(alert.labels())) {
        next.remove();
        strike(first);
        batch.add(alert);
        full = batch.size() >= most;
      } else if (batch.isEmpty()) {
        next.remove();
        strike(first);
        batch.add(alert);
        full = true;
      }
    }
    return new Batch(batch, expired);
  }

  /** Adds an alert behind the others, or where older news of it waits. */
  private void add(QueuedAlert alert) {
    Waiting older = waiting.get(alert.labels());
    if (older == null) {
      add(alert, lastTold.of(alert.labels()), came++);
    } else {
      strike(older);
      add(alert, older.lastTold(), older.number());
    }
  }

  private void add(QueuedAlert alert, long told, long number) {
    Waiting added = new Waiting(alert, told, number);
    waiting.put(alert.labels(), added);
    if (alert.isResolved()) {
      resolved.add(alert.labels());
    } else {
      firing.add(added);
    }
  }

  /** Takes an alert off the lists of those that leave when there are too many. */
  private void strike(Waiting alert) {
    if (alert.alert().isResolved()) {
      resolved.remove(alert.labels());
    } else {
      firing.remove(alert);
    }
  }

  private int shrink() {
    int dropped = 0;
    while (waiting.size() > capacity) {
      if (resolved.isEmpty()) {
        Waiting victim = firing.first();
        firing.remove(victim);
        waiting.remove(victim.labels());
      } else {
        Labels victim = resolved.iterator().next();
        resolved.remove(victim);
        waiting.remove(victim);
      }
      dropped++;
    }
    return dropped;
  }
}
