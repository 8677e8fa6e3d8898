package dev.guanlan.bench.process;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TextMetricsTest {

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
    assertThat(TextMetrics.sum(METRICS, "rows_total", "")).isEqualTo(2703);
    assertThat(TextMetrics.sum(METRICS, "rows_total", "push")).isEqualTo(2700);
    assertThat(TextMetrics.sum(METRICS, "seconds", "")).isEqualTo(13);
    assertThat(TextMetrics.sum(METRICS, "other", "")).isZero();
  }
}
