package dev.guanlan.codec.remotewrite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guanlan.codec.Decoder;
import dev.guanlan.codec.DecoderLimits;
import dev.guanlan.codec.RawRecords;
import dev.guanlan.model.Labels;
import dev.guanlan.model.MetricMetadata;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.model.histogram.Buckets;
import dev.guanlan.model.histogram.Histogram;
import dev.guanlan.model.histogram.ResetHint;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class RemoteWriteRoundTripTest {

  private final RemoteWriteDecoder decoder = new RemoteWriteDecoder(DecoderLimits.DEFAULTS, 16);
  private final RemoteWrite2Decoder decoder2 = new RemoteWrite2Decoder(DecoderLimits.DEFAULTS, 16);

  @Property(tries = 300)
  void whatIsEncodedIsDecodedAgain(@ForAll("blocks") SampleBlock block) throws Exception {
    isDecodedAgain(block, new RemoteWriteEncoder().encode(block), decoder, false);
  }

  @Property(tries = 300)
  void whatIsEncodedAsVersion2IsDecodedAgain(@ForAll("blocks") SampleBlock block) throws Exception {
    isDecodedAgain(block, new RemoteWrite2Encoder().encode(block), decoder2, true);
  }

  private static void isDecodedAgain(
      SampleBlock block, byte[] body, Decoder<SampleBlock> decoder, boolean startTimes)
      throws Exception {
    // The second time through the cache.
    for (int round = 0; round < 2; round++) {
      SampleBlock decoded = decoder.decode(RawRecords.remoteWrite(body));
      assertThat(decoded.seriesCount()).isEqualTo(block.seriesCount());
      assertThat(decoded.sampleCount()).isEqualTo(block.sampleCount());
      for (int series = 0; series < block.seriesCount(); series++) {
        assertThat(decoded.labels(series)).isEqualTo(block.labels(series));
        assertThat(decoded.id(series)).isEqualTo(block.id(series));
        assertThat(decoded.firstSample(series)).isEqualTo(block.firstSample(series));
        assertThat(decoded.endSample(series)).isEqualTo(block.endSample(series));
      }
      for (int sample = 0; sample < block.sampleCount(); sample++) {
        assertThat(decoded.timestamp(sample)).isEqualTo(block.timestamp(sample));
        boolean stale = bits(block, sample) == 0x7ff0000000000002L;
        assertThat(decoded.histogram(sample)).isEqualTo(stale ? null : block.histogram(sample));
        assertThat(bits(decoded, sample)).isEqualTo(bits(block, sample));
        assertThat(decoded.startTimestamp(sample))
            .isEqualTo(startTimes ? block.startTimestamp(sample) : 0);
      }
      assertThat(decoded.exemplars()).isEqualTo(block.exemplars());
      assertThat(decoded.metadata()).isEqualTo(block.metadata());
    }
  }

  /** Returns the bits of a number, or of the sum of a histogram, where its stale marker is. */
  private static long bits(SampleBlock block, int sample) {
    Histogram histogram = block.histogram(sample);
    return Double.doubleToRawLongBits(histogram == null ? block.value(sample) : histogram.sum());
  }

  @Provide
  Arbitrary<SampleBlock> blocks() {
    return series().list().ofMaxSize(20).map(RemoteWriteRoundTripTest::block);
  }

  private record Series(
      Labels labels, List<Long> timestamps, List<Long> valueBits, List<Histogram> histograms) {}

  private static SampleBlock block(List<Series> all) {
    SampleBlock.Builder builder = SampleBlock.builder("team-a", RawRecords.ORIGIN);
    for (Series series : all) {
      builder.series(series.labels);
      for (int i = 0; i < series.timestamps.size(); i++) {
        builder.sample(
            series.timestamps.get(i),
            Double.longBitsToDouble(series.valueBits.get(i % series.valueBits.size())));
        builder.startTimestamp(series.valueBits.get(0));
      }
      // Each kind of sample stands together on the wire.
      for (Histogram histogram : series.histograms) {
        builder.histogram(series.timestamps.get(0), histogram);
        builder.exemplar(Labels.of("trace_id", "abc"), histogram.sum(), series.timestamps.get(0));
      }
    }
    if (!all.isEmpty()) {
      builder.metadata(
          new MetricMetadata("a_metric", MetricMetadata.Type.COUNTER, "what 它 counts", "澜"));
    }
    return builder.build();
  }

  private static Arbitrary<Histogram> histograms() {
    Arbitrary<Buckets> buckets =
        Arbitraries.maps(
                Arbitraries.integers().between(-1_000_000, 1_000_000),
                Arbitraries.doubles().between(0.01, 1e12))
            .ofMaxSize(6)
            .map(
                counts -> {
                  int[] indexes = counts.keySet().stream().mapToInt(i -> i).sorted().toArray();
                  double[] column = new double[indexes.length];
                  for (int i = 0; i < column.length; i++) {
                    column[i] = counts.get(indexes[i]);
                  }
                  return Buckets.of(indexes, column, column.length);
                });
    Arbitrary<Long> sums = Arbitraries.of(0L, 0x7ff0000000000002L, 0x4004000000000000L);
    Arbitrary<Histogram> exponential =
        Combinators.combine(
                Arbitraries.of(ResetHint.class),
                Arbitraries.integers().between(-4, 8),
                Arbitraries.doubles().between(0, 1000),
                sums,
                buckets,
                buckets)
            .as(
                (hint, schema, zero, sum, positive, negative) ->
                    new Histogram(
                        hint,
                        schema,
                        zero,
                        2 * zero,
                        3 * zero,
                        Double.longBitsToDouble(sum),
                        positive,
                        negative,
                        new double[0]));
    Arbitrary<Histogram> listed =
        Arbitraries.doubles()
            .between(-1000, 1000)
            .set()
            .ofMinSize(1)
            .ofMaxSize(5)
            .map(
                bounds ->
                    new Histogram(
                        ResetHint.UNKNOWN,
                        Histogram.CUSTOM_BUCKETS,
                        0,
                        0,
                        3,
                        1,
                        Buckets.of(new int[] {0, 1}, new double[] {1, 2}, 2),
                        Buckets.EMPTY,
                        bounds.stream().mapToDouble(b -> b).sorted().toArray()));
    return Arbitraries.oneOf(exponential, listed);
  }

  private static Arbitrary<Series> series() {
    Arbitrary<String> texts =
        Arbitraries.oneOf(
            Arbitraries.of(
                "job", "instance", "le", "__x__", "观澜", "\uD83C\uDF0A", "\uFFFD", "\u0000"),
            Arbitraries.strings().alpha().ofMinLength(1).ofMaxLength(200));
    Arbitrary<Labels> labels =
        Arbitraries.maps(texts, texts).ofMaxSize(12).map(RemoteWriteRoundTripTest::named);
    // Of every bit pattern, those that a JVM could be tempted to change stand out.
    Arbitrary<Long> bits =
        Arbitraries.oneOf(
            Arbitraries.longs(),
            Arbitraries.of(
                0L,
                Long.MIN_VALUE,
                0x7ff0000000000002L,
                0x7ff8000000000000L,
                0x7ff0000000000000L,
                0xfff0000000000001L));
    return Combinators.combine(
            labels,
            Arbitraries.longs().list().ofMinSize(1).ofMaxSize(30),
            bits.list().ofMinSize(1).ofMaxSize(30),
            histograms().list().ofMaxSize(2))
        .as(Series::new);
  }

  private static Labels named(Map<String, String> labels) {
    return Labels.of(labels).with(Labels.METRIC_NAME, "a_metric");
  }
}
