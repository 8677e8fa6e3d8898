package dev.guanlan.job.common;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.guanlan.codec.remotewrite.RemoteWriteEncoder;
import dev.guanlan.model.Labels;
import dev.guanlan.model.MetricMetadata;
import dev.guanlan.model.Origin;
import dev.guanlan.model.RawHeaders;
import dev.guanlan.model.RawRecord;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.model.Topics;
import dev.guanlan.model.histogram.Buckets;
import dev.guanlan.model.histogram.Histogram;
import dev.guanlan.model.histogram.ResetHint;
import dev.guanlan.schema.DeadLetter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.SimpleCounter;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@DisplayName("Samples of clocks that are ahead, or of senders that are late,")
final class ClocksAheadTest {

  private static final long NOW = 1_700_000_000_000L;
  private static final long HOUR = 3_600_000;
  private static final long DAY = 24 * HOUR;
  private static final long DELAY = 60_000;
  private static final long SKEW = EventTimeWatermarks.MAX_FUTURE_SKEW.toMillis();
  private static final Labels GOOD = Labels.of("__name__", "up", "host", "good");
  private static final Labels AHEAD = Labels.of("__name__", "up", "host", "ahead");

  private final Map<String, Counter> counters = new HashMap<>();
  private final RecordHeaders headers = new RecordHeaders();
  private final TestTime time = new TestTime(NOW);
  private final DecodedDeserializer<SampleBlock> notAhead = open(RawFormat.SAMPLES_NOT_AHEAD);
  private TimestampType timestampType = TimestampType.CREATE_TIME;
  private long kafkaTime = NOW;
  private int partition;

  private DecodedDeserializer<SampleBlock> open(RawFormat<SampleBlock> format) {
    DecodedDeserializer<SampleBlock> deserializer =
        new DecodedDeserializer<>(
            "alerting", TopicEncodings.with(Map.of()), format, Duration.ofMillis(DELAY), time);
    MetricGroup metrics =
        new UnregisteredMetricsGroup() {
          @Override
          public Counter counter(String name) {
            return counters.computeIfAbsent(name, unused -> new SimpleCounter());
          }
        };
    deserializer.open(metrics, time::nanoTime);
    return deserializer;
  }

  private Decoded<SampleBlock> read(
      DecodedDeserializer<SampleBlock> deserializer, SampleBlock.Builder sent) {
    List<Decoded<SampleBlock>> read = new ArrayList<>();
    deserializer.deserialize(
        new ConsumerRecord<>(
            Topics.PROMETHEUS_REMOTE_WRITE,
            partition,
            7L,
            kafkaTime,
            timestampType,
            -1,
            -1,
            null,
            new RemoteWriteEncoder().encode(sent.build()),
            headers,
            Optional.empty()),
        new Collector<>() {
          @Override
          public void collect(Decoded<SampleBlock> decoded) {
            read.add(decoded);
          }

          @Override
          public void close() {}
        });
    assertThat(read).hasSize(1);
    return read.get(0);
  }

  private static SampleBlock.Builder block() {
    return SampleBlock.builder(RawRecord.ANONYMOUS, Origin.NONE);
  }

  private Decoded<SampleBlock> read(SampleBlock.Builder sent) {
    return read(notAhead, sent);
  }

  private long count(String name) {
    return counters.get(name).getCount();
  }

  @Test
  @DisplayName("make a record a dead letter that holds nothing else")
  void allAhead() {
    Decoded<SampleBlock> read =
        read(block().series(AHEAD).sample(NOW + DAY - 1, 1).sample(NOW + DAY, 2));
    assertThat(read.block()).isNull();
    assertThat(read.timestampMillis()).as("moves no event time").isEqualTo(Long.MIN_VALUE);
    DeadLetter letter = Objects.requireNonNull(read.deadLetter());
    assertThat(letter.getReason())
        .isEqualTo(
            "all 2 entries are more than 10 minutes ahead of 2023-11-14T22:13:20Z, when they came"
                + " in, the latest at 2023-11-15T22:13:20Z; set the sender's clock");
    assertThat(letter.getOffset()).isEqualTo(7);
    assertThat(letter.getEntriesTaken()).isZero();
    assertThat(letter.getEntriesLeftOut()).as("there are no others").isZero();
    assertThat(count("entriesAhead")).isEqualTo(2);
    assertThat(count("deadLetters")).isEqualTo(1);
    assertThat(count("decodedRecords")).isZero();
  }

