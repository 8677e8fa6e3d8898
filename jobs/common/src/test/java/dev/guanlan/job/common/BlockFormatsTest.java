package dev.guanlan.job.common;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.guanlan.model.Labels;
import dev.guanlan.model.LogBlock;
import dev.guanlan.model.LogEntry;
import dev.guanlan.model.MetricMetadata;
import dev.guanlan.model.Origin;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.model.Span;
import dev.guanlan.model.SpanBlock;
import dev.guanlan.model.histogram.Buckets;
import dev.guanlan.model.histogram.Histogram;
import dev.guanlan.model.histogram.ResetHint;
import java.io.IOException;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;

@Label("A block's format")
final class BlockFormatsTest {

  private static <T> T throughBytes(TypeInformation<T> type, T value) throws IOException {
    TypeSerializer<T> serializer = type.createSerializer(new SerializerConfigImpl());
    DataOutputSerializer written = new DataOutputSerializer(64);
    serializer.serialize(value, written);
    DataOutputSerializer copied = new DataOutputSerializer(64);
    serializer.copy(new DataInputDeserializer(written.getCopyOfBuffer()), copied);
    assertThat(copied.getCopyOfBuffer()).isEqualTo(written.getCopyOfBuffer());
    DataInputDeserializer input = new DataInputDeserializer(copied.getCopyOfBuffer());
    T read = serializer.duplicate().deserialize(input);
    assertThat(input.available()).isZero();
    return read;
  }

  @Provide
  Arbitrary<String> text() {
    // Telemetry's text was UTF-8 once, so it holds no half of a surrogate pair.
    return Arbitraries.integers()
        .between(0, 0x10FFFF)
        .filter(c -> c < 0xD800 || c > 0xDFFF)
        .list()
        .ofMaxSize(12)
        .map(
            points -> {
              StringBuilder built = new StringBuilder();
              points.forEach(built::appendCodePoint);
              return built.toString();
            });
  }

  @Provide
  Arbitrary<Labels> labels() {
    return Arbitraries.maps(text(), text()).ofMaxSize(4).map(Labels::of);
  }

  @Provide
  Arbitrary<Origin> origins() {
    return Combinators.combine(text(), Arbitraries.integers(), Arbitraries.longs()).as(Origin::new);
  }

  /** Is a series: its samples by their bits, and which of the rare columns it has. */
  record Series(Labels labels, List<Long> bits, List<Histogram> histograms, int rare) {

    void addTo(SampleBlock.Builder block) {
      block.series(labels);
      for (long sample : bits) {
        block.sample(~sample, Double.longBitsToDouble(sample));
        if ((rare & 1) != 0) {
          block.startTimestamp(sample);
        }
      }
      histograms.forEach(histogram -> block.histogram(rare, histogram));
      if ((rare & 2) != 0) {
        block.delta();
      }
      if ((rare & 4) != 0) {
        block.exemplar(labels, rare, ~rare);
      }
      if ((rare & 8) != 0) {
        block.metadata(
            new MetricMetadata(labels.toString(), MetricMetadata.Type.GAUGE, "澜", "bytes"));
      }
    }
  }

  @Provide
  Arbitrary<Histogram> histograms() {
    Arbitrary<Buckets> buckets =
        Arbitraries.maps(Arbitraries.integers(), Arbitraries.doubles())
            .ofMaxSize(4)
            .map(
                counts -> {
                  int[] indexes = counts.keySet().stream().mapToInt(i -> i).sorted().toArray();
                  double[] column = new double[indexes.length];
                  for (int i = 0; i < column.length; i++) {
                    column[i] = counts.get(indexes[i]);
                  }
                  return Buckets.of(indexes, column, column.length);
                });
    return Combinators.combine(
            Arbitraries.of(ResetHint.class),
            Arbitraries.integers(),
            Arbitraries.doubles(),
            Arbitraries.longs(),
            buckets,
            buckets,
            Arbitraries.doubles().array(double[].class).ofMaxSize(3))
        .as(
            (hint, schema, number, bits, positive, negative, bounds) ->
                new Histogram(
                    hint,
                    schema,
                    number,
                    -number,
                    2 * number,
                    Double.longBitsToDouble(bits),
                    positive,
                    negative,
                    bounds));
  }

  @Provide
  Arbitrary<SampleBlock> sampleBlocks() {
    Arbitrary<Series> series =
        Combinators.combine(
                labels(),
                Arbitraries.longs().list().ofMaxSize(5),
                histograms().list().ofMaxSize(2),
                Arbitraries.integers().between(0, 15))
            .as(Series::new);
    return Combinators.combine(text(), origins(), series.list().ofMaxSize(5))
        .as(
            (tenant, origin, all) -> {
              SampleBlock.Builder block = SampleBlock.builder(tenant, origin);
              all.forEach(one -> one.addTo(block));
              return block.build();
            });
  }

