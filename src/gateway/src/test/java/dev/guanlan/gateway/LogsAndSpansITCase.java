package dev.guanlan.gateway;

import static dev.guanlan.gateway.Gzip.gzip;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import dev.guanlan.codec.Decoder;
import dev.guanlan.codec.DecoderLimits;
import dev.guanlan.codec.loki.LokiJsonDecoder;
import dev.guanlan.codec.loki.LokiProtoDecoder;
import dev.guanlan.codec.protobuf.ProtoWriter;
import dev.guanlan.codec.zipkin.ZipkinJsonDecoder;
import dev.guanlan.codec.zipkin.ZipkinProtoDecoder;
import dev.guanlan.model.Encoding;
import dev.guanlan.model.Labels;
import dev.guanlan.model.LogBlock;
import dev.guanlan.model.LogEntry;
import dev.guanlan.model.RawRecord;
import dev.guanlan.model.Span;
import dev.guanlan.model.SpanBlock;
import dev.guanlan.model.Topics;
import dev.guanlan.testing.KafkaExtension;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.xerial.snappy.Snappy;
import zipkin2.Endpoint;
import zipkin2.reporter.AsyncReporter;
import zipkin2.reporter.BytesMessageSender;
import zipkin2.reporter.urlconnection.URLConnectionSender;

/** Loki's, Zipkin's and OTLP's JSON pushes, by hand and by the agents that people run. */
class LogsAndSpansITCase {

  @RegisterExtension static final KafkaExtension KAFKA = new KafkaExtension();

  private static final String JSON = "application/json";
  private static final String PROTOBUF = "application/x-protobuf";

  private static TestingGateway gateway;
  private static StoredRecords stored;

