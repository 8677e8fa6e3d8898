package dev.guanlan.bench.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ReferenceTargetTest {

  private static final String METRICS =
      """
      # TYPE rows_total counter
      rows_total{type="push"} 1200
      rows_total{type="pull"} 3
      rows_total_more 7
      rows_total{type="push",part="b"} 1.5e+03
      seconds 12.5
      """;

  @Test
  void sumsTheSeriesOfACounter() {
    assertThat(ReferenceTarget.sum(METRICS, "rows_total", "")).isEqualTo(2703);
    assertThat(ReferenceTarget.sum(METRICS, "rows_total", "push")).isEqualTo(2700);
    assertThat(ReferenceTarget.sum(METRICS, "seconds", "")).isEqualTo(13);
    assertThat(ReferenceTarget.sum(METRICS, "other", "")).isZero();
  }
}
