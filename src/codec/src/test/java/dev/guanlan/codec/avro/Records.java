package dev.guanlan.codec.avro;

import dev.guanlan.model.Encoding;
import dev.guanlan.model.Origin;
import dev.guanlan.model.RawRecord;
import dev.guanlan.schema.Flow;
import dev.guanlan.schema.LogEntry;
import dev.guanlan.schema.RecordFormat;
import dev.guanlan.schema.Sample;
import dev.guanlan.schema.Span;
import dev.guanlan.schema.SpanEvent;
import dev.guanlan.schema.SpanKind;
import dev.guanlan.schema.SpanLink;
import dev.guanlan.schema.SpanStatus;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecordBase;

/** Makes payloads as producers send them. */
public final class Records {

  public static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  public static final String SPAN = "b7ad6b7169203331";

  private Records() {}

  public static Sample sample(String metric, long timestampMillis, double value) {
    return Sample.newBuilder()
        .setLabels(Map.of("__name__", metric, "job", "node"))
        .setTimestampMillis(timestampMillis)
        .setValue(value)
        .build();
  }

  public static LogEntry entry(String body) {
    return LogEntry.newBuilder()
        .setResource(Map.of("service.name", "checkout"))
        .setTimestampNanos(1_700_000_000_000_000_001L)
        .setSeverityNumber(9)
        .setBody(body)
        .setTraceId(TRACE)
        .setSpanId(SPAN)
        .build();
  }

  public static Span span(String name) {
    return Span.newBuilder()
        .setResource(Map.of("service.name", "checkout"))
        .setTraceId(TRACE)
        .setSpanId(SPAN)
        .setName(name)
        .setKind(SpanKind.SERVER)
        .setStartNanos(1_700_000_000_000_000_001L)
        .setEndNanos(1_700_000_000_000_000_900L)
        .setStatus(SpanStatus.ERROR)
        .setEvents(
            List.of(
                SpanEvent.newBuilder()
                    .setTimestampNanos(7)
                    .setName("retry")
                    .setAttributes(Map.of("n", "1"))
                    .build()))
        .setLinks(List.of(SpanLink.newBuilder().setTraceId(TRACE).setSpanId(SPAN).build()))
        .build();
  }

  public static Flow flow(String client) {
    return Flow.newBuilder()
        .setStartNanos(1_700_000_000_000_000_001L)
        .setEndNanos(1_700_000_000_000_000_900L)
        .setClientAddress(client)
        .setClientPort(40_000)
        .setServerAddress("10.0.0.9")
        .setServerPort(443)
        .setNetworkProtocol("tcp")
        .setBytesSent(7)
        .setClient(Map.of("k8s.pod.name", "cart-1"))
        .build();
  }

  public static byte[] payload(SpecificRecordBase... records) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (SpecificRecordBase record : records) {
      bytes.writeBytes(encode(record));
    }
    return bytes.toByteArray();
  }

  @SuppressWarnings("unchecked") // The format is that of the record's own class.
  private static <T extends SpecificRecordBase> byte[] encode(T record) {
    return RecordFormat.of((Class<T>) record.getClass()).encode(record);
  }

  public static RawRecord raw(String tenant, byte[] payload) {
    return new RawRecord(
        tenant, Encoding.AVRO, 1_700_000_000_123L, null, payload, new Origin("telemetry", 1, 2));
  }
}
