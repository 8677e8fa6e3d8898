package dev.guanlan.job.common.delta;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guanlan.model.Exemplar;
import dev.guanlan.model.Labels;
import dev.guanlan.model.Origin;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.model.SeriesId;
import dev.guanlan.model.histogram.Buckets;
import dev.guanlan.model.histogram.Histogram;
import dev.guanlan.model.histogram.ResetHint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.apache.flink.streaming.api.operators.KeyedProcessOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.AbstractStreamOperatorTestHarness;
import org.apache.flink.streaming.util.KeyedOneInputStreamOperatorTestHarness;

@Label("Changes")
@SuppressWarnings("try") // The harness declares that closing may be interrupted.
final class AddDeltasTest {

  private static final Labels REQUESTS = Labels.of("__name__", "requests_total", "pod", "a");
  private static final int MAX_PARALLELISM = 128;
  private static final double STALE = Double.longBitsToDouble(0x7ff0000000000002L);

  private static KeyedOneInputStreamOperatorTestHarness<Integer, DeltaPart, SampleBlock> harness(
      int parallelism, int subtask, int mostSeries) throws Exception {
    return new KeyedOneInputStreamOperatorTestHarness<>(
        new KeyedProcessOperator<>(new AddDeltas(Duration.ofHours(1), mostSeries)),
        DeltaPart::bucket,
        Types.INT,
        MAX_PARALLELISM,
        parallelism,
        subtask);
  }

  private static KeyedOneInputStreamOperatorTestHarness<Integer, DeltaPart, SampleBlock> open()
      throws Exception {
    KeyedOneInputStreamOperatorTestHarness<Integer, DeltaPart, SampleBlock> harness =
        harness(1, 0, 100);
    harness.open();
    return harness;
  }

  private static StreamRecord<DeltaPart> part(Labels labels, Consumer<SampleBlock.Builder> with) {
    SampleBlock.Builder block = SampleBlock.builder("t", Origin.NONE).series(labels).delta();
    with.accept(block);
    return new StreamRecord<>(
        new DeltaPart(DeltaToCumulative.bucket(SeriesId.of("t", labels)), block.build()));
  }

  private static StreamRecord<DeltaPart> change(long start, long time, double value) {
    return part(REQUESTS, block -> block.sample(time, value).startTimestamp(start));
  }

  /** Returns each sample of what came out as {@code value @ time since start}. */
  private static List<String> lines(
      KeyedOneInputStreamOperatorTestHarness<Integer, DeltaPart, SampleBlock> harness) {
    List<String> lines = new ArrayList<>();
    for (SampleBlock block : harness.extractOutputValues()) {
      assertThat(block.hasDeltas()).isFalse();
      for (int i = 0; i < block.sampleCount(); i++) {
        lines.add(
            block.value(i) + " @ " + block.timestamp(i) + " since " + block.startTimestamp(i));
      }
    }
    return lines;
  }

  private static Histogram histogram(int schema, int index, double count, double sum) {
    return new Histogram(
        ResetHint.UNKNOWN,
        schema,
        1e-128,
        0,
        count,
        sum,
        Buckets.of(new int[] {index}, new double[] {count}, 1),
        Buckets.EMPTY,
        new double[0]);
  }

  @Example
  @Label("become totals that count since the first")
  void totals() throws Exception {
    try (var harness = open()) {
      harness.processElement(change(500, 1_000, 3));
      harness.processElement(change(1_000, 2_000, 4));
      harness.processElement(change(2_500, 4_000, 0.5));

      assertThat(lines(harness))
          .containsExactly("3.0 @ 1000 since 500", "7.0 @ 2000 since 500", "7.5 @ 4000 since 500");
      SampleBlock block = harness.extractOutputValues().get(0);
      assertThat(block.tenant()).isEqualTo("t");
      assertThat(block.labels(0)).isEqualTo(REQUESTS);
      assertThat(block.id(0)).isEqualTo(SeriesId.of("t", REQUESTS));
    }
  }

