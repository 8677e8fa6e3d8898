package dev.guanlan.codec.zipkin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.guanlan.codec.DecoderLimits;
import dev.guanlan.codec.MalformedPayloadException;
import dev.guanlan.codec.RawRecords;
import dev.guanlan.codec.protobuf.ProtoWriter;
import dev.guanlan.model.Encoding;
import dev.guanlan.model.Labels;
import dev.guanlan.model.Span;
import dev.guanlan.model.SpanBlock;
import dev.guanlan.model.SpanBlock.ResourceSpans;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ZipkinDecodersTest {

  private static final Span FULL =
      new Span(
          "0000000000000000463ac35c9f6413ad",
          "a2fb4a1d1a96d312",
          "463ac35c9f6413ad",
          "get /orders",
          Span.Kind.CLIENT,
          1_700_000_000_000_001_000L,
          1_700_000_000_000_208_000L,
          Span.Status.ERROR,
          "timeout",
          Labels.of(
              "error", "timeout",
              "http.path", "/orders",
              "network.local.address", "10.0.0.1",
              "network.peer.address", "2001:db8::c001",
              "network.peer.port", "8080",
              "peer.service", "orders"),
          List.of(new Span.Event(1_700_000_000_000_002_000L, "ws", Labels.EMPTY)),
          List.of());

  private static SpanBlock json(String spans) throws MalformedPayloadException {
    return new ZipkinJsonDecoder(DecoderLimits.DEFAULTS)
        .decode(RawRecords.json(Encoding.ZIPKIN_JSON, spans));
  }

  private static Span span(String fields) throws MalformedPayloadException {
    return json("[{\"traceId\":\"1\",\"id\":\"2\"," + fields + "}]")
        .resources()
        .get(0)
        .spans()
        .get(0);
  }

  @Nested
  class OfJson {

    @Test
    void translatesAsOpenTelemetryDoes() throws Exception {
      SpanBlock block =
          json(
              """
              [{"traceId": "463AC35C9F6413AD", "id": "a2fb4a1d1a96d312",
                "parentId": "463ac35c9f6413ad", "name": "get /orders", "kind": "CLIENT",
                "timestamp": 1700000000000001, "duration": 207,
                "localEndpoint": {"serviceName": "shop", "ipv4": "10.0.0.1"},
                "remoteEndpoint": {"serviceName": "orders", "ipv6": "2001:db8::c001", "port": 8080},
                "annotations": [{"timestamp": 1700000000000002, "value": "ws"}],
                "tags": {"http.path": "/orders", "error": "timeout", "host.name": "node-1",
                  "otel.scope.name": "brave"},
                "future": [{}]}]
              """);
      assertThat(block.tenant()).isEqualTo("team-a");
      assertThat(block.resources())
          .containsExactly(
              new ResourceSpans(
                  Labels.of("host.name", "node-1", "service.name", "shop"),
                  "brave",
                  List.of(FULL)));
    }

    @Test
    void groupsByResourceInTheOrderSent() throws Exception {
      SpanBlock block =
          json(
              """
              [{"traceId":"1","id":"2","localEndpoint":{"serviceName":"b"}},
               {"traceId":"1","id":"3","localEndpoint":{"serviceName":"a"}},
               {"traceId":"1","id":"4","localEndpoint":{"serviceName":"b"}},
               {"traceId":"1","id":"5"}]
              """);
      assertThat(block.resources())
          .extracting(group -> group.resource().getOrEmpty("service.name"))
          .containsExactly("b", "a", "");
      assertThat(block.resources().get(0).spans())
          .extracting(Span::spanId)
          .containsExactly("0000000000000002", "0000000000000004");
    }

    @Test
    void tellsOfSharedIdsAndDebugging() throws Exception {
      Span span = span("\"kind\":\"SERVER\",\"shared\":true,\"debug\":true");
      assertThat(span.attributes().get("zipkin.shared")).isEqualTo("true");
      assertThat(span.attributes().get("zipkin.debug")).isEqualTo("true");
      assertThat(span("\"shared\":false").attributes().get("zipkin.shared")).isNull();
    }

    @Test
    void takesTheTimeReceivedForWantOfABetter() throws Exception {
      Span span = span("\"duration\":5");
      assertThat(span.startNanos()).isEqualTo(RawRecords.RECEIVED_AT * 1_000_000);
      assertThat(span.endNanos()).isEqualTo(span.startNanos() + 5_000);
      assertThat(span.attributes().get("otel.zipkin.absentField.startTime")).isEqualTo("true");
    }

    @Test
    void hasNoSpanThatIsItsOwnParent() throws Exception {
      assertThat(span("\"parentId\":\"2\"").parentSpanId()).isEmpty();
      assertThat(span("\"parentId\":\"0000\"").parentSpanId()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        value = {
          "{} | UNSET | ''",
          "{\"error\":\"\"} | ERROR | ''",
          "{\"error\":\"true\"} | ERROR | ''",
          "{\"error\":\"no route\"} | ERROR | no route",
          "{\"error\":true} | ERROR | ''",
          "{\"otel.status_code\":\"OK\"} | OK | ''",
          "{\"otel.status_code\":\"ERROR\",\"otel.status_description\":\"bad\"} | ERROR | bad",
          "{\"otel.status_code\":\"OK\",\"error\":\"x\"} | ERROR | x"
        })
    void judgesByTags(String tags, Span.Status status, String message) throws Exception {
      Span span = span("\"tags\":" + tags);
      assertThat(span.status()).isEqualTo(status);
      assertThat(span.statusMessage()).isEqualTo(message);
    }

    @Test
    void readsTheKind() throws Exception {
      assertThat(span("\"kind\":\"CONSUMER\"").kind()).isEqualTo(Span.Kind.CONSUMER);
      assertThat(span("\"kind\":null").kind()).isEqualTo(Span.Kind.UNSPECIFIED);
      assertThat(span("\"tags\":{\"span.kind\":\"internal\"}").kind())
          .isEqualTo(Span.Kind.INTERNAL);
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "{}",
          "[1]",
          "[{}]",
          "[{\"traceId\":\"1\"}]",
          "[{\"traceId\":\"0\",\"id\":\"1\"}]",
          "[{\"traceId\":\"xyz\",\"id\":\"1\"}]",
          "[{\"traceId\":\"111111111111111111111111111111111\",\"id\":\"1\"}]",
          "[{\"traceId\":\"1\",\"id\":\"11111111111111111\"}]",
          "[{\"traceId\":\"1\",\"id\":\"1\",\"kind\":\"BOTH\"}]",
          "[{\"traceId\":\"1\",\"id\":\"1\",\"timestamp\":-1}]",
          "[{\"traceId\":\"1\",\"id\":\"1\",\"timestamp\":9300000000000000}]",
          "[{\"traceId\":\"1\",\"id\":\"1\",\"timestamp\":9200000000000000,\"duration\":99999999999999}]",
          "[{\"traceId\":\"1\",\"id\":\"1\",\"tags\":{\"a\":{}}}]",
          "[{\"traceId\":\"1\",\"id\":\"1\",\"tags\":{\"a\":null}}]",
          "[{\"traceId\":\"1\",\"id\":\"1\",\"localEndpoint\":{\"port\":70000}}]",
          "[{\"traceId\":\"1\",\"id\":\"1\",\"binaryAnnotations\":[]}]",
          "[] []"
        })
    void refusesWhatIsNoListOfSpans(String spans) {
      assertThatThrownBy(() -> json(spans))
          .isInstanceOf(MalformedPayloadException.class)
          .hasMessageContaining("; ");
    }
  }

  @Nested
  class OfProtobuf {

    private SpanBlock proto(ProtoWriter list) throws MalformedPayloadException {
      return new ZipkinProtoDecoder(DecoderLimits.DEFAULTS)
          .decode(RawRecords.of(Encoding.ZIPKIN_PROTO, Arrays.copyOf(list.bytes(), list.length())));
    }

    private void bytes(ProtoWriter out, int field, String hex) {
      out.field(field << 3 | 2, HexFormat.of().parseHex(hex));
    }

    private void text(ProtoWriter out, int field, String text) {
      out.field(field << 3 | 2, text.getBytes(UTF_8));
    }

    private void tag(ProtoWriter out, String name, String value) {
      int tag = out.open(11 << 3 | 2);
      text(out, 1, name);
      text(out, 2, value);
      out.close(tag);
    }

    @Test
    void meansWhatTheJsonMeans() throws Exception {
      ProtoWriter out = new ProtoWriter();
      int span = out.open(1 << 3 | 2);
      bytes(out, 1, "463ac35c9f6413ad");
      bytes(out, 2, "463ac35c9f6413ad");
      bytes(out, 3, "a2fb4a1d1a96d312");
      out.varint(4 << 3);
      out.varint(1);
      text(out, 5, "get /orders");
      out.varint(6 << 3 | 1);
      out.fixed64(1_700_000_000_000_001L);
      out.varint(7 << 3);
      out.varint(207);
      int local = out.open(8 << 3 | 2);
      text(out, 1, "shop");
      bytes(out, 2, "0a000001");
      out.close(local);
      int remote = out.open(9 << 3 | 2);
      text(out, 1, "orders");
      bytes(out, 3, "20010db800000000000000000000c001");
      out.varint(4 << 3);
      out.varint(8080);
      out.close(remote);
      int annotation = out.open(10 << 3 | 2);
      out.varint(1 << 3 | 1);
      out.fixed64(1_700_000_000_000_002L);
      text(out, 2, "ws");
      out.close(annotation);
      tag(out, "http.path", "/orders");
      tag(out, "error", "timeout");
      out.close(span);
      ResourceSpans group = proto(out).resources().get(0);
      assertThat(group.resource()).isEqualTo(Labels.of("service.name", "shop"));
      assertThat(group.spans()).containsExactly(FULL);
    }

    @Test
    void refusesIdsAndAddressesOfTheWrongLength() {
      for (String[] wrong : new String[][] {{"1", "00".repeat(17)}, {"3", "00".repeat(9)}}) {
        ProtoWriter out = new ProtoWriter();
        int span = out.open(1 << 3 | 2);
        bytes(out, Integer.parseInt(wrong[0]), wrong[1]);
        out.close(span);
        assertThatThrownBy(() -> proto(out)).hasMessageContaining(" bytes; send up to");
      }
      ProtoWriter out = new ProtoWriter();
      int span = out.open(1 << 3 | 2);
      int local = out.open(8 << 3 | 2);
      bytes(out, 2, "0a0001");
      out.close(local);
      out.close(span);
      assertThatThrownBy(() -> proto(out)).hasMessageContaining("an address of 3 bytes");
    }
  }
}
