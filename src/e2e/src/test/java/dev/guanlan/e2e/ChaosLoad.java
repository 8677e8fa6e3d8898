package dev.guanlan.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.ByteString;
import dev.guanlan.codec.remotewrite.RemoteWriteEncoder;
import dev.guanlan.model.Encoding;
import dev.guanlan.model.Labels;
import dev.guanlan.model.Origin;
import dev.guanlan.model.RawHeaders;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.model.Topics;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.resource.v1.Resource;
import io.opentelemetry.proto.trace.v1.Span;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Puts numbered samples, log lines and spans onto the raw topics, as the gateway would, in slices.
 * Sample number n has the value n, so that a loss or a duplicate shows in counts and sums.
 */
final class ChaosLoad implements AutoCloseable {

  static final String TENANT = "chaos";
  static final String METRIC = "chaos_numbered";
  static final int SLICES = 100;
  static final long SPAN_NANOS = 3_000_000;

  private static final int SERIES = 1_000;
  private static final int REQUEST_LINES = 1_000;
  private static final int REQUEST_SPANS = 400;

  private final Size size;
  private final long startMillis;
  private final KafkaProducer<byte[], byte[]> producer;
  private final List<Future<RecordMetadata>> sent = new ArrayList<>();

  /**
   * Says how much is sent.
   *
   * @param samples a multiple of 100,000
   * @param lines a multiple of 100,000
   * @param spans a multiple of 40,000
   */
  record Size(int samples, int lines, int spans) {

    /** Returns the size that the system property {@code guanlan.chaos} asks for. */
    static Size configured() {
      return System.getProperty("guanlan.chaos", "").equals("full")
          ? new Size(5_000_000, 500_000, 200_000)
          : new Size(1_000_000, 100_000, 40_000);
    }
  }

  ChaosLoad(Size size, long startMillis, String bootstrapServers) {
    this.size = size;
    this.startMillis = startMillis;
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", bootstrapServers, "enable.idempotence", "true"),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }

  /** Sends one slice, and returns when Kafka has it. */
  void send(int slice) throws Exception {
    int samples = size.samples() / SLICES;
    for (int first = slice * samples; first < (slice + 1) * samples; first += SERIES) {
      send(Topics.PROMETHEUS_REMOTE_WRITE, Encoding.PROMETHEUS_REMOTE_WRITE, samples(first));
    }
    int lines = size.lines() / SLICES;
    for (int first = slice * lines; first < (slice + 1) * lines; first += REQUEST_LINES) {
      send(Topics.OTLP_LOGS, Encoding.OTLP_PROTO, lines(first));
    }
    int spans = size.spans() / SLICES;
    for (int first = slice * spans; first < (slice + 1) * spans; first += REQUEST_SPANS) {
      send(Topics.OTLP_SPANS, Encoding.OTLP_PROTO, spans(first));
    }
    producer.flush();
    for (Future<RecordMetadata> each : sent) {
      each.get();
    }
    sent.clear();
  }

  private void send(String topic, String encoding, byte[] body) {
    ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, body);
    record.headers().add(RawHeaders.ENCODING, encoding.getBytes(UTF_8));
    record.headers().add(RawHeaders.TENANT, TENANT.getBytes(UTF_8));
    sent.add(producer.send(record));
  }

  private byte[] samples(int first) {
    SampleBlock.Builder block = SampleBlock.builder("", Origin.NONE);
    for (int number = first; number < first + SERIES; number++) {
      block
          .series(Labels.of(Labels.METRIC_NAME, METRIC, "series", "" + number % SERIES))
          .sample(startMillis + number / SERIES, number);
    }
    return new RemoteWriteEncoder().encode(block.build());
  }

  private byte[] lines(int first) {
    ExportLogsServiceRequest.Builder request = ExportLogsServiceRequest.newBuilder();
    var scope = request.addResourceLogsBuilder().setResource(service()).addScopeLogsBuilder();
    for (int number = first; number < first + REQUEST_LINES; number++) {
      scope.addLogRecords(
          LogRecord.newBuilder()
              .setTimeUnixNano(startMillis * 1_000_000 + number)
              .setSeverityNumberValue(9)
              .setBody(AnyValue.newBuilder().setStringValue("line " + number)));
    }
    return request.build().toByteArray();
  }

  private byte[] spans(int first) {
    ExportTraceServiceRequest.Builder request = ExportTraceServiceRequest.newBuilder();
    var scope = request.addResourceSpansBuilder().setResource(service()).addScopeSpansBuilder();
    for (int number = first; number < first + REQUEST_SPANS; number++) {
      long start = startMillis * 1_000_000 + number;
      scope.addSpans(
          Span.newBuilder()
              .setTraceId(ByteString.copyFrom(ByteBuffer.allocate(16).putInt(12, number + 1)))
              .setSpanId(ByteString.copyFrom(ByteBuffer.allocate(8).putInt(4, number + 1)))
              .setName("work")
              .setKind(Span.SpanKind.SPAN_KIND_INTERNAL)
              .setStartTimeUnixNano(start)
              .setEndTimeUnixNano(start + SPAN_NANOS));
    }
    return request.build().toByteArray();
  }

  private static Resource service() {
    return Resource.newBuilder()
        .addAttributes(
            KeyValue.newBuilder()
                .setKey("service.name")
                .setValue(AnyValue.newBuilder().setStringValue("chaos")))
        .build();
  }

  @Override
  public void close() {
    producer.close();
  }
}