  @Example
  @Label("that are late, repeated or of an earlier run are dropped")
  void late() throws Exception {
    try (var harness = open()) {
      harness.processElement(change(500, 2_000, 3));
      harness.processElement(change(500, 2_000, 3));
      harness.processElement(change(500, 1_000, 9));
      harness.processElement(change(400, 3_000, 9));
      harness.processElement(change(2_000, 3_000, 1));

      assertThat(lines(harness)).containsExactly("3.0 @ 2000 since 500", "4.0 @ 3000 since 500");
    }
  }

  @Example
  @Label("that are no finite numbers do not spoil the total")
  void endless() throws Exception {
    try (var harness = open()) {
      harness.processElement(change(500, 1_000, 3));
      harness.processElement(change(1_000, 2_000, Double.NaN));
      harness.processElement(change(1_000, 3_000, Double.POSITIVE_INFINITY));
      harness.processElement(change(1_000, 4_000, 1));

      assertThat(lines(harness)).containsExactly("3.0 @ 1000 since 500", "4.0 @ 4000 since 500");
    }
  }

  @Example
  @Label("of histograms whose sum is no finite number do not spoil the total")
  void endlessHistograms() throws Exception {
    try (var harness = open()) {
      for (double sum : new double[] {5, Double.NaN, Double.NEGATIVE_INFINITY, 4}) {
        long time = 1_000L + harness.extractOutputValues().size();
        harness.processElement(
            part(REQUESTS, block -> block.histogram(time, histogram(3, 1, 2, sum))));
      }
      List<SampleBlock> totals = harness.extractOutputValues();
      assertThat(totals).hasSize(2);
      assertThat(totals.get(1).histogram(0)).isEqualTo(histogram(3, 1, 4, 9));
    }
  }

  @Example
  @Label("are interrupted by a staleness marker, which adds nothing")
  void stale() throws Exception {
    try (var harness = open()) {
      harness.processElement(change(500, 1_000, 3));
      harness.processElement(change(0, 2_000, STALE));
      harness.processElement(change(2_000, 3_000, 1));

      List<SampleBlock> blocks = harness.extractOutputValues();
      assertThat(Double.doubleToRawLongBits(blocks.get(1).value(0))).isEqualTo(0x7ff0000000000002L);
      assertThat(blocks.get(2).value(0)).isEqualTo(4);
    }
  }

  @Example
  @Label("of histograms are added at the coarser of their resolutions")
  void histograms() throws Exception {
    try (var harness = open()) {
      harness.processElement(
          part(REQUESTS, block -> block.histogram(1_000, histogram(3, 8, 2, 4))));
      harness.processElement(
          part(REQUESTS, block -> block.histogram(2_000, histogram(2, 4, 1, 2))));

      SampleBlock last = harness.extractOutputValues().get(1);
      assertThat(last.histogram(0)).isEqualTo(histogram(2, 4, 3, 6));
    }
  }

  @Example
  @Label("keep their exemplars with the series they belong to")
  void exemplars() throws Exception {
    Labels trace = Labels.of("trace_id", "a");
    try (var harness = open()) {
      harness.processElement(
          part(
              REQUESTS,
              block ->
                  block
                      .exemplar(trace, 1, 1)
                      .series(REQUESTS.with("pod", "b"))
                      .delta()
                      .sample(1_000, 2)
                      .exemplar(trace, 2, 2)));

      SampleBlock block = harness.extractOutputValues().get(0);
      assertThat(block.seriesCount()).isEqualTo(1);
      assertThat(block.exemplars()).containsExactly(new Exemplar(0, trace, 2, 2));
    }
  }

  @Example
  @Label("begin anew after an hour of silence, and then nothing is left in state")
  void forgotten() throws Exception {
    try (var harness = open()) {
      harness.setProcessingTime(0);
      harness.processElement(change(500, 1_000, 3));
      harness.setProcessingTime(Duration.ofMinutes(50).toMillis());
      harness.processElement(change(1_000, 2_000, 4));
      harness.setProcessingTime(Duration.ofMinutes(100).toMillis());
      assertThat(harness.numKeyedStateEntries()).isPositive();
      harness.setProcessingTime(Duration.ofMinutes(200).toMillis());

      assertThat(harness.numKeyedStateEntries()).isZero();
      assertThat(harness.numProcessingTimeTimers()).isZero();
      harness.processElement(change(9_000, 10_000, 1));
      assertThat(lines(harness)).last().isEqualTo("1.0 @ 10000 since 9000");
    }
  }

