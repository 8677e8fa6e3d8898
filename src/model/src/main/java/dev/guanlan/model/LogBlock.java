package dev.guanlan.model;

import java.util.List;

/**
 * Holds the log entries of one raw record, grouped by the resource that wrote them.
 *
 * @param tenant who sent them
 * @param origin the raw record they came in
 * @param resources the groups, in the order sent
 */
public record LogBlock(String tenant, Origin origin, List<ResourceLogs> resources) {

  /**
   * Holds the entries of one resource and scope.
   *
   * @param resource the resource's attributes, which name the stream
   * @param scope name of the instrumentation scope; empty if unknown
   * @param entries the entries, in the order sent
   */
  public record ResourceLogs(Labels resource, String scope, List<LogEntry> entries) {}

  /** Returns how many entries the block has. */
  public int entryCount() {
    int count = 0;
    for (ResourceLogs group : resources) {
      count += group.entries().size();
    }
    return count;
  }

  /** Returns the latest time of any entry in milliseconds, or {@link Long#MIN_VALUE} if empty. */
  public long latestTimestamp() {
    long latest = Long.MIN_VALUE;
    for (ResourceLogs group : resources) {
      for (LogEntry entry : group.entries()) {
        latest = Math.max(latest, entry.timestampNanos() / 1_000_000);
      }
    }
    return latest;
  }
}
