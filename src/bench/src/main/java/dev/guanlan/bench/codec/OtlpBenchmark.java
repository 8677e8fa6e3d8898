package dev.guanlan.bench.codec;

import dev.guanlan.codec.DecoderLimits;
import dev.guanlan.codec.MalformedPayloadException;
import dev.guanlan.codec.otlp.OtlpMetricsDecoder;
import dev.guanlan.codec.protobuf.ProtoWriter;
import dev.guanlan.model.Encoding;
import dev.guanlan.model.Origin;
import dev.guanlan.model.RawRecord;
import dev.guanlan.model.SampleBlock;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Decodes an OTLP metrics request of 1,000 counters with four attributes each. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class OtlpBenchmark {

  private static final int POINTS = 1_000;

  private final OtlpMetricsDecoder decoder = new OtlpMetricsDecoder(DecoderLimits.DEFAULTS);
  private byte[] payload = new byte[0];

  /** Writes the request, field by field as opentelemetry-proto numbers them. */
  @Setup
  public void write() {
    byte[] sum =
        message(
            out -> {
              for (int i = 0; i < POINTS; i++) {
                out.field(1 << 3 | 2, point(i));
              }
              out.varint(2 << 3);
              out.varint(2);
              out.varint(3 << 3);
              out.varint(1);
            });
    byte[] metric =
        message(
            out -> {
              out.field(1 << 3 | 2, utf8("http.server.requests"));
              out.field(3 << 3 | 2, utf8("{request}"));
              out.field(7 << 3 | 2, sum);
            });
    byte[] resource =
        message(
            out -> {
              out.field(1 << 3 | 2, attribute("service.name", "checkout"));
              out.field(1 << 3 | 2, attribute("service.namespace", "shop"));
              out.field(1 << 3 | 2, attribute("service.instance.id", "checkout-7d9f-x2x"));
              out.field(1 << 3 | 2, attribute("host.name", "node-1"));
            });
    byte[] resourceMetrics =
        message(
            out -> {
              out.field(1 << 3 | 2, resource);
              out.field(2 << 3 | 2, message(scope -> scope.field(2 << 3 | 2, metric)));
            });
    payload = message(out -> out.field(1 << 3 | 2, resourceMetrics));
  }

  private static byte[] point(int i) {
    return message(
        out -> {
          out.varint(3 << 3 | 1);
          out.fixed64(1_700_000_000_000_000_000L + i);
          out.varint(6 << 3 | 1);
          out.fixed64(i);
          out.field(7 << 3 | 2, attribute("http.request.method", i % 2 == 0 ? "GET" : "POST"));
          out.field(7 << 3 | 2, attribute("http.route", "/api/items/" + i));
          out.field(7 << 3 | 2, attribute("http.response.status_code", "200"));
          out.field(7 << 3 | 2, attribute("server.address", "checkout.shop.svc"));
        });
  }

  private static byte[] attribute(String name, String value) {
    return message(
        out -> {
          out.field(1 << 3 | 2, utf8(name));
          out.field(2 << 3 | 2, message(any -> any.field(1 << 3 | 2, utf8(value))));
        });
  }

  private static byte[] message(Consumer<ProtoWriter> fields) {
    ProtoWriter out = new ProtoWriter();
    fields.accept(out);
    return Arrays.copyOf(out.bytes(), out.length());
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Decodes and translates to Prometheus series. */
  @Benchmark
  @OperationsPerInvocation(POINTS)
  public SampleBlock decodeMetrics() throws MalformedPayloadException {
    return decoder.decode(
        new RawRecord("a-tenant", Encoding.OTLP_PROTO, 0, null, payload, Origin.NONE));
  }
}
