package dev.guanlan.codec.deepflow;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.guanlan.codec.Decoder;
import dev.guanlan.codec.DecoderLimits;
import dev.guanlan.codec.MalformedPayloadException;
import dev.guanlan.codec.PayloadTooLargeException;
import dev.guanlan.model.Encoding;
import dev.guanlan.model.Flow;
import dev.guanlan.model.FlowBlock;
import dev.guanlan.model.Labels;
import dev.guanlan.model.Origin;
import dev.guanlan.model.RawRecord;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.model.Span;
import dev.guanlan.model.SpanBlock;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("A record of DeepFlow's exporter")
final class DeepFlowDecodersTest {

  private final Decoder<FlowBlock> flows = new DeepFlowFlowsDecoder(DecoderLimits.DEFAULTS);
  private final Decoder<SpanBlock> spans = new DeepFlowSpansDecoder(DecoderLimits.DEFAULTS);
  private final Decoder<SampleBlock> samples = new DeepFlowSamplesDecoder(DecoderLimits.DEFAULTS);

  private static String file(String name) throws IOException {
    try (InputStream in = DeepFlowDecodersTest.class.getResourceAsStream("/deepflow/" + name)) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }

  private static RawRecord raw(String json) {
    return new RawRecord(
        "anonymous",
        Encoding.DEEPFLOW_JSON,
        1_700_000_000_000L,
        null,
        json.getBytes(UTF_8),
        new Origin("deepflow.any", 0, 5));
  }

  private Flow flow(String json) throws MalformedPayloadException {
    return flows.decode(raw(json)).flows().get(0);
  }

  @Nested
  @DisplayName("of a flow")
  final class Flows {

    @Test
    @DisplayName("tells both ends, and what went between them")
    void flow() throws Exception {
      Flow flow = DeepFlowDecodersTest.this.flow(file("l4_flow_log.json"));
      assertThat(flow.startNanos()).isEqualTo(1_700_000_000_123_456_000L);
      assertThat(flow.endNanos()).isEqualTo(1_700_000_060_654_321_000L);
      assertThat(flow.clientAddress()).isEqualTo("10.244.0.5");
      assertThat(flow.clientPort()).isEqualTo(40_112);
      assertThat(flow.serverPort()).isEqualTo(3_306);
      assertThat(flow.networkProtocol()).isEqualTo("tcp");
      assertThat(flow.applicationProtocol()).isEqualTo("mysql");
      assertThat(flow.bytesReceived()).isEqualTo(48_000);
      assertThat(flow.requests()).isEqualTo(40);
      assertThat(flow.errors()).isEqualTo(3);
      assertThat(flow.retransmissions()).isEqualTo(3);
      assertThat(flow.roundTripNanos()).isEqualTo(350_000);
      assertThat(flow.responseNanos()).isEqualTo(2_000_000);
      assertThat(flow.client().toMap())
          .containsEntry("k8s.pod.name", "cart-5d9c7-x2x4z")
          .containsEntry("k8s.namespace.name", "shop")
          .containsEntry("k8s.deployment.name", "cart")
          .containsEntry("k8s.cluster.name", "prod")
          .containsEntry("k8s.node.name", "node-a");
      assertThat(flow.server().toMap()).containsEntry("k8s.statefulset.name", "orders-db");
    }

    @Test
    @DisplayName("keeps every digit of ids and totals past 2^53")
    void greatNumbers() throws Exception {
      Flow flow = DeepFlowDecodersTest.this.flow(file("l4_flow_log.json"));
      assertThat(flow.bytesSent()).isEqualTo(9_007_199_254_740_993L);
      assertThat(flow.attributes().get("flow_id")).isEqualTo("9223372036854775901");
    }

    @Test
    @DisplayName("recovers labels whose quotes are not escaped")
    void unescaped() throws Exception {
      Flow flow = DeepFlowDecodersTest.this.flow(file("l4_flow_log.json"));
      assertThat(flow.client().toMap())
          .containsEntry("k8s.pod.label.app", "cart")
          .containsEntry("k8s.pod.label.note", "say \"hi\", twice");
    }

