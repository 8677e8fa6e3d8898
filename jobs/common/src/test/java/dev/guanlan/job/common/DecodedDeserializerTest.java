package dev.guanlan.job.common;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.guanlan.codec.MalformedPayloadException;
import dev.guanlan.model.Encoding;
import dev.guanlan.model.RawHeaders;
import dev.guanlan.model.RawRecord;
import dev.guanlan.model.Topics;
import dev.guanlan.schema.DeadLetter;
import dev.guanlan.schema.RecordFormat;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.SimpleCounter;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.util.Collector;
import org.apache.flink.util.UserCodeClassLoader;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@DisplayName("A raw record")
final class DecodedDeserializerTest {

  private static final long NOW = 1_700_000_000_000L;
  private static final long KAFKA_TIME = NOW - 500;

  /** Decodes text; words make it fail in different ways. */
  private static final RawFormat<String> TEXT =
      new RawFormat<>(
          Types.STRING,
          () -> Map.of("text", DecodedDeserializerTest::decode),
          text -> NOW - 1_000,
          String::length);

  private static String decode(RawRecord raw) throws MalformedPayloadException {
    String text = new String(raw.payload(), UTF_8);
    return switch (text) {
      case "malformed" -> throw new MalformedPayloadException("the text is malformed");
      case "long" -> throw new MalformedPayloadException("é".repeat(1_000_000));
      case "bug" -> throw new IllegalStateException();
      case "deep" -> throw new StackOverflowError();
      default ->
          "%s of %s by %s at %d"
              .formatted(text, raw.origin(), raw.tenant(), raw.receivedAtMillis());
    };
  }

  private final Map<String, Counter> counters = new HashMap<>();
  private final DecodedDeserializer<String> deserializer =
      new DecodedDeserializer<>(
          "ingest",
          new TopicEncodings(
              Map.of(
                  "words", "text", "binary", Encoding.OTLP_PROTO, Topics.TELEMETRY, Encoding.AVRO)),
          TEXT,
          Duration.ofMinutes(1),
          new TestTime(NOW));
  private final RecordHeaders headers = new RecordHeaders();

  @BeforeEach
  void open() {
    MetricGroup metrics =
        new UnregisteredMetricsGroup() {
          @Override
          public Counter counter(String name) {
            return counters.computeIfAbsent(name, unused -> new SimpleCounter());
          }
        };
    deserializer.open(
        new DeserializationSchema.InitializationContext() {
          @Override
          public MetricGroup getMetricGroup() {
            return metrics;
          }

          @Override
          public UserCodeClassLoader getUserCodeClassLoader() {
            throw new UnsupportedOperationException("no class is loaded here");
          }
        });
  }

  private Decoded<String> read(String topic, byte @Nullable [] value) {
    List<Decoded<String>> read = readAll(topic, value);
    assertThat(read).hasSize(1);
    return read.get(0);
  }

  private List<Decoded<String>> readAll(String topic, byte @Nullable [] value) {
    List<Decoded<String>> read = new ArrayList<>();
    deserializer.deserialize(
        new ConsumerRecord<>(
            topic,
            3,
            42L,
            KAFKA_TIME,
            TimestampType.CREATE_TIME,
            -1,
            -1,
            "key".getBytes(UTF_8),
            value,
            headers,
            Optional.empty()),
        new Collector<>() {
          @Override
          public void collect(Decoded<String> decoded) {
            read.add(decoded);
          }

          @Override
          public void close() {}
        });
    return read;
  }

  private Decoded<String> read(String topic, String value) {
    return read(topic, value.getBytes(UTF_8));
  }

  private DeadLetter dead(String topic, byte @Nullable [] value) {
    Decoded<String> decoded = read(topic, value);
    assertThat(decoded.block()).isNull();
    assertThat(decoded.timestampMillis()).isEqualTo(Long.MIN_VALUE);
    assertThat(count("deadLetters")).isEqualTo(1);
    assertThat(count("decodedRecords")).isZero();
    DeadLetter letter = decoded.deadLetter();
    if (letter == null) {
      throw new AssertionError("neither block nor dead letter");
    }
    return letter;
  }

