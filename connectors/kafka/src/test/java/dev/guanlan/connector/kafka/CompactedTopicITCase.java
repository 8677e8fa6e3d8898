package dev.guanlan.connector.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.guanlan.testing.KafkaExtension;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayName("A compacted topic, read to its end")
final class CompactedTopicITCase {

  @RegisterExtension static final KafkaExtension KAFKA = new KafkaExtension();

  private static final Duration PLENTY = Duration.ofSeconds(60);

  private final String topic = "compacted-" + UUID.randomUUID();
  private final Map<String, @Nullable String> seen = new LinkedHashMap<>();

  private static Properties bootstrap(String servers) {
    Properties properties = new Properties();
    properties.setProperty("bootstrap.servers", servers);
    return properties;
  }

  private void createTopic(int partitions) {
    KAFKA.createTopic(topic, partitions, Map.of("cleanup.policy", "compact"));
  }

  private void readToEnd() {
    CompactedTopic.readToEnd(
        bootstrap(KAFKA.bootstrapServers()),
        topic,
        PLENTY,
        (key, value) ->
            seen.put(new String(key, UTF_8), value == null ? null : new String(value, UTF_8)));
  }

  private static KafkaProducer<String, String> producer(Map<String, String> settings) {
    Properties properties = bootstrap(KAFKA.bootstrapServers());
    properties.putAll(settings);
    return new KafkaProducer<>(properties, new StringSerializer(), new StringSerializer());
  }

  private void send(
      KafkaProducer<String, String> producer, @Nullable String key, @Nullable String value)
      throws Exception {
    producer.send(new ProducerRecord<>(topic, key, value)).get();
  }

  @Test
  @DisplayName("gives the newest value of every key of every partition, and tombstones")
  void newestValues() throws Exception {
    createTopic(3);
    try (KafkaProducer<String, String> producer = producer(Map.of())) {
      for (int round = 0; round < 3; round++) {
        for (int key = 0; key < 200; key++) {
          send(producer, "k" + key, "v" + round);
        }
      }
      send(producer, "k7", null);
    }

    readToEnd();

    assertThat(seen).hasSize(200).containsEntry("k7", null).containsEntry("k8", "v2");
  }

  @Test
  @DisplayName("ends behind the marker of a transaction, and does not give what was aborted")
  void transactions() throws Exception {
    createTopic(1);
    try (KafkaProducer<String, String> producer =
        producer(Map.of("transactional.id", "id-" + topic))) {
      producer.initTransactions();
      producer.beginTransaction();
      send(producer, "kept", "1");
      producer.commitTransaction();
      producer.beginTransaction();
      send(producer, "aborted", "2");
      producer.flush();
      producer.abortTransaction();
    }

    readToEnd();

    assertThat(seen).containsExactly(Map.entry("kept", "1"));
  }

  @Test
  @DisplayName("ends where an open transaction begins")
  void openTransaction() throws Exception {
    createTopic(1);
    try (KafkaProducer<String, String> plain = producer(Map.of())) {
      send(plain, "before", "1");
    }
    try (KafkaProducer<String, String> producer =
        producer(Map.of("transactional.id", "id-" + topic))) {
      producer.initTransactions();
      producer.beginTransaction();
      send(producer, "open", "2");
      producer.flush();

      readToEnd();

      producer.abortTransaction();
    }
    assertThat(seen).containsExactly(Map.entry("before", "1"));
  }

  @Test
  @DisplayName("gives nothing when it is empty")
  void emptyTopic() {
    createTopic(2);

    readToEnd();

    assertThat(seen).isEmpty();
  }

  @Test
  @DisplayName("gives nothing when it does not exist, and is not created")
  void absentTopic() {
    readToEnd();
    createTopic(1);

    assertThat(seen).isEmpty();
  }

  @Test
  @DisplayName("gives the key of a record without one as empty")
  void recordWithoutKey() throws Exception {
    KAFKA.createTopic(topic, 1);
    try (KafkaProducer<String, String> producer = producer(Map.of())) {
      send(producer, null, "value");
    }

    readToEnd();

    assertThat(seen).containsExactly(Map.entry("", "value"));
  }

  @Test
  @DisplayName("says within the timeout that no broker answers, and where it looked")
  void noBroker() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String nowhere = "127.0.0.1:" + silent.getLocalPort();

      assertThatThrownBy(
              () ->
                  CompactedTopic.readToEnd(
                      bootstrap(nowhere), topic, Duration.ofSeconds(2), (key, value) -> {}))
          .isInstanceOf(CompactedTopicException.class)
          .hasMessageContaining(topic)
          .hasMessageContaining(nowhere)
          .hasMessageContaining("2.0 s");
    }
  }
}
