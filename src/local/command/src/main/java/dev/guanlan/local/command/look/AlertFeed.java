package dev.guanlan.local.command.look;

import dev.guanlan.model.Topics;
import dev.guanlan.schema.AlertTransition;
import dev.guanlan.schema.RecordFormat;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Follows the {@code alerts} topic from now on: every step that any alert takes. */
public final class AlertFeed implements AutoCloseable {

  private static final RecordFormat<AlertTransition> FORMAT =
      RecordFormat.of(AlertTransition.class);
  private static final int TIMEOUT_MILLIS = 5_000;

  private final KafkaConsumer<byte[], byte[]> consumer;

  /** Opens the feed at the topic's end. */
  public AlertFeed(String bootstrapServers) {
    consumer =
        new KafkaConsumer<>(
            Map.of(
                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapServers,
                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                "read_committed",
                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                false,
                ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                TIMEOUT_MILLIS,
                ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG,
                TIMEOUT_MILLIS),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    List<TopicPartition> partitions = new ArrayList<>();
    for (PartitionInfo each : consumer.partitionsFor(Topics.ALERTS)) {
      partitions.add(new TopicPartition(each.topic(), each.partition()));
    }
    consumer.assign(partitions);
    consumer.seekToEnd(partitions);
    // Seeking is lazy; asking for the positions makes now the point from which is read.
    partitions.forEach(consumer::position);
  }

  /**
   * Returns the steps that were committed since the last call; waits a little for the first.
   *
   * @throws LookException if what is on the topic is no transition
   */
  public List<AlertTransition> poll(Duration wait) throws LookException, InterruptedException {
    List<AlertTransition> transitions = new ArrayList<>();
    try {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(wait)) {
        transitions.add(FORMAT.decode(record.value()));
      }
    } catch (InterruptException e) {
      // Kafka marks the thread as interrupted besides; the exception below says it already.
      Thread.interrupted();
      throw (InterruptedException) new InterruptedException("Interrupted").initCause(e);
    } catch (IOException e) {
      throw new LookException(
          "A record of the topic " + Topics.ALERTS + " is no alert transition; look who wrote it",
          e);
    }
    return transitions;
  }

  @Override
  public void close() {
    consumer.close(CloseOptions.timeout(Duration.ofSeconds(1)));
  }
}
