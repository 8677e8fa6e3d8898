package dev.guanlan.job.topology;

import com.google.protobuf.ByteString;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status;
import java.nio.ByteBuffer;

/** Makes request bodies as agents send them. */
final class Telemetry {

  private Telemetry() {}

  static byte[] metrics(String... resource) {
    ExportMetricsServiceRequest.Builder body = ExportMetricsServiceRequest.newBuilder();
    var metrics = body.addResourceMetricsBuilder().setResource(resource(resource));
    metrics
        .addScopeMetricsBuilder()
        .addMetricsBuilder()
        .setName("cpu")
        .getGaugeBuilder()
        .addDataPointsBuilder()
        .setAsDouble(1);
    return body.build().toByteArray();
  }

  static byte[] logs(long timeMillis, String... resource) {
    ExportLogsServiceRequest.Builder body = ExportLogsServiceRequest.newBuilder();
    body.addResourceLogsBuilder()
        .setResource(resource(resource))
        .addScopeLogsBuilder()
        .addLogRecords(
            LogRecord.newBuilder()
                .setTimeUnixNano(timeMillis * 1_000_000)
                .setBody(AnyValue.newBuilder().setStringValue("hello")));
    return body.build().toByteArray();
  }

  /** Makes a request with one span of a service; it took 20 ms. */
  static byte[] span(
      String service,
      int trace,
      int span,
      int parent,
      Span.SpanKind kind,
      boolean failed,
      long timeMillis,
      String... attributes) {
    ExportTraceServiceRequest.Builder body = ExportTraceServiceRequest.newBuilder();
    Span.Builder made =
        body.addResourceSpansBuilder()
            .setResource(
                resource(
                    "service.name",
                    service,
                    "service.namespace",
                    "shop",
                    "service.instance.id",
                    service + "-1",
                    "host.name",
                    "h1"))
            .addScopeSpansBuilder()
            .addSpansBuilder()
            .setTraceId(id(16, trace))
            .setSpanId(id(8, span))
            .setName("GET /")
            .setKind(kind)
            .setStartTimeUnixNano((timeMillis - 20) * 1_000_000)
            .setEndTimeUnixNano(timeMillis * 1_000_000);
    if (parent > 0) {
      made.setParentSpanId(id(8, parent));
    }
    if (failed) {
      made.setStatus(Status.newBuilder().setCode(Status.StatusCode.STATUS_CODE_ERROR));
    }
    for (int i = 0; i < attributes.length; i += 2) {
      made.addAttributes(attribute(attributes[i], attributes[i + 1]));
    }
    return body.build().toByteArray();
  }

  private static Resource resource(String... attributes) {
    Resource.Builder resource = Resource.newBuilder();
    for (int i = 0; i < attributes.length; i += 2) {
      resource.addAttributes(attribute(attributes[i], attributes[i + 1]));
    }
    return resource.build();
  }

  private static KeyValue attribute(String key, String value) {
    return KeyValue.newBuilder()
        .setKey(key)
        .setValue(AnyValue.newBuilder().setStringValue(value))
        .build();
  }

  private static ByteString id(int length, int number) {
    ByteBuffer bytes = ByteBuffer.allocate(length);
    bytes.put(0, (byte) 0xA5);
    bytes.putInt(length - 4, number);
    return ByteString.copyFrom(bytes);
  }
}