  @Provide
  Arbitrary<LogBlock> logBlocks() {
    Arbitrary<LogEntry> entries =
        Combinators.combine(
                Arbitraries.longs(),
                Arbitraries.longs(),
                Arbitraries.integers(),
                text(),
                text(),
                labels(),
                text(),
                text())
            .as(LogEntry::new);
    Arbitrary<LogBlock.ResourceLogs> groups =
        Combinators.combine(labels(), text(), entries.list().ofMaxSize(3))
            .as(LogBlock.ResourceLogs::new);
    return Combinators.combine(text(), origins(), groups.list().ofMaxSize(3)).as(LogBlock::new);
  }

  record SpanText(String trace, String span, String parent, String name, String message) {}

  @Provide
  Arbitrary<SpanBlock> spanBlocks() {
    Arbitrary<SpanText> texts =
        Combinators.combine(text(), text(), text(), text(), text()).as(SpanText::new);
    Arbitrary<Span.Event> events =
        Combinators.combine(Arbitraries.longs(), text(), labels()).as(Span.Event::new);
    Arbitrary<Span.Link> links = Combinators.combine(text(), text(), labels()).as(Span.Link::new);
    Arbitrary<Span> spans =
        Combinators.combine(
                texts,
                Arbitraries.of(Span.Kind.class),
                Arbitraries.longs(),
                Arbitraries.longs(),
                Arbitraries.of(Span.Status.class),
                labels(),
                events.list().ofMaxSize(2),
                links.list().ofMaxSize(2))
            .as(
                (words, kind, start, end, status, attributes, happened, bonds) ->
                    new Span(
                        words.trace(),
                        words.span(),
                        words.parent(),
                        words.name(),
                        kind,
                        start,
                        end,
                        status,
                        words.message(),
                        attributes,
                        happened,
                        bonds));
    Arbitrary<SpanBlock.ResourceSpans> groups =
        Combinators.combine(labels(), text(), spans.list().ofMaxSize(2))
            .as(SpanBlock.ResourceSpans::new);
    return Combinators.combine(text(), origins(), groups.list().ofMaxSize(2)).as(SpanBlock::new);
  }

  @Property(tries = 300)
  @Label("gives back every block of samples, values by their very bits")
  void samples(@ForAll("sampleBlocks") SampleBlock block) throws IOException {
    assertThat(Blocks.content(throughBytes(BlockTypes.SAMPLES, block)))
        .isEqualTo(Blocks.content(block));
  }

  @Property(tries = 200)
  @Label("gives back every block of log entries")
  void logs(@ForAll("logBlocks") LogBlock block) throws IOException {
    assertThat(throughBytes(BlockTypes.LOGS, block)).isEqualTo(block);
  }

  @Property(tries = 200)
  @Label("gives back every block of spans")
  void spans(@ForAll("spanBlocks") SpanBlock block) throws IOException {
    assertThat(throughBytes(BlockTypes.SPANS, block)).isEqualTo(block);
  }

  @Property(tries = 100)
  @Label("gives back every block of resources")
  void resources(@ForAll("labels") Labels labels, @ForAll("origins") Origin origin)
      throws IOException {
    ResourceBlock block =
        new ResourceBlock("anonymous", origin, 1_700_000_000_000L, List.of(labels, labels));

    assertThat(throughBytes(BlockTypes.RESOURCES, block)).isEqualTo(block);
  }

  @Example
  @Label("holds text of more than 64 KiB, and more samples than one chunk")
  void bigContent() throws IOException {
    String big = "澜".repeat(200_000);
    SampleBlock.Builder block = SampleBlock.builder(big, Origin.NONE);
    block.series(Labels.of("__name__", "big", "text", big));
    for (int i = 0; i < 5_000; i++) {
      block.sample(i, -i);
    }
    block.series(Labels.of("__name__", "big", "text", big)).sample(1, 2);
    SampleBlock made = block.build();

    assertThat(Blocks.content(throughBytes(BlockTypes.SAMPLES, made)))
        .isEqualTo(Blocks.content(made));
  }

  @Example
  @Label("writes a label that comes again in few bytes")
  void repeatedLabels() throws IOException {
    SampleBlock.Builder block = SampleBlock.builder("anonymous", Origin.NONE);
    for (int i = 0; i < 1_000; i++) {
      block
          .series(Labels.of("__name__", "container_cpu_usage_seconds_total", "pod", "pod-" + i))
          .sample(i, i);
    }
    DataOutputSerializer out = new DataOutputSerializer(64);
    BlockTypes.SAMPLES.createSerializer(new SerializerConfigImpl()).serialize(block.build(), out);

    assertThat(out.length() / 1_000).isLessThan(32 + 8 + 10);
  }

  @Example
  @Label("refuses what a later release wrote, naming both versions")
  void laterVersion() {
    DataInputDeserializer later = new DataInputDeserializer(new byte[] {3, 0, 0, 0});

    assertThatThrownBy(
            () ->
                BlockTypes.SAMPLES.createSerializer(new SerializerConfigImpl()).deserialize(later))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("reads the versions 1 to 2, not 3");
  }
}
