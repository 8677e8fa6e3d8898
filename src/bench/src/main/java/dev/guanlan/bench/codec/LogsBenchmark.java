package dev.guanlan.bench.codec;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.guanlan.codec.Decoder;
import dev.guanlan.codec.DecoderLimits;
import dev.guanlan.codec.MalformedPayloadException;
import dev.guanlan.codec.loki.LokiJsonDecoder;
import dev.guanlan.codec.loki.LokiProtoDecoder;
import dev.guanlan.codec.otlp.OtlpJsonDecoder;
import dev.guanlan.codec.otlp.OtlpLogsDecoder;
import dev.guanlan.codec.otlp.OtlpRequest;
import dev.guanlan.codec.protobuf.ProtoWriter;
import dev.guanlan.model.Encoding;
import dev.guanlan.model.LogBlock;
import dev.guanlan.model.Origin;
import dev.guanlan.model.RawRecord;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
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
import org.xerial.snappy.Snappy;

/**
 * Decodes pushes of 1,000 lines as Promtail and the Collector batch them: five streams of three
 * labels, lines of an access log, two pairs of structured metadata each. A score is per line; what
 * a line takes in each encoding is printed once.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class LogsBenchmark {

  private static final int STREAMS = 5;
  private static final int LINES = 1_000;
  private static final long START = 1_700_000_000_000_000_000L;

  /** How the lines are encoded. */
  @Param({Encoding.LOKI_PROTO, Encoding.LOKI_JSON, Encoding.OTLP_PROTO, Encoding.OTLP_JSON})
  public String encoding;

  private final String[] lines = new String[LINES];
  private Decoder<LogBlock> decoder = new LokiProtoDecoder(DecoderLimits.DEFAULTS);
  private byte[] payload = new byte[0];

  /** Writes the push. */
  @Setup
  public void write() throws IOException {
    Random random = new Random(1);
    int length = 0;
    for (int i = 0; i < LINES; i++) {
      lines[i] =
          "10.1.%d.%d - - [14/Nov/2023:22:13:%02d +0000] \\\"GET /api/items/%d?page=%d HTTP/1.1\\\" 200 %d"
                  .formatted(
                      random.nextInt(256),
                      random.nextInt(256),
                      i % 60,
                      random.nextInt(100_000),
                      random.nextInt(10),
                      random.nextInt(50_000))
              + " 0.0%02d upstream=cart-7d9f-%04x".formatted(random.nextInt(100), i % 64);
      length += lines[i].length();
    }
    Map<String, Decoder<LogBlock>> decoders =
        Map.of(
            Encoding.LOKI_PROTO,
            new LokiProtoDecoder(DecoderLimits.DEFAULTS),
            Encoding.LOKI_JSON,
            new LokiJsonDecoder(DecoderLimits.DEFAULTS),
            Encoding.OTLP_PROTO,
            new OtlpLogsDecoder(DecoderLimits.DEFAULTS),
            Encoding.OTLP_JSON,
            new OtlpJsonDecoder<>(
                OtlpRequest.LOGS,
                new OtlpLogsDecoder(DecoderLimits.DEFAULTS),
                DecoderLimits.DEFAULTS));
    decoder = decoders.get(encoding);
    payload =
        switch (encoding) {
          case Encoding.LOKI_PROTO -> Snappy.compress(lokiProto());
          case Encoding.LOKI_JSON -> lokiJson().getBytes(UTF_8);
          case Encoding.OTLP_PROTO -> otlpProto();
          default -> otlpJson().getBytes(UTF_8);
        };
    System.out.printf(
        "%s: %.1f bytes a line, of which %.1f are its text%n",
        encoding, (double) payload.length / LINES, (double) length / LINES);
  }

  private static String app(int stream) {
    return "app-" + stream;
  }

  private byte[] lokiProto() {
    ProtoWriter out = new ProtoWriter();
    for (int s = 0; s < STREAMS; s++) {
      int stream = out.open(1 << 3 | 2);
      text(out, 1, "{app=\"" + app(s) + "\", env=\"prod\", host=\"node-1\"}");
      for (int i = s; i < LINES; i += STREAMS) {
        int entry = out.open(2 << 3 | 2);
        int time = out.open(1 << 3 | 2);
        out.varint(1 << 3);
        out.varint((START + i) / 1_000_000_000);
        out.varint(2 << 3);
        out.varint((START + i) % 1_000_000_000);
        out.close(time);
        text(out, 2, lines[i].replace("\\", ""));
        pair(out, 3, "level", level(i));
        pair(out, 3, "pod", pod(i));
        out.close(entry);
      }
      out.close(stream);
    }
    return Arrays.copyOf(out.bytes(), out.length());
  }

  private static String level(int line) {
    return line % 10 == 0 ? "warn" : "info";
  }

  private static String pod(int line) {
    return "cart-7d9f-" + line % 20;
  }

  private static void text(ProtoWriter out, int field, String text) {
    out.field(field << 3 | 2, text.getBytes(UTF_8));
  }

  private static void pair(ProtoWriter out, int field, String name, String value) {
    int pair = out.open(field << 3 | 2);
    text(out, 1, name);
    text(out, 2, value);
    out.close(pair);
  }

  private String lokiJson() {
    StringBuilder json = new StringBuilder("{\"streams\":[");
    for (int s = 0; s < STREAMS; s++) {
      json.append(s == 0 ? "" : ",")
          .append(
              "{\"stream\":{\"app\":\"%s\",\"env\":\"prod\",\"host\":\"node-1\"},\"values\":["
                  .formatted(app(s)));
      for (int i = s; i < LINES; i += STREAMS) {
        json.append(i == s ? "" : ",")
            .append(
                "[\"%d\",\"%s\",{\"level\":\"%s\",\"pod\":\"%s\"}]"
                    .formatted(START + i, lines[i], level(i), pod(i)));
      }
      json.append("]}");
    }
    return json.append("]}").toString();
  }

  private byte[] otlpProto() {
    ProtoWriter out = new ProtoWriter();
    for (int s = 0; s < STREAMS; s++) {
      int resourceLogs = out.open(1 << 3 | 2);
      int resource = out.open(1 << 3 | 2);
      attribute(out, 1, "service.name", app(s));
      attribute(out, 1, "deployment.environment.name", "prod");
      attribute(out, 1, "host.name", "node-1");
      out.close(resource);
      int scope = out.open(2 << 3 | 2);
      for (int i = s; i < LINES; i += STREAMS) {
        int record = out.open(2 << 3 | 2);
        out.varint(1 << 3 | 1);
        out.fixed64(START + i);
        text(out, 3, level(i));
        int body = out.open(5 << 3 | 2);
        text(out, 1, lines[i].replace("\\", ""));
        out.close(body);
        attribute(out, 6, "level", level(i));
        attribute(out, 6, "pod", pod(i));
        out.close(record);
      }
      out.close(scope);
      out.close(resourceLogs);
    }
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

  private String otlpJson() {
    StringBuilder json = new StringBuilder("{\"resourceLogs\":[");
    for (int s = 0; s < STREAMS; s++) {
      json.append(s == 0 ? "" : ",")
          .append("{\"resource\":{\"attributes\":[")
          .append(attribute("service.name", app(s)))
          .append(',')
          .append(attribute("deployment.environment.name", "prod"))
          .append(',')
          .append(attribute("host.name", "node-1"))
          .append("]},\"scopeLogs\":[{\"logRecords\":[");
      for (int i = s; i < LINES; i += STREAMS) {
        json.append(i == s ? "" : ",")
            .append(
                "{\"timeUnixNano\":\"%d\",\"severityText\":\"%s\",\"body\":{\"stringValue\":\"%s\"}"
                    .formatted(START + i, level(i), lines[i]))
            .append(",\"attributes\":[")
            .append(attribute("level", level(i)))
            .append(',')
            .append(attribute("pod", pod(i)))
            .append("]}");
      }
      json.append("]}]}");
    }
    return json.append("]}").toString();
  }

  private static String attribute(String name, String value) {
    return "{\"key\":\"%s\",\"value\":{\"stringValue\":\"%s\"}}".formatted(name, value);
  }

  /** Decodes. */
  @Benchmark
  @OperationsPerInvocation(LINES)
  public LogBlock decode() throws MalformedPayloadException {
    return decoder.decode(new RawRecord("a-tenant", encoding, 0, null, payload, Origin.NONE));
  }
}
