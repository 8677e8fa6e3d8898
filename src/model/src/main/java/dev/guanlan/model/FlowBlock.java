package dev.guanlan.model;

import java.util.List;

/**
 * Holds the network flows of one raw record.
 *
 * @param tenant who sent them
 * @param origin the raw record they came in
 * @param flows the flows, in the order sent
 */
public record FlowBlock(String tenant, Origin origin, List<Flow> flows) {

  /** Returns the latest end of any flow in milliseconds, or {@link Long#MIN_VALUE} if empty. */
  public long latestTimestamp() {
    long latest = Long.MIN_VALUE;
    for (Flow flow : flows) {
      latest = Math.max(latest, flow.endNanos() / 1_000_000);
    }
    return latest;
  }
}
