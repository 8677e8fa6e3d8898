package dev.guanlan.job.common.enrich;

import dev.guanlan.topology.TopologyIndex;
import java.io.Serializable;

/** Gives each task the topology, now and as it changes. */
@FunctionalInterface
interface Topology extends Serializable {

  /** Returns what a task that has opened keeps its index with, until it closes it. */
  View open() throws InterruptedException;

  /** Is the topology as one task sees it. For the task's thread. */
  interface View extends AutoCloseable {

    /**
     * Brings an index up to date.
     *
     * @param index empty at first, then what this returned the last time
     * @return the same index with everything that has changed, or a new one where that is less work
     */
    TopologyIndex upToDate(TopologyIndex index);

    /** Returns how many records of the topic were none of the topology's. */
    long unreadable();

    @Override
    void close();
  }
}