  private long count(String name) {
    return counters.get(name).getCount();
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }

  @Test
  @DisplayName("without headers is decoded as its topic is configured")
  void withoutHeaders() {
    Decoded<String> decoded = read("words", "hello");

    assertThat(decoded.block()).isEqualTo("hello of words/3@42 by anonymous at " + KAFKA_TIME);
    assertThat(decoded.timestampMillis()).isEqualTo(NOW - 1_000);
    assertThat(count("decodedRecords")).isEqualTo(1);
    assertThat(count("decodedEntries")).isEqualTo(decoded.block().length());
  }

  @Test
  @DisplayName("with headers is decoded as they say, whatever its topic")
  void withHeaders() {
    headers.add(RawHeaders.ENCODING, "text".getBytes(UTF_8));
    headers.add(RawHeaders.TENANT, "观澜".getBytes(UTF_8));
    headers.add(RawHeaders.RECEIVED_AT, "1234567890123".getBytes(UTF_8));

    assertThat(read("binary", "hello").block())
        .isEqualTo("hello of binary/3@42 by 观澜 at 1234567890123");
  }

  @Test
  @DisplayName("takes Kafka's time when its own is no number")
  void oddReceivedAt() {
    for (String odd : List.of("", "soon", "-5", "9999999999999999999", "1".repeat(100))) {
      headers.remove(RawHeaders.RECEIVED_AT);
      headers.add(RawHeaders.RECEIVED_AT, odd.getBytes(UTF_8));
      assertThat(read("words", "x").block()).endsWith(" at " + KAFKA_TIME);
    }
  }

  @Test
  @DisplayName("that was replayed for others is passed over, and decoded if it is for this job")
  void replays() {
    headers.add(RawHeaders.REPLAY_FOR, "alerting,ingest-more".getBytes(UTF_8));
    assertThat(readAll("words", "hello".getBytes(UTF_8))).isEmpty();
    assertThat(count("replaysPassedOver")).isEqualTo(1);
    assertThat(count("decodedRecords")).isZero();

    headers.remove(RawHeaders.REPLAY_FOR);
    headers.add(RawHeaders.REPLAY_FOR, "alerting,ingest".getBytes(UTF_8));
    assertThat(read("words", "hello").block()).startsWith("hello");
  }

  @Nested
  @DisplayName("becomes a dead letter")
  final class BecomesADeadLetter {

    @Test
    @DisplayName("with its bytes, origin, headers, reason and stack when it is malformed")
    void malformed() {
      headers.add("odd", new byte[] {1, 2});

      DeadLetter letter = dead("words", "malformed".getBytes(UTF_8));

      assertThat(letter.getTenant()).isEqualTo("anonymous");
      assertThat(letter.getTopic()).isEqualTo("words");
      assertThat(letter.getPartition()).isEqualTo(3);
      assertThat(letter.getOffset()).isEqualTo(42);
      assertThat(letter.getEncoding()).isEqualTo("text");
      assertThat(letter.getReceivedAtMillis()).isEqualTo(KAFKA_TIME);
      assertThat(letter.getFailedAtMillis()).isEqualTo(NOW);
      assertThat(letter.getJob()).isEqualTo("ingest");
      assertThat(letter.getReason()).isEqualTo("the text is malformed");
      assertThat(letter.getStack()).contains("MalformedPayloadException", "decode(");
      assertThat(bytes(letter.getKey())).asString(UTF_8).isEqualTo("key");
      assertThat(bytes(letter.getPayload())).asString(UTF_8).isEqualTo("malformed");
      assertThat(letter.getPayloadBytes()).isEqualTo(9);
      assertThat(letter.getHeaders()).containsOnlyKeys("odd");
      assertThat(bytes(letter.getHeaders().get("odd"))).containsExactly(1, 2);
    }

