package dev.guanlan.gateway;

import static dev.guanlan.gateway.Gzip.gzip;

import com.github.luben.zstd.Zstd;
import dev.guanlan.codec.protobuf.ProtoWriter;
import dev.guanlan.codec.remotewrite.RemoteWrite2Encoder;
import dev.guanlan.codec.remotewrite.RemoteWriteEncoder;
import dev.guanlan.model.Labels;
import dev.guanlan.model.Origin;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.schema.RecordFormat;
import dev.guanlan.schema.Sample;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.xerial.snappy.Snappy;

/** Makes bodies that no agent would send. */
final class FuzzBodies {

  private static final int HUGE = 64 << 20;
  private static final int DEPTH = 100_000;

  /** The marker and the fingerprint of a schema in front of a record. */
  private static final int AVRO_HEADER = 10;

  private final List<byte[]> seeds;
  private final List<Bomb> bombs;

  FuzzBodies() {
    byte[] zeros = new byte[HUGE];
    byte[] gzip = gzip(zeros);
    byte[] zstd = Zstd.compress(zeros);
    byte[] remoteWrite = remoteWrite();
    byte[] logs = logs("hello");
    byte[] ones = repeated(new byte[] {1}, 14_000_000);
    byte[] deepJson = ("[".repeat(DEPTH) + "]".repeat(DEPTH)).getBytes(StandardCharsets.UTF_8);
    byte[] deepObject = "{\"resourceLogs\":".repeat(DEPTH).getBytes(StandardCharsets.UTF_8);
    seeds =
        List.of(
            remoteWrite,
            new RemoteWrite2Encoder().encode(samples()),
            avro(),
            metric(field(0x52, field(0x0A, field(0x42, field(0x12, new byte[] {1, 0, 5}))))),
            metric(
                field(0x4A, field(0x0A, field(0x42, new byte[] {0x19, 0, 0, 0, 0, 0, 0, 0, 0})))),
            logs,
            gzip(logs),
            Zstd.compress(logs),
            GrpcCall.frame(0, logs),
            GrpcCall.frame(1, gzip(logs)),
            json(
                "{'resourceLogs':[{'scopeLogs':[{'logRecords':[{'timeUnixNano':'1','body':{'stringValue':'a'}}]}]}]}"),
            json(
                "{'resourceMetrics':[{'scopeMetrics':[{'metrics':[{'name':'a','gauge':{'dataPoints':[{'asDouble':1}]}}]}]}]}"),
            json(
                "{'streams':[{'stream':{'app':'x'},'values':[['1700000000000000000','line',{'k':'v'}]]}]}"),
            json(
                "[{'traceId':'0000000000000001','id':'0000000000000001','name':'x','timestamp':1,'duration':2}]"));
    bombs =
        List.of(
            new Bomb(gzip, "gzip"),
            new Bomb(gzip(gzip), "gzip"),
            new Bomb(zstd, "zstd"),
            new Bomb(snappy(zeros), "snappy"),
            new Bomb(GrpcCall.frame(1, gzip), "gzip"),
            new Bomb(GrpcCall.frame(1, zstd), "zstd"),
            // Announces 2 GiB, and 4 GiB in a gRPC frame.
            new Bomb(new byte[] {(byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 7}, "snappy"),
            new Bomb(new byte[] {0, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF}, ""),
            new Bomb(deepJson, ""),
            new Bomb(deepObject, ""),
            new Bomb(gzip(deepJson), "gzip"),
            new Bomb(deepAnyValue(), ""),
            // The smallest messages that make the most objects: empty series, labels and entries.
            new Bomb(snappy(repeated(new byte[] {0x0A, 0}, 6_000_000)), "snappy"),
            new Bomb(snappy(repeated(new byte[] {0x0A, 4, 0x0A, 0, 0x12, 0}, 2_000_000)), "snappy"),
            new Bomb(gzip(repeated(new byte[] {0x0A, 0}, 6_000_000)), "gzip"),
            new Bomb(gzip(repeated(new byte[] {0x0A, 4, 0x12, 2, 0x12, 0}, 2_000_000)), "gzip"),
            new Bomb(gzip(repeated(json("[],"), 4_000_000)), "gzip"),
            // Numbers of one byte that take eight, and characters that take six.
            new Bomb(snappy(field(0x0A, field(0x22, field(0x62, ones)))), "snappy"),
            new Bomb(snappy(field(0x2A, field(0x1A, field(0x62, ones)))), "snappy"),
            new Bomb(
                gzip(metric(field(0x52, field(0x0A, field(0x42, field(0x12, ones)))))), "gzip"),
            new Bomb(
                gzip(metric(field(0x4A, field(0x0A, repeated(new byte[] {0x42, 0}, 7_000_000))))),
                "gzip"),
            new Bomb(gzip(body(field(0x2A, field(0x0A, field(0x0A, ones))))), "gzip"),
            // An Avro record whose map announces more entries than there are bytes in the world.
            new Bomb(avroMap(), ""),
            // Varints without an end, and numbers without one.
            new Bomb(repeated(new byte[] {(byte) 0xFF}, 100_000), ""),
            new Bomb(snappy(repeated(new byte[] {(byte) 0xFF}, 100_000)), "snappy"),
            new Bomb(json("{'a':1e" + "9".repeat(100_000) + "}"), ""),
            new Bomb(
                json("{'" + "a".repeat(1 << 20) + "':'" + "\\u0000".repeat(1 << 17) + "'}"), ""));
  }

  /**
   * Is a body that wants to be much more than it looks.
   *
   * @param encoding the content encoding that lights it
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared.
  record Bomb(byte[] body, String encoding) {}

  /** Makes any body: noise, an agent's with some bytes changed, or a bomb. */
  byte[] any(Random random) {
    int kind = random.nextInt(20);
    if (kind == 0) {
      return bombs.get(random.nextInt(bombs.size())).body();
    }
    if (kind < 4) {
      byte[] noise = new byte[random.nextInt(2_000)];
      random.nextBytes(noise);
      return noise;
    }
    byte[] changed = seeds.get(random.nextInt(seeds.size())).clone();
    for (int i = random.nextInt(6); i > 0; i--) {
      changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
    }
    return random.nextInt(4) == 0
        ? Arrays.copyOf(changed, random.nextInt(changed.length * 2))
        : changed;
  }

  List<Bomb> bombs() {
    return bombs;
  }

  static byte[] remoteWrite() {
    return new RemoteWriteEncoder().encode(samples());
  }

  private static SampleBlock samples() {
    SampleBlock.Builder block = SampleBlock.builder("", Origin.NONE);
    for (int i = 0; i < 20; i++) {
      block.series(Labels.of("__name__", "up", "instance", "host-" + i)).sample(i, i);
    }
    return block.build();
  }

  static byte[] logs(String line) {
    ExportLogsServiceRequest.Builder request = ExportLogsServiceRequest.newBuilder();
    request
        .addResourceLogsBuilder()
        .addScopeLogsBuilder()
        .addLogRecordsBuilder()
        .setBody(AnyValue.newBuilder().setStringValue(line));
    return request.build().toByteArray();
  }

  /** Nests lists in lists in the body of a log record, which protobuf's own parser would refuse. */
  private static byte[] deepAnyValue() {
    byte[] value = {0x0A, 1, 'x'};
    for (int i = 0; i < 2_000; i++) {
      value = field(0x2A, field(0x0A, value)); // AnyValue.array_value, ArrayValue.values
    }
    return body(value);
  }

  /** Makes a request of OTLP logs with one record, of a body. */
  private static byte[] body(byte[] anyValue) {
    return field(0x0A, field(0x12, field(0x12, field(0x2A, anyValue))));
  }

  /** Makes a request of OTLP metrics with one metric. */
  private static byte[] metric(byte[] metric) {
    return field(0x0A, field(0x12, field(0x12, metric)));
  }

  private static byte[] avro() {
    return RecordFormat.of(Sample.class)
        .encode(
            Sample.newBuilder()
                .setLabels(Map.of("__name__", "up"))
                .setTimestampMillis(1)
                .setValue(2)
                .build());
  }

  private static byte[] avroMap() {
    byte[] endless = Arrays.copyOf(avro(), AVRO_HEADER + 10);
    Arrays.fill(endless, AVRO_HEADER, endless.length - 1, (byte) 0xFE);
    endless[endless.length - 1] = 1;
    return endless;
  }

  private static byte[] field(int tag, byte[] content) {
    ProtoWriter out = new ProtoWriter();
    out.field(tag, content);
    return Arrays.copyOf(out.bytes(), out.length());
  }

  private static byte[] json(String singleQuoted) {
    return singleQuoted.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] repeated(byte[] part, int times) {
    byte[] all = new byte[part.length * times];
    for (int i = 0; i < times; i++) {
      System.arraycopy(part, 0, all, i * part.length, part.length);
    }
    return all;
  }

  private static byte[] snappy(byte[] bytes) {
    try {
      return Snappy.compress(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
