package dev.guanlan.codec.otlp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.TextFormat;
import dev.guanlan.codec.DecoderLimits;
import dev.guanlan.codec.MalformedPayloadException;
import dev.guanlan.codec.PayloadTooLargeException;
import dev.guanlan.codec.RawRecords;
import dev.guanlan.model.Labels;
import dev.guanlan.model.LogBlock;
import dev.guanlan.model.LogEntry;
import dev.guanlan.model.Span;
import dev.guanlan.model.SpanBlock;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class OtlpLogsAndSpansTest {

  private static final String RESOURCE =
      """
      resource {
        attributes { key: "service.name" value { string_value: "cart" } }
        attributes { key: "host.name" value { string_value: "node-1" } }
      }
      """;

  private static final String TRACE_ID =
      "trace_id: \"\\001\\002\\003\\004\\005\\006\\007\\010abcdefgh\"";
  private static final String TRACE_HEX = "01020304050607086162636465666768";
  private static final String SPAN_ID = "span_id: \"\\377bcdefgh\"";
  private static final String SPAN_HEX = "ff62636465666768";

  private static LogBlock logs(String resourceLogs) throws Exception {
    return new OtlpLogsDecoder(DecoderLimits.DEFAULTS)
        .decode(
            RawRecords.otlp(
                TextFormat.parse(
                    "resource_logs { " + RESOURCE + resourceLogs + " }",
                    ExportLogsServiceRequest.class)));
  }

  private static SpanBlock spans(String resourceSpans) throws Exception {
    return new OtlpSpansDecoder(DecoderLimits.DEFAULTS)
        .decode(
            RawRecords.otlp(
                TextFormat.parse(
                    "resource_spans { " + RESOURCE + resourceSpans + " }",
                    ExportTraceServiceRequest.class)));
  }

  private static LogEntry entry(String logRecord) throws Exception {
    LogBlock block = logs("scope_logs { log_records { " + logRecord + " } }");
    return block.resources().get(0).entries().get(0);
  }

  @Nested
  class OfLogs {

    @Test
    void decodesEntriesByResourceAndScope() throws Exception {
      LogBlock block =
          logs(
              """
              scope_logs { scope { name: "a.logger" } log_records {
                time_unix_nano: 7 observed_time_unix_nano: 9
                severity_number: SEVERITY_NUMBER_WARN severity_text: "warning"
                body { string_value: "disk almost full" }
                attributes { key: "disk.name" value { string_value: "sda" } }
              """
                  + TRACE_ID
                  + SPAN_ID
                  + """
                  } log_records { body { string_value: "second" } time_unix_nano: 8 } }
                  scope_logs { scope { name: "empty" } }
                  """);
      assertThat(block.tenant()).isEqualTo("team-a");
      assertThat(block.entryCount()).isEqualTo(2);
      assertThat(block.resources()).hasSize(1);
      assertThat(block.resources().get(0).scope()).isEqualTo("a.logger");
      assertThat(block.resources().get(0).resource())
          .isEqualTo(Labels.of("service.name", "cart", "host.name", "node-1"));
      assertThat(block.resources().get(0).entries().get(0))
          .isEqualTo(
              new LogEntry(
                  7,
                  9,
                  13,
                  "warning",
                  "disk almost full",
                  Labels.of("disk.name", "sda"),
                  TRACE_HEX,
                  SPAN_HEX));
    }

    @Test
    void takesTheTimeObservedOrReceivedForWantOfABetter() throws Exception {
      assertThat(entry("observed_time_unix_nano: 5").timestampNanos()).isEqualTo(5);
      assertThat(entry("").timestampNanos()).isEqualTo(RawRecords.RECEIVED_AT * 1_000_000);
    }

    @Test
    void writesBodiesThatAreNotTextAsJson() throws Exception {
      assertThat(
              entry(
                      """
                      body { kvlist_value {
                        values { key: "a\\"b" value { int_value: -1 } }
                        values { key: "list" value { array_value {
                          values { double_value: 0.5 } values { bool_value: true } values { }
                          values { string_value: "tab\\tnul\\000" } values { double_value: nan } } } }
                        values { key: "none" }
                        values { key: "inner" value { kvlist_value { } } } } }
                      """)
                  .body())
          .isEqualTo(
              "{\"a\\\"b\":-1,\"list\":[0.5,true,null,\"tab\\tnul\\u0000\",\"NaN\"],"
                  + "\"none\":null,\"inner\":{}}");
      assertThat(entry("body { int_value: 42 }").body()).isEqualTo("42");
    }

    @Test
    void keepsTheLastOfRepeatedAttributesAndNoNamelessOnes() throws Exception {
      assertThat(
              entry(
                      """
                      attributes { key: "a" value { string_value: "first" } }
                      attributes { key: "b" value { string_value: "x" } }
                      attributes { key: "a" value { string_value: "last" } }
                      attributes { key: "" value { string_value: "nameless" } }
                      event_name: "user.login"
                      """)
                  .attributes())
          .isEqualTo(Labels.of("a", "last", "b", "x", "event.name", "user.login"));
    }

    @Test
    void ignoresSeveritiesThatDoNotExistAndIdsOfZeros() throws Exception {
      LogEntry entry =
          entry("severity_number: 99 span_id: \"\\000\\000\\000\\000\\000\\000\\000\\000\"");
      assertThat(entry.severityNumber()).isZero();
      assertThat(entry.spanId()).isEmpty();
    }

    @Test
    void refusesIdsOfAnotherLengthAndTimesBeyondTheCalendar() {
      assertThatThrownBy(() -> entry("trace_id: \"abc\""))
          .isInstanceOf(MalformedPayloadException.class)
          .hasMessageContaining("trace id of 3 bytes instead of 16");
      assertThatThrownBy(() -> entry("time_unix_nano: 18446744073709551615"))
          .isInstanceOf(MalformedPayloadException.class)
          .hasMessageContaining("18446744073709551615 after the year 2262");
    }

    @Test
    void refusesValuesNestedTooDeep() throws Exception {
      String open = "array_value { values { ";
      String close = " } }";
      assertThat(entry("body { " + open.repeat(32) + close.repeat(32) + " }").body())
          .isEqualTo("[".repeat(32) + "null" + "]".repeat(32));
      assertThatThrownBy(() -> entry("body { " + open.repeat(33) + close.repeat(33) + " }"))
          .isInstanceOf(MalformedPayloadException.class)
          .hasMessageContaining("deeper than 32 levels");
    }

    @Test
    void refusesMoreEntriesThanAllowed() throws Exception {
      DecoderLimits few = new DecoderLimits(1 << 20, 1 << 20, 10, 10, 3, 10, 100, 100, 3);
      ExportLogsServiceRequest request =
          TextFormat.parse(
              "resource_logs { scope_logs { " + "log_records { } ".repeat(4) + "} }",
              ExportLogsServiceRequest.class);
      assertThatThrownBy(() -> new OtlpLogsDecoder(few).decode(RawRecords.otlp(request)))
          .isInstanceOf(PayloadTooLargeException.class)
          .hasMessageContaining("more than 3 entries");
    }
  }

  @Nested
  class OfSpans {

    @Test
    void decodesSpansWithEventsAndLinks() throws Exception {
      SpanBlock block =
          spans(
              "scope_spans { scope { name: \"http\" } spans { "
                  + TRACE_ID
                  + SPAN_ID
                  + """
                   parent_span_id: "12345678" name: "GET /" kind: SPAN_KIND_CLIENT
                   start_time_unix_nano: 10 end_time_unix_nano: 30
                   status { code: STATUS_CODE_ERROR message: "boom" }
                   attributes { key: "http.route" value { string_value: "/" } }
                   events { time_unix_nano: 20 name: "retry"
                     attributes { key: "n" value { int_value: 2 } } }
                  """
                  + "links { "
                  + TRACE_ID
                  + SPAN_ID
                  + " attributes { key: \"why\" value { string_value: \"batch\" } } } } }");
      assertThat(block.spanCount()).isEqualTo(1);
      assertThat(block.resources().get(0).resource().get("service.name")).isEqualTo("cart");
      assertThat(block.resources().get(0).scope()).isEqualTo("http");
      assertThat(block.resources().get(0).spans())
          .containsExactly(
              new Span(
                  TRACE_HEX,
                  SPAN_HEX,
                  "3132333435363738",
                  "GET /",
                  Span.Kind.CLIENT,
                  10,
                  30,
                  Span.Status.ERROR,
                  "boom",
                  Labels.of("http.route", "/"),
                  List.of(new Span.Event(20, "retry", Labels.of("n", "2"))),
                  List.of(new Span.Link(TRACE_HEX, SPAN_HEX, Labels.of("why", "batch")))));
    }

    @Test
    void keepsSpansApart() throws Exception {
      List<Span> read =
          spans(
                  "scope_spans { spans { "
                      + TRACE_ID
                      + SPAN_ID
                      + " status { code: STATUS_CODE_OK } start_time_unix_nano: 5 } spans { "
                      + TRACE_ID
                      + SPAN_ID
                      + " kind: 77 } }")
              .resources()
              .get(0)
              .spans();
      assertThat(read.get(0).status()).isEqualTo(Span.Status.OK);
      assertThat(read.get(0).endNanos()).isEqualTo(5);
      assertThat(read.get(1).status()).isEqualTo(Span.Status.UNSET);
      assertThat(read.get(1).kind()).isEqualTo(Span.Kind.UNSPECIFIED);
      assertThat(read.get(1).parentSpanId()).isEmpty();
      assertThat(read.get(1).startNanos()).isEqualTo(RawRecords.RECEIVED_AT * 1_000_000);
    }

    @Test
    void refusesSpansWithoutIds() {
      assertThatThrownBy(() -> spans("scope_spans { spans { " + SPAN_ID + " } }"))
          .isInstanceOf(MalformedPayloadException.class)
          .hasMessageContaining("a span without a trace id");
      assertThatThrownBy(() -> spans("scope_spans { spans { " + TRACE_ID + " } }"))
          .isInstanceOf(MalformedPayloadException.class)
          .hasMessageContaining("a span without a span id");
    }
  }

  @Test
  void resourcesAreReadOnceEachFromAnySignal() throws Exception {
    ExportTraceServiceRequest request =
        TextFormat.parse(
            "resource_spans { "
                + RESOURCE
                + " } resource_spans { "
                + RESOURCE
                + " scope_spans { spans { } } } resource_spans { resource { attributes {"
                + " key: \"service.name\" value { string_value: \"shop\" } } } } resource_spans { }",
            ExportTraceServiceRequest.class);
    assertThat(new OtlpResourcesDecoder(DecoderLimits.DEFAULTS).decode(RawRecords.otlp(request)))
        .containsExactly(
            Labels.of("service.name", "cart", "host.name", "node-1"),
            Labels.of("service.name", "shop"),
            Labels.EMPTY);
  }
}
