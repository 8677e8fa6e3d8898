package dev.guanlan.job.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.guanlan.job.common.JobEnvironment;
import dev.guanlan.job.common.JobOptions;
import dev.guanlan.model.Topics;
import dev.guanlan.schema.DeadLetter;
import dev.guanlan.testing.ClickHouseExtension;
import dev.guanlan.testing.KafkaExtension;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.Future;
import org.apache.flink.api.common.JobStatus;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayName("Of all that agents send, in every encoding,")
@Timeout(600)
final class PoisonITCase {

  @RegisterExtension static final KafkaExtension KAFKA = new KafkaExtension();

  @RegisterExtension static final ClickHouseExtension CLICKHOUSE = new ClickHouseExtension();

  private static final String DATABASE = "poison_it";
  private static final int PARTITIONS = 2;
  private static final int RECORDS = 400;
  private static final int ONE_IN = 100;
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private final long nowMillis = System.currentTimeMillis();

  @Test
  @DisplayName("one in a hundred is poison: it is kept apart, the rest is stored, the job runs on")
  void poison() throws Exception {
    List<PoisonFeed> feeds = new ArrayList<>(PoisonFeed.all(nowMillis));
    feeds.addAll(LogAndSpanFeeds.all(nowMillis));
    KAFKA.createPlatformTopics(PARTITIONS);
    for (String topic : new TreeSet<>(feeds.stream().map(PoisonFeed::topic).toList())) {
      if (topic.contains(".")) {
        KAFKA.createTopic(topic, PARTITIONS);
      }
    }
    Map<PoisonFeed, Set<String>> poison = send(feeds);
    JobClient job = start();

    for (PoisonFeed feed : feeds) {
      Awaitility.await(feed.name() + " is stored")
          .atMost(PATIENCE)
          .pollInterval(Duration.ofMillis(500))
          .untilAsserted(
              () ->
                  assertThat(query(feed.storedQuery()))
                      .isEqualTo(Integer.toString(RECORDS - poison.get(feed).size())));
    }
    Set<String> all = new TreeSet<>();
    poison.values().forEach(all::addAll);
    assertThat(all).hasSize(feeds.size() * RECORDS / ONE_IN);
    Map<String, DeadLetter> letters = letters(all.size());
    assertThat(letters.keySet()).as("every poisoned record, and no other").isEqualTo(all);
    assertThat(letters.values())
        .allSatisfy(
            letter -> {
              assertThat(letter.getReason()).isNotBlank();
              assertThat(letter.getJob()).isEqualTo(IngestNames.JOB);
            });
    assertThat(job.getJobStatus().get())
        .as("it would be FAILED if anything had stopped it: there are no restarts here")
        .isEqualTo(JobStatus.RUNNING);
    job.cancel().get();
  }

  /** Sends all records of all feeds and returns the origins of those that are poison. */
  private static Map<PoisonFeed, Set<String>> send(List<PoisonFeed> feeds) throws Exception {
    Map<PoisonFeed, Set<String>> poison = new LinkedHashMap<>();
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", KAFKA.bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (PoisonFeed feed : feeds) {
        List<Future<RecordMetadata>> poisoned = new ArrayList<>();
        for (int i = 0; i < RECORDS; i++) {
          boolean good = i % ONE_IN != ONE_IN / 2;
          byte[] payload = feed.payload().apply(i);
          ProducerRecord<byte[], byte[]> record =
              new ProducerRecord<>(
                  feed.topic(), i % PARTITIONS, null, good ? payload : corrupt(payload, i));
          if (!feed.encoding().isEmpty()) {
            record.headers().add("encoding", feed.encoding().getBytes(UTF_8));
          }
          Future<RecordMetadata> sent = producer.send(record);
          if (!good) {
            poisoned.add(sent);
          }
        }
        Set<String> origins = new TreeSet<>();
        for (Future<RecordMetadata> each : poisoned) {
          RecordMetadata at = each.get();
          origins.add(at.topic() + "/" + at.partition() + "@" + at.offset());
        }
        poison.put(feed, origins);
      }
    }
    return poison;
  }

  /** Puts in front of a payload what no format begins with, or breaks it off. */
  private static byte[] corrupt(byte[] payload, int number) {
    return switch (number / ONE_IN % 4) {
      case 0 -> behind((byte) 0xFF, payload);
      case 1 -> behind((byte) 0x00, payload);
      case 2 -> Arrays.copyOf(payload, payload.length / 2);
      default -> Arrays.copyOf(payload, payload.length - 1);
    };
  }

  private static byte[] behind(byte garbage, byte[] payload) {
    byte[] broken = new byte[payload.length + 8];
    System.arraycopy(payload, 0, broken, 8, payload.length);
    Arrays.fill(broken, 0, 8, garbage);
    return broken;
  }

  /** Returns the letters by their origin; what two steps read has one of each, of which any. */
  private static Map<String, DeadLetter> letters(int atLeast) {
    return byOrigin(
        KAFKA.await(
            Topics.DEAD_LETTERS,
            DeadLetter.getDecoder()::decode,
            PoisonITCase::isOurs,
            letters -> byOrigin(letters).size() >= atLeast,
            PATIENCE));
  }

  private static Map<String, DeadLetter> byOrigin(List<DeadLetter> letters) {
    Map<String, DeadLetter> byOrigin = new HashMap<>();
    for (DeadLetter letter : letters) {
      byOrigin.put(
          letter.getTopic() + "/" + letter.getPartition() + "@" + letter.getOffset(), letter);
    }
    return byOrigin;
  }

  /** Tells from what other tests have of garbage on the same broker. */
  private static boolean isOurs(DeadLetter letter) {
    String text = UTF_8.decode(letter.getPayload().duplicate()).toString();
    return !letter.getTopic().isEmpty() && !text.startsWith("garbage for");
  }

  private static String query(String sql) {
    return CLICKHOUSE.query(
        sql.replaceAll("FROM (samples|series|logs|spans|flows)", "FROM " + DATABASE + ".$1"));
  }

  private static JobClient start() throws Exception {
    Configuration configuration = new Configuration();
    configuration.set(RestartStrategyOptions.RESTART_STRATEGY, "none");
    StreamExecutionEnvironment env =
        JobEnvironment.prepare(
            StreamExecutionEnvironment.createLocalEnvironment(PARTITIONS, configuration));
    env.enableCheckpointing(500);
    JobOptions options =
        JobOptions.parse(
            IngestNames.JOB,
            new String[] {
              "--kafka.bootstrap-servers",
              KAFKA.bootstrapServers(),
              "--kafka.group-id",
              "poison-" + UUID.randomUUID(),
              "--clickhouse.url",
              CLICKHOUSE.url(),
              "--clickhouse.database",
              DATABASE
            },
            IngestOptions.all());
    IngestOptions ingest = IngestOptions.of(options);
    Database.prepare(ingest, Optional.empty());
    IngestJob.build(env, options, ingest);
    return env.executeAsync(IngestNames.JOB);
  }
}
