package dev.guanlan.job.common.enrich;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.guanlan.model.Labels;
import dev.guanlan.model.Topics;
import dev.guanlan.topology.Change;
import dev.guanlan.topology.Entity;
import dev.guanlan.topology.Relation;
import dev.guanlan.topology.RelationType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A record of the topology topic")
final class TopologyRecordsTest {

  private static final Entity ENTITY =
      new Entity(
          "acme/eu", "service", "service:shop/cart", "cart", Labels.of("a", "1"), 1000, false);
  private static final Relation RELATION =
      Relation.of(
          "acme/eu", RelationType.RUNS_ON, "service:a", "host:h1", Labels.of("b", "2"), 1000);

  private final TopologyRecords records = new TopologyRecords();

  @Test
  @DisplayName("reads as the change that it was written as")
  void roundTrip() throws IOException {
    for (Change change : List.of(ENTITY, RELATION)) {
      assertThat(TopologyRecords.decode(records.key(change), records.value(change), 0))
          .isEqualTo(change);
    }
  }

  @Test
  @DisplayName("of what is gone has no value, and its version in a header")
  void tombstones() {
    for (Change change : List.of(ENTITY.tombstone(2000), RELATION.tombstone(2000))) {
      assertThat(records.value(change)).isNull();
      assertThat(read(record(change))).containsExactly(change);
    }
  }

  @Test
  @DisplayName("is passed over if it is none, and the next is read")
  void garbage() {
    ConsumerRecord<byte[], byte[]> noKey = new ConsumerRecord<>(Topics.TOPOLOGY, 0, 1, null, null);
    ConsumerRecord<byte[], byte[]> noTopology =
        new ConsumerRecord<>(Topics.TOPOLOGY, 0, 2, bytes("x"), bytes("y"));
    ConsumerRecord<byte[], byte[]> badKey =
        new ConsumerRecord<>(Topics.TOPOLOGY, 0, 3, bytes("x"), null);

    assertThat(read(noKey, noTopology, badKey, record(ENTITY))).containsExactly(ENTITY);
    assertThatThrownBy(() -> TopologyRecords.decode(bytes("e/a/b"), bytes("y"), 0))
        .isInstanceOf(IOException.class);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  private ConsumerRecord<byte[], byte[]> record(Change change) {
    RecordHeaders headers = new RecordHeaders();
    records.addHeaders(change, headers);
    byte @Nullable [] value = records.value(change);
    ConsumerRecord<byte[], byte[]> record =
        new ConsumerRecord<>(Topics.TOPOLOGY, 0, 0, records.key(change), value);
    headers.forEach(record.headers()::add);
    return record;
  }

  @SafeVarargs
  private static List<Change> read(ConsumerRecord<byte[], byte[]>... all) {
    List<Change> changes = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> record : all) {
      Change change = FollowedTopology.decode(record);
      if (change != null) {
        changes.add(change);
      }
    }
    return changes;
  }
}
