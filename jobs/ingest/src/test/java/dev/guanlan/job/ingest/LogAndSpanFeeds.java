package dev.guanlan.job.ingest;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.guanlan.codec.protobuf.ProtoWriter;
import dev.guanlan.model.Encoding;
import dev.guanlan.model.Topics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.xerial.snappy.Snappy;

/** Makes what agents of Loki, Zipkin and OTLP in JSON send. */
final class LogAndSpanFeeds {

  private static final int LENGTH_DELIMITED = 2;

  private LogAndSpanFeeds() {}

  static List<PoisonFeed> all(long now) {
    return List.of(
        PoisonFeed.samples(
            "OTLP metrics in JSON",
            Topics.OTLP_METRICS,
            Encoding.OTLP_JSON,
            "poison_json",
            i ->
                PoisonFeed.json(
                    "{'resourceMetrics':[{'scopeMetrics':[{'metrics':[{'name':'poison_json',"
                        + "'gauge':{'dataPoints':[{'timeUnixNano':'%d','asDouble':%d}]}}]}]}]}",
                    (now + i) * 1_000_000, i)),
        new PoisonFeed(
            "OTLP logs in JSON",
            Topics.OTLP_LOGS,
            Encoding.OTLP_JSON,
            i ->
                PoisonFeed.json(
                    "{'resourceLogs':[{'scopeLogs':[{'logRecords':[{'timeUnixNano':'%d',"
                        + "'body':{'stringValue':'json poison %d'}}]}]}]}",
                    now * 1_000_000, i),
            PoisonFeed.LOGS.formatted("json poison")),
        new PoisonFeed(
            "OTLP spans in JSON",
            Topics.OTLP_SPANS,
            Encoding.OTLP_JSON,
            i ->
                PoisonFeed.json(
                    "{'resourceSpans':[{'scopeSpans':[{'spans':[{'traceId':'%032x','spanId':'%016x',"
                        + "'name':'json poison','startTimeUnixNano':'%d','endTimeUnixNano':'%d'}]}]}]}",
                    i + 1, i + 1, now * 1_000_000, now * 1_000_000 + 5),
            PoisonFeed.SPANS.formatted("json poison")),
        new PoisonFeed(
            "Loki in JSON",
            Topics.LOKI_PUSH,
            Encoding.LOKI_JSON,
            i ->
                PoisonFeed.json(
                    "{'streams':[{'stream':{'app':'poison'},'values':[['%d','loki json poison %d']]}]}",
                    now * 1_000_000, i),
            PoisonFeed.LOGS.formatted("loki json poison")),
        new PoisonFeed(
            "Loki in protobuf",
            Topics.LOKI_PUSH,
            "",
            i -> lokiPush(now / 1_000, "loki proto poison " + i),
            PoisonFeed.LOGS.formatted("loki proto poison")),
        new PoisonFeed(
            "Zipkin in JSON",
            Topics.ZIPKIN_SPANS,
            "",
            i ->
                PoisonFeed.json(
                    "[{'traceId':'%032x','id':'%016x','name':'zipkin json poison','timestamp':%d,"
                        + "'duration':5,'localEndpoint':{'serviceName':'poison'}}]",
                    i + 1, i + 1, now * 1_000),
            PoisonFeed.SPANS.formatted("zipkin json poison")),
        new PoisonFeed(
            "Zipkin in protobuf",
            Topics.ZIPKIN_SPANS,
            Encoding.ZIPKIN_PROTO,
            i -> zipkinSpans(i + 1, now * 1_000),
            PoisonFeed.SPANS.formatted("zipkin proto poison")));
  }

  /** Writes a logproto.PushRequest of one stream with one entry. */
  private static byte[] lokiPush(long seconds, String line) {
    ProtoWriter push = new ProtoWriter();
    int stream = push.open(1 << 3 | LENGTH_DELIMITED);
    push.field(1 << 3 | LENGTH_DELIMITED, "{app=\"poison\"}".getBytes(UTF_8));
    int entry = push.open(2 << 3 | LENGTH_DELIMITED);
    int time = push.open(1 << 3 | LENGTH_DELIMITED);
    push.varint(1 << 3);
    push.varint(seconds);
    push.close(time);
    push.field(2 << 3 | LENGTH_DELIMITED, line.getBytes(UTF_8));
    push.close(entry);
    push.close(stream);
    try {
      return Snappy.compress(Arrays.copyOf(push.bytes(), push.length()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes a zipkin.proto3.ListOfSpans of one span. */
  private static byte[] zipkinSpans(long id, long micros) {
    ProtoWriter spans = new ProtoWriter();
    int span = spans.open(1 << 3 | LENGTH_DELIMITED);
    spans.field(1 << 3 | LENGTH_DELIMITED, ByteBuffer.allocate(16).putLong(8, id).array());
    spans.field(3 << 3 | LENGTH_DELIMITED, ByteBuffer.allocate(8).putLong(0, id).array());
    spans.field(5 << 3 | LENGTH_DELIMITED, "zipkin proto poison".getBytes(UTF_8));
    spans.varint(6 << 3 | 1);
    spans.fixed64(micros);
    spans.varint(7 << 3);
    spans.varint(5);
    spans.close(span);
    return Arrays.copyOf(spans.bytes(), spans.length());
  }
}
