package dev.guanlan.job.common.enrich;

import dev.guanlan.topology.TopologyIndex;
import java.util.function.Function;

/** Sees no topology at all. */
final class UnknownView implements Topology.View {

  private final TopologyIndex nothing = new TopologyIndex();

  @Override
  public void awaitEnd() {
    // There is nothing to wait for.
  }

  @Override
  public TopologyIndex upToDate(TopologyIndex index) {
    return index;
  }

  @Override
  public <T> T ask(Function<TopologyIndex, T> question) {
    return question.apply(nothing);
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
