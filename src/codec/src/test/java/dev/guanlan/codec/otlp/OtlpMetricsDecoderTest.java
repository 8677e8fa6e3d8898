package dev.guanlan.codec.otlp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.TextFormat;
import dev.guanlan.codec.DecoderLimits;
import dev.guanlan.codec.MalformedPayloadException;
import dev.guanlan.codec.PayloadTooLargeException;
import dev.guanlan.codec.RawRecords;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.model.SeriesId;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
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
              "{__name__=\"target_info\", host_name=\"node-1\", job=\"cart\","
                  + " process_args=\"[\\\"-x\\\",1]\"} 1.0 @ 2000");
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
                      "scope_metrics { metrics { name: \"up\" gauge { data_points { as_int: 1 } } } }")
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
  class PassesOver {

    @Test
    void deltasExponentialHistogramsAndPointsWithoutValue() throws Exception {
      SampleBlock block =
          decode(
              """
              scope_metrics {
                metrics { name: "a" sum { aggregation_temporality: AGGREGATION_TEMPORALITY_DELTA
                  data_points { as_int: 1 } data_points { as_int: 2 } } }
                metrics { name: "b" sum { data_points { as_int: 1 } } }
                metrics { name: "c" histogram {
                  aggregation_temporality: AGGREGATION_TEMPORALITY_DELTA
                  data_points { count: 1 } } }
                metrics { name: "d" exponential_histogram {
                  aggregation_temporality: AGGREGATION_TEMPORALITY_CUMULATIVE
                  data_points { count: 1 } } }
                metrics { name: "e" gauge { data_points { time_unix_nano: 1 } } }
                metrics { name: "f" }
              }
              """);
      assertThat(block.sampleCount()).isZero();
      assertThat(decoder.unsupported()).isEqualTo(6);
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
                      "scope_metrics { metrics { name: \"@@\" gauge { data_points { as_int: 1 } } } }"))
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
      DecoderLimits poor = new DecoderLimits(1 << 20, 1000, 100, 100, 100, 10, 100, 100, 3);
      assertThatThrownBy(() -> new OtlpMetricsDecoder(poor).decode(RawRecords.otlp(many)))
          .isInstanceOf(PayloadTooLargeException.class)
          .hasMessageContaining("more than 1000 bytes in memory");
    }

    @Test
    void aRequestLongerThanAllowed() {
      assertThatThrownBy(() -> decoder.decode(RawRecords.otlp(new byte[(16 << 20) + 1])))
          .isInstanceOf(PayloadTooLargeException.class)
          .hasMessageContaining("16777217 bytes where 16777216 are allowed");
    }
  }
}
