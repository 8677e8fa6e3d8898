package dev.guanlan.codec.avro;

import static dev.guanlan.codec.avro.Records.entry;
import static dev.guanlan.codec.avro.Records.flow;
import static dev.guanlan.codec.avro.Records.payload;
import static dev.guanlan.codec.avro.Records.raw;
import static dev.guanlan.codec.avro.Records.sample;
import static dev.guanlan.codec.avro.Records.span;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.guanlan.codec.Decoder;
import dev.guanlan.codec.DecoderLimits;
import dev.guanlan.codec.MalformedPayloadException;
import dev.guanlan.codec.PayloadTooLargeException;
import dev.guanlan.model.FlowBlock;
import dev.guanlan.model.Labels;
import dev.guanlan.model.LogBlock;
import dev.guanlan.model.Origin;
import dev.guanlan.model.RawRecord;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.model.SeriesId;
import dev.guanlan.model.Span;
import dev.guanlan.model.SpanBlock;
import dev.guanlan.schema.Sample;
import dev.guanlan.schema.SchemaHistory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.message.BinaryMessageEncoder;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@DisplayName("A payload of Avro records")
final class AvroDecodersTest {

  private static final String ANONYMOUS = RawRecord.ANONYMOUS;

  private final Decoder<SampleBlock> samples = AvroSamplesDecoder.ofMixed(DecoderLimits.DEFAULTS);
  private final Decoder<LogBlock> logs = AvroLogsDecoder.ofMixed(DecoderLimits.DEFAULTS);
  private final Decoder<SpanBlock> spans = AvroSpansDecoder.ofMixed(DecoderLimits.DEFAULTS);
  private final Decoder<FlowBlock> flows = AvroFlowsDecoder.ofMixed(DecoderLimits.DEFAULTS);

  @Nested
  @DisplayName("that mixes types")
  final class Mixed {

    private final byte[] payload =
        payload(
            sample("up", 1_000, 1),
            entry("hello"),
            sample("up", 2_000, 0.5),
            span("GET /cart"),
            sample("down", 3_000, Double.NaN),
            flow("10.0.0.1"));

    @Test
    @DisplayName("gives samples, those of one series together")
    void samples() throws Exception {
      SampleBlock block = samples.decode(raw(ANONYMOUS, payload));
      assertThat(block.seriesCount()).isEqualTo(2);
      assertThat(block.labels(0)).isEqualTo(Labels.of("__name__", "up", "job", "node"));
      assertThat(block.id(0)).isEqualTo(SeriesId.of(ANONYMOUS, block.labels(0)));
      assertThat(block.endSample(0)).isEqualTo(2);
      assertThat(block.timestamp(1)).isEqualTo(2_000);
      assertThat(block.value(1)).isEqualTo(0.5);
      assertThat(block.value(2)).isNaN();
      assertThat(block.origin()).isEqualTo(new Origin("telemetry", 1, 2));
    }

    @Test
    @DisplayName("gives log entries")
    void logs() throws Exception {
      LogBlock block = logs.decode(raw(ANONYMOUS, payload));
      assertThat(block.entryCount()).isEqualTo(1);
      assertThat(block.resources().get(0).resource())
          .isEqualTo(Labels.of("service.name", "checkout"));
      assertThat(block.resources().get(0).entries().get(0).body()).isEqualTo("hello");
    }

    @Test
    @DisplayName("gives spans with their events and links")
    void spans() throws Exception {
      SpanBlock block = spans.decode(raw(ANONYMOUS, payload));
      Span span = block.resources().get(0).spans().get(0);
      assertThat(span.kind()).isEqualTo(Span.Kind.SERVER);
      assertThat(span.status()).isEqualTo(Span.Status.ERROR);
      assertThat(span.events()).containsExactly(new Span.Event(7, "retry", Labels.of("n", "1")));
      assertThat(span.links())
          .containsExactly(new Span.Link(Records.TRACE, Records.SPAN, Labels.EMPTY));
    }

