package dev.guanlan.bench.ingest;

import com.google.protobuf.ByteString;
import dev.guanlan.bench.send.Signal;
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
import io.opentelemetry.proto.trace.v1.Status;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Writes OTLP requests as Collectors on a fleet of nodes send them: 500 log lines or spans of one
 * service instance each.
 */
final class OtlpFile {

  private static final int ENTRIES_A_REQUEST = 500;
  private static final int INSTANCES = 100;
  private static final long NANOS_BETWEEN = 200_000;

  private static final List<String> SERVICES =
      List.of("frontend", "basket", "checkout", "payment", "search", "users", "mailer", "stock");
  private static final List<String> ROUTES =
      List.of("/", "/api/items/{id}", "/api/orders", "/api/baskets/{id}", "/login", "/api/search");
  private static final List<String> METHODS = List.of("GET", "GET", "GET", "POST", "PUT", "DELETE");

  private final SplittableRandom random;
  private final long endNanos;

  OtlpFile(long seed, long endMillis) {
    random = new SplittableRandom(seed);
    endNanos = endMillis * 1_000_000;
  }

  /** Writes requests of log lines. */
  RequestFile writeLines(Path path, long lines) throws IOException {
    RequestFile.Writer writer = new RequestFile.Writer(path, Signal.LOGS);
    try (writer) {
      long left = lines;
      for (int request = 0; left > 0; request++) {
        int count = (int) Math.min(left, ENTRIES_A_REQUEST);
        ScopeLogs.Builder scope = ScopeLogs.newBuilder();
        for (int i = 0; i < count; i++) {
          scope.addLogRecords(line(endNanos - (left - i) * NANOS_BETWEEN));
        }
        byte[] body =
            ExportLogsServiceRequest.newBuilder()
                .addResourceLogs(
                    ResourceLogs.newBuilder().setResource(resource(request)).addScopeLogs(scope))
                .build()
                .toByteArray();
        writer.add(new RequestFile.Request(request % INSTANCES, count, body));
        left -= count;
      }
    }
    return writer.file();
  }

  /** Writes requests of spans. */
  RequestFile writeSpans(Path path, long spans) throws IOException {
    RequestFile.Writer writer = new RequestFile.Writer(path, Signal.SPANS);
    try (writer) {
      long left = spans;
      for (int request = 0; left > 0; request++) {
        int count = (int) Math.min(left, ENTRIES_A_REQUEST);
        ScopeSpans.Builder scope = ScopeSpans.newBuilder();
        for (int i = 0; i < count; i++) {
          scope.addSpans(span(endNanos - (left - i) * NANOS_BETWEEN));
        }
        byte[] body =
            ExportTraceServiceRequest.newBuilder()
                .addResourceSpans(
                    ResourceSpans.newBuilder().setResource(resource(request)).addScopeSpans(scope))
                .build()
                .toByteArray();
        writer.add(new RequestFile.Request(request % INSTANCES, count, body));
        left -= count;
      }
    }
    return writer.file();
  }

  private LogRecord line(long nanos) {
    boolean failed = random.nextInt(50) == 0;
    String route = ROUTES.get(random.nextInt(ROUTES.size()));
    String method = METHODS.get(random.nextInt(METHODS.size()));
    int millis = 1 + random.nextInt(400);
    String text =
        failed
            ? "request %s %s failed after %d ms: connection to 10.12.%d.%d:5432 was refused"
                .formatted(method, route, millis, random.nextInt(4), random.nextInt(250))
            : "request %s %s from 10.12.%d.%d took %d ms, %d bytes sent, request_id=%016x"
                .formatted(
                    method,
                    route,
                    random.nextInt(4),
                    random.nextInt(250),
                    millis,
                    random.nextInt(60_000),
                    random.nextLong());
    LogRecord.Builder line =
        LogRecord.newBuilder()
            .setTimeUnixNano(nanos)
            .setObservedTimeUnixNano(nanos + random.nextInt(2_000_000))
            .setSeverityNumberValue(failed ? 17 : 9)
            .setSeverityText(failed ? "ERROR" : "INFO")
            .setBody(text(text))
            .addAttributes(attribute("http.route", route))
            .addAttributes(attribute("http.request.method", method))
            .addAttributes(attribute("thread.name", "worker-" + random.nextInt(16)));
    if (random.nextInt(3) == 0) {
      line.setTraceId(bytes(random.nextLong(), random.nextLong()))
          .setSpanId(bytes(random.nextLong()));
    }
    return line.build();
  }

  private Span span(long nanos) {
    boolean failed = random.nextInt(50) == 0;
    String route = ROUTES.get(random.nextInt(ROUTES.size()));
    String method = METHODS.get(random.nextInt(METHODS.size()));
    Span.Builder span =
        Span.newBuilder()
            .setTraceId(bytes(random.nextLong(), random.nextLong()))
            .setSpanId(bytes(random.nextLong()))
            .setParentSpanId(random.nextInt(5) == 0 ? ByteString.EMPTY : bytes(random.nextLong()))
            .setName(method + " " + route)
            .setKindValue(2 + random.nextInt(2))
            .setStartTimeUnixNano(nanos)
            .setEndTimeUnixNano(nanos + 50_000 + random.nextInt(400_000_000))
            .addAttributes(attribute("http.route", route))
            .addAttributes(attribute("http.request.method", method))
            .addAttributes(attribute("http.response.status_code", failed ? "500" : "200"))
            .addAttributes(attribute("server.address", "api.shop.svc.cluster.local"))
            .addAttributes(attribute("network.peer.address", "10.12.3." + random.nextInt(250)))
            .addAttributes(attribute("user_agent.original", "shop-app/4.2 (Linux; Android 14)"));
    if (failed) {
      span.setStatus(
          Status.newBuilder()
              .setCode(Status.StatusCode.STATUS_CODE_ERROR)
              .setMessage("the database did not answer"));
      span.addEvents(
          Span.Event.newBuilder()
              .setTimeUnixNano(nanos + 40_000)
              .setName("exception")
              .addAttributes(attribute("exception.type", "java.net.SocketTimeoutException")));
    }
    return span.build();
  }

  private static Resource resource(int request) {
    int instance = request % INSTANCES;
    String service = SERVICES.get(instance % SERVICES.size());
    return Resource.newBuilder()
        .addAttributes(attribute("service.namespace", "shop"))
        .addAttributes(attribute("service.name", service))
        .addAttributes(attribute("service.instance.id", service + "-" + instance))
        .addAttributes(attribute("service.version", "4.2." + instance % 3))
        .addAttributes(attribute("k8s.cluster.name", "production-eu-west"))
        .addAttributes(attribute("k8s.namespace.name", "shop"))
        .addAttributes(attribute("k8s.deployment.name", service))
        .addAttributes(attribute("k8s.pod.name", service + "-7d9f4c-" + instance))
        .addAttributes(attribute("k8s.node.name", "node-" + instance % 20))
        .build();
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
