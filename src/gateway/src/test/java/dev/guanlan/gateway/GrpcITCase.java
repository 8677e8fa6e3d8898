package dev.guanlan.gateway;

import static dev.guanlan.gateway.Gzip.gzip;
import static dev.guanlan.testing.KafkaRecords.header;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import com.github.luben.zstd.Zstd;
import com.google.protobuf.ByteString;
import com.google.rpc.RetryInfo;
import com.linecorp.armeria.client.WebClient;
import dev.guanlan.codec.DecoderLimits;
import dev.guanlan.codec.otlp.OtlpMetricsDecoder;
import dev.guanlan.gateway.push.PushLimits;
import dev.guanlan.model.Encoding;
import dev.guanlan.model.Origin;
import dev.guanlan.model.RawRecord;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.model.Topics;
import dev.guanlan.testing.KafkaExtension;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceResponse;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceResponse;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.Gauge;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.Sum;
import io.opentelemetry.proto.resource.v1.Resource;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Pushes OTLP over gRPC in all the ways that the specification allows, and some others. */
class GrpcITCase {

  @RegisterExtension static final KafkaExtension KAFKA = new KafkaExtension();

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private static GatewayServer gateway;
  private static WebClient client;

  @BeforeAll
  static void start() {
    KAFKA.createPlatformTopics(2);
    gateway =
        GatewayServer.start(
            new GatewaySettings(
                List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)),
                KAFKA.bootstrapServers(),
                new PushLimits(1 << 20, 2 << 20, 32 << 20, 4),
                16 << 20,
                Duration.ofSeconds(3),
                Duration.ofMinutes(1),
                true,
                SecuritySettings.NONE,
                null,
                List.of()));
    client =
        WebClient.builder("h2c://127.0.0.1:" + gateway.addresses().get(0).getPort())
            .responseTimeout(PATIENCE)
            .build();
    for (String path : List.of(GrpcCall.METRICS, GrpcCall.LOGS, GrpcCall.TRACES)) {
      await().atMost(PATIENCE).until(() -> call(path, GrpcCall.frame(0, new byte[0])).code() == 0);
    }
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  private static GrpcCall.Outcome call(String path, byte[] body, String... headers)
      throws IOException {
    return GrpcCall.call(client, path, body, headers);
  }

  private static Resource resource(String service) {
    return Resource.newBuilder()
        .addAttributes(
            KeyValue.newBuilder()
                .setKey("service.name")
                .setValue(AnyValue.newBuilder().setStringValue(service)))
        .build();
  }

  private static byte[] metrics(String service) {
    ExportMetricsServiceRequest.Builder request = ExportMetricsServiceRequest.newBuilder();
    request
        .addResourceMetricsBuilder()
        .setResource(resource(service))
        .addScopeMetricsBuilder()
        .addMetricsBuilder()
        .setName("load")
        .setGauge(
            Gauge.newBuilder()
                .addDataPoints(NumberDataPoint.newBuilder().setTimeUnixNano(1).setAsDouble(1)));
    return request.build().toByteArray();
  }

  private static byte[] logs(String service, String line) {
    ExportLogsServiceRequest.Builder request = ExportLogsServiceRequest.newBuilder();
    request
        .addResourceLogsBuilder()
        .setResource(resource(service))
        .addScopeLogsBuilder()
        .addLogRecordsBuilder()
        .setBody(AnyValue.newBuilder().setStringValue(line));
    return request.build().toByteArray();
  }

  private static byte[] traces(String service) {
    ExportTraceServiceRequest.Builder request = ExportTraceServiceRequest.newBuilder();
    request
        .addResourceSpansBuilder()
        .setResource(resource(service))
        .addScopeSpansBuilder()
        .addSpansBuilder()
        .setTraceId(ByteString.copyFromUtf8("0123456789abcdef"))
        .setSpanId(ByteString.copyFromUtf8("01234567"))
        .setName("GET /");
    return request.build().toByteArray();
  }

  private static List<ConsumerRecord<byte[], byte[]>> stored(String topic, byte[] body) {
    return KAFKA.committed(topic).stream()
        .filter(read -> Arrays.equals(read.value(), body))
        .toList();
  }

  @Test
  void putsEverySignalOnItsTopicAsItCame() throws IOException {
    byte[] metrics = metrics("grpc-shop");
    GrpcCall.Outcome ofMetrics =
        call(GrpcCall.METRICS, GrpcCall.frame(0, metrics), "x-scope-orgid", "team-g");
    assertThat(ofMetrics.code()).isZero();
    assertThat(ExportMetricsServiceResponse.parseFrom(ofMetrics.message()).hasPartialSuccess())
        .isFalse();
    ConsumerRecord<byte[], byte[]> stored = stored(Topics.OTLP_METRICS, metrics).get(0);
    assertThat(header(stored, "tenant")).isEqualTo("team-g");
    assertThat(header(stored, "encoding")).isEqualTo("otlp_proto");
    assertThat(stored.key()).asString(StandardCharsets.UTF_8).isEqualTo("grpc-shop");

    byte[] logs = logs("grpc-shop", "hello");
    GrpcCall.Outcome ofLogs = call(GrpcCall.LOGS, GrpcCall.frame(0, logs));
    assertThat(ExportLogsServiceResponse.parseFrom(ofLogs.message()).hasPartialSuccess()).isFalse();
    assertThat(stored(Topics.OTLP_LOGS, logs)).hasSize(1);

    byte[] traces = traces("grpc-shop");
    GrpcCall.Outcome ofTraces = call(GrpcCall.TRACES, GrpcCall.frame(0, traces));
    assertThat(ExportTraceServiceResponse.parseFrom(ofTraces.message()).hasPartialSuccess())
        .isFalse();
    assertThat(stored(Topics.OTLP_SPANS, traces)).hasSize(1);
  }

  @Test
  void undoesTheCompressionOfAMessageIfItHasOne() throws IOException {
    byte[] zipped = logs("grpc", "zipped");
    assertThat(call(GrpcCall.LOGS, GrpcCall.frame(1, gzip(zipped)), "grpc-encoding", "gzip").code())
        .isZero();
    assertThat(stored(Topics.OTLP_LOGS, zipped)).hasSize(1);
    byte[] zstd = logs("grpc", "zstd");
    assertThat(
            call(GrpcCall.LOGS, GrpcCall.frame(1, Zstd.compress(zstd)), "grpc-encoding", "zstd")
                .code())
        .isZero();
    assertThat(stored(Topics.OTLP_LOGS, zstd)).hasSize(1);
    byte[] plain = logs("grpc", "not compressed, which a client may decide each time");
    assertThat(call(GrpcCall.LOGS, GrpcCall.frame(0, plain), "grpc-encoding", "gzip").code())
        .isZero();
    assertThat(stored(Topics.OTLP_LOGS, plain)).hasSize(1);
  }

  @Test
  void refusesWhatIsNotOneMessage() throws IOException {
    byte[] message = logs("grpc", "twice");
    ByteArrayOutputStream two = new ByteArrayOutputStream();
    two.write(GrpcCall.frame(0, message));
    two.write(GrpcCall.frame(0, message));
    byte[] shortOne = Arrays.copyOf(GrpcCall.frame(0, message), 20);
    byte[] garbage = GrpcCall.frame(0, new byte[] {0x0A, 0x7F, 1, 2});
    for (byte[] body :
        new byte[][] {
          {},
          {0, 0},
          shortOne,
          two.toByteArray(),
          garbage,
          GrpcCall.frame(1, gzip(message)),
          GrpcCall.frame(2, message)
        }) {
      GrpcCall.Outcome outcome = call(GrpcCall.LOGS, body);
      assertThat(outcome.code()).as("INVALID_ARGUMENT for %s", Arrays.toString(body)).isEqualTo(3);
      assertThat(outcome.details().getMessage()).contains(";");
    }
    assertThat(stored(Topics.OTLP_LOGS, message)).isEmpty();
  }

  @Test
  void saysWhichCompressionsThereAre() throws IOException {
    GrpcCall.Outcome outcome =
        call(GrpcCall.LOGS, GrpcCall.frame(1, new byte[3]), "grpc-encoding", "snappy");
    assertThat(outcome.code()).as("UNIMPLEMENTED").isEqualTo(12);
    assertThat(outcome.response().headers().get("grpc-accept-encoding")).contains("gzip", "zstd");
  }

  @Test
  void refusesWhatIsTooLargeForGood() throws IOException {
    GrpcCall.Outcome large = call(GrpcCall.LOGS, GrpcCall.frame(0, new byte[(1 << 20) + 1]));
    assertThat(large.code()).as("RESOURCE_EXHAUSTED").isEqualTo(8);
    assertThat(large.details().getDetailsCount()).as("no RetryInfo, so no retry").isZero();
    GrpcCall.Outcome bomb =
        call(GrpcCall.LOGS, GrpcCall.frame(1, gzip(new byte[3 << 20])), "grpc-encoding", "gzip");
    assertThat(bomb.code()).isEqualTo(8);
    assertThat(bomb.details().getMessage()).contains("2097152");
  }

  @Test
  void tellsOtherContentTypesWhereToGo() throws IOException {
    GrpcCall.Outcome outcome =
        call(GrpcCall.LOGS, new byte[0], "content-type", "application/x-protobuf");
    assertThat(outcome.response().status().code()).isEqualTo(415);
    assertThat(outcome.response().contentUtf8()).contains("/v1/logs");
  }

  @Test
  void saysHowManyPointsItDoesNotUnderstandAndStoresTheRest() throws Exception {
    NumberDataPoint point = NumberDataPoint.newBuilder().setTimeUnixNano(1).setAsDouble(3).build();
    ExportMetricsServiceRequest.Builder request =
        ExportMetricsServiceRequest.parseFrom(metrics("grpc-partly")).toBuilder();
    request
        .getResourceMetricsBuilder(0)
        .getScopeMetricsBuilder(0)
        .addMetricsBuilder()
        .setName("requests")
        .setSum(Sum.newBuilder().setIsMonotonic(true).addDataPoints(point).addDataPoints(point));
    byte[] body = request.build().toByteArray();
    GrpcCall.Outcome outcome = call(GrpcCall.METRICS, GrpcCall.frame(0, body));

    assertThat(outcome.code()).as("OK").isZero();
    ExportMetricsServiceResponse response =
        ExportMetricsServiceResponse.parseFrom(outcome.message());
    assertThat(response.getPartialSuccess().getRejectedDataPoints()).isEqualTo(2);
    assertThat(response.getPartialSuccess().getErrorMessage()).contains("temporality");
    assertThat(stored(Topics.OTLP_METRICS, body)).hasSize(1);
    SampleBlock block =
        new OtlpMetricsDecoder(DecoderLimits.DEFAULTS)
            .decode(new RawRecord("anonymous", Encoding.OTLP_PROTO, 1, null, body, Origin.NONE));
    assertThat(block.sampleCount()).isEqualTo(1);
    assertThat(block.labels(0).get("__name__")).isEqualTo("load");
  }

  /** Freezes the broker until a call's own deadline is over, which then is told so, and only so. */
  @Test
  void acknowledgesNothingWhoseDeadlinePassedAndStoresOnceWhatIsSentAgain() throws Exception {
    Optional<Long> broker = KAFKA.part().pid();
    assumeThat(broker).as("the broker is a process of ours, not in a container").isPresent();
    byte[] line = logs("deadline", "stored after the deadline");
    String pid = Long.toString(broker.get());
    new ProcessBuilder("kill", "-STOP", pid).start().waitFor();
    GrpcCall.Outcome late;
    try {
      late = call(GrpcCall.LOGS, GrpcCall.frame(0, line), "grpc-timeout", "1500m");
    } finally {
      new ProcessBuilder("kill", "-CONT", pid).start().waitFor();
    }
    assertThat(late.code()).as("DEADLINE_EXCEEDED").isEqualTo(4);
    assertThat(late.message()).as("no answer but the status").isEmpty();
    assertThat(late.details().getMessage())
        .contains("not known to be on Kafka after")
        .contains("grpc-timeout of the call");
    assertThat(late.details().getDetails(0).is(RetryInfo.class)).isTrue();

    await()
        .atMost(PATIENCE)
        .until(
            () -> call(GrpcCall.LOGS, GrpcCall.frame(0, line), "grpc-timeout", "30S").code() == 0);
    assertThat(stored(Topics.OTLP_LOGS, line)).hasSize(1);
  }

  /**
   * Freezes the broker, so that a record is stored after its sender was told to come again; then
   * sends it again, as the sender would.
   */
  @Test
  void storesOnceWhatIsSentAgainBecauseKafkaWasSlow() throws Exception {
    Optional<Long> broker = KAFKA.part().pid();
    assumeThat(broker).as("the broker is a process of ours, not in a container").isPresent();
    byte[] line = logs("late", "stored late");
    String pid = Long.toString(broker.get());
    new ProcessBuilder("kill", "-STOP", pid).start().waitFor();
    GrpcCall.Outcome impatient;
    try {
      impatient = call(GrpcCall.LOGS, GrpcCall.frame(0, line));
    } finally {
      new ProcessBuilder("kill", "-CONT", pid).start().waitFor();
    }
    assertThat(impatient.code()).as("UNAVAILABLE").isEqualTo(14);
    assertThat(impatient.details().getMessage()).contains("Kafka did not acknowledge");
    await().atMost(PATIENCE).until(() -> call(GrpcCall.LOGS, GrpcCall.frame(0, line)).code() == 0);
    await().atMost(PATIENCE).until(() -> !stored(Topics.OTLP_LOGS, line).isEmpty());
    assertThat(call(GrpcCall.LOGS, GrpcCall.frame(0, line)).code()).isZero();
    assertThat(stored(Topics.OTLP_LOGS, line)).hasSize(1);
  }
}
