package dev.guanlan.bench.codec;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.guanlan.codec.Decoder;
import dev.guanlan.codec.DecoderLimits;
import dev.guanlan.codec.MalformedPayloadException;
import dev.guanlan.codec.otlp.OtlpJsonDecoder;
import dev.guanlan.codec.otlp.OtlpRequest;
import dev.guanlan.codec.otlp.OtlpSpansDecoder;
import dev.guanlan.codec.protobuf.ProtoWriter;
import dev.guanlan.codec.zipkin.ZipkinJsonDecoder;
import dev.guanlan.codec.zipkin.ZipkinProtoDecoder;
import dev.guanlan.model.Encoding;
import dev.guanlan.model.Origin;
import dev.guanlan.model.RawRecord;
import dev.guanlan.model.SpanBlock;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Decodes lists of 500 spans of one service with four tags and one annotation each. A score is per
 * span; what a span takes in each encoding is printed once.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class SpansBenchmark {

  private static final int SPANS = 500;
  private static final long START = 1_700_000_000_000_000L;

  /** How the spans are encoded. */
  @Param({Encoding.ZIPKIN_PROTO, Encoding.ZIPKIN_JSON, Encoding.OTLP_PROTO, Encoding.OTLP_JSON})
  public String encoding;

  private Decoder<SpanBlock> decoder = new ZipkinProtoDecoder(DecoderLimits.DEFAULTS);
  private byte[] payload = new byte[0];

  /** Writes the list. */
  @Setup
  public void write() {
    Map<String, Decoder<SpanBlock>> decoders =
        Map.of(
            Encoding.ZIPKIN_PROTO,
            new ZipkinProtoDecoder(DecoderLimits.DEFAULTS),
            Encoding.ZIPKIN_JSON,
            new ZipkinJsonDecoder(DecoderLimits.DEFAULTS),
            Encoding.OTLP_PROTO,
            new OtlpSpansDecoder(DecoderLimits.DEFAULTS),
            Encoding.OTLP_JSON,
            new OtlpJsonDecoder<>(
                OtlpRequest.TRACES,
                new OtlpSpansDecoder(DecoderLimits.DEFAULTS),
                DecoderLimits.DEFAULTS));
    decoder = decoders.get(encoding);
    payload =
        switch (encoding) {
          case Encoding.ZIPKIN_PROTO -> zipkinProto();
          case Encoding.ZIPKIN_JSON -> zipkinJson().getBytes(UTF_8);
          case Encoding.OTLP_PROTO -> otlpProto();
          default -> otlpJson().getBytes(UTF_8);
        };
    System.out.printf("%s: %.1f bytes a span%n", encoding, (double) payload.length / SPANS);
  }

  private static String trace(int span) {
    return "%016x%016x".formatted(0x463ac35c9f6413adL * (span / 8 + 1), span / 8 + 1);
  }

  private static String id(int span) {
    return "%016x".formatted(0xa2fb4a1d1a96d312L * (span + 1));
  }

  private static Map<String, String> tags(int span) {
    return Map.of(
        "http.request.method",
        span % 2 == 0 ? "GET" : "POST",
        "url.path",
        "/api/items/" + span,
        "http.response.status_code",
        "200",
        "server.address",
        "cart.shop.svc");
  }

  private static void text(ProtoWriter out, int field, String text) {
    out.field(field << 3 | 2, text.getBytes(UTF_8));
  }

  private static void hex(ProtoWriter out, int field, String text) {
    out.field(field << 3 | 2, HexFormat.of().parseHex(text));
  }

  private static byte[] zipkinProto() {
    ProtoWriter out = new ProtoWriter();
    for (int i = 0; i < SPANS; i++) {
      int span = out.open(1 << 3 | 2);
      hex(out, 1, trace(i));
      hex(out, 2, id(i / 8 * 8));
      hex(out, 3, id(i));
      out.varint(4 << 3);
      out.varint(1);
      text(out, 5, "get /api/items");
      out.varint(6 << 3 | 1);
      out.fixed64(START + i);
      out.varint(7 << 3);
      out.varint(1_000 + i);
      int local = out.open(8 << 3 | 2);
      text(out, 1, "checkout");
      out.close(local);
      int annotation = out.open(10 << 3 | 2);
      out.varint(1 << 3 | 1);
      out.fixed64(START + i);
      text(out, 2, "wire send");
      out.close(annotation);
      tags(i)
          .forEach(
              (name, value) -> {
                int tag = out.open(11 << 3 | 2);
                text(out, 1, name);
                text(out, 2, value);
                out.close(tag);
              });
      out.close(span);
    }
    return Arrays.copyOf(out.bytes(), out.length());
  }

  private static String zipkinJson() {
    StringBuilder json = new StringBuilder("[");
    for (int i = 0; i < SPANS; i++) {
      json.append(i == 0 ? "" : ",")
          .append(
              "{\"traceId\":\"%s\",\"parentId\":\"%s\",\"id\":\"%s\",\"kind\":\"CLIENT\",\"name\":\"get /api/items\",\"timestamp\":%d,\"duration\":%d,"
                  .formatted(trace(i), id(i / 8 * 8), id(i), START + i, 1_000 + i))
          .append(
              "\"localEndpoint\":{\"serviceName\":\"checkout\"},\"annotations\":[{\"timestamp\":")
          .append(START + i)
          .append(",\"value\":\"wire send\"}],\"tags\":{");
      String separator = "\"";
      for (Map.Entry<String, String> tag : tags(i).entrySet()) {
        json.append(separator).append(tag.getKey()).append("\":\"").append(tag.getValue());
        separator = "\",\"";
      }
      json.append("\"}}");
    }
    return json.append(']').toString();
  }

  private static byte[] otlpProto() {
    ProtoWriter out = new ProtoWriter();
    int resourceSpans = out.open(1 << 3 | 2);
    int resource = out.open(1 << 3 | 2);
    attribute(out, 1, "service.name", "checkout");
    out.close(resource);
    int scope = out.open(2 << 3 | 2);
    for (int i = 0; i < SPANS; i++) {
      int span = out.open(2 << 3 | 2);
      hex(out, 1, trace(i));
      hex(out, 2, id(i));
      hex(out, 4, id(i / 8 * 8));
      text(out, 5, "get /api/items");
      out.varint(6 << 3);
      out.varint(3);
      out.varint(7 << 3 | 1);
      out.fixed64((START + i) * 1_000);
      out.varint(8 << 3 | 1);
      out.fixed64((START + i + 1_000) * 1_000);
      tags(i).forEach((name, value) -> attribute(out, 9, name, value));
      int event = out.open(11 << 3 | 2);
      out.varint(1 << 3 | 1);
      out.fixed64((START + i) * 1_000);
      text(out, 2, "wire send");
      out.close(event);
      out.close(span);
    }
    out.close(scope);
    out.close(resourceSpans);
    return Arrays.copyOf(out.bytes(), out.length());
  }

  private static void attribute(ProtoWriter out, int field, String name, String value) {
    int pair = out.open(field << 3 | 2);
    text(out, 1, name);
    int any = out.open(2 << 3 | 2);
    text(out, 1, value);
    out.close(any);
    out.close(pair);
  }

  private static String otlpJson() {
    StringBuilder json =
        new StringBuilder("{\"resourceSpans\":[{\"resource\":{\"attributes\":[")
            .append(attribute("service.name", "checkout"))
            .append("]},\"scopeSpans\":[{\"spans\":[");
    for (int i = 0; i < SPANS; i++) {
      json.append(i == 0 ? "" : ",")
          .append(
              "{\"traceId\":\"%s\",\"spanId\":\"%s\",\"parentSpanId\":\"%s\",\"name\":\"get /api/items\",\"kind\":3,\"startTimeUnixNano\":\"%d\",\"endTimeUnixNano\":\"%d\",\"attributes\":["
                  .formatted(
                      trace(i),
                      id(i),
                      id(i / 8 * 8),
                      (START + i) * 1_000,
                      (START + i + 1_000) * 1_000));
      String separator = "";
      for (Map.Entry<String, String> tag : tags(i).entrySet()) {
        json.append(separator).append(attribute(tag.getKey(), tag.getValue()));
        separator = ",";
      }
      json.append("],\"events\":[{\"timeUnixNano\":\"")
          .append((START + i) * 1_000)
          .append("\",\"name\":\"wire send\"}]}");
    }
    return json.append("]}]}]}").toString();
  }

  private static String attribute(String name, String value) {
    return "{\"key\":\"%s\",\"value\":{\"stringValue\":\"%s\"}}".formatted(name, value);
  }

  /** Decodes. */
  @Benchmark
  @OperationsPerInvocation(SPANS)
  public SpanBlock decode() throws MalformedPayloadException {
    return decoder.decode(new RawRecord("a-tenant", encoding, 0, null, payload, Origin.NONE));
  }
}
