package dev.guanlan.connector.kafka.rules;

import dev.guanlan.connector.kafka.CompactedTopicException;
import dev.guanlan.connector.kafka.CompactedTopicFollower;
import dev.guanlan.model.Topics;
import dev.guanlan.promql.Parser;
import dev.guanlan.promql.PromqlException;
import dev.guanlan.rules.Rule;
import dev.guanlan.rules.RuleGroup;
import dev.guanlan.schema.RecordFormat;
import dev.guanlan.schema.RuleGroupStatus;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows which rule groups are published, and what they came to, until it is closed. Safe for many
 * threads.
 */
public final class FollowedRules implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(FollowedRules.class);

  private static final Comparator<FollowedGroup> BY_NAME =
      Comparator.comparing((FollowedGroup each) -> each.group().namespace())
          .thenComparing(each -> each.group().name());

  private record Published(RuleGroup group, long version, List<String> queries) {}

  private final RecordFormat<dev.guanlan.schema.RuleGroup> format =
      RecordFormat.of(dev.guanlan.schema.RuleGroup.class);

  /** By tenant, then by key. */
  private final Map<String, Map<String, Published>> published = new HashMap<>();

  private final Map<String, String> tenants = new HashMap<>();
  private final StatusTable statuses;
  private final CompactedTopicFollower rules;
  private final CompactedTopicFollower status;

  /**
   * Begins to follow.
   *
   * @param consumer Kafka's consumer settings; at least {@code bootstrap.servers}
   * @param mostStatusBytes how many bytes of records are held before their alerts are left out
   * @throws CompactedTopicException if the settings are wrong
   */
  public FollowedRules(Properties consumer, long mostStatusBytes) {
    statuses = new StatusTable(mostStatusBytes);
    rules =
        new CompactedTopicFollower(
            consumer, Topics.RULES, records -> records.forEach(this::takeGroup));
    status =
        new CompactedTopicFollower(
            consumer, Topics.RULE_STATUS, records -> records.forEach(this::takeStatus));
  }

  /**
   * Returns when everything was read that there was when reading began.
   *
   * @throws CompactedTopicException if that takes longer than {@code timeout} for a topic, or
   *     reading failed
   */
  public void awaitEnd(Duration timeout) throws InterruptedException {
    rules.awaitEnd(timeout);
    status.awaitEnd(timeout);
  }

  /** Returns whether reading has failed, and with it this for good. */
  public boolean hasFailed() {
    return rules.hasFailed() || status.hasFailed();
  }

  private synchronized void takeGroup(ConsumerRecord<byte[], byte[]> record) {
    if (record.key() == null) {
      return;
    }
    String key = new String(record.key(), StandardCharsets.UTF_8);
    dev.guanlan.schema.RuleGroup group = record.value() == null ? null : decode(record);
    String before = tenants.remove(key);
    if (before != null) {
      Map<String, Published> others = published.get(before);
      if (others != null && others.remove(key) != null && others.isEmpty()) {
        published.remove(before);
      }
    }
    if (group == null || group.getDeleted() || !RuleGroupRecords.key(group).equals(key)) {
      return;
    }
    RuleGroup rules = RuleGroupRecords.fromRecord(group);
    tenants.put(key, group.getTenant());
    published
        .computeIfAbsent(group.getTenant(), first -> new TreeMap<>())
        .put(
            key,
            new Published(
                rules,
                group.getVersion(),
                rules.rules().stream().map(FollowedRules::printed).toList()));
  }

  private dev.guanlan.schema.@Nullable RuleGroup decode(ConsumerRecord<byte[], byte[]> record) {
    try {
      return format.decode(record.value());
    } catch (IOException e) {
      LOG.warn(
          "The record {}/{}@{} is no rule group and is passed over: {}",
          record.topic(),
          record.partition(),
          record.offset(),
          e.getMessage());
      return null;
    }
  }

  private static String printed(Rule rule) {
    try {
      return Parser.parse(rule.expr()).toString();
    } catch (PromqlException e) {
      // Whoever published it may know more of the language.
      return rule.expr();
    }
  }

  private synchronized void takeStatus(ConsumerRecord<byte[], byte[]> record) {
    if (record.key() != null) {
      statuses.put(new String(record.key(), StandardCharsets.UTF_8), record.value());
    }
  }

  /** Returns a tenant's groups and what they came to, by namespace and name. */
  public List<FollowedGroup> of(String tenant) {
    List<FollowedGroup> groups = new ArrayList<>();
    synchronized (this) {
      published
          .getOrDefault(tenant, Map.of())
          .forEach((key, each) -> groups.add(followed(each, statuses.of(key))));
    }
    groups.sort(BY_NAME);
    return groups;
  }

  private static FollowedGroup followed(Published each, List<RuleGroupStatus> parts) {
    return new FollowedGroup(
        each.group(),
        each.version(),
        each.queries(),
        parts.isEmpty() ? null : parts.get(0),
        StatusTable.match(each.group(), each.version(), parts));
  }

  /** Ends the following. */
  @Override
  public void close() {
    rules.close();
    status.close();
  }
}
