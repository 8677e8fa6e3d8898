package dev.guanlan.job.common.enrich;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guanlan.model.Labels;
import dev.guanlan.model.Topics;
import dev.guanlan.testing.KafkaExtension;
import dev.guanlan.topology.Change;
import dev.guanlan.topology.Entity;
import dev.guanlan.topology.Relation;
import dev.guanlan.topology.RelationType;
import dev.guanlan.topology.TopologyIndex;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayName("The followed topology")
final class FollowedTopologyITCase {

  @RegisterExtension static final KafkaExtension KAFKA = new KafkaExtension();

  private static final Duration PLENTY = Duration.ofMinutes(2);
  private static final String THREAD = "follow " + Topics.TOPOLOGY;

  @BeforeAll
  static void topics() {
    KAFKA.createPlatformTopics(2);
  }

  private static Entity entity(int number, long version) {
    return new Entity(
        "acme", "service", "service:shop/s" + number, "s" + number, Labels.EMPTY, version, false);
  }

  /** Writes changes to one partition, so that they are read in their order. */
  private static void tell(List<? extends Change> changes) {
    Properties properties = new Properties();
    properties.setProperty("bootstrap.servers", KAFKA.bootstrapServers());
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

  private static Topology topology() {
    Properties consumer = new Properties();
    consumer.setProperty("bootstrap.servers", KAFKA.bootstrapServers());
    return FollowedTopology.at(consumer, PLENTY, false);
  }

  private static long followers() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals(THREAD))
        .count();
  }

  @Test
  @DisplayName("is followed once for all tasks, and each hears of what it has not seen")
  void shared() throws Exception {
    tell(
        List.of(
            entity(1, 10),
            entity(2, 10),
            Relation.of("acme", RelationType.CALLS, "service:a", "service:b", Labels.EMPTY, 1)));
    try (Topology.View first = topology().open();
        Topology.View second = topology().open()) {
      assertThat(followers()).isEqualTo(1);
      TopologyIndex index = first.upToDate(new TopologyIndex());
      assertThat(index.size()).as("calls place nothing").isEqualTo(2);
      assertThat(first.upToDate(index)).isSameAs(index);

      tell(List.of(entity(3, 10), entity(1, 10).tombstone(20)));
      Awaitility.await()
          .atMost(PLENTY)
          .untilAsserted(
              () -> {
                assertThat(first.upToDate(index)).isSameAs(index);
                assertThat(index.size()).isEqualTo(2);
                assertThat(index.changes()).extracting(Change::key).contains(entity(3, 1).key());
                assertThat(index.changes()).filteredOn(Change::deleted).hasSize(1);
              });
      TopologyIndex late = second.upToDate(new TopologyIndex());
      assertThat(late.size()).isEqualTo(2);
      assertThat(late.apply(entity(1, 15))).as("what is gone does not come back").isFalse();

      List<Entity> many = new ArrayList<>();
      for (int number = 100; number < 12_100; number++) {
        many.add(entity(number, 10));
      }
      tell(many);
      tell(List.of(entity(2, 10).tombstone(30)));
      AtomicReference<TopologyIndex> followed = new AtomicReference<>(index);
      Awaitility.await()
          .atMost(PLENTY)
          .until(() -> followed.updateAndGet(first::upToDate).size() == 12_001);
      TopologyIndex anew = second.upToDate(late);
      assertThat(anew).as("too much has changed to be noted").isNotSameAs(late);
      assertThat(anew.size()).isEqualTo(12_001);
    }
    assertThat(followers()).isZero();
    try (Topology.View again = topology().open()) {
      assertThat(again.upToDate(new TopologyIndex()).size()).isEqualTo(12_001);
      assertThat(again.unreadable()).isZero();
    }
  }

  @Test
  @DisplayName("has the calls between services where they are asked for")
  void calls() throws Exception {
    Relation call =
        Relation.of(
            "acme",
            RelationType.CALLS,
            "service:shop/s80001",
            "service:shop/s80002",
            Labels.EMPTY,
            1);
    tell(List.of(entity(80_001, 10), entity(80_002, 10), call));
    Properties consumer = new Properties();
    consumer.setProperty("bootstrap.servers", KAFKA.bootstrapServers());
    Topology withCalls = FollowedTopology.at(consumer, PLENTY, true);
    try (Topology.View placing = topology().open();
        Topology.View calling = withCalls.open()) {
      Labels callee = Labels.of("service.name", "s80002", "service.namespace", "shop");
      List<String> callers = calling.ask(index -> index.dependants("acme", callee, 10));
      assertThat(callers).containsExactly("s80001");
      assertThat(placing.upToDate(new TopologyIndex()).dependants("acme", callee, 10)).isEmpty();
    }
    assertThat(followers()).isZero();
  }

  @Test
  @DisplayName("does not bring back what is gone when an older change comes after its deletion")
  void gone() throws Exception {
    Entity gone = entity(90_001, 10);
    Entity marker = entity(90_002, 10);
    try (Topology.View first = topology().open()) {
      AtomicReference<TopologyIndex> followed = new AtomicReference<>(new TopologyIndex());
      tell(List.of(gone.tombstone(20), entity(90_001, 15), marker));
      Awaitility.await()
          .atMost(PLENTY)
          .until(
              () ->
                  followed.updateAndGet(first::upToDate).changes().stream()
                      .anyMatch(change -> change.key().equals(marker.key())));
      try (Topology.View second = topology().open()) {
        assertThat(followers()).isEqualTo(1);
        assertThat(second.upToDate(new TopologyIndex()).changes())
            .filteredOn(change -> change.key().equals(gone.key()))
            .extracting(Change::deleted)
            .containsExactly(true);
      }
    }
  }
}
