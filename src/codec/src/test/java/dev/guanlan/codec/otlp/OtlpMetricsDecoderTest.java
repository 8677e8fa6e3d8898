package dev.guanlan.codec.otlp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.TextFormat;
import dev.guanlan.codec.DecoderLimits;
import dev.guanlan.codec.MalformedPayloadException;
import dev.guanlan.codec.PayloadTooLargeException;
import dev.guanlan.codec.RawRecords;
import dev.guanlan.model.Exemplar;
import dev.guanlan.model.Labels;
import dev.guanlan.model.MetricMetadata;
import dev.guanlan.model.RawRecord;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.model.SeriesId;
import dev.guanlan.model.histogram.Buckets;
import dev.guanlan.model.histogram.Histogram;
import dev.guanlan.model.histogram.ResetHint;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class OtlpMetricsDecoderTest {

  private static final String RESOURCE =
      """
      resource {
        attributes { key: "service.name" value { string_value: "cart" } }
        attributes { key: "service.namespace" value { string_value: "shop" } }
        attributes { key: "service.instance.id" value { string_value: "cart-1" } }
      }
      """;

  private static final String INFO =
      "{__name__=\"target_info\", host_name=\"node-1\", job=\"cart\","
          + " process_args=\"[\\\"-x\\\",1]\"}";

  private final OtlpMetricsDecoder decoder = new OtlpMetricsDecoder(DecoderLimits.DEFAULTS);

  private static ExportMetricsServiceRequest request(String resourceMetrics) throws Exception {
    return TextFormat.parse(
        "resource_metrics { " + resourceMetrics + " }", ExportMetricsServiceRequest.class);
  }

  private SampleBlock decode(String resourceMetrics) throws Exception {
    return decoder.decode(RawRecords.otlp(request(resourceMetrics)));
  }

  /** Returns each sample as {@code labels value @ milliseconds}. */
  private static List<String> lines(SampleBlock block) {
    List<String> lines = new ArrayList<>();
    for (int series = 0; series < block.seriesCount(); series++) {
      assertThat(block.id(series)).isEqualTo(SeriesId.of(block.tenant(), block.labels(series)));
      for (int i = block.firstSample(series); i < block.endSample(series); i++) {
        lines.add(block.labels(series) + " " + block.value(i) + " @ " + block.timestamp(i));
      }
    }
    return lines;
  }

  @Nested
  class Translates {

    @Test
    void gaugesWithJobAndInstance() throws Exception {
      SampleBlock block =
          decode(
              RESOURCE
                  + """
                  scope_metrics { scope { name: "ignored" } metrics {
                    name: "process.memory" unit: "By"
                    gauge { data_points { time_unix_nano: 5000000000 as_int: -7
                      attributes { key: "pool.name" value { string_value: "old" } }
                      attributes { key: "generation" value { int_value: 2 } } } } } }
                  """);
      assertThat(lines(block))
          .containsExactly(
              "{__name__=\"process_memory_bytes\", generation=\"2\", instance=\"cart-1\","
                  + " job=\"shop/cart\", pool_name=\"old\"} -7.0 @ 5000");
      assertThat(block.tenant()).isEqualTo("team-a");
      assertThat(block.origin()).isEqualTo(RawRecords.ORIGIN);
      assertThat(decoder.unsupported()).isZero();
    }

    @Test
    void cumulativeSumsMonotonicOrNot() throws Exception {
      assertThat(
              lines(
                  decode(
                      """
                      scope_metrics { metrics { name: "requests" sum { is_monotonic: true
                        aggregation_temporality: AGGREGATION_TEMPORALITY_CUMULATIVE
                        data_points { time_unix_nano: 1000000 as_double: 1.5 } } }
                      metrics { name: "connections" unit: "{connection}" sum {
                        aggregation_temporality: AGGREGATION_TEMPORALITY_CUMULATIVE
                        data_points { time_unix_nano: 1999999 as_int: 3 } } } }
                      """)))
          .containsExactly(
              "{__name__=\"requests_total\"} 1.5 @ 1", "{__name__=\"connections\"} 3.0 @ 1");
    }

    @Test
    void explicitHistograms() throws Exception {
      assertThat(
              lines(
                  decode(
                      """
                      scope_metrics { metrics { name: "latency" unit: "s" histogram {
                        aggregation_temporality: AGGREGATION_TEMPORALITY_CUMULATIVE
                        data_points { time_unix_nano: 1000000 count: 6 sum: 4.5
                          explicit_bounds: [0.005, 1, 10] bucket_counts: [1, 2, 0, 3]
                          attributes { key: "le" value { string_value: "mine" } } } } } }
                      """)))
          .containsExactly(
              "{__name__=\"latency_seconds_sum\", le=\"mine\"} 4.5 @ 1",
              "{__name__=\"latency_seconds_count\", le=\"mine\"} 6.0 @ 1",
              "{__name__=\"latency_seconds_bucket\", le=\"0.005\"} 1.0 @ 1",
              "{__name__=\"latency_seconds_bucket\", le=\"1\"} 3.0 @ 1",
              "{__name__=\"latency_seconds_bucket\", le=\"10\"} 3.0 @ 1",
              "{__name__=\"latency_seconds_bucket\", le=\"+Inf\"} 6.0 @ 1");
    }

    @Test
    void histogramsWithoutSumOrBuckets() throws Exception {
      assertThat(
              lines(
                  decode(
                      """
                      scope_metrics { metrics { name: "latency" histogram {
                        aggregation_temporality: AGGREGATION_TEMPORALITY_CUMULATIVE
                        data_points { time_unix_nano: 1000000 count: 6 } } } }
                      """)))
          .containsExactly(
              "{__name__=\"latency_count\"} 6.0 @ 1",
              "{__name__=\"latency_bucket\", le=\"+Inf\"} 6.0 @ 1");
    }

    @Test
    void summaries() throws Exception {
      assertThat(
              lines(
                  decode(
                      """
                      scope_metrics { metrics { name: "rpc" unit: "ms" summary {
                        data_points { time_unix_nano: 1000000 count: 10 sum: 20
                          quantile_values { quantile: 0.5 value: 1.5 }
                          quantile_values { quantile: 0.99 value: 9 } } } } }
                      """)))
          .containsExactly(
              "{__name__=\"rpc_milliseconds_sum\"} 20.0 @ 1",
              "{__name__=\"rpc_milliseconds_count\"} 10.0 @ 1",
              "{__name__=\"rpc_milliseconds\", quantile=\"0.5\"} 1.5 @ 1",
              "{__name__=\"rpc_milliseconds\", quantile=\"0.99\"} 9.0 @ 1");
    }

    @Test
    void whatTheResourceSaysToTargetInfoAtItsLatestTime() throws Exception {
      assertThat(
              lines(
                  decode(
                      """
                      resource {
                        attributes { key: "service.name" value { string_value: "cart" } }
                        attributes { key: "host.name" value { string_value: "node-1" } }
                        attributes { key: "process.args" value { array_value {
                          values { string_value: "-x" } values { int_value: 1 } } } }
                      }
                      scope_metrics { metrics { name: "up" gauge {
                        data_points { time_unix_nano: 2000000000 as_int: 1 }
                        data_points { time_unix_nano: 1000000000 as_int: 1 } } } }
                      """)))
          .containsExactly(
              "{__name__=\"up\", job=\"cart\"} 1.0 @ 2000",
              "{__name__=\"up\", job=\"cart\"} 1.0 @ 1000",
              INFO + " 1.0 @ 1000",
              INFO + " 1.0 @ 2000");
    }

    @Test
    void attributesThatComeToOneNameIntoOneLabel() throws Exception {
      assertThat(
              lines(
                  decode(
                      """
                      scope_metrics { metrics { name: "up" gauge { data_points {
                        time_unix_nano: 1000000 as_int: 1
                        attributes { key: "http_status" value { string_value: "b" } }
                        attributes { key: "http.status" value { string_value: "a" } }
                        attributes { key: "flag" value { bool_value: true } }
                        attributes { key: "ratio" value { double_value: 0.5 } }
                        attributes { key: "raw" value { bytes_value: "\\001\\002" } }
                        attributes { key: "nothing" value { } } } } } }
                      """)))
          .containsExactly(
              "{__name__=\"up\", flag=\"true\", http_status=\"a;b\", ratio=\"0.5\","
                  + " raw=\"AQI=\"} 1.0 @ 1");
    }

    @Test
    void noRecordedValueIntoStalenessMarkers() throws Exception {
      SampleBlock block =
          decode(
              """
              scope_metrics {
                metrics { name: "up" gauge { data_points { time_unix_nano: 1000000 flags: 1 } } }
                metrics { name: "latency" histogram {
                  aggregation_temporality: AGGREGATION_TEMPORALITY_CUMULATIVE
                  data_points { time_unix_nano: 1000000 flags: 1 sum: 0
                    explicit_bounds: 1 bucket_counts: [0, 0] } } } }
              """);
      assertThat(block.sampleCount()).isEqualTo(5);
      for (int i = 0; i < 5; i++) {
        assertThat(Double.doubleToRawLongBits(block.value(i))).isEqualTo(0x7ff0000000000002L);
      }
    }

    @Test
    void pointsWithoutATimeAtTheTimeReceived() throws Exception {
      assertThat(
              decode(
                      "scope_metrics { metrics { name: \"up\" gauge { data_points { as_int: 1 } } }"
                          + " }")
                  .timestamp(0))
          .isEqualTo(RawRecords.RECEIVED_AT);
    }

    @Test
    void resourcesThatStandBehindTheirScopes() throws Exception {
      byte[] metrics =
          request("scope_metrics { metrics { name: \"up\" gauge { data_points { as_int: 1 } } } }")
              .getResourceMetrics(0)
              .toByteArray();
      byte[] resource = request(RESOURCE).getResourceMetrics(0).toByteArray();
      byte[] swapped = new byte[2 + metrics.length + resource.length];
      swapped[0] = 0x0A;
      swapped[1] = (byte) (metrics.length + resource.length);
      System.arraycopy(metrics, 0, swapped, 2, metrics.length);
      System.arraycopy(resource, 0, swapped, 2 + metrics.length, resource.length);
      // A length of two bytes, as the message is longer than 127.
      byte[] payload = new byte[swapped.length + 1];
      payload[0] = 0x0A;
      payload[1] = (byte) ((swapped.length - 2) | 0x80);
      payload[2] = (byte) ((swapped.length - 2) >> 7);
      System.arraycopy(swapped, 2, payload, 3, swapped.length - 2);
      assertThat(decoder.decode(RawRecords.otlp(payload)).labels(0).get("job"))
          .isEqualTo("shop/cart");
    }
  }

  @Nested
  class TranslatesExponentialHistograms {

    private SampleBlock exponential(String temporality, String point) throws Exception {
      return decode(
          "scope_metrics { metrics { name: \"latency\" unit: \"s\" description: \"How long.\""
              + " exponential_histogram { aggregation_temporality: AGGREGATION_TEMPORALITY_"
              + temporality
              + " data_points { time_unix_nano: 2000000 start_time_unix_nano: 1000000 "
              + point
              + " } } } }");
    }

    private Buckets buckets(int[] indexes, double... counts) {
      return Buckets.of(indexes, counts, counts.length);
    }

    @Test
    void intoNativeOnesWhoseBucketsAreNumberedByTheirUpperBound() throws Exception {
      SampleBlock block =
          exponential(
              "CUMULATIVE",
              """
              count: 10 sum: 12.5 scale: 2 zero_count: 1
              positive { offset: -2 bucket_counts: [1, 0, 3] }
              negative { offset: 4 bucket_counts: [5] }
              attributes { key: "route" value { string_value: "/" } }
              """);

      assertThat(block.labels(0)).isEqualTo(Labels.of("__name__", "latency_seconds", "route", "/"));
      assertThat(block.timestamp(0)).isEqualTo(2);
      assertThat(block.startTimestamp(0)).isEqualTo(1);
      assertThat(block.isDelta(0)).isFalse();
      assertThat(block.histogram(0))
          .isEqualTo(
              new Histogram(
                  ResetHint.UNKNOWN,
                  2,
                  1e-128,
                  1,
                  10,
                  12.5,
                  buckets(new int[] {-1, 1}, 1, 3),
                  buckets(new int[] {5}, 5),
                  new double[0]));
      assertThat(block.metadata())
          .containsExactly(
              new MetricMetadata(
                  "latency_seconds", MetricMetadata.Type.HISTOGRAM, "How long.", "seconds"));
    }

    @Test
    void ofAFinerScaleIntoTheFinestSchema() throws Exception {
      SampleBlock block =
          exponential(
              "DELTA",
              """
              count: 10 scale: 10 zero_threshold: 0.5
              positive { offset: -5 bucket_counts: [1, 1, 1, 1, 1, 1, 1, 1, 1, 1] }
              """);

      Histogram histogram = block.histogram(0);
      assertThat(block.isDelta(0)).isTrue();
      assertThat(histogram.schema()).isEqualTo(8);
      assertThat(histogram.zeroThreshold()).isEqualTo(0.5);
      // Lower bounds -5 | -4 to -1 | 0 to 3 | 4: four neighbours become one.
      assertThat(histogram.positive()).isEqualTo(buckets(new int[] {-1, 0, 1, 2}, 1, 4, 4, 1));
    }

    @Test
    void withoutARecordedValueIntoStalenessMarkers() throws Exception {
      SampleBlock block = exponential("CUMULATIVE", "flags: 1 scale: 3");

      assertThat(block.histogram(0)).isNull();
      assertThat(Double.doubleToRawLongBits(block.value(0))).isEqualTo(0x7ff0000000000002L);
    }

    @Test
    void refusingBucketsThatNoNumberIsIn() {
      assertThatThrownBy(
              () ->
                  exponential(
                      "CUMULATIVE", "positive { offset: 2000000000 bucket_counts: [1, 1] }"))
          .isInstanceOf(MalformedPayloadException.class)
          .hasMessageContaining("the bucket 2000000000");
    }
  }

  @Nested
  class Keeps {

    @Test
    void changesAsChangesWithTheirStartTimes() throws Exception {
      SampleBlock block =
          decode(
              """
              scope_metrics {
                metrics { name: "total" sum { is_monotonic: true
                  aggregation_temporality: AGGREGATION_TEMPORALITY_CUMULATIVE
                  data_points { time_unix_nano: 3000000 start_time_unix_nano: 1000000 as_int: 1 } } }
                metrics { name: "change" sum { is_monotonic: true
                  aggregation_temporality: AGGREGATION_TEMPORALITY_DELTA
                  data_points { time_unix_nano: 3000000 start_time_unix_nano: 2000000 as_int: 1 } } }
                metrics { name: "sizes" histogram {
                  aggregation_temporality: AGGREGATION_TEMPORALITY_DELTA
                  data_points { time_unix_nano: 3000000 count: 1 } } }
                metrics { name: "level" gauge {
                  data_points { time_unix_nano: 3000000 start_time_unix_nano: 2000000 as_int: 1 } } }
              }
              """);

      assertThat(block.labels(1).metricName()).isEqualTo("change_total");
      List<Boolean> deltas = new ArrayList<>();
      for (int s = 0; s < block.seriesCount(); s++) {
        deltas.add(block.isDelta(s));
      }
      assertThat(deltas).containsExactly(false, true, true, true, false);
      assertThat(block.startTimestamp(0)).isEqualTo(1);
      assertThat(block.startTimestamp(1)).isEqualTo(2);
      assertThat(block.startTimestamp(4)).as("a level has no start").isZero();
    }

    @Test
    void exemplarsAtTheBucketsTheyAreIn() throws Exception {
      SampleBlock block =
          decode(
              """
              scope_metrics {
                metrics { name: "sizes" histogram {
                  aggregation_temporality: AGGREGATION_TEMPORALITY_CUMULATIVE
                  data_points { time_unix_nano: 3000000 count: 3
                    explicit_bounds: [1, 10] bucket_counts: [1, 1, 1]
                    exemplars { as_double: 100 time_unix_nano: 2000000
                      trace_id: "0123456789abcdef" span_id: "01234567"
                      filtered_attributes { key: "user" value { string_value: "u1" } } }
                    exemplars { as_int: 1 } } } }
                metrics { name: "hits" sum { is_monotonic: true
                  aggregation_temporality: AGGREGATION_TEMPORALITY_CUMULATIVE
                  data_points { time_unix_nano: 3000000 as_int: 1 exemplars { as_double: 5
                    filtered_attributes { key: "long" value { string_value: "%s" } } } } } }
              }
              """
                  .formatted("x".repeat(130)));

      assertThat(block.exemplars())
          .containsExactly(
              new Exemplar(1, Labels.EMPTY, 1, 0),
              new Exemplar(
                  3,
                  Labels.of(
                      "span_id",
                      "3031323334353637",
                      "trace_id",
                      "30313233343536373839616263646566",
                      "user",
                      "u1"),
                  100,
                  2),
              new Exemplar(4, Labels.EMPTY, 5, 0));
      assertThat(block.labels(1).get("le")).isEqualTo("1");
      assertThat(block.labels(3).get("le")).isEqualTo("+Inf");
    }

    @Test
    void whatIsKnownOfAMetricOnceForAllItsResources() throws Exception {
      String metric =
          """
          scope_metrics { metrics { name: "io" unit: "By/s" description: "Bytes, 字节." gauge {
            data_points { time_unix_nano: 1000000 as_int: 1 } } } }
          """;
      SampleBlock block = decode(metric + " } resource_metrics { " + metric);

      assertThat(block.seriesCount()).isEqualTo(2);
      assertThat(block.metadata())
          .containsExactly(
              new MetricMetadata(
                  "io_bytes_per_second",
                  MetricMetadata.Type.GAUGE,
                  "Bytes, 字节.",
                  "bytes_per_second"));
    }
  }

  @Nested
  class Remembers {

    private static final String POINT =
        "scope_metrics { metrics { name: \"up\" gauge { data_points { as_int: 1"
            + " attributes { key: \"a\" value { string_value: \"b\" } } } } } }";

    @Test
    void theSeriesOfPointsThatComeAgain() throws Exception {
      SampleBlock first = decode(RESOURCE + POINT);
      SampleBlock second = decode(RESOURCE + POINT);

      assertThat(second.labels(0)).isSameAs(first.labels(0));
      assertThat(second.id(0)).isEqualTo(first.id(0));
    }

    @Test
    void resourcesMetricsAndTenantsApart() throws Exception {
      SampleBlock first = decode(RESOURCE + POINT);
      SampleBlock elsewhere = decode(POINT);
      SampleBlock other = decode(RESOURCE + POINT.replace("\"up\"", "\"down\""));

      assertThat(elsewhere.labels(0)).isEqualTo(Labels.of("__name__", "up", "a", "b"));
      assertThat(other.labels(0)).isEqualTo(first.labels(0).with("__name__", "down"));
      RawRecord raw = RawRecords.otlp(request(RESOURCE + POINT));
      SampleBlock tenant =
          decoder.decode(
              new RawRecord("team-b", raw.encoding(), 0, null, raw.payload(), RawRecords.ORIGIN));
      assertThat(tenant.id(0)).isEqualTo(SeriesId.of("team-b", first.labels(0)));
    }

    @Test
    void nothingOfPointsWhoseAttributesStandApart() throws Exception {
      NumberDataPoint point =
          request(POINT)
              .getResourceMetrics(0)
              .getScopeMetrics(0)
              .getMetrics(0)
              .getGauge()
              .getDataPoints(0);
      byte[] more =
          NumberDataPoint.newBuilder()
              .setTimeUnixNano(1_000_000)
              .addAttributes(point.getAttributes(0).toBuilder().setKey("c"))
              .build()
              .toByteArray();
      ByteString joined = point.toByteString().concat(ByteString.copyFrom(more));
      byte[] gauge = field(1, joined.toByteArray());
      byte[] metric = concat(field(1, "up".getBytes(StandardCharsets.UTF_8)), field(5, gauge));
      byte[] payload = field(1, field(2, field(2, metric)));

      for (int round = 0; round < 2; round++) {
        assertThat(decoder.decode(RawRecords.otlp(payload)).labels(0))
            .isEqualTo(Labels.of("__name__", "up", "a", "b", "c", "b"));
      }
    }

    private static byte[] field(int number, byte[] content) {
      assertThat(content.length).isLessThan(128);
      return concat(new byte[] {(byte) (number << 3 | 2), (byte) content.length}, content);
    }

    private static byte[] concat(byte[] first, byte[] second) {
      return ByteString.copyFrom(first).concat(ByteString.copyFrom(second)).toByteArray();
    }
  }

  @Nested
  class PassesOver {

    @Test
    void pointsThatMeanNothing() throws Exception {
      SampleBlock block =
          decode(
              """
              scope_metrics {
                metrics { name: "b" sum { data_points { as_int: 1 } data_points { as_int: 2 } } }
                metrics { name: "c" histogram { data_points { count: 1 } } }
                metrics { name: "d" exponential_histogram {
                  aggregation_temporality: AGGREGATION_TEMPORALITY_CUMULATIVE
                  data_points { count: 1 scale: -5 } } }
                metrics { name: "e" gauge { data_points { time_unix_nano: 1 } } }
                metrics { name: "f" }
              }
              """);
      assertThat(block.sampleCount()).isZero();
      assertThat(decoder.unsupported()).isEqualTo(5);
      decode("");
      assertThat(decoder.unsupported()).isZero();
    }
  }

  @Nested
  class Refuses {

    @Test
    void metricsWithoutAUsableName() {
      assertThatThrownBy(
              () -> decode("scope_metrics { metrics { gauge { data_points { as_int: 1 } } } }"))
          .isInstanceOf(MalformedPayloadException.class)
          .hasMessageContaining("a metric without a name");
      assertThatThrownBy(
              () ->
                  decode(
                      "scope_metrics { metrics { name: \"@@\" gauge { data_points { as_int: 1 } } }"
                          + " }"))
          .isInstanceOf(MalformedPayloadException.class)
          .hasMessageContaining("\"@@\"");
    }

    @Test
    void moreSeriesThanAllowedAndMoreMemory() throws Exception {
      DecoderLimits few = new DecoderLimits(1 << 20, 1 << 30, 10, 10, 10, 10, 100, 100, 3);
      String point = "data_points { as_int: 1 }";
      ExportMetricsServiceRequest many =
          request("scope_metrics { metrics { name: \"a\" gauge { " + point.repeat(11) + "} } }");
      assertThatThrownBy(() -> new OtlpMetricsDecoder(few).decode(RawRecords.otlp(many)))
          .isInstanceOf(PayloadTooLargeException.class)
          .hasMessageContaining("more than 10 series");
      DecoderLimits poor = new DecoderLimits(1 << 20, 300, 100, 100, 100, 10, 100, 100, 3);
      assertThatThrownBy(() -> new OtlpMetricsDecoder(poor).decode(RawRecords.otlp(many)))
          .isInstanceOf(PayloadTooLargeException.class)
          .hasMessageContaining("more than 300 bytes in memory");
    }

    @Test
    void aRequestLongerThanAllowed() {
      assertThatThrownBy(() -> decoder.decode(RawRecords.otlp(new byte[(16 << 20) + 1])))
          .isInstanceOf(PayloadTooLargeException.class)
          .hasMessageContaining("16777217 bytes where 16777216 are allowed");
    }
  }
}
