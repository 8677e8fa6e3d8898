package dev.guanlan.codec.remotewrite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guanlan.codec.DecoderLimits;
import dev.guanlan.codec.RawRecords;
import dev.guanlan.model.Labels;
import dev.guanlan.model.SampleBlock;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class RemoteWriteRoundTripTest {

  private final RemoteWriteEncoder encoder = new RemoteWriteEncoder();
  private final RemoteWriteDecoder decoder = new RemoteWriteDecoder(DecoderLimits.DEFAULTS, 16);

  @Property(tries = 300)
  void whatIsEncodedIsDecodedAgain(@ForAll("blocks") SampleBlock block) throws Exception {
    byte[] body = encoder.encode(block);
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
        assertThat(Double.doubleToRawLongBits(decoded.value(sample)))
            .isEqualTo(Double.doubleToRawLongBits(block.value(sample)));
      }
    }
  }

  @Provide
  Arbitrary<SampleBlock> blocks() {
    return series().list().ofMaxSize(20).map(RemoteWriteRoundTripTest::block);
  }

  private record Series(Labels labels, List<Long> timestamps, List<Long> valueBits) {}

  private static SampleBlock block(List<Series> all) {
    SampleBlock.Builder builder = SampleBlock.builder("team-a", RawRecords.ORIGIN);
    for (Series series : all) {
      builder.series(series.labels);
      for (int i = 0; i < series.timestamps.size(); i++) {
        builder.sample(
            series.timestamps.get(i),
            Double.longBitsToDouble(series.valueBits.get(i % series.valueBits.size())));
      }
    }
    return builder.build();
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
            bits.list().ofMinSize(1).ofMaxSize(30))
        .as(Series::new);
  }

  private static Labels named(Map<String, String> labels) {
    return Labels.of(labels).with(Labels.METRIC_NAME, "a_metric");
  }
}
