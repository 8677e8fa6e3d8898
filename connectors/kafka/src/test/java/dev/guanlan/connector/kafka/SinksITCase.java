package dev.guanlan.connector.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.guanlan.testing.KafkaExtension;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.LongStream;
import org.apache.flink.api.common.functions.MapFunction;
import org.apache.flink.api.common.state.CheckpointListener;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.connector.kafka.sink.KafkaSink;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A job that fails once while it writes")
final class SinksITCase {

  @RegisterExtension static final KafkaExtension KAFKA = new KafkaExtension();

  private static final int COUNT = 2_000;
  private static final Duration LONGEST = Duration.ofMinutes(2);

  @TempDir Path checkpoints;

  private final String topic = "sink-" + UUID.randomUUID();

  /** Writes numbers: the odd ones have keys and a header. */
  private static final class Numbers implements RecordEncoder<Long> {

    @Override
    public byte[] key(Long number) {
      return number % 2 == 0 ? null : RecordEncoder.utf8("key-" + number);
    }

    @Override
    public byte[] value(Long number) {
      return RecordEncoder.utf8(number.toString());
    }

    @Override
    public void addHeaders(Long number, Headers headers) {
      if (number % 2 == 1) {
        headers.add("kind", RecordEncoder.utf8("odd"));
      }
    }
  }

  /**
   * Fails once, on the first number that comes after a checkpoint. From some number on it crawls
   * until then, so that even a slow checkpoint completes before the numbers are at their end.
   */
  private static final class FailsOnce implements MapFunction<Long, Long>, CheckpointListener {

    static final AtomicBoolean FAILED = new AtomicBoolean();
    private static final long CRAWLS_FROM = 200;
    private transient boolean checkpointed;

    @Override
    public Long map(Long number) throws InterruptedException {
      Thread.sleep(FAILED.get() || number < CRAWLS_FROM ? 1 : 100);
      if (checkpointed && FAILED.compareAndSet(false, true)) {
        throw new IllegalStateException("fails once, on purpose");
      }
      return number;
    }

    @Override
    public void notifyCheckpointComplete(long checkpointId) {
      checkpointed = true;
    }
  }

  private void run(KafkaSink<Long> sink) throws Exception {
    FailsOnce.FAILED.set(false);
    Configuration configuration = new Configuration();
    configuration.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, checkpoints.toUri().toString());
    configuration.set(CheckpointingOptions.CHECKPOINTING_INTERVAL, Duration.ofMillis(200));
    configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
    configuration.set(
        RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(10));
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.createLocalEnvironment(1, configuration);
    env.fromSequence(1, COUNT)
        .uid("numbers")
        .map(new FailsOnce())
        .returns(Types.LONG)
        .uid("fails-once")
        .sinkTo(sink)
        .uid("sink");
    env.execute();
    assertThat(FailsOnce.FAILED).isTrue();
  }

  /**
   * Reads what is committed up to the last record of any kind. A broker answers a commit before it
   * has marked the partitions, and until then the end of what is committed lies too early: so the
   * end is asked for without regard to transactions.
   */
  private List<ConsumerRecord<byte[], byte[]>> committed() {
    List<TopicPartition> partitions =
        List.of(new TopicPartition(topic, 0), new TopicPartition(topic, 1));
    Map<TopicPartition, Long> ends;
    try (KafkaConsumer<byte[], byte[]> consumer = consumer("read_uncommitted")) {
      ends = consumer.endOffsets(partitions);
    }
    List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
    try (KafkaConsumer<byte[], byte[]> consumer = consumer("read_committed")) {
      consumer.assign(partitions);
      long begin = System.nanoTime();
      while (!partitions.stream().allMatch(p -> consumer.position(p) >= ends.get(p))
          && System.nanoTime() - begin < LONGEST.toNanos()) {
        consumer.poll(Duration.ofMillis(200)).forEach(records::add);
      }
    }
    return records;
  }

  private static KafkaConsumer<byte[], byte[]> consumer(String isolation) {
    Properties config = new Properties();
    config.putAll(
        Map.of(
            "bootstrap.servers",
            KAFKA.bootstrapServers(),
            "isolation.level",
            isolation,
            "auto.offset.reset",
            "earliest"));
    return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  private static List<Long> numbers(List<ConsumerRecord<byte[], byte[]>> records) {
    return records.stream().map(r -> Long.valueOf(new String(r.value(), UTF_8))).toList();
  }

  @Test
  @DisplayName("leaves every record once in a transactional sink")
  void transactional() throws Exception {
    KAFKA.createTopic(topic, 2);

    run(TransactionalSink.to(KAFKA.bootstrapServers(), topic, "id-" + topic, new Numbers()));

    assertThat(numbers(committed()))
        .containsExactlyInAnyOrderElementsOf(LongStream.rangeClosed(1, COUNT).boxed().toList());
  }

  @Test
  @DisplayName("leaves every record at least once in an idempotent sink, with key and headers")
  void idempotent() throws Exception {
    KAFKA.createTopic(topic, 2);

    run(IdempotentSink.to(KAFKA.bootstrapServers(), topic, new Numbers()));

    List<ConsumerRecord<byte[], byte[]>> records = committed();
    assertThat(numbers(records)).containsAll(LongStream.rangeClosed(1, COUNT).boxed().toList());
    assertThat(records)
        .allSatisfy(
            record -> {
              String number = new String(record.value(), UTF_8);
              if (Long.parseLong(number) % 2 == 0) {
                assertThat(record.key()).isNull();
                assertThat(record.headers()).isEmpty();
              } else {
                assertThat(record.key()).asString(UTF_8).isEqualTo("key-" + number);
                assertThat(record.headers().lastHeader("kind").value())
                    .asString(UTF_8)
                    .isEqualTo("odd");
              }
            });
  }
}
