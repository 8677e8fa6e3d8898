package dev.guanlan.job.common.enrich;

import dev.guanlan.topology.Change;
import java.io.Serializable;
import java.util.function.Consumer;

/** Gives everything that is known of the topology at a time, to fill an index with. */
@FunctionalInterface
interface TopologyTable extends Serializable {

  /** Gives {@code out} every entity and relation that can give something a place, in no order. */
  void read(Consumer<Change> out);
}
