package dev.guanlan.codec.loki;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.guanlan.codec.DecoderLimits;
import dev.guanlan.codec.RawRecords;
import dev.guanlan.codec.loki.LokiPushes.Line;
import dev.guanlan.model.Encoding;
import dev.guanlan.model.Labels;
import dev.guanlan.model.LogBlock;
import dev.guanlan.model.LogBlock.ResourceLogs;
import dev.guanlan.model.LogEntry;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Whatever is pushed is there again, and the same in both encodings. */
class LokiRoundTripTest {

  private record Stream(Map<String, String> labels, List<Line> lines) {}

  private static final List<String> TEXTS =
      List.of(
          "a", "观澜 \uD83C\uDF0A", "\"quoted\" \\ back", "\n\r\t\u0000\u001f", "x".repeat(300), "}");

  private final LokiProtoDecoder protobuf = new LokiProtoDecoder(DecoderLimits.DEFAULTS);
  private final LokiJsonDecoder json = new LokiJsonDecoder(DecoderLimits.DEFAULTS);

  private static Map<String, String> pairs(Random random, int least) {
    Map<String, String> pairs = new TreeMap<>();
    for (int i = least + random.nextInt(4); i > 0; i--) {
      pairs.put("name_" + random.nextInt(20), TEXTS.get(random.nextInt(TEXTS.size())));
    }
    return pairs;
  }

  private static List<Stream> streams(Random random) {
    List<Stream> streams = new ArrayList<>();
    for (int s = random.nextInt(4); s > 0; s--) {
      List<Line> lines = new ArrayList<>();
      for (int i = 1 + random.nextInt(5); i > 0; i--) {
        lines.add(
            new Line(
                1 + random.nextLong(Long.MAX_VALUE - 2_000_000_000L),
                TEXTS.get(random.nextInt(TEXTS.size())),
                pairs(random, 0)));
      }
      streams.add(new Stream(pairs(random, 1), lines));
    }
    return streams;
  }

  private static byte[] inJson(List<Stream> streams) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator out = new JsonFactory().createGenerator(bytes)) {
      out.writeStartObject();
      out.writeArrayFieldStart("streams");
      for (Stream stream : streams) {
        out.writeStartObject();
        out.writeFieldName("stream");
        write(out, stream.labels);
        out.writeArrayFieldStart("values");
        for (Line line : stream.lines) {
          out.writeStartArray();
          out.writeString(Long.toString(line.nanos()));
          out.writeString(line.line());
          write(out, line.metadata());
          out.writeEndArray();
        }
        out.writeEndArray();
        out.writeEndObject();
      }
      out.writeEndArray();
      out.writeEndObject();
    }
    return bytes.toByteArray();
  }

  private static void write(JsonGenerator out, Map<String, String> pairs) throws Exception {
    out.writeStartObject();
    for (Map.Entry<String, String> pair : pairs.entrySet()) {
      out.writeStringField(pair.getKey(), pair.getValue());
    }
    out.writeEndObject();
  }

  private static byte[] inProtobuf(List<Stream> streams, Random random) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (Stream stream : streams) {
      String labels = Labels.of(stream.labels).toString();
      bytes.write(LokiPushes.stream(labels, random.nextBoolean(), stream.lines));
    }
    return LokiPushes.snappy(bytes.toByteArray());
  }

  @Property(tries = 300)
  void pushesAreThereAgain(@ForAll long seed) throws Exception {
    Random random = new Random(seed);
    List<Stream> streams = streams(random);
    List<ResourceLogs> expected = new ArrayList<>();
    for (Stream stream : streams) {
      List<LogEntry> entries = new ArrayList<>();
      for (Line line : stream.lines) {
        entries.add(
            new LogEntry(line.nanos(), 0, 0, "", line.line(), Labels.of(line.metadata()), "", ""));
      }
      expected.add(new ResourceLogs(Labels.of(stream.labels), "", entries));
    }
    LogBlock block = new LogBlock("team-a", RawRecords.ORIGIN, expected);
    assertThat(json.decode(RawRecords.of(Encoding.LOKI_JSON, inJson(streams)))).isEqualTo(block);
    assertThat(protobuf.decode(RawRecords.of(Encoding.LOKI_PROTO, inProtobuf(streams, random))))
        .isEqualTo(block);
  }
}
