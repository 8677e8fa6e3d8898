package dev.guanlan.job.common.enrich;

import dev.guanlan.topology.TopologyIndex;

/** Sees no topology at all. */
final class UnknownView implements Topology.View {

  @Override
  public void awaitEnd() {
    // There is nothing to wait for.
  }

  @Override
  public TopologyIndex upToDate(TopologyIndex index) {
    return index;
  }

  @Override
  public long unreadable() {
    return 0;
  }

  @Override
  public void close() {
    // Nothing was opened.
  }
}
