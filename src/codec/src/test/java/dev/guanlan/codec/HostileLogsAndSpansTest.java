package dev.guanlan.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.guanlan.codec.loki.LokiJsonDecoder;
import dev.guanlan.codec.loki.LokiProtoDecoder;
import dev.guanlan.codec.loki.LokiPushes;
import dev.guanlan.codec.otlp.OtlpJsonDecoder;
import dev.guanlan.codec.otlp.OtlpLogsDecoder;
import dev.guanlan.codec.otlp.OtlpMetricsDecoder;
import dev.guanlan.codec.otlp.OtlpRequest;
import dev.guanlan.codec.otlp.OtlpResourcesDecoder;
import dev.guanlan.codec.otlp.OtlpSpansDecoder;
import dev.guanlan.codec.protobuf.ProtoWriter;
import dev.guanlan.codec.zipkin.ZipkinJsonDecoder;
import dev.guanlan.codec.zipkin.ZipkinProtoDecoder;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Whatever the bytes are, these decoders too answer with a block or a refusal, at little cost. */
class HostileLogsAndSpansTest {

  private static final DecoderLimits LIMITS =
      new DecoderLimits(4 << 20, 16 << 20, 100_000, 1_000_000, 100_000, 256, 1024, 16384, 32);
  private static final int MUTATIONS = 60;

  private static final String LOKI =
      "{\"streams\":[{\"stream\":{\"app\":\"c\\u00e9\"},\"values\":[[\"1700000000000000001\","
          + "\"a line\",{\"trace_id\":\"4bf92f3577b34da6a3ce929d0e0e4736\"}],[5,\"观澜\"]]},"
          + "{\"labels\":\"{a=\\\"\\\\x41\\\"}\",\"entries\":[{\"ts\":\"2023-11-14T22:13:20Z\","
          + "\"line\":\"x\"}]}]}";
  private static final String ZIPKIN =
      "[{\"traceId\":\"463ac35c9f6413ad\",\"id\":\"a2fb4a1d1a96d312\",\"kind\":\"CLIENT\","
          + "\"timestamp\":1700000000000001,\"duration\":207,\"localEndpoint\":{\"serviceName\":"
          + "\"shop\",\"ipv4\":\"10.0.0.1\",\"port\":1},\"annotations\":[{\"timestamp\":1,"
          + "\"value\":\"ws\"}],\"tags\":{\"error\":\"x\",\"host.name\":\"n\"},\"shared\":true}]";
  private static final String OTLP =
      "{\"resourceSpans\":[{\"resource\":{\"attributes\":[{\"key\":\"service.name\",\"value\":"
          + "{\"stringValue\":\"cart\"}}]},\"scopeSpans\":[{\"spans\":[{\"traceId\":"
          + "\"5b8efff798038103d269b633813fc60c\",\"spanId\":\"eee19b7ec3c1b174\",\"kind\":2,"
          + "\"startTimeUnixNano\":\"1544712660000000000\",\"attributes\":[{\"key\":\"k\",\"value\":"
          + "{\"arrayValue\":{\"values\":[{\"intValue\":\"1\"},{\"bytesValue\":\"AQI=\"}]}}}]}]}]}],"
          + "\"resourceMetrics\":[{\"scopeMetrics\":[{\"metrics\":[{\"name\":\"h\",\"histogram\":{"
          + "\"aggregationTemporality\":2,\"dataPoints\":[{\"count\":\"3\",\"sum\":1.5e0,"
          + "\"bucketCounts\":[\"1\",2],\"explicitBounds\":[0.5]}]}}]}]}],\"resourceLogs\":[{"
          + "\"scopeLogs\":[{\"logRecords\":[{\"body\":{\"kvlistValue\":{\"values\":[{\"key\":"
          + "\"a\"}]}}}]}]}]}";

  private final List<Decoder<?>> decoders =
      List.of(
          new LokiJsonDecoder(LIMITS),
          new LokiProtoDecoder(LIMITS),
          new ZipkinJsonDecoder(LIMITS),
          new ZipkinProtoDecoder(LIMITS),
          new OtlpJsonDecoder<>(OtlpRequest.METRICS, new OtlpMetricsDecoder(LIMITS), LIMITS),
          new OtlpJsonDecoder<>(OtlpRequest.LOGS, new OtlpLogsDecoder(LIMITS), LIMITS),
          new OtlpJsonDecoder<>(OtlpRequest.TRACES, new OtlpSpansDecoder(LIMITS), LIMITS),
          new OtlpJsonDecoder<>(OtlpRequest.RESOURCES, new OtlpResourcesDecoder(LIMITS), LIMITS));

  private int decoded;
  private int refused;

  private void feed(byte[] payload) {
    for (Decoder<?> decoder : decoders) {
      try {
        assertThat(decoder.decode(RawRecords.of("any", payload))).isNotNull();
        decoded++;
      } catch (MalformedPayloadException e) {
        assertThat(e.getMessage().length()).isLessThan(700);
        assertThat(e.getMessage()).as("the part that says what to do").contains("; ");
        assertThat(e.getMessage()).as("nothing that moves a cursor").matches("\\P{Cntrl}*");
        refused++;
      }
    }
  }