    @Test
    @DisplayName("is read where numbers were not translated to names")
    void untranslated() throws Exception {
      Flow flow =
          DeepFlowDecodersTest.this.flow(
              "{\"datasource\":\"flow_log.l4_flow_log\",\"ip4_0\":184549377,\"protocol\":17,"
                  + "\"l7_protocol\":120,\"pod_id_0\":12,\"tap_side\":\"c\",\"end_time\":5}");
      assertThat(flow.clientAddress()).isEqualTo("11.0.0.1");
      assertThat(flow.networkProtocol()).isEqualTo("udp");
      assertThat(flow.applicationProtocol()).isEqualTo("dns");
      assertThat(flow.client()).as("an id is no name").isEqualTo(Labels.EMPTY);
      assertThat(flow.startNanos()).isEqualTo(flow.endNanos()).isEqualTo(5_000);
    }

    @ParameterizedTest(name = "{0}, client {1}, server {2}: {3}")
    @CsvSource({
      "c, pod, pod, true",
      "Client NIC, '', '', true",
      "客户端网卡, pod, '', true",
      "local, pod, pod, true",
      "s, pod, pod, false",
      "s, '', pod, true",
      "Server NIC, '', pod, true",
      "c-nd, pod, pod, false",
      "s-nd, '', pod, false",
      "c-gw-hv, pod, pod, false",
      "c-p, pod, pod, false",
      "rest, '', '', true",
      "rest, '', pod, false",
      "'', pod, pod, true"
    })
    @DisplayName("counts at one point")
    void points(String point, String client, String server, boolean counts) throws Exception {
      String json =
          "{\"datasource\":\"flow_log.l4_flow_log\",\"observation_point\":\"%s\",\"pod_0\":\"%s\",\"pod_1\":\"%s\"}"
              .formatted(point, client, server);
      assertThat(flows.decode(raw(json)).flows()).hasSize(counts ? 1 : 0);
    }
  }

  @Nested
  @DisplayName("of a request")
  final class Requested {

    @Test
    @DisplayName("is a flow of one request")
    void flow() throws Exception {
      Flow flow = DeepFlowDecodersTest.this.flow(file("l7_flow_log.json"));
      assertThat(flow.applicationProtocol()).isEqualTo("http");
      assertThat(flow.requests()).isEqualTo(1);
      assertThat(flow.errors()).isEqualTo(1);
      assertThat(flow.bytesSent()).isEqualTo(512);
      assertThat(flow.responseNanos()).isEqualTo(100_000_000);
      assertThat(flow.attributes().toMap())
          .containsEntry("flow_id", "18446744073709551615")
          .containsEntry("syscall_trace_id_request", "16140901064495857665")
          .containsEntry("request_resource", "/cart?q=\"a\"")
          .containsEntry("response_code", "503")
          .containsEntry("endpoint", "/cart")
          .containsEntry("observation_point", "s")
          .containsEntry("http_user_agent", "curl/8")
          .containsEntry("baggage", "{\"user\":\"ann\",\"cart\":{\"n\":3}}");
    }

    @Test
    @DisplayName("with a trace id is a span below the one that made it")
    void span() throws Exception {
      RawRecord raw = raw(file("l7_flow_log.json"));
      SpanBlock block = spans.decode(raw);
      Span span = block.resources().get(0).spans().get(0);
      assertThat(span.traceId()).isEqualTo("0af7651916cd43dd8448eb211c80319c");
      assertThat(span.parentSpanId()).isEqualTo("b7ad6b7169203331");
      assertThat(span.spanId()).hasSize(16).isNotEqualTo(span.parentSpanId());
      assertThat(spans.decode(raw)).as("a replay has the same id").isEqualTo(block);
      assertThat(span.name()).isEqualTo("/cart");
      assertThat(span.kind()).isEqualTo(Span.Kind.INTERNAL);
      assertThat(span.status()).isEqualTo(Span.Status.ERROR);
      assertThat(span.statusMessage()).isEqualTo("Service Unavailable");
      assertThat(span.endNanos() - span.startNanos()).isEqualTo(100_000_000);
      assertThat(block.resources().get(0).resource().toMap())
          .containsEntry("service.name", "cart")
          .containsEntry("k8s.pod.name", "cart-5d9c7-x2x4z");
    }

