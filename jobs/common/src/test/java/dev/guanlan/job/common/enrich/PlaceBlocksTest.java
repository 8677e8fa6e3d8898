package dev.guanlan.job.common.enrich;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guanlan.model.Labels;
import dev.guanlan.model.LogBlock;
import dev.guanlan.model.LogEntry;
import dev.guanlan.model.Origin;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.model.SpanBlock;
import dev.guanlan.topology.Change;
import dev.guanlan.topology.Identity;
import dev.guanlan.topology.Place;
import dev.guanlan.topology.ResourceEntities;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.operators.co.CoProcessOperator;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;
import org.apache.flink.streaming.util.TwoInputStreamOperatorTestHarness;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Enrichment")
@SuppressWarnings("try") // The harness declares that closing may be interrupted.
final class PlaceBlocksTest {

  private static final Labels CART =
      Labels.of(
          "k8s.cluster.name", "prod",
          "k8s.namespace.name", "shop",
          "k8s.deployment.name", "cart",
          "k8s.pod.name", "cart-0",
          "k8s.pod.uid", "u1",
          "k8s.node.name", "n1",
          "service.name", "cart",
          "team", "checkout");
  private static final Place CART_PLACE =
      new Place("prod", "shop", "cart", "n1", "cart", "checkout");
  private static final Labels SERIES = Labels.of("namespace", "shop", "pod", "cart-0");

  private static List<Change> changes(Labels resource, long version) {
    List<Change> changes = new ArrayList<>();
    ResourceEntities.extract("acme", resource, version, changes::add);
    return changes;
  }

  private static <B> TwoInputStreamOperatorTestHarness<B, Change, Placed<B>> open(
      PlaceBlocks<B> function, TypeInformation<Placed<B>> type) throws Exception {
    TwoInputStreamOperatorTestHarness<B, Change, Placed<B>> harness =
        new TwoInputStreamOperatorTestHarness<>(new CoProcessOperator<>(function));
    harness.setup(type.createSerializer(new SerializerConfigImpl()));
    harness.open();
    return harness;
  }

  private static SampleBlock samples(Labels... series) {
    SampleBlock.Builder block = SampleBlock.builder("acme", Origin.NONE);
    for (Labels labels : series) {
      block.series(labels).sample(1, 1);
    }
    return block.build();
  }

  @Test
  @DisplayName("knows at its first record what the topic held when it opened")
  void coldStart() throws Exception {
    try (TwoInputStreamOperatorTestHarness<SampleBlock, Change, Placed<SampleBlock>> harness =
        open(
            new PlaceBlocks.OfSamples(out -> changes(CART, 1).forEach(out)),
            TopologyTypes.PLACED_SAMPLES)) {
      harness.processElement1(new StreamRecord<>(samples(SERIES, Labels.of("job", "x")), 1));

      Placed<SampleBlock> placed = harness.extractOutputValues().get(0);
      assertThat(placed.places()).containsExactly(CART_PLACE, Place.NONE);
      assertThat(placed.block().labels(0)).isEqualTo(SERIES);
    }
  }

  @Test
  @DisplayName("follows the changes, and forgets the places that it knew by then")
  void follows() throws Exception {
    try (TwoInputStreamOperatorTestHarness<SampleBlock, Change, Placed<SampleBlock>> harness =
        open(new PlaceBlocks.OfSamples(out -> {}), TopologyTypes.PLACED_SAMPLES)) {
      SampleBlock block = samples(SERIES);
      harness.processElement1(new StreamRecord<>(block, 1));
      for (Change change : changes(CART, 10)) {
        harness.processElement2(new StreamRecord<>(change));
      }
      harness.processElement1(new StreamRecord<>(block, 1));
      harness.processElement2(new StreamRecord<>(Identity.tombstone("e/acme/k8s.pod:u1", 20)));
      for (Change change : changes(CART, 15)) {
        harness.processElement2(new StreamRecord<>(change));
      }
      harness.processElement1(new StreamRecord<>(block, 1));

      assertThat(harness.extractOutputValues())
          .extracting(placed -> placed.places()[0])
          .containsExactly(
              new Place("", "shop", "", "", "", ""),
              CART_PLACE,
              // The pod is gone; what the namespace is part of still holds.
              new Place("prod", "shop", "", "", "", ""));
    }
  }

  @Test
  @DisplayName("is not held back by the stream of changes")
  void eventTime() throws Exception {
    try (TwoInputStreamOperatorTestHarness<SampleBlock, Change, Placed<SampleBlock>> harness =
        open(new PlaceBlocks.OfSamples(out -> {}), TopologyTypes.PLACED_SAMPLES)) {
      harness.processWatermarkStatus2(WatermarkStatus.IDLE);
      harness.processWatermark1(new Watermark(5));

      assertThat(harness.getOutput()).contains(new Watermark(5));
    }
  }

  @Test
  @DisplayName("gives each resource of logs and spans one place")
  void resources() throws Exception {
    TopologyTable table = out -> changes(CART, 1).forEach(out);
    Labels pod = Labels.of("k8s.pod.uid", "u1");
    LogEntry entry = new LogEntry(1, 1, 9, "INFO", "hello", Labels.EMPTY, "", "");
    LogBlock logs =
        new LogBlock(
            "acme", Origin.NONE, List.of(new LogBlock.ResourceLogs(pod, "", List.of(entry))));
    SpanBlock spans =
        new SpanBlock(
            "acme",
            Origin.NONE,
            List.of(
                new SpanBlock.ResourceSpans(Labels.of("service.name", "cart"), "", List.of()),
                new SpanBlock.ResourceSpans(pod, "", List.of())));

    try (TwoInputStreamOperatorTestHarness<LogBlock, Change, Placed<LogBlock>> harness =
        open(new PlaceBlocks.OfLogs(table), TopologyTypes.PLACED_LOGS)) {
      harness.processElement1(new StreamRecord<>(logs, 1));
      assertThat(harness.extractOutputValues().get(0).places()).containsExactly(CART_PLACE);
    }
    try (TwoInputStreamOperatorTestHarness<SpanBlock, Change, Placed<SpanBlock>> harness =
        open(new PlaceBlocks.OfSpans(table), TopologyTypes.PLACED_SPANS)) {
      harness.processElement1(new StreamRecord<>(spans, 1));
      assertThat(harness.extractOutputValues().get(0).places())
          .containsExactly(new Place("", "", "", "", "cart", "checkout"), CART_PLACE);
    }
  }
}
