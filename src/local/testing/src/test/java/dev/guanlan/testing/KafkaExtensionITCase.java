package dev.guanlan.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guanlan.model.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayName("A Kafka broker for tests")
class KafkaExtensionITCase {

  @RegisterExtension static final KafkaExtension KAFKA = new KafkaExtension();

  @Test
  void keepsWhatWasAcknowledgedThroughAStopAndACrash() throws Exception {
    String topic = "kept-" + UUID.randomUUID();
    KAFKA.createTopic(topic, 1);
    produce(topic, "before");
    KAFKA.stop();
    KAFKA.start();
    produce(topic, "between");
    KAFKA.kill();
    KAFKA.start();
    produce(topic, "after");

    assertThat(consume(topic, 3)).containsExactly("before", "between", "after");
  }

  @Test
  void tellsOfRulesThatAreGoneForLongAlsoOnTopicsOfEarlierReleases() throws Exception {
    KAFKA.createPlatformTopics(1);
    assertThat(deletionsMillis(Topics.RULES)).isEqualTo("2592000000");
    assertThat(versionsMillis(Topics.RULES)).isEqualTo("86400000");
    assertThat(versionsMillis(Topics.RULE_PLANS)).as("the newest is enough").isEqualTo("0");
    assertThat(deletionsMillis(Topics.RULE_STATUS)).as("Kafka's own").isEqualTo("86400000");

    configure(Topics.RULES, "delete.retention.ms", null);
    configure(Topics.RULES, "min.compaction.lag.ms", null);
    configure(Topics.RULE_PLANS, "delete.retention.ms", "5000");
    Awaitility.await()
        .untilAsserted(
            () -> {
              assertThat(deletionsMillis(Topics.RULES)).isEqualTo("86400000");
              assertThat(versionsMillis(Topics.RULES)).isEqualTo("0");
              assertThat(deletionsMillis(Topics.RULE_PLANS)).isEqualTo("5000");
            });
    KAFKA.createPlatformTopics(1);
    Awaitility.await()
        .untilAsserted(
            () -> {
              assertThat(deletionsMillis(Topics.RULES)).isEqualTo("2592000000");
              assertThat(versionsMillis(Topics.RULES)).isEqualTo("86400000");
            });
    assertThat(deletionsMillis(Topics.RULE_PLANS)).as("as somebody said").isEqualTo("5000");
  }

  /** Has a topic say something, or leave it to the broker if that is null. */
  private static void configure(String topic, String name, @Nullable String value)
      throws Exception {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    AlterConfigOp.OpType type =
        value == null ? AlterConfigOp.OpType.DELETE : AlterConfigOp.OpType.SET;
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", KAFKA.bootstrapServers()))) {
      admin
          .incrementalAlterConfigs(
              Map.of(resource, List.of(new AlterConfigOp(new ConfigEntry(name, value), type))))
          .all()
          .get();
    }
  }

  private static String deletionsMillis(String topic) throws Exception {
    return configured(topic, "delete.retention.ms");
  }

  private static String versionsMillis(String topic) throws Exception {
    return configured(topic, "min.compaction.lag.ms");
  }

  private static String configured(String topic, String name) throws Exception {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", KAFKA.bootstrapServers()))) {
      return admin.describeConfigs(List.of(resource)).all().get().get(resource).get(name).value();
    }
  }

  @Test
  void showsNothingOfATransactionBeforeItCommits() throws Exception {
    String topic = "transactional-" + UUID.randomUUID();
    KAFKA.createTopic(topic, 1);
    Map<String, Object> settings =
        Map.of(
            "bootstrap.servers",
            KAFKA.bootstrapServers(),
            "transactional.id",
            topic,
            // What Flink's exactly-once sink asks for by default.
            "transaction.timeout.ms",
            3_600_000);
    try (var producer =
        new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
      producer.initTransactions();
      producer.beginTransaction();
      var aborted = producer.send(new ProducerRecord<>(topic, "aborted"));
      aborted.get();
      producer.abortTransaction();
      producer.beginTransaction();
      producer.send(new ProducerRecord<>(topic, "committed")).get();
      producer.commitTransaction();
    }

    assertThat(consume(topic, 1)).containsExactly("committed");
  }

  @Test
  void laysOutThePlatformsTopicsAgainAndAgain() throws Exception {
    KAFKA.createPlatformTopics(2);
    KAFKA.createPlatformTopics(2);

    try (Admin admin = Admin.create(Map.of("bootstrap.servers", KAFKA.bootstrapServers()))) {
      assertThat(new TreeSet<>(admin.listTopics().names().get()))
          .contains(Topics.RULES, Topics.TOPOLOGY, Topics.OTLP_SPANS, Topics.DEAD_LETTERS);
    }
  }

  private static void produce(String topic, String value) throws Exception {
    Map<String, Object> settings =
        Map.of("bootstrap.servers", KAFKA.bootstrapServers(), "acks", "all");
    try (var producer =
        new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
      producer.send(new ProducerRecord<>(topic, value)).get(60, TimeUnit.SECONDS);
    }
  }

  private static List<String> consume(String topic, int count) {
    Map<String, Object> settings =
        Map.of(
            "bootstrap.servers",
            KAFKA.bootstrapServers(),
            "isolation.level",
            "read_committed",
            "auto.offset.reset",
            "earliest");
    List<String> values = new ArrayList<>();
    try (var consumer =
        new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
      consumer.assign(List.of(new TopicPartition(topic, 0)));
      long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
      while (values.size() < count && System.nanoTime() < end) {
        consumer.poll(Duration.ofMillis(200)).forEach(record -> values.add(record.value()));
      }
    }
    return values;
  }
}