    @Test
    @DisplayName("gives flows")
    void flows() throws Exception {
      FlowBlock block = flows.decode(raw(ANONYMOUS, payload));
      assertThat(block.flows())
          .singleElement()
          .satisfies(
              flow -> {
                assertThat(flow.clientAddress()).isEqualTo("10.0.0.1");
                assertThat(flow.serverPort()).isEqualTo(443);
                assertThat(flow.client()).isEqualTo(Labels.of("k8s.pod.name", "cart-1"));
              });
    }

    @Test
    @DisplayName("is refused where one type only is taken, naming the record")
    void only() {
      assertThatThrownBy(
              () -> AvroSamplesDecoder.only(DecoderLimits.DEFAULTS).decode(raw(ANONYMOUS, payload)))
          .isInstanceOf(MalformedPayloadException.class)
          .hasMessageContaining("record 2, at byte")
          .hasMessageContaining("it is a LogEntry, where only Sample are taken");
    }
  }

  @Nested
  @DisplayName("belongs to")
  final class Tenant {

    @Test
    @DisplayName("the tenant that its records name, where the header names none")
    void named() throws Exception {
      Sample acme = Sample.newBuilder(sample("up", 1, 1)).setTenant("acme").build();
      assertThat(samples.decode(raw(ANONYMOUS, payload(sample("up", 1, 1), acme))).tenant())
          .isEqualTo("acme");
    }

    @Test
    @DisplayName("its header's tenant, which no record can change")
    void header() throws Exception {
      Sample acme = Sample.newBuilder(sample("up", 1, 1)).setTenant("acme").build();
      assertThat(samples.decode(raw("acme", payload(acme, sample("up", 1, 1)))).tenant())
          .isEqualTo("acme");
      assertThatThrownBy(() -> samples.decode(raw("other", payload(acme))))
          .hasMessageContaining("record 1")
          .hasMessageContaining("\"acme\", the payload of \"other\"");
    }
  }

  @Test
  @DisplayName("is read under every schema that ever was")
  void history() throws Exception {
    Map<String, Decoder<?>> decoders =
        Map.of("Sample", samples, "LogEntry", logs, "Span", spans, "Flow", flows);
    for (Map.Entry<String, Decoder<?>> kind : decoders.entrySet()) {
      List<Schema> versions = SchemaHistory.of(kind.getKey());
      assertThat(versions).isNotEmpty();
      for (Schema version : versions) {
        byte[] old = written(version);
        for (Decoder<?> decoder : decoders.values()) {
          assertThat(decoder.decode(raw(ANONYMOUS, old))).isNotNull();
        }
      }
    }
  }