  @Example
  @Label("go on where they were however long nothing ran")
  void outage() throws Exception {
    OperatorSubtaskState snapshot;
    try (var harness = open()) {
      harness.setProcessingTime(0);
      harness.processElement(change(500, 1_000, 3));
      snapshot = harness.snapshot(1, 1);
    }
    try (var harness = harness(1, 0, 100)) {
      harness.initializeState(snapshot);
      harness.open();
      harness.setProcessingTime(Duration.ofDays(7).toMillis());
      harness.processElement(change(1_000, 2_000, 4));

      assertThat(lines(harness)).containsExactly("7.0 @ 2000 since 500");
      harness.setProcessingTime(Duration.ofDays(7).plusMinutes(70).toMillis());
      assertThat(harness.numKeyedStateEntries()).as("after an hour of silence").isZero();
    }
  }

  @Example
  @Label("of more series than are kept are dropped")
  void bounded() throws Exception {
    try (var harness = harness(1, 0, 1)) {
      harness.open();
      harness.processElement(
          part(
              REQUESTS,
              block -> block.sample(1, 1).series(REQUESTS.with("pod", "b")).delta().sample(1, 1)));

      assertThat(lines(harness)).containsExactly("1.0 @ 1 since 0");
    }
  }

  @Example
  @Label("go on where they were after a restart with another parallelism")
  void rescale() throws Exception {
    OperatorSubtaskState snapshot;
    List<Labels> all = new ArrayList<>();
    try (var harness = open()) {
      for (int i = 0; i < 50; i++) {
        Labels labels = REQUESTS.with("pod", "p" + i);
        all.add(labels);
        harness.processElement(part(labels, block -> block.sample(1_000, 1)));
      }
      snapshot = harness.snapshot(1, 1);
    }
    List<String> after = new ArrayList<>();
    for (int subtask = 0; subtask < 3; subtask++) {
      try (var harness = harness(3, subtask, 100)) {
        harness.initializeState(
            AbstractStreamOperatorTestHarness.repartitionOperatorState(
                snapshot, MAX_PARALLELISM, 1, 3, subtask));
        harness.open();
        for (Labels labels : all) {
          StreamRecord<DeltaPart> next = part(labels, block -> block.sample(2_000, 2));
          if (isOf(next.getValue().bucket(), subtask)) {
            harness.processElement(next);
          }
        }
        after.addAll(lines(harness));
      }
    }
    assertThat(after).hasSize(50).containsOnly("3.0 @ 2000 since 0");
  }

  private static boolean isOf(int bucket, int subtask) {
    return org.apache.flink.runtime.state.KeyGroupRangeAssignment.assignKeyToParallelOperator(
            bucket, MAX_PARALLELISM, 3)
        == subtask;
  }

  @Property(tries = 50)
  @Label("come to the same total however they are cut into requests")
  void anySplit(
      @ForAll @Size(min = 1, max = 30) List<@IntRange(max = 1000) Integer> changes,
      @ForAll @Size(max = 10) List<@IntRange(min = 1, max = 5) Integer> cuts)
      throws Exception {
    try (var harness = open()) {
      int next = 0;
      int cut = 0;
      while (next < changes.size()) {
        int end = Math.min(changes.size(), next + (cut < cuts.size() ? cuts.get(cut++) : 1));
        int from = next;
        harness.processElement(
            part(
                REQUESTS,
                block -> {
                  for (int i = from; i < end; i++) {
                    block.sample(1_000 + i, changes.get(i));
                  }
                }));
        next = end;
      }
      List<Double> totals = new ArrayList<>();
      for (SampleBlock block : harness.extractOutputValues()) {
        for (int i = 0; i < block.sampleCount(); i++) {
          totals.add(block.value(i));
        }
      }
      List<Double> expected = new ArrayList<>();
      double sum = 0;
      for (int change : changes) {
        sum += change;
        expected.add(sum);
      }
      assertThat(totals).isEqualTo(expected);
    }
  }
}
