package dev.guanlan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guanlan.model.Labels;
import dev.guanlan.model.Origin;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.model.Topics;
import dev.guanlan.schema.DeadLetter;
import dev.guanlan.schema.RecordFormat;
import dev.guanlan.testing.KafkaRecords;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Feeds garbage to every endpoint and raw topic and looks at what becomes of it, and of the rest.
 */
class GarbageITCase {

  @RegisterExtension static final Platform PLATFORM = new Platform();

  private static final Duration PATIENCE = Duration.ofMinutes(10);

  private static final List<String> RAW_TOPICS =
      List.of(
          Topics.PROMETHEUS_REMOTE_WRITE, Topics.OTLP_METRICS, Topics.OTLP_LOGS, Topics.OTLP_SPANS);

  @ParameterizedTest
  @ValueSource(strings = {"/api/v1/write", "/v1/metrics", "/v1/logs", "/v1/traces"})
  void anEndpointSaysWhatIsWrong(String path) throws Exception {
    PushClient agent = PLATFORM.agent("garbage");
    String encoding = path.equals("/api/v1/write") ? "snappy" : "identity";
    for (byte[] body : garbage()) {
      HttpResponse<String> answer = agent.send(path, "application/x-protobuf", encoding, body);
      assertThat(answer.statusCode()).as(answer.body()).isBetween(400, 499);
      assertThat(answer.body()).isNotBlank();
    }
    HttpResponse<String> wrongType = agent.send(path, "text/plain", encoding, new byte[] {1});
    assertThat(wrongType.statusCode()).isEqualTo(415);
    assertThat(wrongType.body()).contains("text/plain");
  }

  @Test
  void aRecordThatNobodyCanReadBecomesADeadLetterAndTheJobsGoOn() throws Exception {
    // A job's metrics appear a few seconds after it runs.
    Awaitility.await("metrics of all jobs")
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(restarts().values()).allMatch(count -> count >= 0));
    Map<String, Integer> restartsBefore = restarts();
    Map<String, byte[]> sent = new TreeMap<>();
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", PLATFORM.kafka.bootstrapServers()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (String topic : RAW_TOPICS) {
        for (byte[] bytes : garbage()) {
          RecordMetadata at = producer.send(new ProducerRecord<>(topic, bytes)).get();
          sent.put(at.topic() + "/" + at.partition() + "@" + at.offset(), bytes);
        }
      }
    }

    Set<String> wantedByIngest = new TreeSet<>(sent.keySet());
    Awaitility.await("dead letters")
        .atMost(PATIENCE)
        .untilAsserted(
            () -> assertThat(deadLetters("ingest").keySet()).containsAll(wantedByIngest));
    deadLetters("ingest")
        .forEach(
            (origin, letter) -> {
              if (sent.containsKey(origin)) {
                byte[] payload = new byte[letter.getPayload().remaining()];
                letter.getPayload().duplicate().get(payload);
                assertThat(payload).isEqualTo(sent.get(origin));
                assertThat(letter.getReason()).isNotBlank();
              }
            });

    // What comes after garbage, in the same partitions, is stored; and no job had to start again.
    PushClient agent = PLATFORM.agent("after-garbage");
    agent.samples(
        SampleBlock.builder("", Origin.NONE)
            .series(Labels.of(Labels.METRIC_NAME, "after_garbage"))
            .sample(System.currentTimeMillis(), 42)
            .build());
    Awaitility.await("a sample after the garbage")
        .atMost(PATIENCE)
        .untilAsserted(
            () ->
                assertThat(
                        PLATFORM.clickhouse.query(
                            "SELECT value FROM guanlan.samples_final WHERE key IN (SELECT key FROM"
                                + " guanlan.series_final WHERE metric = 'after_garbage')"))
                    .isEqualTo("42"));
    assertThat(restarts()).isEqualTo(restartsBefore);
  }

  /** Bytes that are no request of any protocol: no varint ends, lengths lead beyond the end. */
  private static List<byte[]> garbage() {
    List<byte[]> all = new ArrayList<>();
    all.add("this is not telemetry".getBytes(StandardCharsets.UTF_8));
    all.add(new byte[] {(byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 1});
    Random random = new Random(42);
    for (int i = 0; i < 20; i++) {
      byte[] bytes = new byte[64 + random.nextInt(1_000)];
      random.nextBytes(bytes);
      bytes[0] = 0x0A;
      bytes[1] = (byte) 0xFF;
      bytes[2] = (byte) 0xFF;
      bytes[3] = (byte) 0xFF;
      all.add(bytes);
    }
    return all;
  }

  private static Map<String, DeadLetter> deadLetters(String job) throws Exception {
    RecordFormat<DeadLetter> format = RecordFormat.of(DeadLetter.class);
    Map<String, DeadLetter> letters = new TreeMap<>();
    for (ConsumerRecord<byte[], byte[]> record :
        KafkaRecords.committed(PLATFORM.kafka.bootstrapServers(), Topics.DEAD_LETTERS)) {
      DeadLetter letter = format.decode(record.value());
      if (letter.getJob().equals(job)) {
        letters.put(
            letter.getTopic() + "/" + letter.getPartition() + "@" + letter.getOffset(), letter);
      }
    }
    return letters;
  }

  /** Returns how often each job was started again, or -1 while Flink does not say. */
  private static Map<String, Integer> restarts() throws Exception {
    Map<String, Integer> restarts = new TreeMap<>();
    for (String name : List.of(Platform.INGEST, Platform.TOPOLOGY, Platform.ALERTING)) {
      String id = PLATFORM.flink.rest().job(name).orElseThrow().id();
      restarts.put(
          name,
          PLATFORM
              .flink
              .rest()
              .get("/jobs/" + id + "/metrics?get=numRestarts")
              .path(0)
              .path("value")
              .asInt(-1));
    }
    return restarts;
  }
}
