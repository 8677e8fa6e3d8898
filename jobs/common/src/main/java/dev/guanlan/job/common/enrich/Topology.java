package dev.guanlan.job.common.enrich;

import dev.guanlan.connector.kafka.CompactedTopicException;
import dev.guanlan.job.common.JobOptions;
import dev.guanlan.topology.TopologyIndex;
import java.io.Serializable;
import java.util.function.Function;

/** Gives each task the topology, now and as it changes. */
@FunctionalInterface
public interface Topology extends Serializable {

  /** Knows nothing, and never will. */
  Topology UNKNOWN = UnknownView::new;

  /**
   * Returns the topology that the topic is, calls between services included. Nothing is read before
   * it is asked for.
   */
  static Topology withCalls(JobOptions options) {
    return FollowedTopology.at(
        options.consumerProperties(), options.get(JobOptions.KAFKA_READ_TIMEOUT), true);
  }

  /** Begins to read, and returns what a task keeps its index with until it closes it. */
  View follow();

  /**
   * Does so, and returns when everything is read that there is.
   *
   * @throws CompactedTopicException if that takes too long, or it cannot be read
   */
  default View open() throws InterruptedException {
    View view = follow();
    boolean read = false;
    try {
      view.awaitEnd();
      read = true;
      return view;
    } finally {
      if (!read) {
        view.close();
      }
    }
  }

  /** Is the topology as one task sees it. For the task's thread. */
  interface View extends AutoCloseable {

    /**
     * Returns when everything is known that there was when following began; at once after that.
     *
     * @throws CompactedTopicException if that takes too long, or it cannot be read
     */
    void awaitEnd() throws InterruptedException;

    /**
     * Brings an index up to date.
     *
     * @param index empty at first, then what this returned the last time
     * @return the same index with everything that has changed, or a new one where that is less work
     * @throws CompactedTopicException if the topology cannot be followed any more
     */
    TopologyIndex upToDate(TopologyIndex index);

    /**
     * Asks what all tasks share, for those that ask seldom: no index of one's own is needed, and
     * the question waits for those of others.
     *
     * @param question must not keep the index
     * @throws CompactedTopicException if the topology cannot be followed any more
     */
    <T> T ask(Function<TopologyIndex, T> question);

    /** Returns how many records of the topic were none of the topology's. */
    long unreadable();

    @Override
    void close();
  }
}
