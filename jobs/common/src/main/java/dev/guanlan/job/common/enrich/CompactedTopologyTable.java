package dev.guanlan.job.common.enrich;

import dev.guanlan.connector.kafka.CompactedTopic;
import dev.guanlan.model.Topics;
import dev.guanlan.topology.Change;
import dev.guanlan.topology.RelationType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the topology from its compacted topic. */
final class CompactedTopologyTable implements TopologyTable {

  private static final long serialVersionUID = 1;
  private static final Logger LOG = LoggerFactory.getLogger(CompactedTopologyTable.class);

  private final Properties consumer;
  private final Duration timeout;

  CompactedTopologyTable(Properties consumer, Duration timeout) {
    this.consumer = consumer;
    this.timeout = timeout;
  }

  @Override
  public void read(Consumer<Change> out) {
    Map<String, Change> living = new HashMap<>();
    CompactedTopic.readToEnd(
        consumer, Topics.TOPOLOGY, timeout, (key, value) -> put(living, key, value));
    living.values().forEach(out);
  }

  private static void put(Map<String, Change> living, byte[] key, byte @Nullable [] value) {
    if (value == null) {
      // Of one key there is one partition, so what was read before is older and gone.
      living.remove(new String(key, StandardCharsets.UTF_8));
      return;
    }
    try {
      Change change = TopologyRecords.decode(key, value, 0);
      if (!change.type().equals(RelationType.CALLS)) {
        living.put(change.key(), change);
      }
    } catch (IOException e) {
      // The stream of changes brings this record too, and counts it.
      LOG.warn("A record of {} is passed over: {}", Topics.TOPOLOGY, e.getMessage());
    }
  }
}
