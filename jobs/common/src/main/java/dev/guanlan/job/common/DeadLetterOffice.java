package dev.guanlan.job.common;

import dev.guanlan.schema.DeadLetter;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * Writes dead letters for one job. A letter fits into a Kafka record whatever was wrong: each part
 * of it is bounded, and what was cut is told by the reason and by the payload's length.
 */
final class DeadLetterOffice {

  /** With the other parts at their longest, less than the 1 MiB of Kafka's default record. */
  static final int MAX_PAYLOAD_BYTES = 900 << 10;

  static final int MAX_KEY_BYTES = 8 << 10;
  static final int MAX_HEADERS_BYTES = 16 << 10;
  static final int MAX_REASON_CHARS = 2_000;
  static final int MAX_STACK_CHARS = 8_000;
  static final int MAX_NAME_CHARS = 200;

  private final String job;
  private final Clock clock;

  DeadLetterOffice(String job, Clock clock) {
    this.job = job;
    this.clock = clock;
  }

  /** Writes the letter of a record that nothing was taken of. */
  DeadLetter write(
      ConsumerRecord<byte[], byte[]> record,
      String tenant,
      String encoding,
      long receivedAtMillis,
      String reason,
      @Nullable Throwable failure) {
    return letter(record, tenant, encoding, receivedAtMillis, reason)
        .setStack(failure == null ? "" : stack(failure))
        .build();
  }

  /** Writes the letter of a record of which some entries were taken, and others left out. */
  DeadLetter writePart(
      ConsumerRecord<byte[], byte[]> record,
      String tenant,
      String encoding,
      long receivedAtMillis,
      String reason,
      int taken,
      int leftOut) {
    return letter(record, tenant, encoding, receivedAtMillis, reason)
        .setEntriesTaken(taken)
        .setEntriesLeftOut(leftOut)
        .build();
  }

  private DeadLetter.Builder letter(
      ConsumerRecord<byte[], byte[]> record,
      String tenant,
      String encoding,
      long receivedAtMillis,
      String reason) {
    byte[] payload = record.value() == null ? new byte[0] : record.value();
    String cut =
        payload.length <= MAX_PAYLOAD_BYTES
            ? ""
            : "; of its %d bytes the first %d are kept here"
                .formatted(payload.length, MAX_PAYLOAD_BYTES);
    return DeadLetter.newBuilder()
        .setTenant(shorten(tenant, MAX_NAME_CHARS))
        .setTopic(record.topic())
        .setPartition(record.partition())
        .setOffset(record.offset())
        .setEncoding(shorten(encoding, MAX_NAME_CHARS))
        .setReceivedAtMillis(receivedAtMillis)
        .setFailedAtMillis(clock.millis())
        .setJob(job)
        .setReason(shorten(reason, MAX_REASON_CHARS) + cut)
        .setKey(record.key() == null ? null : wrap(record.key(), MAX_KEY_BYTES))
        .setPayload(wrap(payload, MAX_PAYLOAD_BYTES))
        .setPayloadBytes(payload.length)
        .setHeaders(headers(record));
  }

  private static Map<String, ByteBuffer> headers(ConsumerRecord<byte[], byte[]> record) {
    Map<String, ByteBuffer> kept = new LinkedHashMap<>();
    int left = MAX_HEADERS_BYTES;
    for (Header header : record.headers()) {
      byte[] value = header.value() == null ? new byte[0] : header.value();
      left -= 3 * header.key().length() + value.length;
      if (left < 0) {
        break;
      }
      kept.put(header.key(), ByteBuffer.wrap(value));
    }
    return kept;
  }

  private static ByteBuffer wrap(byte[] bytes, int atMost) {
    return ByteBuffer.wrap(bytes, 0, Math.min(bytes.length, atMost)).slice();
  }

  private static String stack(Throwable failure) {
    StringWriter text = new StringWriter();
    try (PrintWriter out = new PrintWriter(text)) {
      failure.printStackTrace(out);
    }
    return shorten(text.toString(), MAX_STACK_CHARS);
  }

  private static String shorten(String text, int atMost) {
    if (text.length() <= atMost) {
      return text;
    }
    int end = Character.isHighSurrogate(text.charAt(atMost - 1)) ? atMost - 1 : atMost;
    return text.substring(0, end) + "…";
  }
}
