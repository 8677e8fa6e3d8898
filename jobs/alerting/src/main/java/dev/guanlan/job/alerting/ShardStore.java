package dev.guanlan.job.alerting;

import dev.guanlan.connector.clickhouse.ClickHouseTarget;
import dev.guanlan.store.SampleReader;
import dev.guanlan.store.SampleReader.Part;
import dev.guanlan.store.SampleReader.Pieces;
import dev.guanlan.store.SampleSelection;
import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Says where the history of shards is read, and when.
 *
 * @param source opens the store; null if there is none
 * @param delayMillis how long after it was marked the history of a shard is read, so that what came
 *     before the mark is stored
 */
record ShardStore(@Nullable Source source, long delayMillis) implements Serializable {

  /** Leaves shards to fill as time goes. */
  static final ShardStore NONE = new ShardStore(null, 0);

  /** Opens a store in a task. */
  @FunctionalInterface
  interface Source extends Serializable {
    Reader open() throws IOException;
  }

  /** Reads stored samples; safe for many threads. */
  @FunctionalInterface
  interface Reader {

    /** Reads as {@link SampleReader#read(String, List, long, Part, Pieces)} does. */
    void read(
        String tenant, List<SampleSelection> selections, long toMillis, Part part, Pieces pieces)
        throws IOException, InterruptedException;
  }

  /**
   * Returns the store that histories of groups are read from. A shard's may be as long as it may
   * hold: it is never in memory as a whole but where it belongs.
   */
  static ShardStore of(BootstrapOptions options, AlertingSettings settings) {
    ClickHouseTarget target = options.target();
    return target == null
        ? NONE
        : new ShardStore(
            () ->
                new SampleReader(target.connect(), settings.maxSeries(), settings.maxSamples())
                    ::read,
            options.delayMillis());
  }
}
