package dev.guanlan.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SampleBlockTest {

  @Test
  void givesBackEverySeriesWithItsSamples() {
    SampleBlock.Builder builder = SampleBlock.builder("t", Origin.NONE);
    for (int series = 0; series < 50; series++) {
      builder.series(Labels.of("__name__", "m", "i", Integer.toString(series)));
      for (int sample = 0; sample < series; sample++) {
        builder.sample(1_000L * series + sample, sample * 0.5);
      }
    }
    SampleBlock block = builder.build();
    assertThat(block.seriesCount()).isEqualTo(50);
    assertThat(block.sampleCount()).isEqualTo(50 * 49 / 2);
    for (int series = 0; series < 50; series++) {
      assertThat(block.labels(series).get("i")).isEqualTo(Integer.toString(series));
      assertThat(block.id(series)).isEqualTo(SeriesId.of("t", block.labels(series)));
      assertThat(block.endSample(series) - block.firstSample(series)).isEqualTo(series);
      for (int i = 0; i < series; i++) {
        assertThat(block.timestamp(block.firstSample(series) + i)).isEqualTo(1_000L * series + i);
        assertThat(block.value(block.firstSample(series) + i)).isEqualTo(i * 0.5);
      }
    }
    assertThat(block.latestTimestamp()).isEqualTo(49_048);
  }

  @Test
  void knowsNoTimeWhenEmpty() {
    SampleBlock empty = SampleBlock.builder("t", Origin.NONE).build();
    assertThat(empty.sampleCount()).isZero();
    assertThat(empty.latestTimestamp()).isEqualTo(Long.MIN_VALUE);
  }
}
