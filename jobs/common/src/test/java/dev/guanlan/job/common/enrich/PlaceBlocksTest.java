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
import dev.guanlan.topology.TopologyIndex;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.apache.flink.api.common.serialization.SerializerConfigImpl;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.streaming.api.operators.ProcessOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.util.OneInputStreamOperatorTestHarness;
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

  /** Tells changes as the followed topic would. */
  private static final class Told implements Topology {

    private static final long serialVersionUID = 1;

    // The harness serializes the function, and runs the one that it was given.
    private final transient List<Change> changes;
    private transient boolean closed;

    Told(List<Change> before) {
      changes = new ArrayList<>(before);
    }

    void tell(List<Change> more) {
      changes.addAll(more);
    }

    @Override
    public View follow() {
      return new View() {
        @Override
        public void awaitEnd() {
          // All that was told is known.
        }

        @Override
        public TopologyIndex upToDate(TopologyIndex index) {
          changes.forEach(index::apply);
          changes.clear();
          return index;
        }

        @Override
        public <T> T ask(Function<TopologyIndex, T> question) {
          throw new UnsupportedOperationException(
              "blocks are placed by an index of the task's own");
        }

        @Override
        public long unreadable() {
          return 0;
        }

        @Override
        public void close() {
          closed = true;
        }
      };
    }
  }

  private static List<Change> changes(Labels resource, long version) {
    List<Change> changes = new ArrayList<>();
    ResourceEntities.extract("acme", resource, version, changes::add);
    return changes;
  }

  private static <B> OneInputStreamOperatorTestHarness<B, Placed<B>> open(
      PlaceBlocks<B> function, TypeInformation<Placed<B>> type) throws Exception {
    OneInputStreamOperatorTestHarness<B, Placed<B>> harness =
        new OneInputStreamOperatorTestHarness<>(new ProcessOperator<>(function));
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
    try (OneInputStreamOperatorTestHarness<SampleBlock, Placed<SampleBlock>> harness =
        open(new PlaceBlocks.OfSamples(new Told(changes(CART, 1))), TopologyTypes.PLACED_SAMPLES)) {
      harness.processElement(new StreamRecord<>(samples(SERIES, Labels.of("job", "x")), 1));

      Placed<SampleBlock> placed = harness.extractOutputValues().get(0);
      assertThat(placed.places()).containsExactly(CART_PLACE, Place.NONE);
      assertThat(placed.block().labels(0)).isEqualTo(SERIES);
    }
  }

  @Test
  @DisplayName("follows the changes, and forgets the places that it knew by then")
  void follows() throws Exception {
    Told topology = new Told(List.of());
    try (OneInputStreamOperatorTestHarness<SampleBlock, Placed<SampleBlock>> harness =
        open(new PlaceBlocks.OfSamples(topology), TopologyTypes.PLACED_SAMPLES)) {
      SampleBlock block = samples(SERIES);
      harness.processElement(new StreamRecord<>(block, 1));
      topology.tell(changes(CART, 10));
      harness.processElement(new StreamRecord<>(block, 1));
      topology.tell(List.of(Identity.tombstone("e/acme/k8s.pod:u1", 20)));
      topology.tell(changes(CART, 15));
      harness.processElement(new StreamRecord<>(block, 1));

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
  @DisplayName("lets go of the topology when its task ends")
  void closes() throws Exception {
    Told topology = new Told(List.of());
    try (OneInputStreamOperatorTestHarness<SampleBlock, Placed<SampleBlock>> harness =
        open(new PlaceBlocks.OfSamples(topology), TopologyTypes.PLACED_SAMPLES)) {
      harness.processElement(new StreamRecord<>(samples(SERIES), 1));
      assertThat(topology.closed).isFalse();
    }
    assertThat(topology.closed).isTrue();
  }

  @Test
  @DisplayName("gives each resource of logs and spans one place")
  void resources() throws Exception {
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

    try (OneInputStreamOperatorTestHarness<LogBlock, Placed<LogBlock>> harness =
        open(new PlaceBlocks.OfLogs(new Told(changes(CART, 1))), TopologyTypes.PLACED_LOGS)) {
      harness.processElement(new StreamRecord<>(logs, 1));
      assertThat(harness.extractOutputValues().get(0).places()).containsExactly(CART_PLACE);
    }
    try (OneInputStreamOperatorTestHarness<SpanBlock, Placed<SpanBlock>> harness =
        open(new PlaceBlocks.OfSpans(new Told(changes(CART, 1))), TopologyTypes.PLACED_SPANS)) {
      harness.processElement(new StreamRecord<>(spans, 1));
      assertThat(harness.extractOutputValues().get(0).places())
          .containsExactly(new Place("", "", "", "", "cart", "checkout"), CART_PLACE);
    }
  }
}
