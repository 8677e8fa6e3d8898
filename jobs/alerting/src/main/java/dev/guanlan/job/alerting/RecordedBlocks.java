package dev.guanlan.job.alerting;

import dev.guanlan.model.Origin;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.model.histogram.Histogram;
import dev.guanlan.rules.RecordedSample;
import java.util.ArrayList;
import java.util.List;

/** Cuts what a tick recorded into blocks of a size that Kafka takes. */
final class RecordedBlocks {

  private static final int MOST_SAMPLES = 2000;

  private RecordedBlocks() {}

  static List<SampleBlock> of(String tenant, List<RecordedSample> samples) {
    List<SampleBlock> blocks = new ArrayList<>();
    for (int from = 0; from < samples.size(); from += MOST_SAMPLES) {
      SampleBlock.Builder block = SampleBlock.builder(tenant, Origin.NONE);
      for (RecordedSample sample :
          samples.subList(from, Math.min(samples.size(), from + MOST_SAMPLES))) {
        block.series(sample.labels());
        Histogram histogram = sample.histogram();
        if (histogram == null) {
          block.sample(sample.timestampMillis(), sample.value());
        } else {
          block.histogram(sample.timestampMillis(), histogram);
        }
      }
      blocks.add(block.build());
    }
    return blocks;
  }
}