  @Test
  @DisplayName("are left out of a record that holds others, whose time is then theirs; both leave")
  void someAhead() {
    SampleBlock.Builder sent =
        block()
            .series(AHEAD)
            .sample(NOW + DAY, 1)
            .series(GOOD)
            .sample(NOW - 5, 2)
            .sample(NOW, 3)
            .sample(NOW + SKEW + 1, 4);
    headers.add("tenant", "acme".getBytes(UTF_8));
    Decoded<SampleBlock> read = read(sent);
    SampleBlock kept = Objects.requireNonNull(read.block());
    assertThat(kept.seriesCount()).isEqualTo(1);
    assertThat(kept.labels(0)).isEqualTo(GOOD);
    assertThat(kept.sampleCount()).isEqualTo(2);
    assertThat(kept.value(1)).isEqualTo(3);
    assertThat(read.timestampMillis()).isEqualTo(NOW);
    assertThat(count("entriesAhead")).isEqualTo(2);
    assertThat(count("decodedRecords")).isEqualTo(1);
    assertThat(count("decodedEntries")).isEqualTo(2);
    assertThat(count("deadLetters")).as("one for the record").isEqualTo(1);

    DeadLetter letter = Objects.requireNonNull(read.deadLetter());
    assertThat(letter.getReason())
        .isEqualTo(
            "left out 2 of 4 entries, more than 10 minutes ahead of 2023-11-14T22:13:20Z, when they"
                + " came in, the latest at 2023-11-15T22:13:20Z; set the sender's clock");
    assertThat(letter.getEntriesTaken()).isEqualTo(2);
    assertThat(letter.getEntriesLeftOut()).isEqualTo(2);
    assertThat(letter.getPayload().array())
        .isEqualTo(new RemoteWriteEncoder().encode(sent.build()));
    assertThat(letter.getTopic()).isEqualTo(Topics.PROMETHEUS_REMOTE_WRITE);
    assertThat(letter.getOffset()).isEqualTo(7);
    assertThat(letter.getTenant()).isEqualTo("acme");
    assertThat(letter.getJob()).isEqualTo("alerting");
    assertThat(letter.getStack()).isEmpty();
  }

  @Test
  @DisplayName("are taken where they are ahead by no more than ten minutes")
  void withinTheSkew() {
    Decoded<SampleBlock> read = read(block().series(AHEAD).sample(NOW + SKEW, 1));
    assertThat(Objects.requireNonNull(read.block()).timestamp(0)).isEqualTo(NOW + SKEW);
    assertThat(read.timestampMillis()).as("event time is that of receipt").isEqualTo(NOW);
    assertThat(count("entriesAhead")).isZero();

    headers.add(RawHeaders.RECEIVED_AT, Long.toString(NOW - DAY).getBytes(UTF_8));
    read = read(block().series(AHEAD).sample(NOW - DAY + 1, 1));
    assertThat(read.block()).isNotNull();
    assertThat(read.timestampMillis()).isEqualTo(NOW - DAY);
  }

  @Test
  @DisplayName("are known by when the gateway received them, though the job comes to it days later")
  void catchingUpByTheGatewaysTime() {
    headers.add(RawHeaders.RECEIVED_AT, Long.toString(NOW - DAY).getBytes(UTF_8));
    assertThat(read(block().series(AHEAD).sample(NOW, 1)).deadLetter()).isNotNull();
  }

  @Test
  @DisplayName("are known by when the broker received them, if it says so")
  void catchingUpByTheBrokersTime() {
    kafkaTime = NOW - DAY;
    timestampType = TimestampType.LOG_APPEND_TIME;
    assertThat(read(block().series(AHEAD).sample(NOW, 1)).deadLetter()).isNotNull();
  }

  @Test
  @DisplayName("are not known by the time that a sender gave its record, which may be wrong, too")
  void sendersTime() {
    kafkaTime = NOW - DAY;
    assertThat(read(block().series(GOOD).sample(NOW, 1)).block()).isNotNull();
    kafkaTime = NOW + DAY;
    assertThat(read(block().series(AHEAD).sample(NOW + DAY, 1)).deadLetter()).isNotNull();
  }

