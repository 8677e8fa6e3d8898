package dev.guanlan.local.stack;

import dev.guanlan.model.Topics;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Lays out the platform's topics on a broker.
 *
 * @param partitions how many partitions each topic gets that is read in parallel; from 1 to 1000
 */
public record TopicLayout(int partitions) {

  private static final int TIMEOUT_MILLIS = 30_000;
  private static final long BETWEEN_LOOKS_MILLIS = 20;

  private static final Map<String, String> COMPACTED =
      Map.of(
          TopicConfig.CLEANUP_POLICY_CONFIG,
          TopicConfig.CLEANUP_POLICY_COMPACT,
          // Desired state is small and read whole at every start: keep it short.
          TopicConfig.SEGMENT_MS_CONFIG,
          "600000",
          TopicConfig.MIN_CLEANABLE_DIRTY_RATIO_CONFIG,
          "0.1",
          TopicConfig.RETENTION_BYTES_CONFIG,
          "-1");

  /** Checks the range. */
  public TopicLayout {
    if (partitions < 1 || partitions > 1_000) {
      throw new IllegalArgumentException(
          "A topic cannot have %d partitions. Give a number from 1 to 1000.".formatted(partitions));
    }
  }

  /** Creates the topics that are absent and leaves the others as they are. */
  public static void create(String bootstrapServers, int partitions) throws IOException {
    new TopicLayout(partitions).create(bootstrapServers);
  }

  /** Creates the topics that are absent and leaves the others as they are. */
  public void create(String bootstrapServers) throws IOException {
    Map<String, Object> settings = KafkaProbe.settings(bootstrapServers, TIMEOUT_MILLIS);
    try (Admin admin = Admin.create(settings)) {
      Set<String> present = admin.listTopics().names().get(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
      List<NewTopic> absent = new ArrayList<>();
      for (NewTopic topic : topics()) {
        if (!present.contains(topic.name())) {
          absent.add(topic);
        }
      }
      for (var result : admin.createTopics(absent).values().entrySet()) {
        settle(result.getValue().toCompletionStage().toCompletableFuture());
      }
      awaitKnown(admin, topics().stream().map(NewTopic::name).toList());
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException(
          "The topics cannot be created on %s: %s. See Kafka's log."
              .formatted(bootstrapServers, e.getMessage()),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("Creating the topics was interrupted.", e);
    }
  }

  /**
   * Returns when the broker that answers knows all of the topics. A controller tells that it has
   * created a topic before every broker has heard of it.
   *
   * @throws ExecutionException with Kafka's reason, which names a topic if it is not known in time
   */
  public static void awaitKnown(Admin admin, Collection<String> topics)
      throws ExecutionException, TimeoutException, InterruptedException {
    long begin = System.nanoTime();
    while (true) {
      try {
        admin.describeTopics(topics).allTopicNames().get(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
        return;
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof UnknownTopicOrPartitionException)
            || System.nanoTime() - begin > TimeUnit.MILLISECONDS.toNanos(TIMEOUT_MILLIS)) {
          throw e;
        }
      }
      Thread.sleep(BETWEEN_LOOKS_MILLIS);
    }
  }

  private static void settle(CompletableFuture<Void> created)
      throws ExecutionException, TimeoutException, InterruptedException {
    try {
      created.get(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      // Another process may lay out the same broker at the same moment.
      if (!(e.getCause() instanceof TopicExistsException)) {
        throw e;
      }
    }
  }

  private List<NewTopic> topics() {
    Map<String, Map<String, String>> configurations = new LinkedHashMap<>();
    configurations.put(Topics.OTLP_METRICS, Map.of());
    configurations.put(Topics.OTLP_LOGS, Map.of());
    configurations.put(Topics.OTLP_SPANS, Map.of());
    configurations.put(Topics.PROMETHEUS_REMOTE_WRITE, Map.of());
    configurations.put(Topics.LOKI_PUSH, Map.of());
    configurations.put(Topics.ZIPKIN_SPANS, Map.of());
    configurations.put(Topics.TELEMETRY, Map.of());
    configurations.put(Topics.RECORDED_METRICS, Map.of());
    configurations.put(Topics.ALERTS, Map.of());
    configurations.put(Topics.DEAD_LETTERS, Map.of());
    configurations.put(Topics.DEAD_LETTER_REPLAYS, COMPACTED);
    configurations.put(Topics.RULES, COMPACTED);
    configurations.put(Topics.RULE_STATUS, COMPACTED);
    configurations.put(Topics.RULE_PLANS, COMPACTED);
    configurations.put(Topics.TOPOLOGY, COMPACTED);
    List<NewTopic> topics = new ArrayList<>();
    configurations.forEach(
        (name, configuration) -> {
          // One partition keeps the order of desired state, which is small.
          boolean one = name.equals(Topics.RULES) || name.equals(Topics.RULE_PLANS);
          int count = one ? 1 : partitions;
          topics.add(new NewTopic(name, count, (short) 1).configs(configuration));
        });
    return topics;
  }
}
