package dev.guanlan.codec.loki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.guanlan.codec.DecoderLimits;
import dev.guanlan.codec.MalformedPayloadException;
import dev.guanlan.codec.PayloadTooLargeException;
import dev.guanlan.codec.RawRecords;
import dev.guanlan.codec.loki.LokiPushes.Line;
import dev.guanlan.model.Encoding;
import dev.guanlan.model.Labels;
import dev.guanlan.model.LogBlock;
import dev.guanlan.model.LogBlock.ResourceLogs;
import dev.guanlan.model.LogEntry;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LokiDecodersTest {

  private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
  private static final String SPAN = "00f067aa0ba902b7";

  private static LogBlock json(String push) throws MalformedPayloadException {
    return new LokiJsonDecoder(DecoderLimits.DEFAULTS)
        .decode(RawRecords.json(Encoding.LOKI_JSON, push));
  }

  private static LogBlock proto(byte[] message) throws MalformedPayloadException {
    return new LokiProtoDecoder(DecoderLimits.DEFAULTS)
        .decode(RawRecords.of(Encoding.LOKI_PROTO, LokiPushes.snappy(message)));
  }

  private static LogEntry entry(String labels, Map<String, String> metadata) throws Exception {
    LogBlock block =
        proto(LokiPushes.stream(labels, true, List.of(new Line(5, "a line", metadata))));
    return block.resources().get(0).entries().get(0);
  }

  private static LogEntry plain(long nanos, String line) {
    return new LogEntry(nanos, 0, 0, "", line, Labels.EMPTY, "", "");
  }

  @Nested
  class OfProtobuf {

    @Test
    void makesAStreamAResourceAndStructuredMetadataAttributes() throws Exception {
      LogBlock block =
          proto(
              LokiPushes.stream(
                  "{app=\"cart\", env=\"prod\"}",
                  true,
                  List.of(
                      new Line(1_700_000_000_000_000_001L, "first", Map.of("pod", "cart-1")),
                      new Line(1_700_000_000_999_999_999L, "观澜", Map.of()))));
      assertThat(block.tenant()).isEqualTo("team-a");
      assertThat(block.origin()).isEqualTo(RawRecords.ORIGIN);
      assertThat(block.resources())
          .containsExactly(
              new ResourceLogs(
                  Labels.of("app", "cart", "env", "prod"),
                  "",
                  List.of(
                      new LogEntry(
                          1_700_000_000_000_000_001L,
                          0,
                          0,
                          "",
                          "first",
                          Labels.of("pod", "cart-1"),
                          "",
                          ""),
                      plain(1_700_000_000_999_999_999L, "观澜"))));
    }

    @Test
    void takesTheTimeReceivedForWantOfABetter() throws Exception {
      assertThat(
              proto(LokiPushes.stream("{a=\"b\"}", true, List.of(new Line(0, "x", Map.of()))))
                  .latestTimestamp())
          .isEqualTo(RawRecords.RECEIVED_AT);
    }

    @Test
    void takesLabelsThatComeBehindTheEntries() throws Exception {
      List<Line> lines =
          List.of(new Line(1, "x", Map.of()), new Line(2, "y", Map.of("lvl", "warn")));
      LogBlock block = proto(LokiPushes.stream("{level=\"error\"}", false, lines));
      assertThat(block).isEqualTo(proto(LokiPushes.stream("{level=\"error\"}", true, lines)));
      assertThat(block.resources().get(0).entries())
          .extracting(LogEntry::severityNumber)
          .containsExactly(17, 13);
    }

    @Test
    void remembersLabelsFromPushToPush() throws Exception {
      LokiProtoDecoder decoder = new LokiProtoDecoder(DecoderLimits.DEFAULTS);
      byte[] push =
          LokiPushes.snappy(
              LokiPushes.stream("{a=\"b\"}", true, List.of(new Line(1, "x", Map.of()))));
      LogBlock first = decoder.decode(RawRecords.of(Encoding.LOKI_PROTO, push));
      LogBlock second = decoder.decode(RawRecords.of(Encoding.LOKI_PROTO, push));
      assertThat(second).isEqualTo(first);
      assertThat(second.resources().get(0).resource())
          .isSameAs(first.resources().get(0).resource());
    }

    @Test
    void leavesOutStreamsWithoutEntries() throws Exception {
      assertThat(proto(LokiPushes.stream("{}", true, List.of())).resources()).isEmpty();
      assertThat(proto(new byte[0]).resources()).isEmpty();
    }

    @Test
    void refusesStreamsWithoutLabels() {
      assertThatThrownBy(
              () -> proto(LokiPushes.stream("{}", true, List.of(new Line(1, "x", Map.of())))))
          .isInstanceOf(MalformedPayloadException.class)
          .hasMessageContaining("at least one label pair is required per stream");
    }

    @Test
    void refusesTimesBeforeTheEpoch() {
      assertThatThrownBy(
              () ->
                  proto(LokiPushes.stream("{a=\"b\"}", true, List.of(new Line(-1, "x", Map.of())))))
          .hasMessageContaining("before 1970 or after 2262");
    }

    @Test
    void boundsEntries() {
      DecoderLimits few = new DecoderLimits(1 << 20, 1 << 20, 1, 1, 2, 9, 9, 9, 9);
      byte[] push =
          LokiPushes.snappy(
              LokiPushes.stream(
                  "{a=\"b\"}",
                  true,
                  List.of(
                      new Line(1, "", Map.of()),
                      new Line(2, "", Map.of()),
                      new Line(3, "", Map.of()))));
      assertThatThrownBy(
              () -> new LokiProtoDecoder(few).decode(RawRecords.of(Encoding.LOKI_PROTO, push)))
          .isInstanceOf(PayloadTooLargeException.class)
          .hasMessageContaining("more than 2 entries");
    }
  }

  @Nested
  class OfMarks {

    @Test
    void movesWhatHasAFieldOfItsOwn() throws Exception {
      LogEntry entry =
          entry(
              "{app=\"cart\"}",
              new TreeMap<>(
                  Map.of(
                      "trace_id", TRACE.toUpperCase(java.util.Locale.ROOT),
                      "span_id", SPAN,
                      "severity_text", "Warning",
                      "severity_number", "14",
                      "other", "x")));
      assertThat(entry)
          .isEqualTo(
              new LogEntry(5, 0, 14, "Warning", "a line", Labels.of("other", "x"), TRACE, SPAN));
    }

    @Test
    void findsAndKeepsOtherSpellings() throws Exception {
      LogEntry entry =
          entry("{app=\"cart\"}", new TreeMap<>(Map.of("traceID", TRACE, "level", "ERROR")));
      assertThat(entry.traceId()).isEqualTo(TRACE);
      assertThat(entry.severityNumber()).isEqualTo(17);
      assertThat(entry.severityText()).isEqualTo("ERROR");
      assertThat(entry.attributes()).isEqualTo(Labels.of("level", "ERROR", "traceID", TRACE));
    }

    @Test
    void leavesIdsThatAreNone() throws Exception {
      Map<String, String> metadata =
          new TreeMap<>(Map.of("trace_id", "abc", "span_id", "0".repeat(16)));
      LogEntry entry = entry("{app=\"cart\"}", metadata);
      assertThat(entry.traceId()).isEmpty();
      assertThat(entry.spanId()).isEmpty();
      assertThat(entry.attributes().toMap()).isEqualTo(metadata);
    }

    @Test
    void trustsTheEntryMoreThanItsStreamAndLokisGuessLeast() throws Exception {
      String stream = "{level=\"info\"}";
      assertThat(entry(stream, Map.of()).severityText()).isEqualTo("info");
      assertThat(entry(stream, Map.of("detected_level", "debug")).severityText())
          .isEqualTo("debug");
      assertThat(
              entry(stream, new TreeMap<>(Map.of("detected_level", "debug", "severity", "fatal")))
                  .severityNumber())
          .isEqualTo(21);
    }

    @ParameterizedTest
    @CsvSource({
      "trace, 1",
      "DEBUG, 5",
      "Information, 9",
      "notice, 10",
      "warn, 13",
      "err, 17",
      "critical, 18",
      "alert, 19",
      "emerg, 21",
      "unknown, 0",
      "a-very-long-word-indeed, 0"
    })
    void numbersSeveritiesAsOpenTelemetryDoes(String word, int number) throws Exception {
      LogEntry entry = entry("{a=\"b\"}", Map.of("level", word));
      assertThat(entry.severityNumber()).isEqualTo(number);
      assertThat(entry.severityText()).isEqualTo(word);
    }
  }

  @Nested
  class OfJson {

    @Test
    void decodesWhatProtobufSaysToo() throws Exception {
      LogBlock block =
          json(
              """
              {"streams": [{"stream": {"app": "cart"}, "values": [
                ["1700000000000000001", "first", {"pod": "cart-1", "level": "warn"}],
                [1700000000000000002, "second"],
                ["1700000000000000003", "third", {}]]}]}
              """);
      assertThat(block)
          .isEqualTo(
              proto(
                  LokiPushes.stream(
                      "{app=\"cart\"}",
                      true,
                      List.of(
                          new Line(
                              1_700_000_000_000_000_001L,
                              "first",
                              new TreeMap<>(Map.of("pod", "cart-1", "level", "warn"))),
                          new Line(1_700_000_000_000_000_002L, "second", Map.of()),
                          new Line(1_700_000_000_000_000_003L, "third", Map.of())))));
    }

    @Test
    void takesFieldsInAnyOrderAndPassesOverOthers() throws Exception {
      LogBlock block =
          json(
              """
              {"more": [{}], "streams": [
                {"values": [["1", "a", null, "more"]], "more": 1, "stream": {"level": "error"}},
                {"values": null, "stream": {}}]}
              """);
      assertThat(block.resources()).hasSize(1);
      assertThat(block.resources().get(0).entries().get(0).severityNumber()).isEqualTo(17);
      assertThat(json("{\"streams\": null}").resources()).isEmpty();
      assertThat(json("{}").resources()).isEmpty();
    }

    @Test
    void takesTheLastOfLabelsThatRepeat() throws Exception {
      assertThat(
              json("{\"streams\":[{\"stream\":{\"a\":\"1\",\"a\":\"2\"},\"values\":[[\"1\",\"x\"]]}]}")
                  .resources()
                  .get(0)
                  .resource())
          .isEqualTo(Labels.of("a", "2"));
    }

    @Test
    void takesTheOlderForm() throws Exception {
      assertThat(
              json("""
                      {"streams": [{"labels": "{app=\\"cart\\"}", "entries": [
                        {"ts": "2023-11-14T22:13:20.000000001Z", "line": "a"},
                        {"ts": "2023-11-15T00:13:20+02:00", "line": "b"}]}]}
                      """)
                  .resources())
          .containsExactly(
              new ResourceLogs(
                  Labels.of("app", "cart"),
                  "",
                  List.of(
                      plain(1_700_000_000_000_000_001L, "a"),
                      plain(1_700_000_000_000_000_000L, "b"))));
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "",
          "[]",
          "{\"streams\":{}}",
          "{\"streams\":[[]]}",
          "{\"streams\":[{\"stream\":\"{}\"}]}",
          "{\"streams\":[{\"stream\":{\"a\":1}}]}",
          "{\"streams\":[{\"stream\":{\"a\":\"b\"},\"values\":[[\"1\"]]}]}",
          "{\"streams\":[{\"stream\":{\"a\":\"b\"},\"values\":[[\"x\",\"line\"]]}]}",
          "{\"streams\":[{\"stream\":{\"a\":\"b\"},\"values\":[[\"-1\",\"line\"]]}]}",
          "{\"streams\":[{\"stream\":{\"a\":\"b\"},\"values\":[[\"99999999999999999999\",\"l\"]]}]}",
          "{\"streams\":[{\"stream\":{\"a\":\"b\"},\"values\":[[\"1\",2]]}]}",
          "{\"streams\":[{\"stream\":{\"a\":\"b\"},\"values\":[[\"1\",\"l\",{\"n\":1}]]}]}",
          "{\"streams\":[{\"stream\":{\"a\":\"b\"},\"values\":[[\"1\",\"l\",[]]]}]}",
          "{\"streams\":[{\"stream\":{},\"values\":[[\"1\",\"l\"]]}]}",
          "{\"streams\":[{\"labels\":\"{a=b}\"}]}",
          "{\"streams\":[{\"labels\":\"{a=\\\"b\\\"}\",\"entries\":[{\"ts\":\"today\"}]}]}",
          "{\"streams\":[]} {}"
        })
    void refusesWhatLokiRefuses(String push) {
      assertThatThrownBy(() -> json(push))
          .isInstanceOf(MalformedPayloadException.class)
          .hasMessageContaining("; ");
    }
  }
}
