package dev.guanlan.local.command.letters;

import static dev.guanlan.testing.KafkaRecords.header;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.guanlan.connector.kafka.CompactedTopic;
import dev.guanlan.model.RawHeaders;
import dev.guanlan.model.Topics;
import dev.guanlan.schema.DeadLetter;
import dev.guanlan.schema.RecordFormat;
import dev.guanlan.testing.KafkaExtension;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayName("A dead letter on a real Kafka")
@Timeout(300)
final class ReplayITCase {

  @RegisterExtension static final KafkaExtension KAFKA = new KafkaExtension();

  private static final long NOW = 1_700_000_000_000L;
  private static final Clock CLOCK = Clock.fixed(Instant.ofEpochMilli(NOW), ZoneOffset.UTC);

  private final String topic = "raw-" + UUID.randomUUID();
  private final String id = topic + "/1@7";
  private final Replay replay = new Replay(kafka(), CLOCK);
  private final DeadLetterTopic letters = new DeadLetterTopic(kafka());

  private static String kafka() {
    return KAFKA.bootstrapServers();
  }

  @BeforeEach
  void topics() {
    KAFKA.createPlatformTopics(2);
    KAFKA.createTopic(topic, 2);
  }

  private DeadLetter letter(String job, String payload) {
    return DeadLetter.newBuilder()
        .setTenant("acme")
        .setTopic(topic)
        .setPartition(1)
        .setOffset(7)
        .setEncoding("otlp_proto")
        .setReceivedAtMillis(NOW - 1_000)
        .setFailedAtMillis(NOW)
        .setJob(job)
        .setReason("the field 3 of " + job + " is Malformed")
        .setKey(ByteBuffer.wrap("key".getBytes(UTF_8)))
        .setPayload(ByteBuffer.wrap(payload.getBytes(UTF_8)))
        .setPayloadBytes(payload.length())
        .setHeaders(
            Map.of(
                "tenant",
                ByteBuffer.wrap("acme".getBytes(UTF_8)),
                RawHeaders.REPLAY_FOR,
                ByteBuffer.wrap("stale".getBytes(UTF_8))))
        .build();
  }

