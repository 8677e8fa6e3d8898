package dev.guanlan.job.common.enrich;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guanlan.job.common.DeadLetters;
import dev.guanlan.job.common.Decoded;
import dev.guanlan.model.Labels;
import dev.guanlan.model.LogBlock;
import dev.guanlan.model.LogEntry;
import dev.guanlan.model.Origin;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.model.SpanBlock;
import dev.guanlan.schema.DeadLetter;
import dev.guanlan.topology.Change;
import dev.guanlan.topology.Identity;
import dev.guanlan.topology.Place;
import dev.guanlan.topology.ResourceEntities;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;
import org.apache.flink.streaming.util.MultiInputStreamOperatorTestHarness;
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

  private static <B> MultiInputStreamOperatorTestHarness<Placed<B>> open(
      PlaceBlocks<B> places, TypeInformation<Placed<B>> type) throws Exception {
    MultiInputStreamOperatorTestHarness<Placed<B>> harness =
        new MultiInputStreamOperatorTestHarness<>(new EnrichOperator.Factory<>(places));
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
    try (MultiInputStreamOperatorTestHarness<Placed<SampleBlock>> harness =
        open(
            new PlaceBlocks.OfSamples(out -> changes(CART, 1).forEach(out)),
            TopologyTypes.PLACED_SAMPLES)) {
      harness.processElement(
          0, new StreamRecord<>(Decoded.of(samples(SERIES, Labels.of("job", "x")), 1), 1));

      Placed<SampleBlock> placed = harness.extractOutputValues().get(0);
      assertThat(placed.places()).containsExactly(CART_PLACE, Place.NONE);
      assertThat(placed.block().labels(0)).isEqualTo(SERIES);
    }
  }

  @Test
  @DisplayName("follows the changes, and forgets the places that it knew by then")
  void follows() throws Exception {
    try (MultiInputStreamOperatorTestHarness<Placed<SampleBlock>> harness =
        open(new PlaceBlocks.OfSamples(out -> {}), TopologyTypes.PLACED_SAMPLES)) {
      SampleBlock block = samples(SERIES);
      harness.processElement(0, new StreamRecord<>(Decoded.of(block, 1), 1));
      for (Change change : changes(CART, 10)) {
        harness.processElement(1, new StreamRecord<>(change));
      }
      harness.processElement(0, new StreamRecord<>(Decoded.of(block, 1), 1));
      harness.processElement(1, new StreamRecord<>(Identity.tombstone("e/acme/k8s.pod:u1", 20)));
      for (Change change : changes(CART, 15)) {
        harness.processElement(1, new StreamRecord<>(change));
      }
      harness.processElement(0, new StreamRecord<>(Decoded.of(block, 1), 1));

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
    try (MultiInputStreamOperatorTestHarness<Placed<SampleBlock>> harness =
        open(new PlaceBlocks.OfSamples(out -> {}), TopologyTypes.PLACED_SAMPLES)) {
      harness.processWatermarkStatus(1, WatermarkStatus.IDLE);
      harness.processWatermark(0, new Watermark(5));

      assertThat(harness.getOutput()).contains(new Watermark(5));
    }
  }

  private static DeadLetter letter() {
    return DeadLetter.newBuilder()
        .setTenant("acme")
        .setTopic("raw")
        .setPartition(0)
        .setOffset(7)
        .setEncoding("prometheus_remote_write")
        .setFailedAtMillis(1)
        .setJob("test")
        .setReason("it is torn")
        .setKey(null)
        .setPayload(ByteBuffer.allocate(0))
        .setPayloadBytes(0)
        .setHeaders(Map.of())
        .build();
  }

  @Test
  @DisplayName("lets dead letters leave by the side, between blocks")
  void deadLetters() throws Exception {
    try (MultiInputStreamOperatorTestHarness<Placed<SampleBlock>> harness =
        open(new PlaceBlocks.OfSamples(out -> {}), TopologyTypes.PLACED_SAMPLES)) {
      DeadLetter letter = letter();
      harness.processElement(0, new StreamRecord<>(Decoded.of(samples(SERIES), 1), 1));
      harness.processElement(0, new StreamRecord<>(Decoded.dead(letter)));
      harness.processElement(0, new StreamRecord<>(Decoded.of(samples(SERIES), 2), 2));

      assertThat(harness.extractOutputStreamRecords())
          .extracting(StreamRecord::getTimestamp)
          .containsExactly(1L, 2L);
      assertThat(harness.getSideOutput(DeadLetters.TAG))
          .extracting(StreamRecord::getValue)
          .containsExactly(letter);
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

    try (MultiInputStreamOperatorTestHarness<Placed<LogBlock>> harness =
        open(new PlaceBlocks.OfLogs(table), TopologyTypes.PLACED_LOGS)) {
      harness.processElement(0, new StreamRecord<>(Decoded.of(logs, 1), 1));
      assertThat(harness.extractOutputValues().get(0).places()).containsExactly(CART_PLACE);
    }
    try (MultiInputStreamOperatorTestHarness<Placed<SpanBlock>> harness =
        open(new PlaceBlocks.OfSpans(table), TopologyTypes.PLACED_SPANS)) {
      harness.processElement(0, new StreamRecord<>(Decoded.of(spans, 1), 1));
      assertThat(harness.extractOutputValues().get(0).places())
          .containsExactly(new Place("", "", "", "", "cart", "checkout"), CART_PLACE);
    }
  }
}
