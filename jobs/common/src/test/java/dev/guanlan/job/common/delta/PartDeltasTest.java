package dev.guanlan.job.common.delta;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guanlan.model.Labels;
import dev.guanlan.model.MetricMetadata;
import dev.guanlan.model.Origin;
import dev.guanlan.model.SampleBlock;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.streaming.api.operators.ProcessOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A block")
@SuppressWarnings("try") // The harness declares that closing may be interrupted.
final class PartDeltasTest {

  private static OneInputStreamOperatorTestHarness<SampleBlock, SampleBlock> open()
      throws Exception {
    OneInputStreamOperatorTestHarness<SampleBlock, SampleBlock> harness =
        new OneInputStreamOperatorTestHarness<>(new ProcessOperator<>(new PartDeltas()));
    harness.open();
    return harness;
  }

  @Test
  @DisplayName("without changes passes as it is")
  void plain() throws Exception {
    SampleBlock block =
        SampleBlock.builder("t", Origin.NONE).series(Labels.of("a", "1")).sample(1, 1).build();
    try (var harness = open()) {
      harness.processElement(new StreamRecord<>(block));

      assertThat(harness.extractOutputValues()).hasSize(1);
      assertThat(harness.extractOutputValues().get(0).id(0)).isEqualTo(block.id(0));
      assertThat(harness.getSideOutput(PartDeltas.TAG)).isNull();
    }
  }

  @Test
  @DisplayName("is parted into totals and changes, each with the bucket of its series")
  void mixed() throws Exception {
    MetricMetadata what = new MetricMetadata("m", MetricMetadata.Type.COUNTER, "", "");
    SampleBlock.Builder builder =
        SampleBlock.builder("t", Origin.NONE).series(Labels.of("a", "total")).sample(1, 1);
    for (int i = 0; i < 20; i++) {
      builder.series(Labels.of("a", "change-" + i)).delta().sample(1, i);
    }
    try (var harness = open()) {
      harness.processElement(new StreamRecord<>(builder.metadata(what).build()));

      assertThat(harness.extractOutputValues()).hasSize(1);
      SampleBlock others = harness.extractOutputValues().get(0);
      assertThat(others.seriesCount()).isEqualTo(1);
      assertThat(others.hasDeltas()).isFalse();
      assertThat(others.metadata()).containsExactly(what);
      List<Double> values = new ArrayList<>();
      for (StreamRecord<DeltaPart> part : harness.getSideOutput(PartDeltas.TAG)) {
        SampleBlock block = part.getValue().block();
        for (int s = 0; s < block.seriesCount(); s++) {
          assertThat(part.getValue().bucket()).isEqualTo(DeltaToCumulative.bucket(block.id(s)));
          assertThat(block.isDelta(s)).isTrue();
          values.add(block.value(s));
        }
      }
      assertThat(values).hasSize(20).doesNotHaveDuplicates();
    }
  }
}
