package dev.guanlan.job.alerting;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guanlan.model.Labels;
import dev.guanlan.model.Origin;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.model.histogram.Buckets;
import dev.guanlan.model.histogram.Histogram;
import dev.guanlan.model.histogram.ResetHint;
import java.io.IOException;
import org.apache.flink.core.memory.DataInputDeserializer;
import org.apache.flink.core.memory.DataOutputSerializer;
import org.junit.jupiter.api.Test;

class SelectedSamplesTest {

  private static final Labels A = Labels.of("__name__", "up", "job", "a");
  private static final Labels B = Labels.of("__name__", "up", "job", "b");
  private static final Histogram HISTOGRAM =
      new Histogram(
          ResetHint.UNKNOWN, 3, 0.001, 1, 3, 2.5, Buckets.EMPTY, Buckets.EMPTY, new double[0]);

  private static SelectedSamples sent(SelectedSamples samples) throws IOException {
    SelectedSamplesSerializer serializer = new SelectedSamplesSerializer();
    DataOutputSerializer out = new DataOutputSerializer(16);
    serializer.serialize(samples, out);
    serializer.serialize(samples, out);
    DataInputDeserializer in = new DataInputDeserializer(out.getCopyOfBuffer());
    serializer.deserialize(in);
    SelectedSamples second = serializer.deserialize(in);
    assertThat(in.available()).isZero();
    return second;
  }

  @Test
  void arriveAsTheyWereSent() throws IOException {
    SampleBlock block =
        SampleBlock.builder("t", Origin.NONE)
            .series(A)
            .sample(5, 0.1)
            .sample(-3, Double.NEGATIVE_INFINITY)
            .series(B)
            .histogram(7, HISTOGRAM)
            .build();
    GroupSelection selection = new GroupSelection("t/file/g");
    selection.add(0, 2, false);
    selection.add(1, 1, true);
    SelectedSamples samples = sent(selection.take(block));
    assertThat(samples.group()).isEqualTo("t/file/g");
    assertThat(samples.ids())
        .containsExactly(block.idHigh(0), block.idLow(0), block.idHigh(1), block.idLow(1));
    assertThat(samples.labels(0)).isNull();
    assertThat(samples.labels(1)).isEqualTo(B);
    assertThat(samples.firstSample()).containsExactly(0, 2, 3);
    assertThat(samples.timestamps()).containsExactly(5, -3, 7);
    assertThat(samples.values()).containsExactly(0.1, Double.NEGATIVE_INFINITY, 0);
    assertThat(samples.histogram(0)).isNull();
    assertThat(samples.histogram(2)).isEqualTo(HISTOGRAM);
    assertThat(samples.latestTimestamp()).isEqualTo(7);
  }

  @Test
  void takeLittleWithoutLabels() throws IOException {
    SampleBlock.Builder builder = SampleBlock.builder("t", Origin.NONE);
    GroupSelection selection = new GroupSelection("t/file/g");
    int series = 1000;
    for (int i = 0; i < series; i++) {
      builder.series(Labels.of("__name__", "up", "i", "i" + i)).sample(1_700_000_000_000L, i);
      selection.add(i, 1, false);
    }
    DataOutputSerializer out = new DataOutputSerializer(16);
    new SelectedSamplesSerializer().serialize(selection.take(builder.build()), out);
    // An identity, a value, a byte for the time and one for the number of samples.
    assertThat(out.length()).isLessThan(series * (16 + 8 + 2) + 64);
  }
}
