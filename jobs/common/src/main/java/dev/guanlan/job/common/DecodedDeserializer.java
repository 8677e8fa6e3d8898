package dev.guanlan.job.common;

import dev.guanlan.codec.Decoder;
import dev.guanlan.codec.MalformedPayloadException;
import dev.guanlan.model.Origin;
import dev.guanlan.model.RawHeaders;
import dev.guanlan.model.RawRecord;
import dev.guanlan.schema.DeadLetter;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.LongSupplier;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;

/**
 * Decodes raw Kafka records where they are read, so that each partition's event time is known. What
 * cannot be decoded becomes a dead letter; no record stops the job.
 *
 * <p>Counts {@code decodedRecords}, {@code decodedEntries}, {@code deadLetters}, {@code
 * unsupportedPoints}, {@code entriesAhead} and {@code replaysPassedOver}.
 *
 * <p>Where the format asks for it, entries are left out whose time is later than that of their
 * receipt by more than {@link EventTimeWatermarks#MAX_FUTURE_SKEW}. The record is then a dead
 * letter. If something of it is left, it is a block as well, and the letter says that there is one:
 * replaying the record as it was would bring that a second time. Nor does a block's event time pass
 * that of its receipt, so that a clock that is a little ahead makes nobody late even where the job
 * catches up; nor does it stay behind that by more than a delay, where a clock of ours tells of the
 * receipt, so that a sender that is hours late does not hold all others up. But our clocks may be
 * ahead, too: so it is raised no further than the {@linkplain PartitionTimes task's other
 * partitions} show time to be.
 */
final class DecodedDeserializer<B> implements KafkaRecordDeserializationSchema<Decoded<B>> {

  private static final int MAX_TENANT_BYTES = 150;

  private final String job;
  private final TopicEncodings encodings;
  private final RawFormat<B> format;
  private final Duration maxDelay;
  private final Clock clock;
  private transient @Nullable Task<B> task;

  /**
   * Makes the deserializer.
   *
   * @param job name of the job, for its dead letters
   * @param encodings how records are encoded that have no header for it
   * @param format how they are decoded
   * @param maxDelay how far event time stays behind receipt at most, where what is ahead of it is
   *     left out
   * @param clock tells when a record failed
   */
  DecodedDeserializer(
      String job, TopicEncodings encodings, RawFormat<B> format, Duration maxDelay, Clock clock) {
    this.job = job;
    this.encodings = encodings;
    this.format = format;
    this.maxDelay = maxDelay;
    this.clock = clock;
  }

  @Override
  public void open(DeserializationSchema.InitializationContext context) {
    open(context.getMetricGroup(), System::nanoTime);
  }

  /** Opens it where something else tells what time has passed. */
  void open(MetricGroup metrics, LongSupplier nanoTime) {
    task =
        new Task<>(
            format.decoders().get(),
            new DeadLetterOffice(job, clock),
            new PartitionTimes(nanoTime),
            metrics.counter("decodedRecords"),
            metrics.counter("decodedEntries"),
            metrics.counter("deadLetters"),
            metrics.counter("unsupportedPoints"),
            metrics.counter("entriesAhead"),
            metrics.counter("replaysPassedOver"));
  }