  /** Writes a record with whatever the version wants, ids that are ids, and a metric's name. */
  private static byte[] written(Schema version) throws IOException {
    GenericRecord record = new GenericData.Record(version);
    for (Schema.Field field : version.getFields()) {
      record.put(
          field.pos(),
          switch (field.name()) {
            case "labels" -> Map.of("__name__", "up");
            case "traceId" -> Records.TRACE;
            case "spanId" -> Records.SPAN;
            default ->
                field.hasDefaultValue()
                    ? GenericData.get().getDefaultValue(field)
                    : switch (field.schema().getType()) {
                      case LONG -> 5L;
                      case DOUBLE -> 0.5;
                      default -> "text";
                    };
          });
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    new BinaryMessageEncoder<GenericRecord>(GenericData.get(), version).encode(record, bytes);
    return bytes.toByteArray();
  }

  @Nested
  @DisplayName("is refused, with the number of the guilty record,")
  final class Refused {

    private void assertRefused(byte[] payload, String... why) {
      for (Decoder<?> decoder : List.of(samples, logs, spans, flows)) {
        assertThatThrownBy(() -> decoder.decode(raw(ANONYMOUS, payload)))
            .as("every decoder refuses the same")
            .isInstanceOf(MalformedPayloadException.class)
            .message()
            .contains(why)
            .contains("; ");
      }
    }

    @Test
    @DisplayName("if it is cut")
    void cut() {
      byte[] whole = payload(sample("up", 1, 1), sample("up", 2, 2));
      assertRefused(Arrays.copyOf(whole, whole.length - 1), "record 2, at byte");
    }

    @Test
    @DisplayName("if it is something else")
    void garbage() {
      assertRefused("{\"json\": 1}".getBytes(java.nio.charset.StandardCharsets.UTF_8), "record 1");
      assertRefused(new byte[0], "empty");
    }

    @Test
    @DisplayName("if nobody knows its schema")
    void unknownSchema() {
      byte[] payload = payload(sample("up", 1, 1));
      payload[4] ^= 1;
      assertRefused(payload, "fingerprint");
    }

    @Test
    @DisplayName("if a sample has no name, an id is none, a port is none, a time is before 1970")
    void content() {
      assertRefused(
          payload(
              sample("up", 1, 1), Sample.newBuilder(sample("x", 1, 1)).setLabels(Map.of()).build()),
          "record 2",
          "__name__");
      var span = span("x");
      span.put("traceId", "XYZ");
      assertRefused(payload(span), "traceId is \"XYZ\"");
      var flow = flow("x");
      flow.put("serverPort", 70_000);
      assertRefused(payload(flow), "70000");
      var entry = entry("x");
      entry.put("timestampNanos", -1L);
      assertRefused(payload(entry), "1970");
    }

    @Test
    @DisplayName("if it has too many records, or labels")
    void tooMuch() {
      DecoderLimits small = new DecoderLimits(1 << 20, 1 << 20, 9, 9, 2, 3, 9, 9, 9);
      Decoder<SampleBlock> decoder = AvroSamplesDecoder.ofMixed(small);
      Sample ok = sample("up", 1, 1);
      assertThatThrownBy(() -> decoder.decode(raw(ANONYMOUS, payload(ok, ok, ok))))
          .isInstanceOf(PayloadTooLargeException.class)
          .hasMessageContaining("2 records");
      Map<String, String> many = new HashMap<>(Map.of("a", "1", "b", "2", "c", "3"));
      many.put("__name__", "up");
      Sample wide = Sample.newBuilder(ok).setLabels(many).build();
      assertThatThrownBy(() -> decoder.decode(raw(ANONYMOUS, payload(wide))))
          .hasMessageContaining("4 labels or attributes where 3 are allowed");
    }
  }

  @Test
  @DisplayName("costs no more than its limits, whatever lengths it claims")
  void bombs() {
    byte[] header = Arrays.copyOf(payload(sample("up", 1, 1)), 10);
    // A tenant of 2 GiB; a map of 2^40 entries; both with next to nothing behind.
    byte[] longText = concatenated(header, varint(Integer.MAX_VALUE), new byte[100]);
    byte[] manyEntries = concatenated(header, new byte[] {0}, varint(1L << 40), new byte[100]);
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    for (byte[] bomb : List.of(longText, manyEntries)) {
      long before = threads.getCurrentThreadAllocatedBytes();
      assertThatThrownBy(() -> samples.decode(raw(ANONYMOUS, bomb)))
          .isInstanceOf(MalformedPayloadException.class);
      assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(64 << 20);
    }
  }

  @Test
  @DisplayName("is decoded or refused whatever its bytes are")
  void mutations() {
    Random random = new Random(42);
    byte[] valid = payload(sample("up", 1, 1), entry("hello"), span("GET"), flow("10.0.0.1"));
    int refused = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] mutated = valid.clone();
      for (int n = random.nextInt(4); n >= 0; n--) {
        mutated[random.nextInt(mutated.length)] = (byte) random.nextInt();
      }
      try {
        assertThat(spans.decode(raw(ANONYMOUS, mutated))).isNotNull();
      } catch (MalformedPayloadException e) {
        assertThat(e.getMessage()).hasSizeLessThan(600);
        refused++;
      }
    }
    assertThat(refused).isBetween(1, 19_999);
  }

  private static byte[] varint(long value) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    long rest = value << 1;
    while ((rest & ~0x7FL) != 0) {
      bytes.write((int) ((rest & 0x7F) | 0x80));
      rest >>>= 7;
    }
    bytes.write((int) rest);
    return bytes.toByteArray();
  }

  private static byte[] concatenated(byte[]... parts) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      bytes.writeBytes(part);
    }
    return bytes.toByteArray();
  }
}
