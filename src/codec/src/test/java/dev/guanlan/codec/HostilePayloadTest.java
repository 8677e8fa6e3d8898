package dev.guanlan.codec;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.TextFormat;
import dev.guanlan.codec.otlp.OtlpLogsDecoder;
import dev.guanlan.codec.otlp.OtlpMetricsDecoder;
import dev.guanlan.codec.otlp.OtlpResourcesDecoder;
import dev.guanlan.codec.otlp.OtlpSpansDecoder;
import dev.guanlan.codec.protobuf.ProtoWriter;
import dev.guanlan.codec.remotewrite.RemoteWrite2Decoder;
import dev.guanlan.codec.remotewrite.RemoteWrite2Encoder;
import dev.guanlan.codec.remotewrite.RemoteWriteDecoder;
import dev.guanlan.codec.remotewrite.RemoteWriteEncoder;
import dev.guanlan.model.Labels;
import dev.guanlan.model.MetricMetadata;
import dev.guanlan.model.Origin;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.model.histogram.Buckets;
import dev.guanlan.model.histogram.Histogram;
import dev.guanlan.model.histogram.ResetHint;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.xerial.snappy.Snappy;

/** Whatever the bytes are, a decoder answers with a block or a MalformedPayloadException. */
class HostilePayloadTest {

  private static final int MUTATIONS = 200;

  private final RemoteWriteDecoder remoteWrite = new RemoteWriteDecoder(DecoderLimits.DEFAULTS, 64);
  private final RemoteWrite2Decoder remoteWrite2 =
      new RemoteWrite2Decoder(DecoderLimits.DEFAULTS, 64);
  private final List<Decoder<?>> otlp =
      List.of(
          new OtlpMetricsDecoder(DecoderLimits.DEFAULTS),
          new OtlpLogsDecoder(DecoderLimits.DEFAULTS),
          new OtlpSpansDecoder(DecoderLimits.DEFAULTS),
          new OtlpResourcesDecoder(DecoderLimits.DEFAULTS));

  private int decoded;
  private int refused;

  private void feed(byte[] payload) {
    for (Decoder<?> decoder : otlp) {
      feed(decoder, payload);
    }
    feed(remoteWrite, payload);
    feed(remoteWrite, snappy(payload));
    feed(remoteWrite2, snappy(payload));
  }

  private void feed(Decoder<?> decoder, byte[] payload) {
    try {
      assertThat(decoder.decode(RawRecords.otlp(payload))).isNotNull();
      decoded++;
    } catch (MalformedPayloadException e) {
      assertThat(e.getMessage().length()).isLessThan(600);
      assertThat(e.getMessage()).as("the part that says what to do").containsAnyOf("; ", ", check");
      refused++;
    }
  }

