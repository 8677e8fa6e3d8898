package dev.guanlan.connector.kafka.rules;

import dev.guanlan.model.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.InvalidTxnStateException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Is one change of rules under way. For one thread. */
final class RuleTransaction implements AutoCloseable {

  /** Whoever changes rules has this id, so that only who took it last can write. */
  private static final String ID = "guanlan-rules";

  /** After this Kafka gives up a change whose author died, which holds up readers until then. */
  private static final int GIVEN_UP_MILLIS = 15_000;

  private static final int LONGEST_REQUEST_MILLIS = 10_000;
  private static final long LOOK_MILLIS = 10;

  /**
   * Says that another has begun a change in the meantime, and that nothing of this one is there.
   */
  static final class FencedException extends Exception {
    private static final long serialVersionUID = 1;

    private FencedException(Throwable cause) {
      super(cause);
    }
  }

  private final String bootstrapServers;
  private final Duration timeout;
  private final KafkaProducer<byte[], byte[]> producer;

  RuleTransaction(String bootstrapServers, Duration timeout) {
    this.bootstrapServers = bootstrapServers;
    this.timeout = timeout;
    Properties config = new Properties();
    config.setProperty(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    config.setProperty(ProducerConfig.TRANSACTIONAL_ID_CONFIG, ID);
    config.setProperty(
        ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, Integer.toString(GIVEN_UP_MILLIS));
    int millis = (int) Math.min(Integer.MAX_VALUE, timeout.toMillis());
    config.setProperty(ProducerConfig.MAX_BLOCK_MS_CONFIG, Integer.toString(millis));
    config.setProperty(ProducerConfig.LINGER_MS_CONFIG, "0");
    config.setProperty(
        ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
        Integer.toString(Math.min(millis, LONGEST_REQUEST_MILLIS)));
    config.setProperty(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, Integer.toString(millis));
    config.setProperty(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
    producer = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
  }

  /** Fences off everybody else, and returns when what they had begun is over. */
  void take() throws FencedException {
    try {
      producer.initTransactions();
    } catch (KafkaException e) {
      throw fencedOr(e);
    }
  }

  /** Writes records, all or none, and returns when every reader sees them. */
  void commit(List<ProducerRecord<byte[], byte[]>> records) throws FencedException {
    Map<TopicPartition, Long> last = new HashMap<>();
    try {
      producer.beginTransaction();
      List<Future<RecordMetadata>> sent = records.stream().map(producer::send).toList();
      producer.flush();
      for (Future<RecordMetadata> each : sent) {
        RecordMetadata written = each.get();
        last.merge(
            new TopicPartition(written.topic(), written.partition()), written.offset(), Math::max);
      }
      producer.commitTransaction();
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    } catch (ExecutionException e) {
      throw fencedOr(e.getCause() instanceof KafkaException cause ? cause : new KafkaException(e));
    } catch (KafkaException e) {
      throw fencedOr(e);
    }
    awaitSeen(last);
  }

  /**
   * Returns the failure for the caller to throw, unless it is that another has taken the id. A
   * broker tells that in many ways, from a fenced producer to an unexpected error of its own (4.2
   * does where one transaction is committed while the other's beginning aborts it), which the
   * client wraps as nothing in particular. Who begins again reads what has become of it.
   */
  private static KafkaException fencedOr(KafkaException failure) throws FencedException {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof ProducerFencedException
          || cause instanceof InvalidProducerEpochException
          || cause instanceof InvalidTxnStateException
          || (cause.getClass() == KafkaException.class && cause.getCause() == null)) {
        throw new FencedException(failure);
      }
    }
    return failure;
  }

  /** Kafka answers a commit before it has marked it on the topic, where readers stop until then. */
  private void awaitSeen(Map<TopicPartition, Long> last) {
    Properties config = new Properties();
    config.setProperty(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    config.setProperty(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    long deadline = System.nanoTime() + timeout.toNanos();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      while (System.nanoTime() < deadline) {
        Map<TopicPartition, Long> ends = consumer.endOffsets(last.keySet(), timeout);
        if (last.entrySet().stream().allMatch(each -> ends.get(each.getKey()) > each.getValue())) {
          return;
        }
        Thread.sleep(LOOK_MILLIS);
      }
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
    throw new KafkaException(
        "the change of the topic %s is taken, and not to be seen yet".formatted(Topics.RULES));
  }

  /** Gives up what was not committed. */
  @Override
  public void close() {
    producer.close(Duration.ofSeconds(1));
  }
}
