package dev.guanlan.model;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guanlan.model.histogram.Buckets;
import dev.guanlan.model.histogram.Histogram;
import dev.guanlan.model.histogram.ResetHint;
import java.util.List;
import org.junit.jupiter.api.Test;

class SeriesSelectionTest {

  private static final Histogram HISTOGRAM =
      new Histogram(ResetHint.UNKNOWN, 0, 0, 0, 1, 1, Buckets.EMPTY, Buckets.EMPTY, new double[0]);
  private static final Labels TRACE = Labels.of("trace_id", "a");
  private static final MetricMetadata WHAT =
      new MetricMetadata("c", MetricMetadata.Type.COUNTER, "", "");

  private static SampleBlock block() {
    return SampleBlock.builder("t", Origin.NONE)
        .series(Labels.of("__name__", "a"))
        .sample(1, 10)
        .exemplar(TRACE, 1, 1)
        .series(Labels.of("__name__", "b"))
        .histogram(2, HISTOGRAM)
        .sample(3, 30)
        .startTimestamp(1)
        .exemplar(TRACE, 2, 2)
        .series(Labels.of("__name__", "c"))
        .delta()
        .sample(4, 40)
        .exemplar(TRACE, 3, 3)
        .metadata(WHAT)
        .build();
  }

  private static SampleBlock part(List<MetricMetadata> metadata, int... series) {
    SeriesSelection selection = new SeriesSelection();
    for (int s : series) {
      selection.add(s);
    }
    assertThat(selection.count()).isEqualTo(series.length);
    return selection.of(block(), metadata);
  }

  @Test
  void takesEveryColumnOfTheSelectedSeries() {
    SampleBlock part = part(List.of(WHAT), 1, 2);

    assertThat(part.labels(0).metricName()).isEqualTo("b");
    assertThat(part.id(1)).isEqualTo(SeriesId.of("t", Labels.of("__name__", "c")));
    assertThat(part.sampleCount()).isEqualTo(3);
    assertThat(part.histogram(0)).isSameAs(HISTOGRAM);
    assertThat(part.histogram(1)).isNull();
    assertThat(part.startTimestamp(1)).isEqualTo(1);
    assertThat(part.value(1)).isEqualTo(30);
    assertThat(part.timestamp(2)).isEqualTo(4);
    assertThat(part.isDelta(0)).isFalse();
    assertThat(part.isDelta(1)).isTrue();
    assertThat(part.exemplars())
        .containsExactly(new Exemplar(0, TRACE, 2, 2), new Exemplar(1, TRACE, 3, 3));
    assertThat(part.metadata()).containsExactly(WHAT);
  }

  @Test
  void hasNoColumnThatTheSelectedSeriesDoNotNeed() {
    SampleBlock part = part(List.of(), 0);

    assertThat(part.hasHistograms()).isFalse();
    assertThat(part.hasDeltas()).isFalse();
    assertThat(part.exemplars()).containsExactly(new Exemplar(0, TRACE, 1, 1));
    assertThat(part.metadata()).isEmpty();
  }

  @Test
  void isTheBlockItselfWhenEverythingIsSelected() {
    SampleBlock block = block();
    SeriesSelection selection = new SeriesSelection();
    for (int s = 0; s < block.seriesCount(); s++) {
      selection.add(s);
    }

    assertThat(selection.of(block, List.of(WHAT))).isSameAs(block);
    assertThat(selection.of(block, List.of()).metadata()).isEmpty();
  }
}
