package dev.guanlan.gateway;

import static dev.guanlan.gateway.Gzip.gzip;
import static dev.guanlan.testing.KafkaRecords.header;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.luben.zstd.Zstd;
import com.google.protobuf.ByteString;
import com.google.rpc.Code;
import com.google.rpc.Status;
import dev.guanlan.codec.remotewrite.RemoteWrite2Encoder;
import dev.guanlan.codec.remotewrite.RemoteWriteEncoder;
import dev.guanlan.gateway.push.PushLimits;
import dev.guanlan.model.Encoding;
import dev.guanlan.model.Labels;
import dev.guanlan.model.Origin;
import dev.guanlan.model.RawHeaders;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.model.Topics;
import dev.guanlan.schema.RecordFormat;
import dev.guanlan.schema.Sample;
import dev.guanlan.testing.KafkaExtension;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceResponse;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceResponse;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.metrics.v1.AggregationTemporality;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.ResourceMetrics;
import io.opentelemetry.proto.metrics.v1.ScopeMetrics;
import io.opentelemetry.proto.metrics.v1.Sum;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GatewayITCase {

  @RegisterExtension static final KafkaExtension KAFKA = new KafkaExtension();

  private static final String PROTOBUF = "application/x-protobuf";
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private static GatewayServer gateway;

  @BeforeAll
  static void start() {
    KAFKA.createPlatformTopics(2);
    gateway = start(Duration.ofMinutes(1));
    // The first push to a topic may have to be repeated: Kafka is asked where the topic is.
    AggregationTemporality cumulative = AggregationTemporality.AGGREGATION_TEMPORALITY_CUMULATIVE;
    awaitTaken(gateway, "/v1/metrics", metrics("first", cumulative));
    awaitTaken(gateway, "/v1/logs", logs("first"));
    awaitTaken(gateway, "/v1/traces", traces("first"));
  }

  /** Starts a gateway and returns when Kafka takes what is pushed to it. */
  private static GatewayServer start(Duration acknowledgeTimeout) {
    GatewayServer started =
        GatewayServer.start(
            new GatewaySettings(
                List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)),
                KAFKA.bootstrapServers(),
                new PushLimits(1 << 20, 2 << 20, 32 << 20, 4),
                16 << 20,
                acknowledgeTimeout,
                acknowledgeTimeout.plusSeconds(30),
                true,
                SecuritySettings.NONE,
                null,
                List.of()));
    awaitReady(started);
    awaitTaken(started, "/api/v1/write", remoteWrite(2), "Content-Encoding", "snappy");
    return started;
  }

  private static void awaitReady(GatewayServer started) {
    await().atMost(PATIENCE).until(() -> get(started, "/ready").statusCode() == 200);
  }

  private static void awaitTaken(
      GatewayServer by, String path, byte[] body, String... moreHeaders) {
    List<String> headers = new ArrayList<>(List.of("Content-Type", PROTOBUF));
    headers.addAll(List.of(moreHeaders));
    HttpRequest request = request(by, path, body, headers.toArray(new String[0]));
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                HTTP.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() / 100 == 2);
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  private static HttpResponse<String> get(String path) throws Exception {
    return get(gateway, path);
  }

  private static HttpResponse<String> get(GatewayServer from, String path) throws Exception {
    return HTTP.send(
        HttpRequest.newBuilder(uri(from, path)).build(), HttpResponse.BodyHandlers.ofString());
  }

  private static URI uri(GatewayServer to, String path) {
    return URI.create("http://127.0.0.1:" + to.addresses().get(0).getPort() + path);
  }

  private static HttpResponse<byte[]> post(String path, byte[] body, String... headers)
      throws Exception {
    return HTTP.send(
        request(gateway, path, body, headers), HttpResponse.BodyHandlers.ofByteArray());
  }

  private static HttpRequest request(
      GatewayServer to, String path, byte[] body, String... headers) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri(to, path)).POST(HttpRequest.BodyPublishers.ofByteArray(body));
    return (headers.length == 0 ? request : request.headers(headers)).build();
  }

  private static String text(HttpResponse<byte[]> response) {
    return new String(response.body(), StandardCharsets.UTF_8);
  }

  private static byte[] remoteWrite(int samples) {
    SampleBlock.Builder block = SampleBlock.builder("", Origin.NONE);
    block.series(Labels.of("__name__", "up", "instance", "host-" + samples));
    for (int i = 0; i < samples; i++) {
      block.sample(i, i);
    }
    return new RemoteWriteEncoder().encode(block.build());
  }

  private static HttpResponse<byte[]> postRemoteWrite(byte[] body, String... more)
      throws Exception {
    List<String> headers =
        new ArrayList<>(List.of("Content-Type", PROTOBUF, "Content-Encoding", "snappy"));
    headers.addAll(List.of(more));
    return post("/api/v1/write", body, headers.toArray(new String[0]));
  }

  private static Resource resource(String service) {
    return Resource.newBuilder()
        .addAttributes(
            KeyValue.newBuilder()
                .setKey("service.name")
                .setValue(AnyValue.newBuilder().setStringValue(service)))
        .build();
  }

  private static byte[] metrics(String service, AggregationTemporality temporality) {
    Metric sum =
        Metric.newBuilder()
            .setName("requests")
            .setSum(
                Sum.newBuilder()
                    .setIsMonotonic(true)
                    .setAggregationTemporality(temporality)
                    .addDataPoints(NumberDataPoint.newBuilder().setTimeUnixNano(1).setAsInt(7)))
            .build();
    return ExportMetricsServiceRequest.newBuilder()
        .addResourceMetrics(
            ResourceMetrics.newBuilder()
                .setResource(resource(service))
                .addScopeMetrics(ScopeMetrics.newBuilder().addMetrics(sum)))
        .build()
        .toByteArray();
  }

  private static byte[] logs(String... services) {
    ExportLogsServiceRequest.Builder request = ExportLogsServiceRequest.newBuilder();
    for (String service : services) {
      request
          .addResourceLogsBuilder()
          .setResource(resource(service))
          .addScopeLogsBuilder()
          .addLogRecords(
              LogRecord.newBuilder().setBody(AnyValue.newBuilder().setStringValue("hello")));
    }
    return request.build().toByteArray();
  }

  private static byte[] traces(String service) {
    ExportTraceServiceRequest.Builder request = ExportTraceServiceRequest.newBuilder();
    request
        .addResourceSpansBuilder()
        .setResource(resource(service))
        .addScopeSpansBuilder()
        .addSpans(
            Span.newBuilder()
                .setTraceId(ByteString.copyFrom("0123456789abcdef", StandardCharsets.US_ASCII))
                .setSpanId(ByteString.copyFrom("01234567", StandardCharsets.US_ASCII))
                .setName("GET /"));
    return request.build().toByteArray();
  }

  /** Returns the record of {@code topic} whose payload is {@code body}; fails if there is none. */
  private static ConsumerRecord<byte[], byte[]> recordOf(String topic, byte[] body) {
    return KAFKA.committed(topic).stream()
        .filter(read -> Arrays.equals(read.value(), body))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no record with these bytes on " + topic));
  }

  @Nested
  class PutsOnKafka {

    @Test
    void remoteWriteOfTheSecondVersionAndSaysWhatWasWritten() throws Exception {
      byte[] body =
          new RemoteWrite2Encoder()
              .encode(
                  SampleBlock.builder("", Origin.NONE)
                      .series(Labels.of("__name__", "second"))
                      .sample(1, 1)
                      .sample(2, 2)
                      .exemplar(Labels.of("trace_id", "a"), 1, 1)
                      .build());
      String[] headers = {
        "Content-Type",
        PROTOBUF + ";proto=io.prometheus.write.v2.Request",
        "Content-Encoding",
        "snappy",
        "X-Prometheus-Remote-Write-Version",
        "2.0.0"
      };
      for (String path :
          List.of(
              "/api/v1/write",
              "/api/v1/remote/write",
              "/api/v1/prom/remote/write",
              "/api/prom/push")) {
        HttpResponse<byte[]> response = post(path, body, headers);

        assertThat(response.statusCode()).as(path).isEqualTo(204);
        assertThat(written(response)).containsExactly("2", "0", "1");
      }
      assertThat(header(recordOf(Topics.PROMETHEUS_REMOTE_WRITE, body), RawHeaders.ENCODING))
          .isEqualTo(Encoding.PROMETHEUS_REMOTE_WRITE_V2);
      HttpResponse<byte[]> refused = post("/api/v1/write", new byte[] {1, 2}, headers);
      assertThat(refused.statusCode()).isEqualTo(400);
      assertThat(written(refused)).containsExactly("0", "0", "0");
    }

    private List<String> written(HttpResponse<byte[]> response) {
      return Stream.of("Samples", "Histograms", "Exemplars")
          .map(what -> "X-Prometheus-Remote-Write-" + what + "-Written")
          .map(name -> response.headers().firstValue(name).orElse("none"))
          .toList();
    }

    @Test
    void remoteWriteAsItCame() throws Exception {
      byte[] body = remoteWrite(3);
      long before = System.currentTimeMillis();
      HttpResponse<byte[]> response = postRemoteWrite(body, "X-Scope-OrgID", "team-a");

      assertThat(response.statusCode()).isEqualTo(204);
      assertThat(response.body()).isEmpty();
      ConsumerRecord<byte[], byte[]> stored = recordOf(Topics.PROMETHEUS_REMOTE_WRITE, body);
      assertThat(header(stored, "encoding")).isEqualTo("prometheus_remote_write");
      assertThat(header(stored, "tenant")).isEqualTo("team-a");
      assertThat(Long.parseLong(header(stored, "received-at")))
          .isBetween(before, System.currentTimeMillis())
          .isEqualTo(stored.timestamp());
      assertThat(stored.key()).hasSize(8);
    }

    @Test
    void allOfOneSenderInOnePartition() throws Exception {
      byte[] first = remoteWrite(4);
      byte[] second = remoteWrite(5);
      postRemoteWrite(first, "User-Agent", "an-agent");
      postRemoteWrite(second, "User-Agent", "an-agent");
      assertThat(recordOf(Topics.PROMETHEUS_REMOTE_WRITE, first).key())
          .isEqualTo(recordOf(Topics.PROMETHEUS_REMOTE_WRITE, second).key());
    }

    @Test
    void otlpMetricsWithTheServiceAsKey() throws Exception {
      byte[] body = metrics("shop", AggregationTemporality.AGGREGATION_TEMPORALITY_CUMULATIVE);
      HttpResponse<byte[]> response = post("/v1/metrics", body, "Content-Type", PROTOBUF);

      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(response.headers().firstValue("content-type")).hasValue(PROTOBUF);
      assertThat(ExportMetricsServiceResponse.parseFrom(response.body()))
          .isEqualTo(ExportMetricsServiceResponse.getDefaultInstance());
      ConsumerRecord<byte[], byte[]> stored = recordOf(Topics.OTLP_METRICS, body);
      assertThat(stored.key()).asString(StandardCharsets.UTF_8).isEqualTo("shop");
      assertThat(header(stored, "encoding")).isEqualTo("otlp_proto");
      assertThat(header(stored, "tenant")).isEqualTo("anonymous");
    }

    @Test
    void whatHasNoTranslationTooAndSaysSo() throws Exception {
      byte[] body = metrics("shop", AggregationTemporality.AGGREGATION_TEMPORALITY_UNSPECIFIED);
      HttpResponse<byte[]> response = post("/v1/metrics", body, "Content-Type", PROTOBUF);

      assertThat(response.statusCode()).isEqualTo(200);
      ExportMetricsServiceResponse parsed = ExportMetricsServiceResponse.parseFrom(response.body());
      assertThat(parsed.getPartialSuccess().getRejectedDataPoints()).isEqualTo(1);
      assertThat(parsed.getPartialSuccess().getErrorMessage()).contains("temporality");
      assertThat(recordOf(Topics.OTLP_METRICS, body).value()).isEqualTo(body);
    }

    @Test
    void otlpLogsWithoutTheirGzip() throws Exception {
      byte[] body = logs("cart", "shop");
      HttpResponse<byte[]> response =
          post("/v1/logs", gzip(body), "Content-Type", PROTOBUF, "Content-Encoding", "gzip");

      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(ExportLogsServiceResponse.parseFrom(response.body()).hasPartialSuccess())
          .isFalse();
      assertThat(recordOf(Topics.OTLP_LOGS, body).key()).as("two services, no key").isNull();
    }

    @Test
    void otlpLogsWithoutTheirZstandardOnThePathThatGrafanaUses() throws Exception {
      byte[] body = logs("zstd");
      HttpResponse<byte[]> response =
          post(
              "/otlp/v1/logs",
              Zstd.compress(body),
              "Content-Type",
              PROTOBUF,
              "Content-Encoding",
              "zstd");

      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(recordOf(Topics.OTLP_LOGS, body).key())
          .asString(StandardCharsets.UTF_8)
          .isEqualTo("zstd");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/v1/remote/write", "/api/v1/prom/remote/write", "/api/prom/push"})
    void remoteWriteOnTheOtherPathsThatPeopleHaveInTheirFiles(String path) throws Exception {
      byte[] body = remoteWrite(20 + path.length());
      HttpResponse<byte[]> response =
          post(
              path,
              body,
              "Content-Type",
              PROTOBUF,
              "Content-Encoding",
              "snappy",
              "X-Prometheus-Remote-Write-Version",
              "0.1.0");
      assertThat(response.statusCode()).isEqualTo(204);
      assertThat(recordOf(Topics.PROMETHEUS_REMOTE_WRITE, body).value()).isEqualTo(body);
    }

    @Test
    void avroRecordsOfThePathsTypeAndNoOthers() throws Exception {
      Sample sample =
          Sample.newBuilder()
              .setLabels(Map.of("__name__", "avro", "n", Long.toString(System.nanoTime())))
              .setTimestampMillis(1)
              .setValue(2)
              .build();
      byte[] one = RecordFormat.of(Sample.class).encode(sample);
      ByteArrayOutputStream two = new ByteArrayOutputStream();
      two.write(one);
      two.write(one);
      await()
          .atMost(PATIENCE)
          .until(
              () ->
                  post(
                              "/api/v1/import/avro/samples",
                              gzip(two.toByteArray()),
                              "Content-Encoding",
                              "gzip")
                          .statusCode()
                      == 204);
      assertThat(header(recordOf(Topics.TELEMETRY, two.toByteArray()), "encoding"))
          .isEqualTo(Encoding.AVRO);

      HttpResponse<byte[]> otherType = post("/api/v1/import/avro/logs", one);
      assertThat(otherType.statusCode()).isEqualTo(400);
      assertThat(text(otherType)).contains("record 1", "it is a Sample");
      two.write('x');
      HttpResponse<byte[]> cut = post("/api/v1/import/avro/samples", two.toByteArray());
      assertThat(cut.statusCode()).isEqualTo(400);
      assertThat(text(cut)).contains("record 3");
      assertThat(post("/api/v1/import/avro/metrics", one).statusCode()).isEqualTo(404);
      Sample others = Sample.newBuilder(sample).setTenant("somebody-else").build();
      HttpResponse<byte[]> foreign =
          post("/api/v1/import/avro/samples", RecordFormat.of(Sample.class).encode(others));
      assertThat(foreign.statusCode()).isEqualTo(403);
      assertThat(text(foreign)).contains("somebody-else", "anonymous", "X-Scope-OrgID");
      assertThat(
              post("/api/v1/import/avro/samples", one, "Content-Type", "application/json")
                  .statusCode())
          .isEqualTo(415);
    }

    @Test
    void otlpTraces() throws Exception {
      byte[] body = traces("shop");
      HttpResponse<byte[]> response = post("/v1/traces", body, "Content-Type", PROTOBUF);

      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(ExportTraceServiceResponse.parseFrom(response.body()).hasPartialSuccess())
          .isFalse();
      assertThat(recordOf(Topics.OTLP_SPANS, body).key())
          .asString(StandardCharsets.UTF_8)
          .isEqualTo("shop");
    }
  }

  @Nested
  class Refuses {

    @ParameterizedTest
    @ValueSource(strings = {"/api/v1/write", "/v1/metrics", "/v1/logs", "/v1/traces"})
    void garbageAndPutsNothingOnKafka(String path) throws Exception {
      String[] headers =
          path.startsWith("/api")
              ? new String[] {"Content-Type", PROTOBUF, "Content-Encoding", "snappy"}
              : new String[] {"Content-Type", PROTOBUF};
      int before = countAll();
      byte[] garbage = new byte[500];
      new Random(1).nextBytes(garbage);
      garbage[0] = 0x0A;
      garbage[1] = 0x7F;
      HttpResponse<byte[]> response = post(path, garbage, headers);
      assertThat(response.statusCode()).isEqualTo(400);
      String type = response.headers().firstValue("content-type").orElse("");
      if (path.startsWith("/api")) {
        assertThat(type).startsWith("text/plain");
        assertThat(text(response)).contains(";").endsWith("\n");
      } else {
        assertThat(type).isEqualTo(PROTOBUF);
        assertThat(Status.parseFrom(response.body()).getCode())
            .isEqualTo(Code.INVALID_ARGUMENT_VALUE);
        assertThat(Status.parseFrom(response.body()).getMessage()).contains(";");
      }
      assertThat(countAll()).isEqualTo(before);
    }

    private int countAll() {
      return KAFKA.committed(Topics.PROMETHEUS_REMOTE_WRITE).size()
          + KAFKA.committed(Topics.OTLP_METRICS).size()
          + KAFKA.committed(Topics.OTLP_LOGS).size()
          + KAFKA.committed(Topics.OTLP_SPANS).size();
    }

    @Test
    void remoteWriteOfAMessageThatIsUnknownByName() throws Exception {
      HttpResponse<byte[]> response =
          post(
              "/api/v1/write",
              remoteWrite(1),
              "Content-Type",
              PROTOBUF + ";proto=io.prometheus.write.v3.Request",
              "Content-Encoding",
              "snappy");
      assertThat(response.statusCode()).isEqualTo(415);
      assertThat(text(response)).contains("io.prometheus.write.v2.Request");
      HttpResponse<byte[]> first =
          post(
              "/api/v1/write",
              remoteWrite(1),
              "Content-Type",
              PROTOBUF + ";proto=prometheus.WriteRequest",
              "Content-Encoding",
              "snappy");
      assertThat(first.statusCode()).isEqualTo(204);
    }

    @Test
    void otherContentTypesAndEncodings() throws Exception {
      for (String[] headers :
          new String[][] {
            {"Content-Type", PROTOBUF, "Content-Encoding", "zstd"},
            {"Content-Type", "text/plain"},
            {"Content-Type", "not a type"}
          }) {
        assertThat(post("/api/v1/write", remoteWrite(1), headers).statusCode()).isEqualTo(415);
      }
      HttpResponse<byte[]> json =
          post("/v1/logs", logs("cart", "shop"), "Content-Type", "application/json");
      assertThat(json.statusCode()).isEqualTo(400);
      assertThat(json.headers().firstValue("content-type").orElse("")).contains("json");
      assertThat(text(json)).contains("\"code\":3").contains("cannot be read as JSON");
      assertThat(
              post(
                      "/v1/logs",
                      logs("cart", "shop"),
                      "Content-Type",
                      PROTOBUF,
                      "Content-Encoding",
                      "br")
                  .statusCode())
          .isEqualTo(415);
    }

    @Test
    void bodiesThatAreTooLargeInAnyWay() throws Exception {
      HttpResponse<byte[]> large =
          post("/v1/logs", new byte[(1 << 20) + 1], "Content-Type", PROTOBUF);
      assertThat(large.statusCode()).isEqualTo(413);
      assertThat(text(large)).contains("1048576");

      HttpRequest chunked =
          HttpRequest.newBuilder(uri(gateway, "/v1/logs"))
              .header("Content-Type", PROTOBUF)
              .POST(
                  HttpRequest.BodyPublishers.ofInputStream(
                      () -> new java.io.ByteArrayInputStream(new byte[2 << 20])))
              .build();
      HttpResponse<byte[]> chunkedAnswer =
          HTTP.send(chunked, HttpResponse.BodyHandlers.ofByteArray());
      assertThat(chunkedAnswer.statusCode()).isEqualTo(413);
      assertThat(text(chunkedAnswer)).contains("1048576");

      HttpResponse<byte[]> bomb =
          post(
              "/v1/logs",
              gzip(new byte[3 << 20]),
              "Content-Type",
              PROTOBUF,
              "Content-Encoding",
              "gzip");
      assertThat(bomb.statusCode()).isEqualTo(413);
      assertThat(text(bomb)).contains("2097152");

      HttpResponse<byte[]> snappyBomb =
          postRemoteWrite(new byte[] {(byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0x7F, 0});
      assertThat(snappyBomb.statusCode()).isEqualTo(413);
      assertThat(text(snappyBomb)).contains("2097152");
    }

    @Test
    void tenantsThatAreNoName() throws Exception {
      HttpResponse<byte[]> response = postRemoteWrite(remoteWrite(1), "X-Scope-OrgID", "a/b");
      assertThat(response.statusCode()).isEqualTo(400);
      assertThat(text(response)).contains("X-Scope-OrgID").contains("\"a/b\"");
    }

    @Test
    void otherPathsAndMethods() throws Exception {
      assertThat(post("/api/v2/write", remoteWrite(1)).statusCode()).isEqualTo(404);
      assertThat(get("/v1/logs").statusCode()).isEqualTo(405);
    }
  }

  @Test
  void showsWhatItCounts() throws Exception {
    postRemoteWrite(remoteWrite(1));
    postRemoteWrite(new byte[] {1});
    String metrics = get("/metrics").body();
    assertThat(metrics)
        .contains("guanlan_gateway_requests_total{path=\"/api/v1/write\",status=\"204\"}")
        .contains("guanlan_gateway_rejected_total{path=\"/api/v1/write\",reason=\"malformed\"}")
        .contains("guanlan_gateway_received_bytes_total{path=\"/api/v1/write\"}")
        .contains("guanlan_gateway_acknowledged_records_total{topic=\"prometheus_remote_write\"}")
        .contains("guanlan_gateway_kafka_acknowledge_seconds_bucket")
        .contains("guanlan_gateway_kafka_up 1.0")
        .contains("guanlan_gateway_in_flight_bytes 0.0");
    assertThat(get("/healthy").statusCode()).isEqualTo(200);
  }

  @Test
  void answersWhatIsUnderWayWhenItStops() throws Exception {
    GatewayServer stopping = start(Duration.ofMinutes(1));
    List<CompletableFuture<HttpResponse<byte[]>>> answers = new ArrayList<>();
    byte[] body = remoteWrite(7000);
    for (int i = 0; i < 20; i++) {
      answers.add(
          HTTP.sendAsync(
              request(
                  stopping,
                  "/api/v1/write",
                  body,
                  "Content-Type",
                  PROTOBUF,
                  "Content-Encoding",
                  "snappy"),
              HttpResponse.BodyHandlers.ofByteArray()));
    }
    answers.get(0).join();
    stopping.close();
    // A push that the gateway had not begun to read breaks off, and its sender hears so later.
    long acknowledged =
        answers.stream()
            .map(answer -> answer.handle((to, broken) -> broken == null && to.statusCode() == 204))
            .filter(CompletableFuture::join)
            .count();
    long stored =
        KAFKA.committed(Topics.PROMETHEUS_REMOTE_WRITE).stream()
            .filter(read -> Arrays.equals(read.value(), body))
            .count();
    assertThat(acknowledged).isPositive();
    assertThat(stored).isGreaterThanOrEqualTo(acknowledged);
  }

  @Test
  void asksToComeAgainWhileKafkaIsDownAndGoesOnWhenItIsBack() throws Exception {
    GatewayServer impatient = start(Duration.ofSeconds(3));
    String[] headers = {"Content-Type", PROTOBUF, "Content-Encoding", "snappy"};
    try {
      KAFKA.stop();
      try {
        HttpResponse<byte[]> response =
            HTTP.send(
                request(impatient, "/api/v1/write", remoteWrite(11), headers),
                HttpResponse.BodyHandlers.ofByteArray());
        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.headers().firstValue("retry-after")).isPresent();
        assertThat(text(response)).contains("Kafka did not acknowledge");
        await()
            .atMost(PATIENCE)
            .untilAsserted(
                () -> {
                  HttpResponse<String> ready = get(impatient, "/ready");
                  assertThat(ready.statusCode()).isEqualTo(503);
                  assertThat(ready.body()).contains(KAFKA.bootstrapServers());
                });
        assertThat(get(impatient, "/healthy").statusCode()).isEqualTo(200);
      } finally {
        KAFKA.start();
      }
      awaitReady(impatient);
      byte[] body = remoteWrite(12);
      awaitTaken(impatient, "/api/v1/write", body, "Content-Encoding", "snappy");
      assertThat(recordOf(Topics.PROMETHEUS_REMOTE_WRITE, body).value()).isEqualTo(body);
    } finally {
      impatient.close();
    }
    // For the tests after this one: the shared gateway has seen Kafka come back, too.
    awaitReady(gateway);
  }
}
