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
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.config.ConfigResource;
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
          // Read whole, and not only at starts: what is superseded goes soon, unless it is to stay.
          TopicConfig.SEGMENT_MS_CONFIG,
          "600000",
          TopicConfig.MIN_CLEANABLE_DIRTY_RATIO_CONFIG,
          "0.1",
          TopicConfig.RETENTION_BYTES_CONFIG,
          "-1");

  /**
   * For how long a deletion is told, 30 days: a job that goes on from a savepoint reads what
   * changed since, and never hears of one that Kafka has forgotten, which it does after a day by
   * itself.
   */
  private static final String DELETIONS_MILLIS = "2592000000";

  /**
   * For how long all versions are told, a day: after a pause a job goes through the time of a group
   * as it was, and has to know what that looked at. Whoever reads the topic reads them all, so this
   * is no topic for groups that change every few seconds.
   */
  private static final String VERSIONS_MILLIS = "86400000";

  /** What topics remember whose changes jobs read on from their savepoints. */
  private static final Map<String, Map<String, String>> MEMORIES =
      Map.of(
          Topics.RULES,
          Map.of(
              TopicConfig.DELETE_RETENTION_MS_CONFIG,
              DELETIONS_MILLIS,
              TopicConfig.MIN_COMPACTION_LAG_MS_CONFIG,
              VERSIONS_MILLIS),
          Topics.RULE_PLANS,
          Map.of(TopicConfig.DELETE_RETENTION_MS_CONFIG, DELETIONS_MILLIS));

  private static Map<String, String> compactedChanges(String topic) {
    Map<String, String> configuration = new LinkedHashMap<>(COMPACTED);
    configuration.putAll(MEMORIES.getOrDefault(topic, Map.of()));
    return configuration;
  }

  /** Checks the range. */
  public TopicLayout {
    if (partitions < 1 || partitions > 1_000) {
      throw new IllegalArgumentException(
          "A topic cannot have %d partitions. Give a number from 1 to 1000.".formatted(partitions));
    }
  }

  /** Sees to the topics as {@link #create(String)} does. */
  public static void create(String bootstrapServers, int partitions) throws IOException {
    new TopicLayout(partitions).create(bootstrapServers);
  }

  /**
   * Creates the topics that are absent, and leaves the others as they are; but where nobody said
   * for how long one tells of what is gone, as earlier releases did not, that is set.
   */
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
      remember(admin, present);
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

  /** Has topics remember for as long as new ones do, unless they say something else. */
  private static void remember(Admin admin, Set<String> present)
      throws ExecutionException, TimeoutException, InterruptedException {
    List<ConfigResource> known = new ArrayList<>();
    for (String topic : MEMORIES.keySet()) {
      if (present.contains(topic)) {
        known.add(new ConfigResource(ConfigResource.Type.TOPIC, topic));
      }
    }
    if (known.isEmpty()) {
      return;
    }
    Map<ConfigResource, Collection<AlterConfigOp>> changes = new LinkedHashMap<>();
    admin
        .describeConfigs(known)
        .all()
        .get(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)
        .forEach(
            (topic, configuration) -> {
              List<AlterConfigOp> unsaid = new ArrayList<>();
              MEMORIES
                  .getOrDefault(topic.name(), Map.of())
                  .forEach(
                      (name, millis) -> {
                        ConfigEntry set = configuration.get(name);
                        if (set != null
                            && set.source() == ConfigEntry.ConfigSource.DEFAULT_CONFIG) {
                          unsaid.add(
                              new AlterConfigOp(
                                  new ConfigEntry(name, millis), AlterConfigOp.OpType.SET));
                        }
                      });
              if (!unsaid.isEmpty()) {
                changes.put(topic, unsaid);
              }
            });
    if (!changes.isEmpty()) {
      admin.incrementalAlterConfigs(changes).all().get(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
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
    configurations.put(Topics.RULES, compactedChanges(Topics.RULES));
    configurations.put(Topics.RULE_STATUS, COMPACTED);
    configurations.put(Topics.RULE_PLANS, compactedChanges(Topics.RULE_PLANS));
    configurations.put(Topics.TOPOLOGY, COMPACTED);
    List<NewTopic> topics = new ArrayList<>();
    configurations.forEach(
        (name, configuration) -> {
          // One partition keeps the order of desired state, which seldom changes.
          boolean one = name.equals(Topics.RULES) || name.equals(Topics.RULE_PLANS);
          int count = one ? 1 : partitions;
          topics.add(new NewTopic(name, count, (short) 1).configs(configuration));
        });
    return topics;
  }
}
