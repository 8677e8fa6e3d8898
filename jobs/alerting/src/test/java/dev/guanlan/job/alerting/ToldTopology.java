package dev.guanlan.job.alerting;

import dev.guanlan.job.common.enrich.Topology;
import dev.guanlan.job.common.enrich.TopologyRecords;
import dev.guanlan.model.Labels;
import dev.guanlan.model.Topics;
import dev.guanlan.topology.Change;
import dev.guanlan.topology.Relation;
import dev.guanlan.topology.RelationType;
import dev.guanlan.topology.ResourceEntities;
import dev.guanlan.topology.TopologyIndex;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.function.Function;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Tells changes as the topic would: nothing is known before its end was waited for. */
final class ToldTopology implements Topology {

  static final String UNREADABLE = "the topic topology was not read to its end";

  private static final long serialVersionUID = 1;

  // The harness serializes the function, and runs the one that it was given.
  private final transient List<Change> changes = new ArrayList<>();
  private transient boolean unreadable;
  private transient int following;
  private transient int followed;

  /** Tells everything that a resource says, as of a version. */
  ToldTopology resource(Labels resource, long version) {
    ResourceEntities.extract("anonymous", resource, version, changes::add);
    return this;
  }

  ToldTopology call(String from, String to) {
    changes.add(Relation.of("anonymous", RelationType.CALLS, from, to, Labels.EMPTY, 1));
    return this;
  }

  /** Tells that all is gone that was told. */
  ToldTopology gone(long version) {
    List<Change> gone = changes.stream().map(change -> change.tombstone(version)).toList();
    changes.addAll(gone);
    return this;
  }

  /** Writes all of it to the topic, to one partition, so that it is read in its order. */
  void publish(String bootstrapServers) {
    Properties properties = new Properties();
    properties.setProperty("bootstrap.servers", bootstrapServers);
    TopologyRecords records = new TopologyRecords();
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer())) {
      for (Change change : changes) {
        RecordHeaders headers = new RecordHeaders();
        records.addHeaders(change, headers);
        var unused =
            producer.send(
                new ProducerRecord<>(
                    Topics.TOPOLOGY, 0, records.key(change), records.value(change), headers));
      }
    }
  }

  ToldTopology unreadable() {
    unreadable = true;
    return this;
  }

  /** Returns how many follow it. */
  int following() {
    return following;
  }

  /** Returns how often anybody began to. */
  int followed() {
    return followed;
  }

  @Override
  public View follow() {
    following++;
    followed++;
    return new View() {
      private final TopologyIndex known = new TopologyIndex();
      private boolean atEnd;
      private int told;

      @Override
      public void awaitEnd() {
        if (unreadable) {
          throw new IllegalStateException(UNREADABLE);
        }
        atEnd = true;
      }

      @Override
      public TopologyIndex upToDate(TopologyIndex index) {
        throw new UnsupportedOperationException("rules ask what all tasks share");
      }

      @Override
      public <T> T ask(Function<TopologyIndex, T> question) {
        for (; atEnd && told < changes.size(); told++) {
          known.apply(changes.get(told));
        }
        return question.apply(known);
      }

      @Override
      public long unreadable() {
        return 0;
      }

      @Override
      public void close() {
        following--;
      }
    };
  }
}
