package dev.guanlan.connector.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * Reads a compacted topic from its beginning, in a thread of its own, and goes on with whatever is
 * written to it until it is closed.
 *
 * <p>For what an operator must know beside its input: an operator with a second input is never
 * chained to its source. Only committed records are given. Partitions that are added later are
 * found within a minute. While Kafka is away nothing comes, and it goes on when Kafka is back.
 */
public final class CompactedTopicFollower implements AutoCloseable {

  /** Takes what was read. */
  @FunctionalInterface
  public interface RecordsConsumer {

    /** Takes some records, those of each partition in their order; called by one thread. */
    void accept(ConsumerRecords<byte[], byte[]> records);
  }

  private static final Duration LONGEST_POLL = Duration.ofSeconds(5);
  private static final Duration DISCOVERY = Duration.ofMinutes(1);

  /** How long Kafka is asked for something before it counts as away. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final Duration PAUSE = Duration.ofMillis(500);

  private final Properties config;
  private final String topic;
  private final RecordsConsumer out;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Thread thread;
  private final CountDownLatch atEnd = new CountDownLatch(1);

  /** Where partitions ended when they were found, as long as they are not read up to there. */
  private final Map<TopicPartition, Long> ends = new HashMap<>();

  private long discovered;
  private volatile boolean closed;
  private volatile @Nullable RuntimeException failure;

  /**
   * Begins to read.
   *
   * @param consumerConfig Kafka's consumer settings; at least {@code bootstrap.servers}. No group
   *     is joined and no offset is committed
   * @param topic the topic
   * @param out is given the records; what it throws ends the reading
   * @throws CompactedTopicException if the settings are wrong
   */
  public CompactedTopicFollower(Properties consumerConfig, String topic, RecordsConsumer out) {
    this.topic = topic;
    this.out = out;
    config = CompactedTopic.config(consumerConfig);
    try {
      consumer =
          new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    } catch (KafkaException e) {
      throw new CompactedTopicException(
          "the topic %s cannot be followed: %s".formatted(topic, e.getMessage()), e);
    }
    thread = new Thread(this::run, "follow " + topic);
    thread.setDaemon(true);
    thread.setContextClassLoader(CompactedTopicFollower.class.getClassLoader());
    thread.start();
  }

  /**
   * Returns when everything was read that the topic held when reading began.
   *
   * @throws CompactedTopicException if that takes longer than {@code timeout}, or reading failed
   */
  public void awaitEnd(Duration timeout) throws InterruptedException {
    boolean reached = atEnd.await(timeout.toMillis(), TimeUnit.MILLISECONDS);
    check();
    if (!reached) {
      throw new CompactedTopicException(
          "the topic %s was not read to its end from Kafka at %s within %s s; check that the broker is up, or allow more time"
              .formatted(
                  topic,
                  config.get(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG),
                  timeout.toMillis() / 1000.0),
          null);
    }
  }

  /**
   * Does nothing as long as reading goes on.
   *
   * @throws CompactedTopicException if it has failed, and with it the follower for good
   */
  public void check() {
    RuntimeException cause = failure;
    if (cause != null) {
      throw new CompactedTopicException(
          "the topic %s cannot be followed any more: %s".formatted(topic, cause.getMessage()),
          cause);
    }
  }

  /** Returns whether reading has failed. */
  public boolean hasFailed() {
    return failure != null;
  }

  private void run() {
    try (consumer) {
      while (!closed) {
        try {
          step();
        } catch (TimeoutException e) {
          // Kafka is away. Whoever waits for the end has a limit of its own.
          Thread.sleep(PAUSE.toMillis());
        }
      }
    } catch (WakeupException e) {
      if (!closed) {
        failure = e;
      }
    } catch (InterruptedException e) {
      failure = new InterruptException(e);
    } catch (RuntimeException e) {
      failure = e;
    } finally {
      atEnd.countDown();
    }
  }

  private void step() throws InterruptedException {
    boolean reading = !consumer.assignment().isEmpty();
    if (!reading || System.nanoTime() - discovered > DISCOVERY.toNanos()) {
      discover();
    }
    if (!reading && consumer.assignment().isEmpty()) {
      // There is no such topic yet, and so nothing to wait for.
      atEnd.countDown();
      Thread.sleep(PAUSE.toMillis());
      return;
    }
    if (atEnd.getCount() > 0) {
      // The position, not the last record, tells the end: transaction markers and what compaction
      // removed take up offsets too.
      ends.entrySet().removeIf(end -> consumer.position(end.getKey(), PATIENCE) >= end.getValue());
      if (ends.isEmpty()) {
        atEnd.countDown();
      }
    }
    ConsumerRecords<byte[], byte[]> records = consumer.poll(LONGEST_POLL);
    if (!records.isEmpty()) {
      out.accept(records);
    }
  }

  /** Adds the partitions that are not read yet, from their beginnings, and where they end now. */
  private void discover() {
    List<TopicPartition> added = new ArrayList<>();
    List<PartitionInfo> known = consumer.partitionsFor(topic, PATIENCE);
    discovered = System.nanoTime();
    for (PartitionInfo info : known == null ? List.<PartitionInfo>of() : known) {
      TopicPartition partition = new TopicPartition(topic, info.partition());
      if (!consumer.assignment().contains(partition)) {
        added.add(partition);
      }
    }
    if (added.isEmpty()) {
      return;
    }
    Map<TopicPartition, Long> beginnings = consumer.beginningOffsets(added, PATIENCE);
    consumer
        .endOffsets(added, PATIENCE)
        .forEach(
            (partition, end) -> {
              if (end > beginnings.get(partition)) {
                ends.put(partition, end);
              }
            });
    List<TopicPartition> all = new ArrayList<>(consumer.assignment());
    all.addAll(added);
    consumer.assign(all);
    consumer.seekToBeginning(added);
  }

  /** Ends the reading, and returns when nothing is given any more. */
  @Override
  public void close() {
    closed = true;
    consumer.wakeup();
    boolean interrupted = false;
    while (true) {
      try {
        thread.join();
        break;
      } catch (InterruptedException e) {
        // The thread must not outlive its task's class loader.
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
