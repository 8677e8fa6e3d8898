package dev.guanlan.gateway;

import static dev.guanlan.gateway.Gzip.gzip;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import com.google.protobuf.ByteString;
import dev.guanlan.codec.DecoderLimits;
import dev.guanlan.codec.otlp.OtlpJsonDecoder;
import dev.guanlan.codec.otlp.OtlpMetricsDecoder;
import dev.guanlan.codec.otlp.OtlpRequest;
import dev.guanlan.codec.protobuf.ProtoWriter;
import dev.guanlan.model.RawRecord;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.model.Topics;
import dev.guanlan.schema.Flow;
import dev.guanlan.schema.LogEntry;
import dev.guanlan.schema.RecordFormat;
import dev.guanlan.schema.Span;
import dev.guanlan.testing.KafkaExtension;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Pushes to every path in the forms and compressions that it takes, and looks on Kafka for it. */
class EveryPathITCase {

  @RegisterExtension static final KafkaExtension KAFKA = new KafkaExtension();

  private static final String JSON = "application/json";
  private static final String PROTOBUF = "application/x-protobuf";
  private static final String AVRO = "application/octet-stream";

  private static TestingGateway gateway;
  private static StoredRecords stored;

  @BeforeAll
  static void start() {
    KAFKA.createPlatformTopics(2);
    gateway = TestingGateway.start(KAFKA);
    stored = new StoredRecords(KAFKA);
    byte[] empty = "{}".getBytes(UTF_8);
    for (String path : List.of("/v1/metrics", "/v1/logs", "/v1/traces", "/loki/api/v1/push")) {
      gateway.awaitTaken(path, empty, "Content-Type", JSON);
    }
    gateway.awaitTaken("/api/v2/spans", "[]".getBytes(UTF_8), "Content-Type", JSON);
    gateway.awaitTaken("/api/v1/import/avro/logs", avroLogs("first"), "Content-Type", AVRO);
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  private static byte[] avroLogs(String name) {
    return RecordFormat.of(LogEntry.class)
        .encode(
            LogEntry.newBuilder()
                .setResource(Map.of("service.name", name))
                .setTimestampNanos(1)
                .setBody("hello")
                .build());
  }

  private static byte[] compressed(String with, byte[] bytes) {
    return switch (with) {
      case "gzip" -> gzip(bytes);
      case "zstd" -> Zstd.compress(bytes);
      default -> bytes;
    };
  }

  /** Makes a body that a path takes, with a name in it that no other has. */
  private static byte[] body(String path, String type, String name) {
    String kind = path.substring(path.lastIndexOf('/') + 1);
    if (type.equals(JSON)) {
      return json(kind, name).getBytes(UTF_8);
    }
    return type.equals(PROTOBUF) ? protobuf(kind, name) : avro(kind, name);
  }

  private static String json(String kind, String name) {
    return switch (kind) {
      case "push" ->
          "{\"streams\":[{\"stream\":{\"app\":\"%s\"},\"values\":[[\"1700000000000000001\",\"x\"]]}]}"
              .formatted(name);
      case "spans" ->
          "[{\"traceId\":\"%016x\",\"id\":\"a1\",\"name\":\"%s\"}]"
              .formatted(name.hashCode(), name);
      case "metrics" ->
          "{\"resourceMetrics\":[{\"scopeMetrics\":[{\"metrics\":[{\"name\":\"%s\",\"gauge\":{\"dataPoints\":[{\"timeUnixNano\":\"1\",\"asInt\":\"7\"}]}}]}]}]}"
              .formatted(name);
      case "logs" ->
          "{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[{\"body\":{\"stringValue\":\"%s\"}}]}]}]}"
              .formatted(name);
      default ->
          "{\"resourceSpans\":[{\"scopeSpans\":[{\"spans\":[{\"traceId\":\"5b8efff798038103d269b633813fc60c\",\"spanId\":\"eee19b7ec3c1b174\",\"name\":\"%s\"}]}]}]}"
              .formatted(name);
    };
  }

  private static byte[] protobuf(String kind, String name) {
    switch (kind) {
      case "metrics" -> {
        ExportMetricsServiceRequest.Builder request = ExportMetricsServiceRequest.newBuilder();
        request
            .addResourceMetricsBuilder()
            .addScopeMetricsBuilder()
            .addMetricsBuilder()
            .setName(name)
            .getGaugeBuilder()
            .addDataPointsBuilder()
            .setAsInt(7);
        return request.build().toByteArray();
      }
      case "logs" -> {
        ExportLogsServiceRequest.Builder request = ExportLogsServiceRequest.newBuilder();
        request
            .addResourceLogsBuilder()
            .addScopeLogsBuilder()
            .addLogRecordsBuilder()
            .setSeverityText(name);
        return request.build().toByteArray();
      }
      case "traces" -> {
        ExportTraceServiceRequest.Builder request = ExportTraceServiceRequest.newBuilder();
        request
            .addResourceSpansBuilder()
            .addScopeSpansBuilder()
            .addSpansBuilder()
            .setTraceId(ByteString.copyFromUtf8("0123456789abcdef"))
            .setSpanId(ByteString.copyFromUtf8("01234567"))
            .setName(name);
        return request.build().toByteArray();
      }
      default -> {
        ProtoWriter list = new ProtoWriter();
        int span = list.open(1 << 3 | 2);
        list.field(1 << 3 | 2, "0123456789abcdef".getBytes(UTF_8));
        list.field(3 << 3 | 2, "01234567".getBytes(UTF_8));
        list.field(5 << 3 | 2, name.getBytes(UTF_8));
        list.close(span);
        return Arrays.copyOf(list.bytes(), list.length());
      }
    }
  }

  private static byte[] avro(String kind, String name) {
    return switch (kind) {
      case "logs" -> avroLogs(name);
      case "spans" ->
          RecordFormat.of(Span.class)
              .encode(
                  Span.newBuilder()
                      .setResource(Map.of("service.name", name))
                      .setTraceId("0af7651916cd43dd8448eb211c80319c")
                      .setSpanId("b7ad6b7169203331")
                      .setName("GET /")
                      .setStartNanos(1)
                      .setEndNanos(2)
                      .build());
      default ->
          RecordFormat.of(Flow.class)
              .encode(
                  Flow.newBuilder()
                      .setStartNanos(1)
                      .setEndNanos(2)
                      .setClientAddress("10.0.0.1")
                      .setServerAddress("10.0.0.2")
                      .setNetworkProtocol("tcp")
                      .setClient(Map.of("k8s.pod.name", name))
                      .build());
    };
  }

  @ParameterizedTest
  @CsvSource({
    "/otlp/v1/metrics, application/json, '', otlp_metrics, otlp_json, 200",
    "/otlp/v1/metrics, application/x-protobuf, '', otlp_metrics, otlp_proto, 200",
    "/otlp/v1/metrics, application/x-protobuf, zstd, otlp_metrics, otlp_proto, 200",
    "/otlp/v1/logs, application/json, zstd, otlp_logs, otlp_json, 200",
    "/otlp/v1/logs, application/x-protobuf, gzip, otlp_logs, otlp_proto, 200",
    "/otlp/v1/traces, application/json, gzip, otlp_spans, otlp_json, 200",
    "/otlp/v1/traces, application/x-protobuf, '', otlp_spans, otlp_proto, 200",
    "/loki/api/v1/push, application/json, zstd, loki_push, loki_json, 204",
    "/api/v2/spans, application/json, gzip, zipkin_spans, zipkin_json, 202",
    "/api/v2/spans, application/json, zstd, zipkin_spans, zipkin_json, 202",
    "/api/v2/spans, application/x-protobuf, gzip, zipkin_spans, zipkin_proto, 202",
    "/api/v2/spans, application/x-protobuf, zstd, zipkin_spans, zipkin_proto, 202",
    "/api/v1/import/avro/logs, application/octet-stream, '', telemetry, avro, 204",
    "/api/v1/import/avro/logs, application/octet-stream, zstd, telemetry, avro, 204",
    "/api/v1/import/avro/spans, application/octet-stream, '', telemetry, avro, 204",
    "/api/v1/import/avro/spans, application/octet-stream, gzip, telemetry, avro, 204",
    "/api/v1/import/avro/flows, application/octet-stream, '', telemetry, avro, 204",
    "/api/v1/import/avro/flows, application/octet-stream, zstd, telemetry, avro, 204",
  })
  void putsTheBytesOnKafkaWithoutWhatHttpDidToThem(
      String path, String type, String compression, String topic, String encoding, int status)
      throws Exception {
    byte[] body = body(path, type, path + " " + type + " " + compression);
    byte[] sent = compressed(compression, body);
    String[] headers =
        compression.isEmpty()
            ? new String[] {"Content-Type", type, "X-Scope-OrgID", "every-path"}
            : new String[] {
              "Content-Type", type, "X-Scope-OrgID", "every-path", "Content-Encoding", compression
            };
    HttpResponse<String> response = gateway.post(path, sent, headers);

    assertThat(response.body()).isIn("", "{}");
    assertThat(response.statusCode()).isEqualTo(status);
    RawRecord found = stored.of(topic, body);
    assertThat(found.encoding()).isEqualTo(encoding);
    assertThat(found.tenant()).isEqualTo("every-path");
  }

  /** A point without a temporality means nothing; its neighbours do. */
  @Test
  void saysInJsonHowManyPointsItDoesNotUnderstandAndStoresTheRest() throws Exception {
    String good = "{\"timeUnixNano\":\"1000000\",\"asInt\":\"7\"}";
    String body =
        "{\"resourceMetrics\":[{\"scopeMetrics\":[{\"metrics\":[{\"name\":\"load\",\"gauge\":{\"dataPoints\":[%s]}},{\"name\":\"requests\",\"sum\":{\"isMonotonic\":true,\"dataPoints\":[%s,%s]}}]}]}]}"
            .formatted(good, good, good.replace("7", "8"));
    HttpResponse<String> response =
        gateway.post("/v1/metrics", body.getBytes(UTF_8), "Content-Type", JSON);

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("content-type")).hasValue(JSON);
    assertThat(response.body())
        .startsWith("{\"partialSuccess\":{\"rejectedDataPoints\":\"2\",\"errorMessage\":\"")
        .contains("temporality");
    RawRecord found = stored.of(Topics.OTLP_METRICS, body.getBytes(UTF_8));
    SampleBlock block =
        new OtlpJsonDecoder<>(
                OtlpRequest.METRICS,
                new OtlpMetricsDecoder(DecoderLimits.DEFAULTS),
                DecoderLimits.DEFAULTS)
            .decode(found);
    assertThat(block.sampleCount()).isEqualTo(1);
    assertThat(block.labels(0).get("__name__")).isEqualTo("load");
    assertThat(block.value(0)).isEqualTo(7);
  }
}