  @Property(tries = 200)
  void randomBytes(@ForAll byte[] payload) {
    feed(payload);
    feed(LokiPushes.snappy(payload));
  }

  @Property(tries = 10)
  void mutatedValidPayloads(@ForAll long seed) {
    Random random = new Random(seed);
    byte[] push = push();
    for (byte[] valid :
        List.of(LOKI.getBytes(UTF_8), ZIPKIN.getBytes(UTF_8), OTLP.getBytes(UTF_8))) {
      feed(valid);
      for (int i = 0; i < MUTATIONS; i++) {
        feed(Mutations.mutate(valid, random));
      }
    }
    for (int i = 0; i < MUTATIONS; i++) {
      feed(Mutations.mutate(spans(), random));
      feed(LokiPushes.snappy(Mutations.mutate(push, random)));
      feed(Mutations.mutate(LokiPushes.snappy(push), random));
    }
    assertThat(decoded).isPositive();
    assertThat(refused).isPositive();
  }

  @Example
  void everyTruncation() {
    for (String valid : List.of(LOKI, ZIPKIN, OTLP)) {
      byte[] bytes = valid.getBytes(UTF_8);
      for (int length = 0; length < bytes.length; length++) {
        int before = decoded;
        feed(Arrays.copyOf(bytes, length));
        // Cut JSON is none; to the decoders of protobuf it is chance.
        assertThat(decoded - before).isLessThanOrEqualTo(2);
      }
    }
  }

  /** Bombs must be refused having cost little more than the limits. */
  @Example
  void bombs() {
    int times = 400_000;
    feedBounded("[".repeat(4 << 20));
    feedBounded("{\"a\":".repeat(times));
    feedBounded("{\"streams\":[" + "{},".repeat(times) + "{}]}");
    feedBounded(
        "{\"streams\":[{\"stream\":{\"a\":\"b\"},\"values\":["
            + "[1,\"\"],".repeat(times)
            + "[1,\"\"]]}]}");
    feedBounded(
        "{\"streams\":[{\"stream\":{\"a\":\"b\"},\"values\":[[1,\"\",{"
            + "\"a\":\"\",".repeat(times)
            + "\"a\":\"\"}]]}]}");
    feedBounded(
        "{\"streams\":[{\"stream\":{\"a\":\"b\"},\"values\":[[" + "9".repeat(1 << 20) + "]]}]}");
    feedBounded("[" + "{\"traceId\":\"1\",\"id\":\"1\"},".repeat(150_000) + "{}]");
    feedBounded("[{\"annotations\":[" + "{},".repeat(times) + "{}]}]");
    feedBounded("{\"resourceLogs\":[" + "{},".repeat(times) + "{}]}");
    feedBounded(
        "{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[" + "{},".repeat(times) + "{}]}]}]}");
    feedBounded("{\"resourceMetrics\":[{\"unknown\":" + "[".repeat(times));
    StringBuilder names = new StringBuilder("{");
    for (int i = 0; names.length() < 4 << 20; i++) {
      names.append("\"name").append(i).append("\":0,");
    }
    feedBounded(names.append("\"end\":0}").toString());
    assertThat(refused).isPositive();
  }

  private void feedBounded(String payload) {
    byte[] bytes = payload.getBytes(UTF_8);
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    feed(bytes);
    long spent = threads.getCurrentThreadAllocatedBytes() - before;
    // There are eight decoders, and each may also copy what it was given.
    assertThat(spent)
        .as(payload.substring(0, Math.min(60, payload.length())))
        .isLessThan(4L * decoders.size() * LIMITS.maxDecodedBytes());
  }

  private static byte[] push() {
    return LokiPushes.stream(
        "{app=\"cart\", path=\"\\x41\"}",
        true,
        List.of(
            new LokiPushes.Line(1_700_000_000_000_000_001L, "a line", Map.of("level", "warn")),
            new LokiPushes.Line(2, "观澜", Map.of())));
  }

  private static byte[] spans() {
    ProtoWriter out = new ProtoWriter();
    int span = out.open(1 << 3 | 2);
    out.field(1 << 3 | 2, new byte[] {1, 2, 3, 4, 5, 6, 7, 8});
    out.field(3 << 3 | 2, new byte[] {1, 2, 3, 4, 5, 6, 7, 9});
    out.varint(6 << 3 | 1);
    out.fixed64(1_700_000_000_000_001L);
    int local = out.open(8 << 3 | 2);
    out.field(1 << 3 | 2, "shop".getBytes(UTF_8));
    out.field(2 << 3 | 2, new byte[] {10, 0, 0, 1});
    out.close(local);
    int tag = out.open(11 << 3 | 2);
    out.field(1 << 3 | 2, "error".getBytes(UTF_8));
    out.field(2 << 3 | 2, "x".getBytes(UTF_8));
    out.close(tag);
    out.close(span);
    return Arrays.copyOf(out.bytes(), out.length());
  }
}