    @Test
    @DisplayName("when its encoding is unknown, with those that are known")
    void unknownEncoding() {
      headers.add(RawHeaders.ENCODING, "cbor\u0007".getBytes(UTF_8));

      assertThat(dead("words", new byte[0]).getReason())
          .isEqualTo(
              "the job decodes [text] here, not the encoding \"cbor\\u0007\"; name the right one"
                  + " in the header encoding");
    }

    @Test
    @DisplayName("when its topic is read by several steps and its encoding is not the topic's")
    void notTheEncodingOfASharedTopic() {
      headers.add(RawHeaders.ENCODING, "text".getBytes(UTF_8));

      assertThat(dead(Topics.TELEMETRY, new byte[0]).getReason())
          .isEqualTo(
              "the topic telemetry is read by several steps, all as avro, not as the encoding"
                  + " \"text\"; send it to the topic of its own encoding");
    }

    @Test
    @DisplayName("when neither it nor its topic has an encoding")
    void noEncoding() {
      assertThat(dead("strange", new byte[0]).getReason())
          .contains("no header encoding", "\"strange\"");
    }

    @Test
    @DisplayName("when a header is no text")
    void binaryHeader() {
      headers.add(RawHeaders.TENANT, new byte[] {(byte) 0xFF});

      assertThat(dead("words", new byte[0]).getReason()).contains("tenant is not UTF-8");
    }

    @Test
    @DisplayName("when its tenant's name is too long")
    void longTenant() {
      headers.add(RawHeaders.TENANT, "t".repeat(100_000).getBytes(UTF_8));

      DeadLetter letter = dead("words", new byte[0]);

      assertThat(letter.getReason()).hasSizeLessThan(300).contains("longer than 150 bytes");
      assertThat(letter.getTenant()).hasSizeLessThan(300);
    }

    @Test
    @DisplayName("when it has no value")
    void noValue() {
      DeadLetter letter = dead("words", null);

      assertThat(letter.getReason()).startsWith("the record has no value");
      assertThat(letter.getPayload().remaining()).isZero();
    }

    @Test
    @DisplayName("when its decoder has a bug")
    void decoderBug() {
      DeadLetter letter = dead("words", "bug".getBytes(UTF_8));

      assertThat(letter.getReason()).isEqualTo("java.lang.IllegalStateException");
      assertThat(letter.getStack()).contains("decode(");
    }

    @Test
    @DisplayName("when it nests deeper than the stack")
    void stackOverflow() {
      assertThat(dead("words", "deep".getBytes(UTF_8)).getReason())
          .isEqualTo("java.lang.StackOverflowError");
    }

    @Test
    @DisplayName("that fits into a Kafka record, however big everything was")
    void bounded() {
      for (int i = 0; i < 10_000; i++) {
        headers.add("header-" + i, new byte[1_000]);
      }
      headers.add(RawHeaders.TENANT, "t".repeat(100_000).getBytes(UTF_8));
      byte[] payload = new byte[8 << 20];
      payload[0] = 7;

      DeadLetter letter = dead("words", payload);

      assertThat(RecordFormat.of(DeadLetter.class).encode(letter)).hasSizeLessThan(1_000_000);
      assertThat(bytes(letter.getPayload())).hasSize(900 << 10).startsWith(7);
      assertThat(letter.getPayloadBytes()).isEqualTo(8 << 20);
      assertThat(letter.getReason())
          .endsWith("of its 8388608 bytes the first 921600 are kept here");
    }

    @Test
    @DisplayName("whose reason and stack are bounded")
    void boundedReason() {
      DeadLetter letter = dead("words", "long".getBytes(UTF_8));

      assertThat(letter.getReason()).hasSizeLessThan(2_100).endsWith("é…");
      assertThat(letter.getStack()).hasSizeLessThan(8_100);
    }
  }

  @Test
  @DisplayName("that is good is decoded after one that is not")
  void goesOn() {
    assertThat(read("words", "bug").block()).isNull();
    assertThat(read("words", "good").block()).startsWith("good");
    assertThat(count("deadLetters")).isEqualTo(1);
    assertThat(count("decodedRecords")).isEqualTo(1);
  }
}
