package dev.guanlan.local.command.look;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/** Asks Kafka how far the jobs are behind what was written. */
public final class ConsumerLag implements AutoCloseable {

  private static final int TIMEOUT_MILLIS = 5_000;

  private final Admin admin;
  private final String groupPrefix;

  /**
   * Prepares to ask the broker.
   *
   * @param groupPrefix what the names of the groups to look at begin with
   */
  public ConsumerLag(String bootstrapServers, String groupPrefix) {
    this.groupPrefix = groupPrefix;
    admin =
        Admin.create(
            Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapServers,
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
                TIMEOUT_MILLIS,
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                TIMEOUT_MILLIS));
  }

  /**
   * Returns, by group and topic, how many records were written that the group has not committed.
   * Jobs commit when they checkpoint, so a few seconds' worth is usual.
   */
  public NavigableMap<String, NavigableMap<String, Long>> records()
      throws LookException, InterruptedException {
    try {
      NavigableMap<String, Map<TopicPartition, OffsetAndMetadata>> committed = new TreeMap<>();
      for (GroupListing group :
          admin.listGroups().all().get(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)) {
        if (group.groupId().startsWith(groupPrefix)) {
          committed.put(
              group.groupId(),
              admin
                  .listConsumerGroupOffsets(group.groupId())
                  .partitionsToOffsetAndMetadata()
                  .get(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS));
        }
      }
      Map<TopicPartition, OffsetSpec> wanted = new HashMap<>();
      committed
          .values()
          .forEach(each -> each.keySet().forEach(p -> wanted.put(p, OffsetSpec.latest())));
      Map<TopicPartition, ListOffsetsResultInfo> ends =
          admin.listOffsets(wanted).all().get(TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
      return sum(committed, ends);
    } catch (ExecutionException | TimeoutException e) {
      throw new LookException("Kafka does not tell the lag: " + e.getMessage(), e);
    }
  }

  private static NavigableMap<String, NavigableMap<String, Long>> sum(
      Map<String, Map<TopicPartition, OffsetAndMetadata>> committed,
      Map<TopicPartition, ListOffsetsResultInfo> ends) {
    NavigableMap<String, NavigableMap<String, Long>> lag = new TreeMap<>();
    committed.forEach(
        (group, offsets) -> {
          NavigableMap<String, Long> topics = lag.computeIfAbsent(group, name -> new TreeMap<>());
          Set<Map.Entry<TopicPartition, OffsetAndMetadata>> entries = offsets.entrySet();
          for (Map.Entry<TopicPartition, OffsetAndMetadata> each : entries) {
            ListOffsetsResultInfo end = ends.get(each.getKey());
            if (end != null && each.getValue() != null) {
              topics.merge(
                  each.getKey().topic(),
                  Math.max(0, end.offset() - each.getValue().offset()),
                  Long::sum);
            }
          }
        });
    return lag;
  }

  @Override
  public void close() {
    admin.close(Duration.ZERO);
  }
}
