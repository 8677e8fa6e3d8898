package dev.guanlan.job.alerting.state;

import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Says which windows of a group are filled with their history, and alerts of which rules are.
 *
 * @param key the group: tenant/namespace/name
 * @param version the newest of the group that is known
 * @param queryOffsetMillis how far its windows are moved into the past
 * @param windows a number for each, made of all that says what it looks at; and one for each rule
 *     whose alerts are restored, which releases before did not note
 */
public record FilledWindows(
    String key, long version, long queryOffsetMillis, SortedSet<Long> windows) {

  /** Copies the set. */
  public FilledWindows {
    windows = new TreeSet<>(windows);
  }
}
