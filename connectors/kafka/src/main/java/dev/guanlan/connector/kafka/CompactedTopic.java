package dev.guanlan.connector.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * Reads a compacted topic from its beginning to where it ends now.
 *
 * <p>For operators that must know everything before their first record: they read the topic when
 * they open, and learn what changes from a stream of the same topic, which may repeat what was read
 * here. Only committed records are given. Where transactions are open, the end is the last stable
 * offset: what they will commit comes by the stream.
 */
public final class CompactedTopic {

  /** Takes one record. */
  @FunctionalInterface
  public interface RecordConsumer {

    /**
     * Takes one record, in the order of its partition.
     *
     * @param key the record's key; empty if it has none
     * @param value the record's value, or null for a tombstone
     */
    void accept(byte[] key, byte @Nullable [] value);
  }

  private static final Duration LONGEST_POLL = Duration.ofMillis(500);
  private static final byte[] NO_KEY = {};

  private CompactedTopic() {}

  /**
   * Reads {@code topic} to its end at the time of the call. Returns at once if the topic has no
   * records or does not exist.
   *
   * @param consumerConfig Kafka's consumer settings; at least {@code bootstrap.servers}. No group
   *     is joined and no offset is committed
   * @param topic the topic
   * @param timeout how long the whole reading may take
   * @param records is given every record that is still in the log, in the order of its partition;
   *     the later of two with the same key holds
   * @throws CompactedTopicException if the end was not reached in time, or Kafka refused
   */
  public static void readToEnd(
      Properties consumerConfig, String topic, Duration timeout, RecordConsumer records) {
    readRecordsToEnd(
        consumerConfig,
        topic,
        timeout,
        record -> records.accept(record.key() == null ? NO_KEY : record.key(), record.value()));
  }

  /**
   * Reads {@code topic} as {@link #readToEnd} does, for who needs timestamps or headers too.
   *
   * @throws CompactedTopicException if the end was not reached in time, or Kafka refused
   */
  public static void readRecordsToEnd(
      Properties consumerConfig,
      String topic,
      Duration timeout,
      Consumer<ConsumerRecord<byte[], byte[]>> records) {
    long deadline = System.nanoTime() + timeout.toNanos();
    Properties config = config(consumerConfig);
    // Closing waits for the fetch that is under way, which at the end has nothing to bring.
    config.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, "20");
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      read(consumer, topic, timeout, deadline, records);
    } catch (UnknownTopicOrPartitionException e) {
      throw new CompactedTopicException(
          "the topic %s vanished while it was read; create it again".formatted(topic), e);
    } catch (KafkaException e) {
      throw new CompactedTopicException(
          "the topic %s cannot be read from Kafka at %s within %s; check that the broker is up"
              .formatted(
                  topic, config.get(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG), seconds(timeout)),
          e);
    }
  }

  /** Returns settings to read with that join no group and commit nothing. */
  static Properties config(Properties consumerConfig) {
    Properties config = new Properties();
    config.putAll(consumerConfig);
    config.remove(ConsumerConfig.GROUP_ID_CONFIG);
    config.remove(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG);
    config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
    config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
    // What is asked about partitions is answered from what the consumer knows.
    config.put(ConsumerConfig.METADATA_MAX_AGE_CONFIG, "30000");
    return config;
  }

  private static void read(
      KafkaConsumer<byte[], byte[]> consumer,
      String topic,
      Duration timeout,
      long deadline,
      Consumer<ConsumerRecord<byte[], byte[]>> records) {
    List<TopicPartition> partitions = new ArrayList<>();
    List<PartitionInfo> known = consumer.partitionsFor(topic, left(deadline));
    if (known == null || known.isEmpty()) {
      return;
    }
    known.forEach(partition -> partitions.add(new TopicPartition(topic, partition.partition())));
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    Map<Integer, Long> open = new TreeMap<>();
    Map<TopicPartition, Long> beginnings = consumer.beginningOffsets(partitions, left(deadline));
    consumer
        .endOffsets(partitions, left(deadline))
        .forEach(
            (partition, end) -> {
              if (end > beginnings.get(partition)) {
                open.put(partition.partition(), end);
              }
            });
    while (true) {
      // The position, not the last record, tells the end: transaction markers and what compaction
      // removed take up offsets too.
      open.entrySet()
          .removeIf(
              entry ->
                  consumer.position(new TopicPartition(topic, entry.getKey()), left(deadline))
                      >= entry.getValue());
      if (open.isEmpty()) {
        return;
      }
      Duration left = left(deadline);
      if (left.isZero()) {
        throw new CompactedTopicException(
            "the topic %s was not read to its end within %s: its partitions %s are still behind; "
                    .formatted(topic, seconds(timeout), open.keySet())
                + "check the broker's load, or allow more time",
            null);
      }
      for (ConsumerRecord<byte[], byte[]> record :
          consumer.poll(left.compareTo(LONGEST_POLL) < 0 ? left : LONGEST_POLL)) {
        records.accept(record);
      }
    }
  }

  private static Duration left(long deadline) {
    return Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
  }

  private static String seconds(Duration duration) {
    return duration.toMillis() / 1000.0 + " s";
  }
}