  @BeforeAll
  static void start() {
    KAFKA.createPlatformTopics(2);
    gateway = TestingGateway.start(KAFKA);
    stored = new StoredRecords(KAFKA);
    for (String path : List.of("/loki/api/v1/push", "/v1/logs", "/v1/traces", "/v1/metrics")) {
      gateway.awaitTaken(path, "{}".getBytes(UTF_8), "Content-Type", JSON);
    }
    gateway.awaitTaken("/api/v2/spans", "[]".getBytes(UTF_8), "Content-Type", JSON);
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  private static HttpResponse<String> post(String path, String json) throws Exception {
    return gateway.post(path, json.getBytes(UTF_8), "Content-Type", JSON);
  }

  private static String lokiJson(String line) {
    return "{\"streams\":[{\"stream\":{\"app\":\"cart\"},\"values\":[[\"1700000000000000001\",\""
        + line
        + "\",{\"level\":\"warn\"}]]}]}";
  }

  private static byte[] lokiProto(String line) throws IOException {
    ProtoWriter out = new ProtoWriter();
    int stream = out.open(1 << 3 | 2);
    out.field(1 << 3 | 2, "{app=\"cart\"}".getBytes(UTF_8));
    int entry = out.open(2 << 3 | 2);
    out.field(2 << 3 | 2, line.getBytes(UTF_8));
    out.close(entry);
    out.close(stream);
    return Snappy.compress(Arrays.copyOf(out.bytes(), out.length()));
  }

  private static String zipkinJson(String trace) {
    return "[{\"traceId\":\"" + trace + "\",\"id\":\"a1\",\"name\":\"get /\"}]";
  }

  @Nested
  class PutsOnKafka {

    @Test
    void lokiJsonWithoutItsGzipByStream() throws Exception {
      byte[] body = lokiJson("zipped").getBytes(UTF_8);
      HttpResponse<String> response =
          gateway.post(
              "/loki/api/v1/push",
              gzip(body),
              "Content-Type",
              "application/json; charset=utf-8",
              "Content-Encoding",
              "gzip",
              "X-Scope-OrgID",
              "team-a");
      assertThat(response.statusCode()).isEqualTo(204);
      RawRecord record = stored.of(Topics.LOKI_PUSH, body);
      assertThat(record.encoding()).isEqualTo(Encoding.LOKI_JSON);
      assertThat(record.tenant()).isEqualTo("team-a");
      assertThat(record.key()).hasSize(8);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/loki/api/v1/push", "/api/prom/push"})
    void lokiProtobufWithItsSnappy(String path) throws Exception {
      byte[] body = lokiProto("to " + path);
      assertThat(gateway.post(path, body, "Content-Type", PROTOBUF).statusCode()).isEqualTo(204);
      assertThat(stored.of(Topics.LOKI_PUSH, body).encoding()).isEqualTo(Encoding.LOKI_PROTO);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/v2/spans", "/tempo/api/push", "/tempo/spans"})
    void zipkinJsonByTrace(String path) throws Exception {
      byte[] body = zipkinJson("c" + path.length()).getBytes(UTF_8);
      assertThat(gateway.post(path, body, "Content-Type", JSON).statusCode()).isEqualTo(202);
      RawRecord record = stored.of(Topics.ZIPKIN_SPANS, body);
      assertThat(record.encoding()).isEqualTo(Encoding.ZIPKIN_JSON);
      assertThat(record.key()).asString(UTF_8).hasSize(32).endsWith("c" + path.length());
    }

    @Test
    void severalStreamsAndTracesWithoutKeys() throws Exception {
      String spans = zipkinJson("1").replace("}]", "},") + zipkinJson("2").substring(1);
      assertThat(post("/api/v2/spans", spans).statusCode()).isEqualTo(202);
      assertThat(stored.of(Topics.ZIPKIN_SPANS, spans.getBytes(UTF_8)).key()).isNull();
      String streams =
          "{\"streams\":[{\"stream\":{\"a\":\"1\"},\"values\":[[\"1\",\"x\"]]},"
              + "{\"stream\":{\"a\":\"2\"},\"values\":[[\"1\",\"x\"]]}]}";
      assertThat(post("/loki/api/v1/push", streams).statusCode()).isEqualTo(204);
      assertThat(stored.of(Topics.LOKI_PUSH, streams.getBytes(UTF_8)).key()).isNull();
    }

    @ParameterizedTest
    @CsvSource({
      "/v1/logs, otlp_logs, resourceLogs, scopeLogs, logRecords,"
          + " '{\"body\":{\"stringValue\":\"x\"}}'",
      "/otlp/v1/logs, otlp_logs, resource_logs, scope_logs, log_records, '{}'",
      "/v1/metrics, otlp_metrics, resourceMetrics, scopeMetrics, metrics, '{\"name\":\"m\"}'",
      "/v1/traces, otlp_spans, resourceSpans, scopeSpans, spans,"
          + " '{\"traceId\":\"5b8efff798038103d269b633813fc60c\",\"spanId\":\"eee19b7ec3c1b174\"}'",
    })
    void otlpJsonAndAnswersInJson(
        String path, String topic, String resources, String scopes, String items, String item)
        throws Exception {
      String body =
          "{\"%s\":[{\"resource\":{\"attributes\":[{\"key\":\"service.name\",\"value\":{\"stringValue\":\"%s\"}}]},\"%s\":[{\"%s\":[%s]}]}]}"
              .formatted(resources, path, scopes, items, item);
      HttpResponse<String> response = post(path, body);
      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(response.headers().firstValue("content-type")).hasValue(JSON);
      assertThat(response.body()).isEqualTo("{}");
      RawRecord record = stored.of(topic, body.getBytes(UTF_8));
      assertThat(record.encoding()).isEqualTo(Encoding.OTLP_JSON);
      assertThat(record.key()).asString(UTF_8).isEqualTo(path);
    }
  }

  @Nested
  class Refuses {

    @Test
    void whatIsMalformedInTheWordsOfItsProtocol() throws Exception {
      HttpResponse<String> loki =
          post("/loki/api/v1/push", "{\"streams\":[{\"labels\":\"{app=cart}\"}]}");
      assertThat(loki.statusCode()).isEqualTo(400);
      assertThat(loki.body()).contains("error parsing labels \"{app=cart}\"");
      HttpResponse<String> zipkin = post("/api/v2/spans", "[{\"traceId\":\"x\",\"id\":\"1\"}]");
      assertThat(zipkin.statusCode()).isEqualTo(400);
      assertThat(zipkin.body()).contains("a span's trace id is \"x\"");
      HttpResponse<String> otlp = post("/v1/traces", "{\"resourceSpans\":1}");
      assertThat(otlp.statusCode()).isEqualTo(400);
      assertThat(otlp.headers().firstValue("content-type")).hasValue(JSON);
      assertThat(otlp.body()).contains("\"code\":3").contains("resource_spans that is a number");
    }

    @Test
    void typesThatThePathsDoNotTake() throws Exception {
      for (String path : List.of("/loki/api/v1/push", "/api/prom/push", "/api/v2/spans")) {
        HttpResponse<String> response =
            gateway.post(path, "x".getBytes(UTF_8), "Content-Type", "text/plain");
        assertThat(response.statusCode()).as(path).isEqualTo(415);
        assertThat(response.body()).contains("application/json");
      }
      assertThat(
              gateway
                  .post(
                      "/loki/api/v1/push",
                      lokiProto("x"),
                      "Content-Type",
                      PROTOBUF,
                      "Content-Encoding",
                      "br")
                  .statusCode())
          .isEqualTo(415);
    }

    @Test
    void garbageOnEveryPathAndStaysHealthy() throws Exception {
      Random random = new Random(4);
      for (String path : List.of("/loki/api/v1/push", "/api/v2/spans", "/v1/logs", "/v1/metrics")) {
        for (String type : List.of(JSON, PROTOBUF)) {
          for (byte[] body :
              List.of(
                  random(random, 1),
                  random(random, 3_000),
                  "[".repeat(1 << 20).getBytes(UTF_8),
                  "{\"a\":".repeat(1 << 17).getBytes(UTF_8),
                  ("{\"streams\":[" + "1".repeat(1 << 20)).getBytes(UTF_8))) {
            assertThat(gateway.post(path, body, "Content-Type", type).statusCode())
                .as("%s %s %s", path, type, body.length)
                .isBetween(400, 499);
          }
        }
      }
      assertThat(post("/loki/api/v1/push", lokiJson("after")).statusCode()).isEqualTo(204);
    }

    private static byte[] random(Random random, int length) {
      byte[] bytes = new byte[length];
      random.nextBytes(bytes);
      bytes[0] = (byte) 0xFF; // Neither an empty message, nor JSON, nor snappy of what is one.
      return bytes;
    }
  }

  @Nested
  class TakesFromRealAgents {

    /** loki4j, as a service has it in its logback.xml, which logs through both of its APIs. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void loki4j(boolean protobuf) throws Exception {
      String tenant = "loki4j-" + protobuf;
      LoggerContext logback = new LoggerContext();
      JoranConfigurator configurator = new JoranConfigurator();
      configurator.setContext(logback);
      configurator.doConfigure(
          new ByteArrayInputStream(
              """
              <configuration>
                <appender name="LOKI" class="com.github.loki4j.logback.Loki4jAppender">
                  <http>
                    <url>%s</url><tenantId>%s</tenantId><useProtobufApi>%s</useProtobufApi>
                  </http>
                  <batch><maxItems>100</maxItems><timeoutMs>100</timeoutMs></batch>
                  <labels>
                    app=cart
                    level=%%level
                  </labels>
                  <structuredMetadata>
                    thread=%%thread
                    traceID=4bf92f3577b34da6a3ce929d0e0e4736
                  </structuredMetadata>
                  <message><pattern>%%msg</pattern></message>
                </appender>
                <root level="INFO"><appender-ref ref="LOKI"/></root>
              </configuration>
              """
                  .formatted(gateway.url("/loki/api/v1/push"), tenant, protobuf)
                  .getBytes(UTF_8)));
      Logger logger = logback.getLogger("test");
      List<String> sent = new ArrayList<>();
      long before = System.currentTimeMillis() * 1_000_000;
      for (int i = 0; i < 500; i++) {
        String line = "order " + i + " \"quoted\" 观澜\ttab";
        sent.add(line);
        if (i % 2 == 0) {
          logger.info(line);
        } else {
          logger.error(line);
        }
      }
      logback.stop();
      Decoder<LogBlock> decoder =
          protobuf
              ? new LokiProtoDecoder(DecoderLimits.DEFAULTS)
              : new LokiJsonDecoder(DecoderLimits.DEFAULTS);
      List<LogEntry> entries = new ArrayList<>();
      for (RawRecord record : stored.of(Topics.LOKI_PUSH)) {
        if (!record.tenant().equals(tenant)) {
          continue;
        }
        assertThat(record.encoding())
            .isEqualTo(protobuf ? Encoding.LOKI_PROTO : Encoding.LOKI_JSON);
        for (LogBlock.ResourceLogs stream : decoder.decode(record).resources()) {
          assertThat(stream.resource().get("app")).isEqualTo("cart");
          entries.addAll(stream.entries());
        }
      }
      assertThat(entries).extracting(LogEntry::body).containsExactlyInAnyOrderElementsOf(sent);
      assertThat(entries)
          .allSatisfy(
              entry -> {
                boolean even = Integer.parseInt(entry.body().split(" ", -1)[1]) % 2 == 0;
                assertThat(entry.severityText()).isEqualTo(even ? "INFO" : "ERROR");
                assertThat(entry.severityNumber()).isEqualTo(even ? 9 : 17);
                assertThat(entry.traceId()).isEqualTo("4bf92f3577b34da6a3ce929d0e0e4736");
                assertThat(entry.attributes().get("thread"))
                    .isEqualTo(Thread.currentThread().getName());
                assertThat(entry.timestampNanos())
                    .isBetween(before, System.currentTimeMillis() * 1_000_000 + 999_999);
              });
    }

    @ParameterizedTest
    @EnumSource(
        value = zipkin2.reporter.Encoding.class,
        names = {"JSON", "PROTO3"})
    void zipkinReporter(zipkin2.reporter.Encoding encoding) throws Exception {
      long start = System.currentTimeMillis() * 1_000;
      String traceOf = encoding == zipkin2.reporter.Encoding.JSON ? "a" : "b";
      List<zipkin2.Span> sent = new ArrayList<>();
      for (int i = 0; i < 300; i++) {
        sent.add(
            zipkin2.Span.newBuilder()
                .traceId(traceOf + "%015x".formatted(i + 1))
                .id("%016x".formatted(i + 1))
                .parentId("%016x".formatted(1_000 + i))
                .name("get /orders/" + i)
                .kind(zipkin2.Span.Kind.CLIENT)
                .timestamp(start + i)
                .duration(1_000L + i)
                .localEndpoint(Endpoint.newBuilder().serviceName("shop").ip("10.0.0.1").build())
                .remoteEndpoint(
                    Endpoint.newBuilder()
                        .serviceName("orders")
                        .ip("2001:db8::c001")
                        .port(8080)
                        .build())
                .addAnnotation(start + i + 1, "wire send")
                .putTag("http.path", "/orders")
                .putTag("error", i % 2 == 0 ? "timeout" : "")
                .build());
      }
      try (URLConnectionSender sender =
              URLConnectionSender.newBuilder()
                  .endpoint(gateway.url("/api/v2/spans"))
                  .encoding(encoding)
                  .build();
          AsyncReporter<zipkin2.Span> reporter =
              AsyncReporter.create((BytesMessageSender) sender)) {
        sent.forEach(reporter::report);
        reporter.flush();
      }
      List<Span> spans = new ArrayList<>();
      await()
          .atMost(TestingGateway.PATIENCE)
          .until(
              () -> {
                spans.clear();
                spans.addAll(spansOf(traceOf));
                return spans.size() >= sent.size();
              });
      assertThat(spans).hasSameSizeAs(sent);
      for (int i = 0; i < sent.size(); i++) {
        long begin = (start + i) * 1_000;
        assertThat(spans)
            .contains(
                new Span(
                    "0000000000000000" + traceOf + "%015x".formatted(i + 1),
                    "%016x".formatted(i + 1),
                    "%016x".formatted(1_000 + i),
                    "get /orders/" + i,
                    Span.Kind.CLIENT,
                    begin,
                    begin + 1_000_000 + 1_000L * i,
                    Span.Status.ERROR,
                    i % 2 == 0 ? "timeout" : "",
                    Labels.of(
                        "error", i % 2 == 0 ? "timeout" : "",
                        "http.path", "/orders",
                        "network.local.address", "10.0.0.1",
                        "network.peer.address", "2001:db8::c001",
                        "network.peer.port", "8080",
                        "peer.service", "orders"),
                    List.of(new Span.Event(begin + 1_000, "wire send", Labels.EMPTY)),
                    List.of()));
      }
    }

    private static List<Span> spansOf(String trace) throws Exception {
      Decoder<SpanBlock> json = new ZipkinJsonDecoder(DecoderLimits.DEFAULTS);
      Decoder<SpanBlock> proto = new ZipkinProtoDecoder(DecoderLimits.DEFAULTS);
      List<Span> spans = new ArrayList<>();
      for (RawRecord record : stored.of(Topics.ZIPKIN_SPANS)) {
        boolean isJson = record.encoding().equals(Encoding.ZIPKIN_JSON);
        for (SpanBlock.ResourceSpans group : (isJson ? json : proto).decode(record).resources()) {
          if (group.resource().equals(Labels.of("service.name", "shop"))) {
            group.spans().stream()
                .filter(span -> span.traceId().charAt(16) == trace.charAt(0))
                .forEach(spans::add);
          }
        }
      }
      return spans;
    }
  }
}
