package dev.guanlan.codec.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

class NamesTest {

  private final MetricNames metrics = new MetricNames();
  private final LabelNames labels = new LabelNames();

  @ParameterizedTest
  @CsvFileSource(resources = "metric-names.csv", numLinesToSkip = 1, nullValues = "null")
  void metricNames(String name, String unit, MetricKind kind, String translated) {
    assertThat(metrics.translate(name, unit, kind)).isEqualTo(translated);
    assertThat(metrics.translate(name, unit, kind)).as("remembered").isEqualTo(translated);
  }

  @ParameterizedTest
  @CsvFileSource(resources = "label-names.csv", numLinesToSkip = 1)
  void labelNames(String attribute, String translated) {
    assertThat(labels.translate(attribute)).isEqualTo(translated);
  }
}
