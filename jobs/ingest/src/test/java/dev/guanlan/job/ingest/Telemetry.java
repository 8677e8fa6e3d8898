package dev.guanlan.job.ingest;

import com.google.protobuf.ByteString;
import dev.guanlan.codec.remotewrite.RemoteWriteEncoder;
import dev.guanlan.model.Labels;
import dev.guanlan.model.Origin;
import dev.guanlan.model.SampleBlock;
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

  private static final Resource CHECKOUT =
      Resource.newBuilder()
          .addAttributes(attribute("service.name", "checkout"))
          .addAttributes(attribute("service.namespace", "shop"))
          .addAttributes(attribute("k8s.cluster.name", "east"))
          .build();

  private Telemetry() {}

  /** Makes one request of {@code series} series with two samples each; values count up. */
  static byte[] samples(String metric, int request, int series, long timeMillis) {
    SampleBlock.Builder block = SampleBlock.builder("anonymous", Origin.NONE);
    for (int s = 0; s < series; s++) {
      block
          .series(Labels.of("__name__", metric, "instance", "host-" + s, "job", "node"))
          .sample(timeMillis + 10L * request, request)
          .sample(timeMillis + 10L * request + 5, request + 0.5);
    }
    return new RemoteWriteEncoder().encode(block.build());
  }

  /** Makes one request of OTLP with one point of a gauge. */
  static byte[] gauge(String metric, double value, long timeMillis) {
    ExportMetricsServiceRequest.Builder body = ExportMetricsServiceRequest.newBuilder();
    body.addResourceMetricsBuilder()
        .setResource(CHECKOUT)
        .addScopeMetricsBuilder()
        .addMetricsBuilder()
        .setName(metric)
        .getGaugeBuilder()
        .addDataPointsBuilder()
        .setTimeUnixNano(timeMillis * 1_000_000)
        .setAsDouble(value);
    return body.build().toByteArray();
  }

  /** Makes one request of {@code entries} log lines, each of them sent twice alike. */
  static byte[] logs(int request, int entries, long timeMillis) {
    ExportLogsServiceRequest.Builder body = ExportLogsServiceRequest.newBuilder();
    var scope = body.addResourceLogsBuilder().setResource(CHECKOUT).addScopeLogsBuilder();
    for (int e = 0; e < entries; e++) {
      LogRecord line =
          LogRecord.newBuilder()
              .setTimeUnixNano((timeMillis + request) * 1_000_000 + e)
              .setSeverityNumberValue(9)
              .setSeverityText("INFO")
              .setBody(AnyValue.newBuilder().setStringValue("order " + request + "/" + e))
              .addAttributes(attribute("order", Integer.toString(e)))
              .setTraceId(bytes(16, request, e))
              .setSpanId(bytes(8, request, e))
              .build();
      scope.addLogRecords(line).addLogRecords(line);
    }
    return body.build().toByteArray();
  }

  /** Makes one request of {@code spans} spans. */
  static byte[] spans(int request, int spans, long timeMillis) {
    ExportTraceServiceRequest.Builder body = ExportTraceServiceRequest.newBuilder();
    var scope = body.addResourceSpansBuilder().setResource(CHECKOUT).addScopeSpansBuilder();
    for (int s = 0; s < spans; s++) {
      long start = (timeMillis + request) * 1_000_000;
      scope.addSpans(
          Span.newBuilder()
              .setTraceId(bytes(16, request, 0))
              .setSpanId(bytes(8, request, s))
              .setName("POST /orders")
              .setKind(Span.SpanKind.SPAN_KIND_SERVER)
              .setStartTimeUnixNano(start)
              .setEndTimeUnixNano(start + 1_500)
              .setStatus(
                  Status.newBuilder().setCode(Status.StatusCode.STATUS_CODE_ERROR).setMessage("no"))
              .addAttributes(attribute("http.route", "/orders"))
              .addEvents(
                  Span.Event.newBuilder()
                      .setTimeUnixNano(start + 7)
                      .setName("retry")
                      .addAttributes(attribute("n", "1")))
              .addLinks(
                  Span.Link.newBuilder()
                      .setTraceId(bytes(16, 77, 0))
                      .setSpanId(bytes(8, 77, 0))
                      .addAttributes(attribute("why", "batch"))));
    }
    return body.build().toByteArray();
  }

  private static KeyValue attribute(String name, String value) {
    return KeyValue.newBuilder()
        .setKey(name)
        .setValue(AnyValue.newBuilder().setStringValue(value))
        .build();
  }

  private static ByteString bytes(int length, int high, int low) {
    ByteBuffer id = ByteBuffer.allocate(length);
    id.putInt(length - 8, high + 1);
    id.putInt(length - 4, low + 1);
    id.put(0, (byte) 0xA5);
    return ByteString.copyFrom(id.array());
  }
}