    @Test
    @DisplayName("that an application's span became is that span")
    void applicationSpan() throws Exception {
      String json =
          file("l7_flow_log.json")
              .replace("服务端网卡", "s-app")
              .replace("\"span_id\"", "\"parent_span_id\":\"00f067aa0ba902b7\",\"span_id\"");
      Span span = spans.decode(raw(json)).resources().get(0).spans().get(0);
      assertThat(span.spanId()).isEqualTo("b7ad6b7169203331");
      assertThat(span.parentSpanId()).isEqualTo("00f067aa0ba902b7");
      assertThat(span.kind()).isEqualTo(Span.Kind.SERVER);
      assertThat(flows.decode(raw(json)).flows()).isEmpty();
    }

    @Test
    @DisplayName("without a trace id is no span")
    void traceless() throws Exception {
      String json = file("l7_flow_log.json").replace("0AF7651916CD43DD8448EB211C80319C", "a.b.c");
      assertThat(spans.decode(raw(json)).spanCount()).isZero();
    }

    @ParameterizedTest(name = "{0}, TLS {1}: {2}")
    @CsvSource({"c, 0, true", "c-p, 0, false", "c-p, 1, true", "s-p, 1, false", "s, 0, false"})
    @DisplayName("counts at the card, or within TLS at the process")
    void points(String point, int tls, boolean counts) throws Exception {
      String json =
          "{\"datasource\":\"flow_log.l7_flow_log\",\"observation_point\":\"%s\",\"pod_0\":\"p\",\"is_tls\":%d}"
              .formatted(point, tls);
      assertThat(flows.decode(raw(json)).flows()).hasSize(counts ? 1 : 0);
    }
  }

  @Nested
  @DisplayName("of metrics")
  final class Metrics {

    @Test
    @DisplayName("is a series for each metric, labelled with the tags")
    void samples() throws Exception {
      SampleBlock block = samples.decode(raw(file("network_map.1s.json")));
      assertThat(names(block))
          .containsExactlyInAnyOrder(
              "deepflow_network_map_packet_tx",
              "deepflow_network_map_byte_tx",
              "deepflow_network_map_byte_rx",
              "deepflow_network_map_rtt_max",
              "deepflow_network_map_rtt_sum",
              "deepflow_network_map_rtt_count",
              "deepflow_network_map_direction_score");
      int bytes = names(block).indexOf("deepflow_network_map_byte_tx");
      assertThat(block.value(block.firstSample(bytes))).isEqualTo(1_500);
      assertThat(block.timestamp(block.firstSample(bytes))).isEqualTo(1_700_000_001_000L);
      assertThat(block.labels(bytes).toMap())
          .containsEntry("pod_0", "cart-5d9c7-x2x4z")
          .containsEntry("pod_ns_1", "data")
          .containsEntry("server_port", "3306")
          .containsEntry("agent_id", "17")
          .containsEntry("observation_point", "c")
          .containsEntry("interval", "1s")
          .containsEntry("k8s_label_app_kubernetes_io_name_0", "cart")
          .doesNotContainKeys("time", "time_str", "datasource");
    }

    @Test
    @DisplayName("of one end has no point, and counts")
    void oneEnd() throws Exception {
      SampleBlock block = samples.decode(raw(file("application.1m.json")));
      int sum = names(block).indexOf("deepflow_application_rrt_sum");
      assertThat(block.value(block.firstSample(sum))).isEqualTo(123_456.5);
      assertThat(block.labels(sum).toMap())
          .containsEntry("role", "Server")
          .containsEntry("endpoint", "/cart")
          .containsEntry("k8s_label_app", "cart")
          .containsEntry("interval", "1m");
    }

    @Test
    @DisplayName("of a path counts at one point")
    void point() throws Exception {
      String server = file("network_map.1s.json").replace("Client NIC", "s");
      assertThat(samples.decode(raw(server)).sampleCount()).isZero();
    }

