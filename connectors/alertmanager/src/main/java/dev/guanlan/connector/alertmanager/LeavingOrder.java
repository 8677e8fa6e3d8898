package dev.guanlan.connector.alertmanager;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;

/**
 * Tells which firing alert leaves a full queue first: one of the tenant that has the most there,
 * and of its rule that has the most; a flood from one rule takes no place from other pages. Of
 * those the one leaves that the peer heard of last, and of those that it never heard of the oldest.
 *
 * <p>All are offered again after the resend delay, always in the same order; if the oldest left
 * each time, it would always be the same that are not told.
 */
final class LeavingOrder {

  private static final Comparator<AlertQueue.Waiting> ALERTS =
      Comparator.comparingLong(AlertQueue.Waiting::lastTold)
          .reversed()
          .thenComparingLong(AlertQueue.Waiting::number);

  private static final Comparator<Part> PARTS =
      Comparator.comparingInt((Part part) -> part.size)
          .reversed()
          .thenComparing(Part::first, ALERTS);

  private final List<String> parting;
  private Part all = new Part();

  /**
   * Begins with no alert.
   *
   * @param tenantLabel the name of the label that tells tenants apart; empty if none does
   */
  LeavingOrder(String tenantLabel) {
    this.parting = tenantLabel.isEmpty() ? List.of("alertname") : List.of(tenantLabel, "alertname");
  }

  /** Returns the one that leaves first; there must be one. */
  AlertQueue.Waiting first() {
    return all.first();
  }

  void add(AlertQueue.Waiting alert) {
    all.add(alert, parting);
  }

  /** Removes an alert that is here. */
  void remove(AlertQueue.Waiting alert) {
    all.remove(alert, parting);
  }

  void clear() {
    all = new Part();
  }

  /** Holds the alerts of one value of a label: in parts by the next label, if there is one. */
  private static final class Part {
    private final Map<String, Part> parts = new HashMap<>();
    private final NavigableSet<Part> largest = new TreeSet<>(PARTS);
    private final NavigableSet<AlertQueue.Waiting> alerts = new TreeSet<>(ALERTS);
    private int size;

    AlertQueue.Waiting first() {
      return largest.isEmpty() ? alerts.first() : largest.first().first();
    }

    void add(AlertQueue.Waiting alert, List<String> parting) {
      size++;
      if (parting.isEmpty()) {
        alerts.add(alert);
        return;
      }
      Part part = parts.computeIfAbsent(value(alert, parting), value -> new Part());
      // Not in its place any more once it is of another size.
      if (part.size > 0) {
        largest.remove(part);
      }
      part.add(alert, parting.subList(1, parting.size()));
      largest.add(part);
    }

    void remove(AlertQueue.Waiting alert, List<String> parting) {
      size--;
      if (parting.isEmpty()) {
        alerts.remove(alert);
        return;
      }
      Part part = parts.get(value(alert, parting));
      if (part == null) {
        throw new IllegalArgumentException("no such alert is here: " + alert.labels());
      }
      largest.remove(part);
      part.remove(alert, parting.subList(1, parting.size()));
      if (part.size > 0) {
        largest.add(part);
      } else {
        parts.remove(value(alert, parting));
      }
    }

    private static String value(AlertQueue.Waiting alert, List<String> parting) {
      return alert.labels().getOrEmpty(parting.get(0));
    }
  }
}