  private static void write(DeadLetter... written) throws Exception {
    RecordFormat<DeadLetter> format = RecordFormat.of(DeadLetter.class);
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", kafka()),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (DeadLetter letter : written) {
        producer.send(new ProducerRecord<>(Topics.DEAD_LETTERS, format.encode(letter))).get();
      }
    }
  }

  /**
   * Waits until as many replays are committed on the raw topic, and returns all that are. The
   * broker acknowledges the end of a transaction before it has written to the topic that it ended.
   */
  private List<ConsumerRecord<byte[], byte[]>> replayed(int atLeast) {
    return await()
        .atMost(Duration.ofMinutes(1))
        .until(() -> KAFKA.committed(topic), records -> records.size() >= atLeast);
  }

  @Test
  @DisplayName("goes back to its partition with key and headers, once, for all jobs that failed")
  void once() throws Exception {
    write(letter("ingest", "bad"), letter("alerting", "bad"));

    assertThat(replay.replay(id, "good".getBytes(UTF_8), false))
        .containsExactly("alerting", "ingest");
    assertThatThrownBy(() -> replay.replay(id, "good".getBytes(UTF_8), false))
        .isInstanceOf(ReplayRefusedException.class)
        .hasMessageContaining("alerting, ingest")
        .hasMessageContaining("--again");

    assertThat(replayed(1))
        .singleElement()
        .satisfies(
            record -> {
              assertThat(record.partition()).isEqualTo(1);
              assertThat(record.key()).asString(UTF_8).isEqualTo("key");
              assertThat(record.value()).asString(UTF_8).isEqualTo("good");
              assertThat(header(record, "tenant")).isEqualTo("acme");
              assertThat(header(record, RawHeaders.RECEIVED_AT)).isEqualTo("" + (NOW - 1_000));
              assertThat(header(record, RawHeaders.REPLAY_OF)).isEqualTo(id);
              assertThat(header(record, RawHeaders.REPLAY_FOR)).isEqualTo("alerting,ingest");
              assertThat(record.headers().headers(RawHeaders.REPLAY_FOR)).hasSize(1);
            });
    assertThat(letters.list(LetterFilter.ALL, 1_000))
        .filteredOn(summary -> summary.id().equals(id))
        .singleElement()
        .matches(summary -> summary.replayed());

    replay.replay(id, null, true);
    assertThat(replayed(2)).hasSize(2);
  }

  @Test
  @DisplayName("is replayed for a job that fails on it later, and for that one only")
  void laterJob() throws Exception {
    write(letter("ingest", "bad"));
    replay.replay(id, null, false);
    write(letter("topology", "bad"));

    assertThat(replay.replay(id, null, false)).containsExactly("topology");
    assertThat(replayed(2))
        .extracting(record -> header(record, RawHeaders.REPLAY_FOR))
        .containsExactly("ingest", "topology");
  }

  @Test
  @DisplayName("is replayed once by many who try at the same time")
  void rivals() throws Exception {
    write(letter("ingest", "bad"));
    ExecutorService rivals = Executors.newFixedThreadPool(4);
    List<Future<String>> tries = new ArrayList<>();
    Callable<String> one =
        () -> {
          try {
            return "replayed for " + new Replay(kafka(), CLOCK).replay(id, null, false);
          } catch (ReplayRefusedException | IOException lost) {
            return lost.getMessage();
          }
        };
    for (int i = 0; i < 4; i++) {
      tries.add(rivals.submit(one));
    }
    List<String> ends = new ArrayList<>();
    for (Future<String> each : tries) {
      ends.add(each.get());
    }
    rivals.shutdown();
    // Whoever was last to take the letter's transaction wins; all others are fenced or refused.
    assertThat(ends).filteredOn("replayed for [ingest]"::equals).hasSize(1);
    assertThat(replayed(1)).hasSize(1);
  }

  @Test
  @DisplayName("whose replay was cut short is replayed whole the next time")
  void crash() throws Exception {
    DeadLetter letter = letter("ingest", "bad");
    write(letter);
    KafkaProducer<byte[], byte[]> crashed =
        new KafkaProducer<>(
            Map.of(
                "bootstrap.servers",
                kafka(),
                "transactional.id",
                "guanlan-replay-" + LetterId.replayKey(letter)),
            new ByteArraySerializer(),
            new ByteArraySerializer());
    crashed.initTransactions();
    crashed.beginTransaction();
    crashed.send(new ProducerRecord<>(topic, "half".getBytes(UTF_8))).get();

    replay.replay(id, null, false);
    crashed.close(Duration.ZERO);

    assertThat(replayed(1))
        .singleElement()
        .satisfies(record -> assertThat(record.value()).asString(UTF_8).isEqualTo("bad"));
  }

  @Test
  @DisplayName("that was cut is not replayed without the whole, and an unknown one not at all")
  void refusals() throws Exception {
    DeadLetter cut = letter("ingest", "bad");
    cut.put("payloadBytes", 4_000_000);
    write(cut);
    assertThatThrownBy(() -> replay.replay(id, null, false))
        .isInstanceOf(ReplayRefusedException.class)
        .hasMessageContaining("Of the 4000000 bytes")
        .hasMessageContaining("--payload");
    assertThatThrownBy(() -> replay.replay("nowhere/0@0", null, false))
        .isInstanceOf(ReplayRefusedException.class)
        .hasMessageContaining("nowhere/0@0");
    assertThat(replayed(0)).isEmpty();

    assertThat(replay.replay(id, "whole".getBytes(UTF_8), false)).containsExactly("ingest");
  }

  @Test
  @DisplayName("of which a part was taken goes back to that job only with what was left out")
  void part() throws Exception {
    DeadLetter part =
        DeadLetter.newBuilder(letter("alerting", "both"))
            .setEntriesTaken(5)
            .setEntriesLeftOut(3)
            .build();
    write(part);
    for (boolean again : new boolean[] {false, true}) {
      assertThatThrownBy(() -> replay.replay(id, null, again))
          .isInstanceOf(ReplayRefusedException.class)
          .hasMessage(
              "Of the 8 entries of the record %s the job alerting has taken 5, and left out 3; it would have the former twice. Give what was left out, repaired, with --payload FILE"
                  .formatted(id));
    }
    assertThat(replayed(0)).isEmpty();

    assertThat(replay.replay(id, "left out".getBytes(UTF_8), false)).containsExactly("alerting");
    assertThat(replayed(1))
        .singleElement()
        .satisfies(
            record -> {
              assertThat(record.value()).asString(UTF_8).isEqualTo("left out");
              assertThat(header(record, RawHeaders.REPLAY_FOR)).isEqualTo("alerting");
            });

    write(letter("topology", "both"));
    assertThat(replay.replay(id, null, false))
        .as("a job that took nothing has all of it")
        .containsExactly("topology");
  }

  @Test
  @DisplayName("is listed by record, and found by topic, tenant, job, reason and time")
  void listed() throws Exception {
    write(letter("ingest", "bad"), letter("alerting", "bad"));
    assertThat(letters.lettersOf(id)).hasSize(2);
    assertThat(letters.list(new LetterFilter(topic, "", "", "", 0), 10))
        .singleElement()
        .satisfies(
            summary -> {
              assertThat(summary.id()).isEqualTo(id);
              assertThat(summary.jobs()).containsExactly("alerting", "ingest");
              assertThat(summary.replayed()).isFalse();
            });
    for (LetterFilter found :
        List.of(
            new LetterFilter(topic, "acme", "ingest", "FIELD 3 of ingest", NOW),
            new LetterFilter(topic, "acme", "alerting", "malformed", 0))) {
      assertThat(letters.list(found, 10)).hasSize(1);
    }
    for (LetterFilter other :
        List.of(
            new LetterFilter("x", "", "", "", 0),
            new LetterFilter(topic, "x", "", "", 0),
            new LetterFilter(topic, "", "x", "", 0),
            new LetterFilter(topic, "", "", "x y", 0),
            new LetterFilter(topic, "", "", "", NOW + 1))) {
      assertThat(letters.list(other, 10)).isEmpty();
    }
  }

  @Test
  @DisplayName("leaves marks that are read back as they were written")
  void marks() throws Exception {
    write(letter("ingest", "bad"));
    replay.replay(id, "good".getBytes(UTF_8), false);
    List<ReplayMark> marks = new ArrayList<>();
    Properties consumer = new Properties();
    consumer.setProperty("bootstrap.servers", kafka());
    CompactedTopic.readToEnd(
        consumer,
        Topics.DEAD_LETTER_REPLAYS,
        Duration.ofSeconds(30),
        (key, value) -> {
          if (value != null && ReplayMark.keyOf(key).startsWith(id)) {
            marks.add(ReplayMark.decode(value));
          }
        });
    assertThat(marks)
        .singleElement()
        .satisfies(
            mark -> {
              assertThat(mark.jobs()).containsExactly("ingest");
              assertThat(mark.repaired()).isTrue();
              assertThat(mark.replayedAtMillis()).isEqualTo(NOW);
            });
  }
}
