package dev.guanlan.codec.remotewrite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guanlan.codec.Decoder;
import dev.guanlan.codec.DecoderLimits;
import dev.guanlan.codec.RawRecords;
import dev.guanlan.model.Labels;
import dev.guanlan.model.Origin;
import dev.guanlan.model.RawRecord;
import dev.guanlan.model.SampleBlock;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tries what decoding costs once the series are known: the block's columns, and nothing else that
 * grows with what is sent.
 */
class KnownSeriesMemoryTest {

  /** A time and a value. */
  private static final int COLUMN_BYTES_A_SAMPLE = 16;

  /** A reference, an identity of two numbers, and where the samples begin. */
  private static final int COLUMN_BYTES_A_SERIES = 8 + 16 + 4;

  /** The block, its arrays' headers, and what a run of the virtual machine adds. */
  private static final int BYTES_A_BLOCK = 2048;

  private final com.sun.management.ThreadMXBean threads =
      (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

  private static SampleBlock block(int series, int samplesEach, int from) {
    SampleBlock.Builder block = SampleBlock.builder("", Origin.NONE);
    for (int i = 0; i < series; i++) {
      block.series(Labels.of("__name__", "http_requests_total", "instance", "host-" + i));
      for (int t = from; t < from + samplesEach; t++) {
        block.sample(1_700_000_000_000L + 15_000L * t, t * 0.5 + i);
      }
    }
    return block.build();
  }

  private static RawRecord request(boolean second, SampleBlock block) {
    return RawRecords.remoteWrite(
        second ? new RemoteWrite2Encoder().encode(block) : new RemoteWriteEncoder().encode(block));
  }

  private static Decoder<SampleBlock> decoder(boolean second) {
    return second
        ? new RemoteWrite2Decoder(DecoderLimits.DEFAULTS)
        : new RemoteWriteDecoder(DecoderLimits.DEFAULTS);
  }

  /** Returns what decoding a request again costs whose series were seen before, in bytes. */
  private long spent(boolean second, int series, int samplesEach) throws Exception {
    Decoder<SampleBlock> decoder = decoder(second);
    // What comes again is the next scrape and not the same bytes. A series is remembered when it
    // comes a second time.
    for (int from = 0; from < 4; from++) {
      decoder.decode(request(second, block(series, samplesEach, from)));
    }
    RawRecord next = request(second, block(series, samplesEach, 4));
    long before = threads.getCurrentThreadAllocatedBytes();
    SampleBlock decoded = decoder.decode(next);
    long spent = threads.getCurrentThreadAllocatedBytes() - before;
    assertThat(decoded.sampleCount()).isEqualTo(series * samplesEach);
    return spent;
  }

  @ParameterizedTest(name = "remote write 2.0: {0}")
  @ValueSource(booleans = {false, true})
  void costsNothingASampleButItsColumns(boolean second) throws Exception {
    for (int samplesEach : new int[] {1, 10, 100}) {
      assertThat(spent(second, 100, samplesEach))
          .as("100 series of %d samples", samplesEach)
          .isLessThan(
              100L * samplesEach * COLUMN_BYTES_A_SAMPLE
                  + 100L * COLUMN_BYTES_A_SERIES
                  + BYTES_A_BLOCK);
    }
  }

  @ParameterizedTest(name = "remote write 2.0: {0}")
  @ValueSource(booleans = {false, true})
  void costsNothingASeriesButItsColumns(boolean second) throws Exception {
    for (int series : new int[] {1, 100, 10_000}) {
      assertThat(spent(second, series, 1))
          .as("%d series of a sample", series)
          .isLessThan(
              (long) series * (COLUMN_BYTES_A_SAMPLE + COLUMN_BYTES_A_SERIES) + BYTES_A_BLOCK);
    }
  }
}