  @Override
  public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<Decoded<B>> out) {
    Task<B> open = task;
    if (open == null) {
      throw new IllegalStateException("the deserializer was not opened");
    }
    if (isForOthers(record)) {
      open.passedOver.inc();
    } else {
      out.collect(decode(record, open));
    }
  }

  /** Returns whether a record is a replay that is meant for other jobs; this one has it already. */
  private boolean isForOthers(ConsumerRecord<byte[], byte[]> record) {
    Header header = record.headers().lastHeader(RawHeaders.REPLAY_FOR);
    return header != null
        && header.value() != null
        && !List.of(new String(header.value(), StandardCharsets.UTF_8).split(",", -1))
            .contains(job);
  }

  // A decoder that fails on one record, for whatever reason, must not stop all others: the record
  // leaves as a dead letter with the stack, and the counter tells.
  @SuppressWarnings("CatchingUnchecked")
  private Decoded<B> decode(ConsumerRecord<byte[], byte[]> record, Task<B> open) {
    long receivedAt = receivedAt(record);
    String tenant = RawRecord.ANONYMOUS;
    String encoding = "";
    try {
      String own = encodings.of(record.topic());
      encoding = header(record, RawHeaders.ENCODING, own);
      if (TopicEncodings.isShared(record.topic()) && !encoding.equals(own)) {
        throw new MalformedPayloadException(
            "the topic %s is read by several steps, all as %s, not as the encoding %s; send it to the topic of its own encoding"
                .formatted(record.topic(), own, CommandLine.quote(encoding)));
      }
      tenant = header(record, RawHeaders.TENANT, RawRecord.ANONYMOUS);
      Decoder<B> decoder = open.decoders.get(encoding);
      if (decoder == null) {
        throw new MalformedPayloadException(
            "the job decodes %s here, not the encoding %s; name the right one in the header %s"
                .formatted(
                    new TreeSet<>(open.decoders.keySet()),
                    CommandLine.quote(encoding),
                    RawHeaders.ENCODING));
      }
      if (tenant.length() > MAX_TENANT_BYTES) {
        throw new MalformedPayloadException(
            "the tenant %s is longer than %d bytes; choose a shorter name"
                .formatted(CommandLine.quote(tenant), MAX_TENANT_BYTES));
      }
      if (record.value() == null) {
        throw new MalformedPayloadException("the record has no value; send the telemetry in it");
      }
      B block =
          decoder.decode(
              new RawRecord(
                  tenant,
                  encoding,
                  receivedAt,
                  record.key(),
                  record.value(),
                  new Origin(record.topic(), record.partition(), record.offset())));
      long receivedHere = receivedHere(record);
      B taken = notAhead(block, receivedHere);
      int entries = format.entries().applyAsInt(taken);
      int leftOut = taken == block ? 0 : format.entries().applyAsInt(block) - entries;
      open.ahead.inc(leftOut);
      if (leftOut > 0 && entries == 0) {
        throw new MalformedPayloadException(
            "all %d entries are %s".formatted(leftOut, ahead(block, receivedHere)));
      }
      open.decoded.inc();
      open.entries.inc(entries);
      open.unsupported.inc(decoder.unsupported());
      long latest = format.latestMillis().applyAsLong(taken);
      long timestamp =
          format.upTo() == null ? latest : eventTime(latest, record, receivedHere, open.times);
      if (leftOut == 0) {
        return Decoded.of(taken, timestamp);
      }
      String reason =
          "left out %d of %d entries, %s"
              .formatted(leftOut, entries + leftOut, ahead(block, receivedHere));
      DeadLetter letter =
          open.office.writePart(record, tenant, encoding, receivedAt, reason, entries, leftOut);
      open.dead.inc();
      return Decoded.part(taken, letter, timestamp);
    } catch (MalformedPayloadException | RuntimeException | StackOverflowError failure) {
      open.dead.inc();
      String said = failure.getMessage();
      String reason = said == null ? failure.getClass().getName() : said;
      return Decoded.dead(open.office.write(record, tenant, encoding, receivedAt, reason, failure));
    }
  }

  /** Leaves out what is too far ahead of the time when a record was received. */
  private B notAhead(B block, long receivedAt) {
    RawFormat.UpTo<B> upTo = format.upTo();
    long bound = receivedAt + EventTimeWatermarks.MAX_FUTURE_SKEW.toMillis();
    return upTo == null || format.latestMillis().applyAsLong(block) <= bound
        ? block
        : upTo.of(block, bound);
  }

  private String ahead(B block, long receivedAt) {
    return "more than %d minutes ahead of %s, when they came in, the latest at %s; set the sender's clock"
        .formatted(
            EventTimeWatermarks.MAX_FUTURE_SKEW.toMinutes(),
            Instant.ofEpochMilli(receivedAt),
            Instant.ofEpochMilli(format.latestMillis().applyAsLong(block)));
  }

  /** Returns event time of a block that was received at a time, and whose latest entry is known. */
  private long eventTime(
      long latest, ConsumerRecord<byte[], byte[]> record, long receivedHere, PartitionTimes times) {
    if (latest == Long.MIN_VALUE) {
      return latest;
    }
    String topic = record.topic();
    int partition = record.partition();
    long shown = Math.min(latest, receivedHere);
    if (!knowsReceipt(record)) {
      // What is now says nothing of a record that has waited for the job.
      times.note(topic, partition, shown, PartitionTimes.UNKNOWN);
      return shown;
    }
    times.note(topic, partition, shown, receivedHere);
    long awaited = receivedHere - maxDelay.toMillis();
    if (shown >= awaited) {
      return shown;
    }
    // Where the task reads nothing else, nothing tells a late sender from a clock that is ahead.
    // The sender is the likelier, and left as it is would hold up the ticks of all tenants.
    return Math.max(shown, Math.min(awaited, times.ofOthers(topic, partition, receivedHere)));
  }

  /**
   * Returns when a record was received by a clock that is ours: the gateway's, the broker's, or
   * else that of now. A sender's own would be ahead with its samples, and the clock of now says
   * nothing where the job catches up.
   */
  private long receivedHere(ConsumerRecord<byte[], byte[]> record) {
    return knowsReceipt(record) ? Math.min(receivedAt(record), clock.millis()) : clock.millis();
  }

  private static boolean knowsReceipt(ConsumerRecord<byte[], byte[]> record) {
    return record.headers().lastHeader(RawHeaders.RECEIVED_AT) != null
        || record.timestampType() == TimestampType.LOG_APPEND_TIME;
  }

  private static String header(
      ConsumerRecord<byte[], byte[]> record, String name, @Nullable String absent)
      throws MalformedPayloadException {
    Header header = record.headers().lastHeader(name);
    if (header != null && header.value() != null && header.value().length > 0) {
      try {
        return StandardCharsets.UTF_8
            .newDecoder()
            .decode(ByteBuffer.wrap(header.value()))
            .toString();
      } catch (CharacterCodingException e) {
        throw new MalformedPayloadException(
            "the header %s is not UTF-8; send it as UTF-8 text".formatted(name), e);
      }
    }
    if (absent == null) {
      throw new MalformedPayloadException(
          "the record has no header %s, and the topic %s has no encoding of its own; set either"
              .formatted(name, CommandLine.quote(record.topic())));
    }
    return absent;
  }

  private static long receivedAt(ConsumerRecord<byte[], byte[]> record) {
    Header header = record.headers().lastHeader(RawHeaders.RECEIVED_AT);
    if (header != null && header.value() != null && header.value().length <= 19) {
      String text = new String(header.value(), StandardCharsets.UTF_8);
      if (!text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9')) {
        try {
          return Long.parseLong(text);
        } catch (NumberFormatException tooGreat) {
          return record.timestamp();
        }
      }
    }
    return record.timestamp();
  }

  @Override
  public TypeInformation<Decoded<B>> getProducedType() {
    return Decoded.typeOf(format.type());
  }

  /** Is what a running task has of its own. */
  private record Task<B>(
      Map<String, Decoder<B>> decoders,
      DeadLetterOffice office,
      PartitionTimes times,
      Counter decoded,
      Counter entries,
      Counter dead,
      Counter unsupported,
      Counter ahead,
      Counter passedOver) {}
}