    @Test
    @DisplayName("is known by the table's old names too")
    void oldNames() throws Exception {
      String old =
          file("application.1m.json")
              .replace("flow_metrics.application", "flow_metrics.vtap_app_port");
      assertThat(names(samples.decode(raw(old)))).contains("deepflow_application_request");
    }

    private List<String> names(SampleBlock block) {
      return IntStream.range(0, block.seriesCount())
          .mapToObj(series -> block.labels(series).metricName())
          .toList();
    }
  }

  @Test
  @DisplayName("of another kind gives an empty block, not an error")
  void others() throws Exception {
    assertThat(samples.decode(raw(file("l4_flow_log.json"))).sampleCount()).isZero();
    assertThat(spans.decode(raw(file("l4_flow_log.json"))).spanCount()).isZero();
    assertThat(flows.decode(raw(file("application.1m.json"))).flows()).isEmpty();
  }

  @Nested
  @DisplayName("is refused by every decoder")
  final class Refused {

    private void assertRefused(String json, String why) {
      for (Decoder<?> decoder : List.of(flows, spans, samples)) {
        assertThatThrownBy(() -> decoder.decode(raw(json)))
            .isInstanceOf(MalformedPayloadException.class)
            .hasMessageContaining(why)
            .hasMessageContaining("; ");
      }
    }

    @Test
    @DisplayName("if it is no object, or cut, or of a table that nobody reads")
    void form() throws Exception {
      assertRefused("garbage", "no JSON object");
      assertRefused("[1,2]", "no JSON object");
      assertRefused(file("l4_flow_log.json").substring(0, 300), "no JSON object");
      assertRefused("{\"datasource\":\"flow_log.l4_flow_log\",broken}", "cannot be read");
      assertRefused("{\"datasource\":\"event.file_event\"}", "event.file_event");
      assertRefused("{}", "data source");
    }

    @Test
    @DisplayName("if a number is none")
    void numbers() {
      String row = "{\"datasource\":\"flow_log.l4_flow_log\",\"%s\":%s}";
      assertRefused(row.formatted("client_port", "70000"), "client_port");
      assertRefused(row.formatted("byte_tx", "\"many\""), "byte_tx");
      assertRefused(row.formatted("end_time", "-5"), "end_time");
      assertRefused(row.formatted("rtt", "18446744073709551615"), "rtt");
    }

    @Test
    @DisplayName("if it is too large")
    void tooLarge() {
      Decoder<FlowBlock> decoder =
          new DeepFlowFlowsDecoder(DecoderLimits.DEFAULTS.withMaxDecompressedBytes(10, "--limit"));
      assertThatThrownBy(() -> decoder.decode(raw("{\"datasource\":\"x\"}")))
          .isInstanceOf(PayloadTooLargeException.class);
    }
  }

  @Test
  @DisplayName("is decoded or refused whatever its bytes are, in bounded time")
  void mutations() throws Exception {
    Random random = new Random(7);
    List<Decoder<?>> decoders = List.of(flows, spans, samples);
    List<String> valid = new ArrayList<>();
    for (String name : List.of("l4_flow_log.json", "l7_flow_log.json", "network_map.1s.json")) {
      valid.add(file(name));
    }
    String signs = "\"\\{}[],:x0 \n";
    int refused = 0;
    for (int i = 0; i < 6_000; i++) {
      StringBuilder json = new StringBuilder(valid.get(i % valid.size()));
      for (int n = random.nextInt(5); n >= 0; n--) {
        json.setCharAt(random.nextInt(json.length()), signs.charAt(random.nextInt(signs.length())));
      }
      try {
        assertThat(decoders.get(i / 3 % 3).decode(raw(json.toString()))).isNotNull();
      } catch (MalformedPayloadException e) {
        assertThat(e.getMessage()).hasSizeLessThan(600);
        refused++;
      }
    }
    assertThat(refused).isBetween(1, 5_999);
    String slow = "{" + "\"a\":\"{".repeat(200_000) + "}";
    assertThatThrownBy(() -> flows.decode(raw(slow))).isInstanceOf(MalformedPayloadException.class);
  }
}
