package dev.guanlan.e2e;

import com.google.protobuf.ByteString;
import dev.guanlan.model.Labels;
import dev.guanlan.model.Origin;
import dev.guanlan.model.SampleBlock;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.logs.v1.ResourceLogs;
import io.opentelemetry.proto.logs.v1.ScopeLogs;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Makes a numbered workload in slices: 200,000 samples, 20,000 log lines and 5,000 spans, of which
 * every one can be told from every other, so that a loss or a duplicate shows in counts and sums.
 */
final class Workload {

  static final int SLICES = 20;
  static final int SERIES = 1_000;
  static final int SAMPLES_A_SLICE = 10;
  static final int SAMPLES = SLICES * SERIES * SAMPLES_A_SLICE;
  static final int LOGS_A_SLICE = 1_000;
  static final int LOGS = SLICES * LOGS_A_SLICE;
  static final int SPANS_A_SLICE = 250;
  static final int SPANS = SLICES * SPANS_A_SLICE;

  private final long startMillis;
  private final List<Edge> edges;
  private final long traceSeed;

  /** Is one service calling another, both as {@code namespace/name}. */
  record Edge(String caller, String called) {}

  /**
   * Makes a workload.
   *
   * @param startMillis time of the first sample, in milliseconds since the epoch
   * @param edges the calls that its spans are made of, each slice a round of them
   * @param traceSeed tells its traces from another workload's
   */
  Workload(long startMillis, List<Edge> edges, long traceSeed) {
    this.startMillis = startMillis;
    this.edges = edges;
    this.traceSeed = traceSeed;
  }

  /** Returns the sum of all sample values: sample number n, from 0, has the value n. */
  static double sumOfSamples() {
    return (SAMPLES - 1) * (double) SAMPLES / 2;
  }

  SampleBlock samples(int slice) {
    SampleBlock.Builder block = SampleBlock.builder("", Origin.NONE);
    for (int series = 0; series < SERIES; series++) {
      block.series(
          Labels.of(
              Labels.METRIC_NAME,
              "e2e_numbered",
              "instance",
              "host-" + series % 50,
              "series",
              "" + series));
      for (int i = 0; i < SAMPLES_A_SLICE; i++) {
        int number = (slice * SERIES + series) * SAMPLES_A_SLICE + i;
        block.sample(startMillis + (slice * SAMPLES_A_SLICE + i) * 1_000L, number);
      }
    }
    return block.build();
  }

  byte[] logs(int slice) {
    ScopeLogs.Builder scope = ScopeLogs.newBuilder();
    for (int i = 0; i < LOGS_A_SLICE; i++) {
      // A thousand lines share one time, and every other one its text: honest twins must stay two.
      int number = slice * LOGS_A_SLICE + i;
      scope.addLogRecords(
          LogRecord.newBuilder()
              .setTimeUnixNano((startMillis + slice * 1_000L) * 1_000_000)
              .setSeverityNumberValue(9)
              .setSeverityText("INFO")
              .setBody(text("line " + number / 2)));
    }
    return ExportLogsServiceRequest.newBuilder()
        .addResourceLogs(
            ResourceLogs.newBuilder().setResource(resource("shop/frontend")).addScopeLogs(scope))
        .build()
        .toByteArray();
  }

  byte[] spans(int slice) {
    ExportTraceServiceRequest.Builder request = ExportTraceServiceRequest.newBuilder();
    Map<String, ScopeSpans.Builder> byService = new TreeMap<>();
    for (int i = 0; i < SPANS_A_SLICE; i += 2) {
      int number = slice * SPANS_A_SLICE + i;
      Edge edge = edges.get((number / 2) % edges.size());
      ByteString trace = bytes(traceSeed, number);
      ByteString client = bytes(number + 1L);
      ByteString server = bytes(number + 2L);
      span(
          byService,
          edge.caller(),
          trace,
          client,
          ByteString.EMPTY,
          Span.SpanKind.SPAN_KIND_CLIENT,
          slice);
      span(byService, edge.called(), trace, server, client, Span.SpanKind.SPAN_KIND_SERVER, slice);
    }
    byService.forEach(
        (service, spans) ->
            request.addResourceSpans(
                ResourceSpans.newBuilder().setResource(resource(service)).addScopeSpans(spans)));
    return request.build().toByteArray();
  }

  private void span(
      Map<String, ScopeSpans.Builder> byService,
      String service,
      ByteString trace,
      ByteString id,
      ByteString parent,
      Span.SpanKind kind,
      int slice) {
    long start = (startMillis + slice * 1_000L) * 1_000_000;
    byService
        .computeIfAbsent(service, s -> ScopeSpans.newBuilder())
        .addSpans(
            Span.newBuilder()
                .setTraceId(trace)
                .setSpanId(id)
                .setParentSpanId(parent)
                .setName("GET /")
                .setKind(kind)
                .setStartTimeUnixNano(start)
                .setEndTimeUnixNano(start + 5_000_000));
  }

  private static Resource resource(String service) {
    int slash = service.indexOf('/');
    String namespace = service.substring(0, slash);
    String name = service.substring(slash + 1);
    List<KeyValue> attributes = new ArrayList<>();
    attributes.add(attribute("service.namespace", namespace));
    attributes.add(attribute("service.name", name));
    attributes.add(attribute("service.instance.id", name + "-0"));
    attributes.add(attribute("k8s.cluster.name", "e2e"));
    attributes.add(attribute("k8s.namespace.name", namespace));
    attributes.add(attribute("k8s.deployment.name", name));
    attributes.add(attribute("k8s.node.name", "node-1"));
    return Resource.newBuilder().addAllAttributes(attributes).build();
  }

  private static KeyValue attribute(String key, String value) {
    return KeyValue.newBuilder().setKey(key).setValue(text(value)).build();
  }

  private static AnyValue text(String value) {
    return AnyValue.newBuilder().setStringValue(value).build();
  }

  private static ByteString bytes(long... words) {
    ByteBuffer buffer = ByteBuffer.allocate(words.length * Long.BYTES);
    for (long word : words) {
      buffer.putLong(word);
    }
    return ByteString.copyFrom(buffer.flip());
  }
}
