package dev.guanlan.job.common;

import dev.guanlan.model.Exemplar;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.model.histogram.Histogram;

/** Leaves samples out of a block that are later than a time. */
final class SamplesUpTo {

  private SamplesUpTo() {}

  /**
   * Returns a block without its samples after a time, and without the series that have no others.
   *
   * @param latestMillis the latest time that is kept, in milliseconds since the epoch
   */
  static SampleBlock of(SampleBlock block, long latestMillis) {
    SampleBlock.Builder kept = SampleBlock.builder(block.tenant(), block.origin());
    for (int series = 0; series < block.seriesCount(); series++) {
      boolean begun = false;
      for (int i = block.firstSample(series); i < block.endSample(series); i++) {
        if (block.timestamp(i) > latestMillis) {
          continue;
        }
        if (!begun) {
          begin(block, series, kept);
          begun = true;
        }
        Histogram histogram = block.histogram(i);
        if (histogram == null) {
          kept.sample(block.timestamp(i), block.value(i));
        } else {
          kept.histogram(block.timestamp(i), histogram);
        }
        kept.startTimestamp(block.startTimestamp(i));
      }
    }
    block.metadata().forEach(kept::metadata);
    return kept.build();
  }

  private static void begin(SampleBlock block, int series, SampleBlock.Builder kept) {
    kept.series(block.labels(series));
    if (block.isDelta(series)) {
      kept.delta();
    }
    for (Exemplar exemplar : block.exemplars()) {
      if (exemplar.series() == series) {
        kept.exemplar(exemplar.labels(), exemplar.value(), exemplar.timestampMillis());
      }
    }
  }
}
