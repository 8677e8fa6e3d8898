package dev.guanlan.connector.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.guanlan.testing.KafkaExtension;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayName("The follower of a compacted topic")
final class CompactedTopicFollowerITCase {

  @RegisterExtension static final KafkaExtension KAFKA = new KafkaExtension();

  private static final Duration PLENTY = Duration.ofMinutes(2);

  private final String topic = "followed-" + UUID.randomUUID();
  private final List<String> seen = new CopyOnWriteArrayList<>();

  private static Properties bootstrap(String servers) {
    Properties properties = new Properties();
    properties.setProperty("bootstrap.servers", servers);
    return properties;
  }

  private void createTopic() {
    KAFKA.createTopic(topic, 2, Map.of("cleanup.policy", "compact"));
  }

  private void send(String key, @Nullable String value) throws Exception {
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(
            bootstrap(KAFKA.bootstrapServers()), new StringSerializer(), new StringSerializer())) {
      producer.send(new ProducerRecord<>(topic, key, value)).get();
    }
  }

  private void note(ConsumerRecords<byte[], byte[]> records) {
    for (ConsumerRecord<byte[], byte[]> record : records) {
      seen.add(
          new String(record.key(), UTF_8)
              + "="
              + (record.value() == null ? "gone" : new String(record.value(), UTF_8)));
    }
  }

  private CompactedTopicFollower follow() {
    return new CompactedTopicFollower(bootstrap(KAFKA.bootstrapServers()), topic, this::note);
  }

  @Test
  @DisplayName("gives what is there, and then whatever comes")
  void follows() throws Exception {
    createTopic();
    send("a", "1");
    send("b", "1");
    try (CompactedTopicFollower follower = follow()) {
      follower.awaitEnd(PLENTY);
      assertThat(seen).containsExactlyInAnyOrder("a=1", "b=1");
      send("a", "2");
      send("b", null);
      Awaitility.await()
          .atMost(PLENTY)
          .untilAsserted(
              () -> assertThat(seen).containsExactlyInAnyOrder("a=1", "b=1", "a=2", "b=gone"));
      follower.check();
    }
    send("a", "3");
    assertThat(seen).hasSize(4);
  }

  @Test
  @DisplayName("holds nobody up where there is no topic, and finds it when there is one")
  void absent() throws Exception {
    try (CompactedTopicFollower follower = follow()) {
      follower.awaitEnd(PLENTY);
      createTopic();
      send("a", "1");
      Awaitility.await().atMost(PLENTY).untilAsserted(() -> assertThat(seen).contains("a=1"));
    }
  }

  @Test
  @DisplayName("ends with whom it gives records to, and says so")
  void fails() throws Exception {
    createTopic();
    send("a", "1");
    try (CompactedTopicFollower follower =
        new CompactedTopicFollower(
            bootstrap(KAFKA.bootstrapServers()),
            topic,
            records -> {
              throw new IllegalStateException("cannot take it");
            })) {
      assertThatThrownBy(() -> follower.awaitEnd(PLENTY))
          .isInstanceOf(CompactedTopicException.class)
          .hasMessageContaining(topic)
          .hasMessageContaining("cannot take it");
      assertThat(follower.hasFailed()).isTrue();
      assertThatThrownBy(follower::check).isInstanceOf(CompactedTopicException.class);
    }
  }

  @Test
  @DisplayName("says which topic it waits for, and where, when no broker answers")
  void away() {
    // The port of discard, where nothing listens.
    try (CompactedTopicFollower follower =
        new CompactedTopicFollower(bootstrap("127.0.0.1:9"), topic, this::note)) {
      assertThatThrownBy(() -> follower.awaitEnd(Duration.ofSeconds(1)))
          .isInstanceOf(CompactedTopicException.class)
          .hasMessageContaining(topic)
          .hasMessageContaining("127.0.0.1:9")
          .hasMessageContaining("check that the broker is up");
      assertThat(follower.hasFailed()).isFalse();
    }
  }
}
