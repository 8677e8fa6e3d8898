package dev.guanlan.model;

import java.util.List;

/**
 * Holds the spans of one raw record, grouped by the resource that made them.
 *
 * @param tenant who sent them
 * @param origin the raw record they came in
 * @param resources the groups, in the order sent
 */
public record SpanBlock(String tenant, Origin origin, List<ResourceSpans> resources) {

  /**
   * Holds the spans of one resource and scope.
   *
   * @param resource the resource's attributes
   * @param scope name of the instrumentation scope; empty if unknown
   * @param spans the spans, in the order sent
   */
  public record ResourceSpans(Labels resource, String scope, List<Span> spans) {}

  /** Returns how many spans the block has. */
  public int spanCount() {
    int count = 0;
    for (ResourceSpans group : resources) {
      count += group.spans().size();
    }
    return count;
  }

  /** Returns the latest end of any span in milliseconds, or {@link Long#MIN_VALUE} if empty. */
  public long latestTimestamp() {
    long latest = Long.MIN_VALUE;
    for (ResourceSpans group : resources) {
      for (Span span : group.spans()) {
        latest = Math.max(latest, span.endNanos() / 1_000_000);
      }
    }
    return latest;
  }
}
