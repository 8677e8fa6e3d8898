package dev.guanlan.job.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guanlan.job.common.enrich.TopologyTypes;
import dev.guanlan.model.Labels;
import dev.guanlan.topology.Call;
import dev.guanlan.topology.CallSide;
import dev.guanlan.topology.CallStatistics;
import dev.guanlan.topology.Change;
import dev.guanlan.topology.Entity;
import dev.guanlan.topology.EntityType;
import dev.guanlan.topology.Relation;
import dev.guanlan.topology.RelationType;
import java.time.Duration;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The calls of a window")
class CallWindowsTest {

  private static final CallSide.Peer CART = new CallSide.Peer("", "service:cart", "");

  private OperatorHarness<Call, Change> harness;

  private static OperatorHarness<Call, Change> harness(OperatorSubtaskState... state)
      throws Exception {
    return OperatorHarness.open(
        new CallWindows(Duration.ofSeconds(10)),
        CallWindows::key,
        TopologyTypes.CHANGES,
        1,
        0,
        state);
  }

  @BeforeEach
  void open() throws Exception {
    harness = harness();
  }

  @AfterEach
  void close() throws Exception {
    harness.close();
  }

  private void see(CallSide.Peer to, long millis, double duration, boolean failed)
      throws Exception {
    harness.process(new Call("acme", "service:web", to, millis, duration, failed), millis);
  }

  private static Relation calls(String to, CallStatistics statistics, long end) {
    return Relation.of(
        "acme", RelationType.CALLS, "service:web", to, statistics.attributes(10_000), end);
  }

  @Test
  @DisplayName("are summed up when it ends, each window by itself and in any order")
  void sums() throws Exception {
    see(CART, 12_000, 7, false);
    see(CART, 1_000, 2.5, false);
    see(CART, 9_999, 10, true);
    harness.watermark(9_998);
    assertThat(harness.take()).isEmpty();

    harness.watermark(9_999);
    assertThat(harness.take())
        .containsExactly(calls("service:cart", new CallStatistics(2, 1, 12.5, 10), 10_000));

    harness.watermark(19_999);
    assertThat(harness.take())
        .containsExactly(calls("service:cart", new CallStatistics(1, 0, 7, 7), 20_000));
    assertThat(harness.leftovers()).isZero();
  }

  @Test
  @DisplayName("that come late count in the next one that ends")
  void late() throws Exception {
    harness.watermark(25_000);
    see(CART, 1_000, 2, false);
    harness.watermark(29_999);

    assertThat(harness.take())
        .containsExactly(calls("service:cart", new CallStatistics(1, 0, 2, 2), 30_000));
  }

  @Test
  @DisplayName("that lead outside bring the entity that they lead to")
  void outside() throws Exception {
    see(new CallSide.Peer(EntityType.DATABASE, "database:redis/-", "redis"), 1_000, 2, false);
    harness.watermark(9_999);

    assertThat(harness.take())
        .containsExactly(
            new Entity(
                "acme",
                EntityType.DATABASE,
                "database:redis/-",
                "redis",
                Labels.EMPTY,
                10_000,
                false),
            calls("database:redis/-", new CallStatistics(1, 0, 2, 2), 10_000));
  }

  @Test
  @DisplayName("are kept over a restore")
  void restore() throws Exception {
    see(CART, 1_000, 2, false);
    OperatorSubtaskState state = harness.snapshot();
    harness.close();

    harness = harness(state);
    see(CART, 2_000, 4, false);
    harness.watermark(9_999);

    assertThat(harness.take())
        .containsExactly(calls("service:cart", new CallStatistics(2, 0, 6, 4), 10_000));
    assertThat(harness.leftovers()).isZero();
  }
}
