package dev.guanlan.codec.otlp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.Message;
import com.google.protobuf.TextFormat;
import com.google.protobuf.util.JsonFormat;
import dev.guanlan.codec.DecoderLimits;
import dev.guanlan.codec.MalformedPayloadException;
import dev.guanlan.codec.PayloadTooLargeException;
import dev.guanlan.codec.RawRecords;
import dev.guanlan.model.Encoding;
import dev.guanlan.model.Labels;
import dev.guanlan.model.LogBlock;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.model.Span;
import dev.guanlan.model.SpanBlock;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class OtlpJsonTest {

  private static final Pattern IDS =
      Pattern.compile(
          "(\"(?:parent)?_?(?:trace|span)_?id\": *\")([^\"]*)", Pattern.CASE_INSENSITIVE);

  /** Protobuf's own printer, and then what OTLP changes: the ids. */
  private static String print(Message message, JsonFormat.Printer printer) throws Exception {
    Matcher ids = IDS.matcher(printer.print(message));
    return ids.replaceAll(
        id -> id.group(1) + HexFormat.of().formatHex(Base64.getDecoder().decode(id.group(2))));
  }

  private static byte[] transcode(OtlpRequest request, String json) throws Exception {
    return new JsonTranscoder(request, DecoderLimits.DEFAULTS).transcode(json.getBytes(UTF_8));
  }

  private static void assertSurvives(OtlpRequest request, Message message) throws Exception {
    for (JsonFormat.Printer printer :
        new JsonFormat.Printer[] {
          JsonFormat.printer().printingEnumsAsInts(),
          JsonFormat.printer().omittingInsignificantWhitespace(),
          JsonFormat.printer().preservingProtoFieldNames().alwaysPrintFieldsWithNoPresence()
        }) {
      String json = print(message, printer);
      assertThat(message.getParserForType().parseFrom(transcode(request, json)))
          .as(json)
          .isEqualTo(message);
    }
  }

  @Property(tries = 100)
  void metricsPrintedAsJsonAreTheSameAgain(@ForAll long seed) throws Exception {
    assertSurvives(
        OtlpRequest.METRICS,
        new RandomMessages(new Random(seed)).fill(ExportMetricsServiceRequest.newBuilder(), 0));
  }

  @Property(tries = 100)
  void logsPrintedAsJsonAreTheSameAgain(@ForAll long seed) throws Exception {
    assertSurvives(
        OtlpRequest.LOGS,
        new RandomMessages(new Random(seed)).fill(ExportLogsServiceRequest.newBuilder(), 0));
  }

  @Property(tries = 100)
  void tracesPrintedAsJsonAreTheSameAgain(@ForAll long seed) throws Exception {
    assertSurvives(
        OtlpRequest.TRACES,
        new RandomMessages(new Random(seed)).fill(ExportTraceServiceRequest.newBuilder(), 0));
  }

  /** As the examples of opentelemetry-proto write it. */
  @Example
  void decodesTracesAsSdksWriteThem() throws Exception {
    String json =
        """
        {"resourceSpans":[{"resource":{"attributes":[
            {"key":"service.name","value":{"stringValue":"my.service"}}]},
          "scopeSpans":[{"scope":{"name":"my.library","version":"1.0.0"},
            "spans":[{"traceId":"5B8EFFF798038103D269B633813FC60C","spanId":"EEE19B7EC3C1B174",
              "parentSpanId":"EEE19B7EC3C1B173","name":"I'm a server span",
              "startTimeUnixNano":"1544712660000000000","endTimeUnixNano":1544712661000000000,
              "kind":2,"status":{"code":"STATUS_CODE_ERROR","message":null},"futureField":{"a":[1]},
              "attributes":[{"key":"n","value":{"intValue":"9007199254740993"}},
                {"key":"list","value":{"arrayValue":{"values":[{"boolValue":true},{}]}}}]}]}]}]}
        """;
    SpanBlock block =
        new OtlpJsonDecoder<>(
                OtlpRequest.TRACES,
                new OtlpSpansDecoder(DecoderLimits.DEFAULTS),
                DecoderLimits.DEFAULTS)
            .decode(RawRecords.json(Encoding.OTLP_JSON, json));
    assertThat(block.resources()).hasSize(1);
    assertThat(block.resources().get(0).resource())
        .isEqualTo(Labels.of("service.name", "my.service"));
    assertThat(block.resources().get(0).spans())
        .containsExactly(
            new Span(
                "5b8efff798038103d269b633813fc60c",
                "eee19b7ec3c1b174",
                "eee19b7ec3c1b173",
                "I'm a server span",
                Span.Kind.SERVER,
                1_544_712_660_000_000_000L,
                1_544_712_661_000_000_000L,
                Span.Status.ERROR,
                "",
                Labels.of("n", "9007199254740993", "list", "[true,null]"),
                List.of(),
                List.of()));
  }

  @Example
  void decodesLogsAndMetricsToo() throws Exception {
    LogBlock logs =
        new OtlpJsonDecoder<>(
                OtlpRequest.LOGS,
                new OtlpLogsDecoder(DecoderLimits.DEFAULTS),
                DecoderLimits.DEFAULTS)
            .decode(
                RawRecords.json(
                    Encoding.OTLP_JSON,
                    "{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[{\"timeUnixNano\":\"7\","
                        + "\"severityNumber\":\"SEVERITY_NUMBER_WARN\",\"body\":{\"bytesValue\":"
                        + "\"_-8\"}}]}]}]}"));
    assertThat(logs.resources().get(0).entries().get(0).severityNumber()).isEqualTo(13);
    assertThat(logs.resources().get(0).entries().get(0).body()).isEqualTo("/+8=");
    SampleBlock samples =
        new OtlpJsonDecoder<>(
                OtlpRequest.METRICS,
                new OtlpMetricsDecoder(DecoderLimits.DEFAULTS),
                DecoderLimits.DEFAULTS)
            .decode(
                RawRecords.json(
                    Encoding.OTLP_JSON,
                    "{\"resource_metrics\":[{\"scope_metrics\":[{\"metrics\":[{\"name\":\"g\","
                        + "\"gauge\":{\"data_points\":[{\"time_unix_nano\":1e9,\"as_double\":"
                        + "\"-Infinity\"}]}}]}]}]}"));
    assertThat(samples.sampleCount()).isEqualTo(1);
    assertThat(samples.value(0)).isEqualTo(Double.NEGATIVE_INFINITY);
  }

  @Example
  void readsOnlyTheResourcesOfAnySignal() throws Exception {
    OtlpJsonDecoder<List<Labels>> decoder =
        new OtlpJsonDecoder<>(
            OtlpRequest.RESOURCES,
            new OtlpResourcesDecoder(DecoderLimits.DEFAULTS),
            DecoderLimits.DEFAULTS);
    for (String signal : new String[] {"Metrics", "Logs", "Spans"}) {
      assertThat(
              decoder.decode(
                  RawRecords.json(
                      Encoding.OTLP_JSON,
                      "{\"resource%1$s\":[{\"scope%1$s\":[{\"x\":1}],\"resource\":{\"attributes\":"
                              .formatted(signal)
                          + "[{\"key\":\"a\",\"value\":{\"stringValue\":\"b\"}}]}}]}")))
          .containsExactly(Labels.of("a", "b"));
    }
  }

  @Example
  void tellsWhatIsWrongAndWhere() {
    String[][] cases = {
      {"[]", "a request that is a list and not an object at byte 0"},
      {"{\"resourceLogs\":{}}", "resource_logs that is an object and not a list at byte 16"},
      {log("\"traceId\":\"xyz\""), "trace_id of \"xyz\", which is not hexadecimal"},
      {log("\"timeUnixNano\":\"-1\""), "time_unix_nano of \"-1\", which is no whole number"},
      {log("\"severityNumber\":\"LOUD\""), "severity_number of the unknown name \"LOUD\""},
      {log("\"severityText\":1"), "severity_text that is a number and not a text"},
      {log("\"flags\":4294967296"), "flags of 4294967296, which is beyond 32 bits"},
      {log("\"body\":{\"bytesValue\":\"*\"}"), "bytes_value of \"*\", which is not base64"},
      {log("\"body\":{\"boolValue\":1}"), "a value of bool_value that is neither true nor false"},
      {log("\"body\":[]"), "body that is a list and not an object"},
      {log("\"traceId\":\"00ff\""), "a log entry's trace id of 2 bytes instead of 16"},
      {"{}{}", "something behind its end"},
    };
    OtlpJsonDecoder<LogBlock> decoder =
        new OtlpJsonDecoder<>(
            OtlpRequest.LOGS, new OtlpLogsDecoder(DecoderLimits.DEFAULTS), DecoderLimits.DEFAULTS);
    for (String[] wrong : cases) {
      assertThatThrownBy(() -> decoder.decode(RawRecords.json(Encoding.OTLP_JSON, wrong[0])))
          .as(wrong[0])
          .isInstanceOf(MalformedPayloadException.class)
          .hasMessageContaining(wrong[1])
          .hasMessageContaining("; check");
    }
  }

  private static String log(String fields) {
    return "{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[{" + fields + "}]}]}]}";
  }

  @Example
  void boundsWhatSmallJsonBecomes() {
    DecoderLimits limits = DecoderLimits.DEFAULTS.withMaxDecompressedBytes(1 << 20, "--limit");
    String counts = "0,".repeat(400_000) + "0";
    String json =
        "{\"resourceMetrics\":[{\"scopeMetrics\":[{\"metrics\":[{\"histogram\":{\"dataPoints\":[{"
            + "\"bucketCounts\":["
            + counts
            + "]}]}}]}]}]}";
    assertThat(json.length()).isLessThan(1 << 20);
    assertThatThrownBy(
            () -> new JsonTranscoder(OtlpRequest.METRICS, limits).transcode(json.getBytes(UTF_8)))
        .isInstanceOf(PayloadTooLargeException.class)
        .hasMessageContaining("as protobuf");
  }

  @Example
  void takesValuesAsDeepAsProtobufMayNestThemAndNoDeeper() throws Exception {
    int deepest = DecoderLimits.DEFAULTS.maxDepth();
    String inner = "{\"stringValue\":\"x\"}";
    for (int i = 0; i < deepest; i++) {
      inner = "{\"kvlistValue\":{\"values\":[{\"key\":\"k\",\"value\":" + inner + "}]}}";
    }
    OtlpJsonDecoder<LogBlock> decoder =
        new OtlpJsonDecoder<>(
            OtlpRequest.LOGS, new OtlpLogsDecoder(DecoderLimits.DEFAULTS), DecoderLimits.DEFAULTS);
    LogBlock block = decoder.decode(RawRecords.json(Encoding.OTLP_JSON, log("\"body\":" + inner)));
    assertThat(block.resources().get(0).entries().get(0).body())
        .isEqualTo("{\"k\":".repeat(deepest) + "\"x\"" + "}".repeat(deepest));
    String deeper = "{\"arrayValue\":{\"values\":[" + inner + "]}}";
    assertThatThrownBy(
            () -> decoder.decode(RawRecords.json(Encoding.OTLP_JSON, log("\"body\":" + deeper))))
        .hasMessageContaining("nested deeper");
  }

  @Example
  void takesTheLastOfFieldsThatRepeat() throws Exception {
    byte[] twice = transcode(OtlpRequest.LOGS, log("\"timeUnixNano\":1,\"timeUnixNano\":2"));
    assertThat(ExportLogsServiceRequest.parseFrom(twice))
        .isEqualTo(
            TextFormat.parse(
                "resource_logs { scope_logs { log_records { time_unix_nano: 2 } } }",
                ExportLogsServiceRequest.class));
  }
}