  private static byte[] snappy(byte[] payload) {
    try {
      return Snappy.compress(payload);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Property(tries = 500)
  void randomBytes(@ForAll byte[] payload) {
    feed(payload);
  }

  @Property(tries = 40)
  void mutatedValidPayloads(@ForAll long seed) throws Exception {
    Random random = new Random(seed);
    for (byte[] valid : List.of(metrics(), logs(), traces(), writeRequest(), writeRequest2())) {
      for (int i = 0; i < MUTATIONS; i++) {
        feed(Mutations.mutate(valid, random));
      }
    }
    assertThat(refused).isPositive();
    assertThat(decoded).isPositive();
  }

  @Property(tries = 40)
  void mutatedSnappyBlocks(@ForAll long seed) throws Exception {
    Random random = new Random(seed);
    byte[] valid = snappy(writeRequest());
    for (int i = 0; i < MUTATIONS; i++) {
      feed(remoteWrite, Mutations.mutate(valid, random));
    }
    assertThat(refused).isPositive();
  }

  /** A bomb must be refused having cost little more than its limits. */
  @Example
  void bombsOfManySmallThings() throws Exception {
    DecoderLimits limits =
        new DecoderLimits(4 << 20, 16 << 20, 100_000, 1_000_000, 100_000, 256, 1024, 16384, 32);
    // Attribute after attribute, each of a new name, in entry after entry.
    StringBuilder attributes = new StringBuilder();
    for (int i = 0; i < 200; i++) {
      attributes.append("attributes { key: \"k").append(i).append("\" value { int_value: 1 } }\n");
    }
    ExportLogsServiceRequest.Builder request = ExportLogsServiceRequest.newBuilder();
    var scope = request.addResourceLogsBuilder().addScopeLogsBuilder();
    var entry =
        TextFormat.parse(attributes.toString(), io.opentelemetry.proto.logs.v1.LogRecord.class);
    while (request.build().getSerializedSize() < 3 << 20) {
      for (int i = 0; i < 100; i++) {
        scope.addLogRecords(entry);
      }
    }
    byte[] payload = request.build().toByteArray();
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    Decoder<?> decoder = new OtlpLogsDecoder(limits);
    long before = threads.getCurrentThreadAllocatedBytes();
    feed(decoder, payload);
    long spent = threads.getCurrentThreadAllocatedBytes() - before;
    assertThat(refused).isEqualTo(1);
    assertThat(spent).isLessThan(2 * limits.maxDecodedBytes());
  }

  /**
   * What takes a byte or two as sent takes many in memory; room must be refused before it is made.
   */
  @Example
  void bombsOfOneThing() {
    DecoderLimits limits =
        new DecoderLimits(8 << 20, 4 << 20, 100_000, 1_000_000, 100_000, 256, 1024, 16384, 32);
    RemoteWriteDecoder first = new RemoteWriteDecoder(limits, 64);
    RemoteWrite2Decoder second = new RemoteWrite2Decoder(limits, 64);
    OtlpMetricsDecoder metrics = new OtlpMetricsDecoder(limits);
    byte[] many = new byte[3 << 20];
    Arrays.fill(many, (byte) 1);
    // WriteRequest.timeseries, .histograms, .positive_deltas; the same in 2.0.
    spends(first, limits, snappy(nested(nested(nested(many, 12), 4), 1)));
    spends(second, limits, snappy(nested(nested(nested(many, 12), 3), 5)));
    // ResourceMetrics.scope_metrics, .metrics, .exponential_histogram, .data_points, .positive,
    // .bucket_counts.
    byte[] point = nested(nested(many, 2), 8);
    spends(metrics, limits, request(nested(nested(point, 1), 10)));
    // Exemplars without content, of a histogram's point.
    byte[] exemplars = new byte[3 << 20];
    for (int i = 0; i < exemplars.length; i += 2) {
      exemplars[i] = 8 << 3 | 2;
    }
    spends(metrics, limits, request(nested(nested(exemplars, 1), 9)));
    // A list of one text of control characters, as an attribute of the resource.
    byte[] text = nested(nested(nested(nested(many, 1), 1), 5), 2);
    spends(new OtlpLogsDecoder(limits), limits, nested(nested(nested(text, 1), 1), 1));
  }

  /** Makes a field of a number with a content. */
  private static byte[] nested(byte[] content, int number) {
    ProtoWriter field = new ProtoWriter();
    field.field(number << 3 | 2, content);
    return Arrays.copyOf(field.bytes(), field.length());
  }

  private static byte[] request(byte[] metric) {
    return nested(nested(nested(metric, 2), 2), 1);
  }

  private void spends(Decoder<?> decoder, DecoderLimits limits, byte[] payload) {
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    int before = refused;
    long start = threads.getCurrentThreadAllocatedBytes();
    feed(decoder, payload);
    long spent = threads.getCurrentThreadAllocatedBytes() - start;
    assertThat(refused).isEqualTo(before + 1);
    // What snappy held and one text of it; arrays that double have had half as much before.
    assertThat(spent).isLessThan(2L * (4 << 20) + 3 * limits.maxDecodedBytes());
  }

  private static byte[] writeRequest() throws Exception {
    return Snappy.uncompress(new RemoteWriteEncoder().encode(samples()));
  }

  private static byte[] writeRequest2() throws Exception {
    return Snappy.uncompress(new RemoteWrite2Encoder().encode(samples()));
  }

  private static SampleBlock samples() {
    SampleBlock.Builder block = SampleBlock.builder("", Origin.NONE);
    for (int series = 0; series < 5; series++) {
      block.series(Labels.of("__name__", "up", "instance", "host-" + series, "zone", "观澜"));
      block.sample(1_700_000_000_000L, series).sample(1_700_000_015_000L, Double.NaN);
    }
    Histogram histogram =
        new Histogram(
            ResetHint.NOT_RESET,
            3,
            0.001,
            1,
            4,
            2.5,
            Buckets.of(new int[] {-3, 5}, new double[] {1, 2}, 2),
            Buckets.EMPTY,
            new double[0]);
    return block
        .series(Labels.of("__name__", "latency"))
        .histogram(1_700_000_000_000L, histogram)
        .exemplar(Labels.of("trace_id", "abc"), 0.5, 1_700_000_000_000L)
        .metadata(new MetricMetadata("latency", MetricMetadata.Type.HISTOGRAM, "how long", "s"))
        .build();
  }

  private static byte[] metrics() throws Exception {
    return TextFormat.parse(
            """
            resource_metrics {
              resource { attributes { key: "service.name" value { string_value: "cart" } } }
              scope_metrics { scope { name: "s" }
                metrics { name: "a" unit: "By/s" gauge { data_points { time_unix_nano: 1000000000
                  as_double: 1.5 attributes { key: "k" value { string_value: "v" } } } } }
                metrics { name: "b" histogram {
                  aggregation_temporality: AGGREGATION_TEMPORALITY_CUMULATIVE
                  data_points { time_unix_nano: 1000000000 count: 3 sum: 4
                    explicit_bounds: [1, 2] bucket_counts: [1, 1, 1] } } }
                metrics { name: "c" summary { data_points { count: 1 sum: 2
                  quantile_values { quantile: 0.5 value: 3 } } } } } }
            """,
            ExportMetricsServiceRequest.class)
        .toByteArray();
  }

  private static byte[] logs() throws Exception {
    return TextFormat.parse(
            """
            resource_logs {
              resource { attributes { key: "service.name" value { string_value: "cart" } } }
              scope_logs { scope { name: "s" } log_records { time_unix_nano: 1000000000
                trace_id: "0123456789abcdef" span_id: "01234567"
                body { kvlist_value { values { key: "a" value { array_value {
                  values { int_value: 1 } values { string_value: "x" } } } } } }
                attributes { key: "k" value { bytes_value: "xyz" } } } } }
            """,
            ExportLogsServiceRequest.class)
        .toByteArray();
  }

  private static byte[] traces() throws Exception {
    return TextFormat.parse(
            """
            resource_spans {
              resource { attributes { key: "service.name" value { string_value: "cart" } } }
              scope_spans { scope { name: "s" } spans { name: "GET /" kind: SPAN_KIND_SERVER
                trace_id: "0123456789abcdef" span_id: "01234567" parent_span_id: "76543210"
                start_time_unix_nano: 1000000000 end_time_unix_nano: 2000000000
                events { name: "e" time_unix_nano: 1 } status { code: STATUS_CODE_ERROR }
                links { trace_id: "0123456789abcdef" span_id: "01234567" } } } }
            """,
            ExportTraceServiceRequest.class)
        .toByteArray();
  }
}