  @Test
  @DisplayName("hold event time up by the delay and no more, by the time of their receipt")
  void late() {
    headers.add(RawHeaders.RECEIVED_AT, Long.toString(NOW - DAY).getBytes(UTF_8));
    Decoded<SampleBlock> read = read(block().series(GOOD).sample(NOW - 2 * DAY, 1));
    assertThat(Objects.requireNonNull(read.block()).timestamp(0)).isEqualTo(NOW - 2 * DAY);
    assertThat(read.timestampMillis()).isEqualTo(NOW - DAY - DELAY);

    read = read(block().series(GOOD).sample(NOW - DAY - DELAY + 1, 1));
    assertThat(read.timestampMillis()).isEqualTo(NOW - DAY - DELAY + 1);
  }

  @Test
  @DisplayName("hold event time up by the delay and no more, by when the broker received them")
  void lateByTheBrokersTime() {
    kafkaTime = NOW - 1;
    timestampType = TimestampType.LOG_APPEND_TIME;
    assertThat(read(block().series(GOOD).sample(NOW - DAY, 1)).timestampMillis())
        .isEqualTo(NOW - 1 - DELAY);
  }

  @Test
  @DisplayName("hold event time up where nobody knows when they came: the job may be catching up")
  void lateByNobodysTime() {
    kafkaTime = NOW - 1;
    assertThat(read(block().series(GOOD).sample(NOW - DAY, 1)).timestampMillis())
        .isEqualTo(NOW - DAY);
  }

  @Test
  @DisplayName("move no event time where a record has none")
  void nothing() {
    headers.add(RawHeaders.RECEIVED_AT, Long.toString(NOW).getBytes(UTF_8));
    assertThat(read(block()).timestampMillis()).isEqualTo(Long.MIN_VALUE);
  }

  @Test
  @DisplayName("are taken where a job has bounds of its own")
  void unbounded() {
    assertThat(read(open(RawFormat.SAMPLES), block().series(AHEAD).sample(NOW + DAY, 1)).block())
        .isNotNull();
    assertThat(count("entriesAhead")).isZero();
  }

  @Test
  @DisplayName("take nothing with them that belongs to others")
  void everythingElseStays() {
    Histogram histogram =
        new Histogram(
            ResetHint.GAUGE,
            3,
            0.001,
            0,
            2,
            5,
            Buckets.of(new int[] {4}, new double[] {2}, 1),
            Buckets.EMPTY,
            new double[0]);
    MetricMetadata metadata = new MetricMetadata("up", MetricMetadata.Type.GAUGE, "", "");
    SampleBlock block =
        block()
            .series(AHEAD)
            .sample(NOW + DAY, 1)
            .exemplar(Labels.of("trace_id", "x"), 1, NOW)
            .series(GOOD)
            .delta()
            .sample(NOW, 7)
            .startTimestamp(NOW - 1)
            .histogram(NOW + 1, histogram)
            .exemplar(Labels.of("trace_id", "y"), 2, NOW)
            .metadata(metadata)
            .build();
    SampleBlock kept = SamplesUpTo.of(block, NOW + 1);
    assertThat(kept.tenant()).isEqualTo(block.tenant());
    assertThat(kept.seriesCount()).isEqualTo(1);
    assertThat(kept.id(0)).isEqualTo(block.id(1));
    assertThat(kept.isDelta(0)).isTrue();
    assertThat(kept.value(0)).isEqualTo(7);
    assertThat(kept.startTimestamp(0)).isEqualTo(NOW - 1);
    assertThat(kept.histogram(0)).isNull();
    assertThat(kept.histogram(1)).isEqualTo(histogram);
    assertThat(kept.exemplars()).singleElement().extracting("series").isEqualTo(0);
    assertThat(kept.exemplars().get(0).labels().get("trace_id")).isEqualTo("y");
    assertThat(kept.metadata()).containsExactly(metadata);
  }

  @Nested
  @DisplayName("beside other partitions")
  final class BesideOthers {

    private static final long SCRAPE = 15_000;
    private static final long AHEAD_BY = 7 * 60_000;

    /** Returns event time of a block that a partition gives. */
    private long give(int of, long receivedAt, long sampleAt) {
      headers.remove(RawHeaders.RECEIVED_AT);
      headers.add(RawHeaders.RECEIVED_AT, Long.toString(receivedAt).getBytes(UTF_8));
      partition = of;
      return read(block().series(GOOD).sample(sampleAt, 1)).timestampMillis();
    }

