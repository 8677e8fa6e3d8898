package dev.guanlan.bench.rules;

import dev.guanlan.model.Labels;
import dev.guanlan.model.Topics;
import dev.guanlan.schema.AlertState;
import dev.guanlan.schema.AlertTransition;
import dev.guanlan.schema.RecordFormat;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads which alerts fire from the steps that each has taken, on the topic of alerts. */
final class AlertsTopic {

  private static final RecordFormat<AlertTransition> FORMAT =
      RecordFormat.of(AlertTransition.class);
  private static final Duration WAIT = Duration.ofMillis(200);

  private AlertsTopic() {}

  /** Returns what fires by the committed steps up to a time. */
  static Firing firing(String bootstrapServers, long timeMillis) throws IOException {
    Map<Labels, AlertTransition> newest = new HashMap<>();
    Map<String, Object> config =
        Map.of(
            ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
            bootstrapServers,
            ConsumerConfig.ISOLATION_LEVEL_CONFIG,
            "read_committed");
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(Topics.ALERTS).stream()
              .map(partition -> new TopicPartition(partition.topic(), partition.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (partitions.stream().anyMatch(each -> consumer.position(each) < ends.get(each))) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(WAIT)) {
          AlertTransition step = FORMAT.decode(record.value());
          // The steps of an alert are in one partition, in their order.
          if (step.getTimestampMillis() <= timeMillis) {
            newest.put(Labels.of(step.getLabels()), step);
          }
        }
      }
    } catch (KafkaException e) {
      throw new IOException("The topic " + Topics.ALERTS + " cannot be read", e);
    }
    return of(newest, timeMillis);
  }

  private static Firing of(Map<Labels, AlertTransition> newest, long timeMillis) {
    Map<Labels, Long> activeAt = new HashMap<>();
    Set<Labels> changed = new HashSet<>();
    int pending = 0;
    for (Map.Entry<Labels, AlertTransition> entry : newest.entrySet()) {
      AlertTransition step = entry.getValue();
      if (step.getTo() == AlertState.FIRING) {
        activeAt.put(entry.getKey(), step.getActiveAtMillis() - timeMillis);
      }
      pending += step.getTo() == AlertState.PENDING ? 1 : 0;
      boolean firingMoved =
          step.getTo() == AlertState.FIRING || step.getFrom() == AlertState.FIRING;
      if (firingMoved && step.getTimestampMillis() > timeMillis - Firing.UNSETTLED_MILLIS) {
        changed.add(entry.getKey());
      }
    }
    return new Firing(activeAt, changed, pending);
  }
}
