package dev.guanlan.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.guanlan.codec.avro.AvroLogsDecoder;
import dev.guanlan.codec.avro.Records;
import dev.guanlan.codec.cloudquery.CloudQueryDecoder;
import dev.guanlan.codec.deepflow.DeepFlowFlowsDecoder;
import dev.guanlan.codec.loki.LokiJsonDecoder;
import dev.guanlan.codec.loki.LokiProtoDecoder;
import dev.guanlan.codec.loki.LokiPushes;
import dev.guanlan.codec.otlp.OtlpJsonDecoder;
import dev.guanlan.codec.otlp.OtlpLogsDecoder;
import dev.guanlan.codec.otlp.OtlpRequest;
import dev.guanlan.codec.remotewrite.RemoteWrite2Decoder;
import dev.guanlan.codec.remotewrite.RemoteWrite2Encoder;
import dev.guanlan.codec.remotewrite.RemoteWriteDecoder;
import dev.guanlan.codec.remotewrite.RemoteWriteEncoder;
import dev.guanlan.codec.zipkin.ZipkinJsonDecoder;
import dev.guanlan.codec.zipkin.ZipkinProtoDecoder;
import dev.guanlan.model.Labels;
import dev.guanlan.model.Origin;
import dev.guanlan.model.SampleBlock;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Tries whether who is refused hears which setting to change. */
class LimitNamesTest {

  /** Makes a decoder within limits. */
  private interface Maker extends Function<DecoderLimits, Decoder<?>> {}

  static Stream<Arguments> formats() {
    SampleBlock samples =
        SampleBlock.builder("", Origin.NONE)
            .series(Labels.of("__name__", "up", "job", "node"))
            .sample(1, 1)
            .build();
    ExportLogsServiceRequest.Builder otlp = ExportLogsServiceRequest.newBuilder();
    otlp.addResourceLogsBuilder()
        .addScopeLogsBuilder()
        .addLogRecordsBuilder()
        .setSeverityText("warning");
    byte[] loki =
        LokiPushes.stream(
            "{app=\"cart\"}", true, List.of(new LokiPushes.Line(1, "hello there", Map.of())));
    // One span with its trace id, its id and its name.
    byte[] zipkin = {
      0x0A, 25, 0x0A, 8, 1, 1, 1, 1, 1, 1, 1, 1, 0x1A, 8, 1, 1, 1, 1, 1, 1, 1, 1, 0x2A, 3, 'g', 'e',
      't'
    };
    return Stream.of(
        format(
            "remote write 1.0", RemoteWriteDecoder::new, new RemoteWriteEncoder().encode(samples)),
        format(
            "remote write 2.0",
            RemoteWrite2Decoder::new,
            new RemoteWrite2Encoder().encode(samples)),
        format("OTLP", OtlpLogsDecoder::new, otlp.build().toByteArray()),
        format(
            "OTLP JSON",
            limits -> new OtlpJsonDecoder<>(OtlpRequest.LOGS, new OtlpLogsDecoder(limits), limits),
            "{\"resourceLogs\":[{\"scopeLogs\":[{\"logRecords\":[{}]}]}]}".getBytes(UTF_8)),
        format("Loki", LokiProtoDecoder::new, LokiPushes.snappy(loki)),
        format(
            "Loki JSON",
            LokiJsonDecoder::new,
            "{\"streams\":[{\"stream\":{\"a\":\"b\"},\"values\":[[\"1\",\"x\"]]}]}"
                .getBytes(UTF_8)),
        format("Zipkin", ZipkinProtoDecoder::new, zipkin),
        format(
            "Zipkin JSON",
            ZipkinJsonDecoder::new,
            "[{\"traceId\":\"1\",\"id\":\"1\",\"name\":\"get\"}]".getBytes(UTF_8)),
        format("Avro", AvroLogsDecoder::only, Records.payload(Records.entry("hello"))),
        format("DeepFlow", DeepFlowFlowsDecoder::new, "{\"ip4_0\":\"10.0.0.1\"}".getBytes(UTF_8)),
        format("CloudQuery", CloudQueryDecoder::new, "{\"arn\":\"arn:aws:x\"}".getBytes(UTF_8)));
  }

  private static Arguments format(String name, Maker maker, byte[] payload) {
    return Arguments.of(name, maker, payload);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("formats")
  void ofAPayloadThatIsTooLong(String name, Maker maker, byte[] payload) {
    Decoder<?> decoder =
        maker.apply(DecoderLimits.DEFAULTS.withMaxDecompressedBytes(10, "--longest of the server"));
    assertThatThrownBy(() -> decoder.decode(RawRecords.of("any", payload)))
        .isInstanceOf(PayloadTooLargeException.class)
        .hasMessageContaining("10 ")
        .hasMessageContaining(", which is --longest of the server; ");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("formats")
  void ofAPayloadThatTakesTooMuchMemory(String name, Maker maker, byte[] payload) {
    Decoder<?> decoder =
        maker.apply(DecoderLimits.DEFAULTS.withMaxDecodedBytes(9, "--fattest of the server"));
    assertThatThrownBy(() -> decoder.decode(RawRecords.of("any", payload)))
        .isInstanceOf(PayloadTooLargeException.class)
        .hasMessageContaining("more than 9 bytes")
        .hasMessageContaining(", which is --fattest of the server; ");
  }

  @Test
  void ofALimitThatNothingChanges() {
    String[] labels = new String[2 * 300];
    for (int i = 0; i < 300; i++) {
      labels[2 * i] = "label_" + i;
      labels[2 * i + 1] = "x";
    }
    byte[] wide =
        new RemoteWriteEncoder()
            .encode(
                SampleBlock.builder("", Origin.NONE)
                    .series(Labels.of(labels))
                    .sample(1, 1)
                    .build());
    RemoteWriteDecoder decoder = new RemoteWriteDecoder(DecoderLimits.DEFAULTS);
    assertThatThrownBy(() -> decoder.decode(RawRecords.remoteWrite(wide)))
        .isInstanceOf(MalformedPayloadException.class)
        .hasMessageContaining("more than 256 labels, which is a fixed limit: ")
        .hasMessageContaining("label_0");
  }
}