    @Test
    @DisplayName("that are on time are late alone, and move event time as their receipt does")
    void lateAlone() {
      assertThat(give(1, NOW, NOW)).isEqualTo(NOW);
      assertThat(give(0, NOW, NOW - DAY)).isEqualTo(NOW - DELAY);
      assertThat(give(0, NOW, NOW - DELAY + 1)).isEqualTo(NOW - DELAY + 1);
      assertThat(give(1, NOW, NOW - DAY))
          .as("late in a partition of which the newest is on time")
          .isEqualTo(NOW - DELAY);
      assertThat(give(0, NOW, NOW - HOUR)).as("its newest counts").isEqualTo(NOW - DELAY);
    }

    @Test
    @DisplayName("that are idle are late alone, since idle time goes on")
    void idleOthers() {
      give(1, NOW, NOW);
      time.pass(10 * DELAY);
      assertThat(give(0, NOW + 10 * DELAY, NOW - DAY)).isEqualTo(NOW + 9 * DELAY);
    }

    @Test
    @DisplayName("that are late as well wait for the one that is least late")
    void allLate() {
      assertThat(give(1, NOW, NOW - HOUR)).as("there is no other yet").isEqualTo(NOW - DELAY);
      assertThat(give(0, NOW, NOW - DAY)).isEqualTo(NOW - HOUR);
      time.pass(1_000);
      assertThat(give(0, NOW + 1_000, NOW - DAY)).isEqualTo(NOW - HOUR + 1_000);
      assertThat(give(1, NOW + 1_000, NOW - HOUR + 2)).as("itself").isEqualTo(NOW - HOUR + 2);
    }

    @Test
    @DisplayName("of which nobody knows when they came are late alone though the job catches up")
    void othersOfNobodysTime() {
      partition = 1;
      read(block().series(GOOD).sample(NOW - DAY, 1));
      assertThat(give(0, NOW - DAY, NOW - 2 * DAY)).isEqualTo(NOW - DAY - DELAY);
    }

    @Test
    @DisplayName("move event time no further than samples go where the gateway's clock is ahead")
    void gatewayAhead() {
      give(0, NOW - HOUR + AHEAD_BY, NOW - HOUR);
      for (long at = NOW - HOUR; at < NOW - 2 * AHEAD_BY; at += SCRAPE) {
        assertThat(give(1, at + AHEAD_BY, at)).isEqualTo(at);
        assertThat(give(0, at + SCRAPE + AHEAD_BY, at + SCRAPE)).isEqualTo(at + SCRAPE);
        time.pass(1);
      }
    }

    @Test
    @DisplayName("do so where another partition is read to its end before them, too")
    void gatewayAheadAndUneven() {
      for (long at = NOW - HOUR; at < NOW - 2 * AHEAD_BY; at += SCRAPE) {
        give(2, at + AHEAD_BY, at);
      }
      for (long at = NOW - HOUR; at < NOW - 2 * AHEAD_BY; at += SCRAPE) {
        assertThat(give(0, at + AHEAD_BY, at)).isEqualTo(at);
        assertThat(give(1, at + AHEAD_BY, at)).isEqualTo(at);
        time.pass(1);
      }
    }

    @Test
    @DisplayName("move event time no further than samples go where all clocks of ours step")
    void clocksStep() {
      give(0, NOW, NOW);
      give(1, NOW, NOW);
      give(2, NOW, NOW);
      time.set(HOUR);
      long at = NOW;
      for (int i = 0; i < 2; i++) {
        time.pass(SCRAPE);
        at += SCRAPE;
        assertThat(give(0, at + HOUR, at)).isEqualTo(at);
        assertThat(give(1, at + HOUR, at)).isEqualTo(at);
      }
      assertThat(give(0, at + HOUR, at - DAY)).as("no later than the others").isEqualTo(at);
      time.set(-HOUR);
      time.pass(SCRAPE);
      at += SCRAPE;
      assertThat(give(1, at, at)).isEqualTo(at);
      assertThat(give(0, at, at - DAY)).as("late alone again").isEqualTo(at - DELAY);
    }
  }
}
