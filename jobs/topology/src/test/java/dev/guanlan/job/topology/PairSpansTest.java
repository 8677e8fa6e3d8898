package dev.guanlan.job.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guanlan.job.topology.state.StateTypes;
import dev.guanlan.topology.Call;
import dev.guanlan.topology.CallSide;
import dev.guanlan.topology.EntityType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The halves of a call")
class PairSpansTest {

  private static final CallSide.Peer BANK =
      new CallSide.Peer(EntityType.EXTERNAL, "external:bank", "bank");

  private OperatorHarness<CallSide, Call> harness;

  private static OperatorHarness<CallSide, Call> harness(
      int parallelism, int index, OperatorSubtaskState... state) throws Exception {
    return OperatorHarness.open(
        new PairSpans(Duration.ofSeconds(60)),
        PairSpans::key,
        StateTypes.CALLS,
        parallelism,
        index,
        state);
  }

  @BeforeEach
  void open() throws Exception {
    harness = harness(1, 0);
  }

  @AfterEach
  void close() throws Exception {
    harness.close();
  }

  private static CallSide caller(String pair, CallSide.Peer peer, long millis) {
    return new CallSide("acme", pair, true, "service:web", peer, millis, 30, false);
  }

  private static CallSide called(String pair, String service, long millis) {
    return new CallSide(
        "acme", pair, false, "service:" + service, CallSide.Peer.NONE, millis, 20, true);
  }

  private static Call call(String service, long millis) {
    return new Call(
        "acme", "service:web", new CallSide.Peer("", "service:" + service, ""), millis, 20, true);
  }

  private void see(CallSide side) throws Exception {
    harness.process(side, side.endMillis());
  }

  private void assertNothingIsLeftAfterTheWait() throws Exception {
    harness.watermark(62_000);
    assertThat(harness.take()).isEmpty();
    assertThat(harness.leftovers()).isZero();
  }

  @Test
  @DisplayName("are paired when the caller comes first")
  void callerFirst() throws Exception {
    see(caller("p1", BANK, 1030));
    see(called("p1", "cart", 1020));

    assertThat(harness.take()).containsExactly(call("cart", 1030));
    assertNothingIsLeftAfterTheWait();
  }

  @Test
  @DisplayName("are paired when the called comes first")
  void calledFirst() throws Exception {
    see(called("p1", "cart", 1020));
    see(caller("p1", CallSide.Peer.NONE, 1030));

    assertThat(harness.take()).containsExactly(call("cart", 1030));
    assertNothingIsLeftAfterTheWait();
  }

  @Test
  @DisplayName("are as many as answered, before and after the caller was heard of")
  void manyCalled() throws Exception {
    see(called("p1", "mail", 1010));
    see(caller("p1", CallSide.Peer.NONE, 1030));
    see(called("p1", "audit", 1040));

    assertThat(harness.take()).containsExactly(call("mail", 1030), call("audit", 1040));
    assertNothingIsLeftAfterTheWait();
  }

  @Test
  @DisplayName("of whom none answered lead outside after the wait")
  void outside() throws Exception {
    see(caller("p1", BANK, 1000));
    harness.watermark(60_999);
    assertThat(harness.take()).isEmpty();

    harness.watermark(61_000);

    assertThat(harness.take())
        .containsExactly(new Call("acme", "service:web", BANK, 1000, 30, false));
    assertThat(harness.leftovers()).isZero();
  }

  @Test
  @DisplayName("that nobody asked for, or that name nobody, are dropped after the wait")
  void dropped() throws Exception {
    see(called("p1", "cart", 1000));
    see(caller("p2", CallSide.Peer.NONE, 1000));

    assertNothingIsLeftAfterTheWait();
  }

  @Test
  @DisplayName("of different tenants do not meet, and one sent twice counts once")
  void tenants() throws Exception {
    see(caller("p1", CallSide.Peer.NONE, 1000));
    see(caller("p1", CallSide.Peer.NONE, 1000));
    harness.process(
        new CallSide("other", "p1", false, "service:cart", CallSide.Peer.NONE, 1000, 20, false),
        1000);
    assertThat(harness.take()).isEmpty();

    see(called("p1", "cart", 1000));
    assertThat(harness.take()).containsExactly(call("cart", 1000));
  }

  @Test
  @DisplayName("from far ahead do not wait for ever")
  void future() throws Exception {
    harness.watermark(1000);
    see(caller("p1", BANK, 99_000_000_000L));

    harness.watermark(1000 + 600_000 + 60_000);

    assertThat(harness.take()).hasSize(1);
    assertThat(harness.leftovers()).isZero();
  }

  @Test
  @DisplayName("meet across a restore")
  void restore() throws Exception {
    see(called("p1", "cart", 1020));
    see(caller("p2", BANK, 1000));
    OperatorSubtaskState state = harness.snapshot();
    harness.close();

    harness = harness(1, 0, state);
    see(caller("p1", BANK, 1030));
    assertThat(harness.take()).containsExactly(call("cart", 1030));
    harness.watermark(70_000);
    assertThat(harness.take()).hasSize(1).allMatch(Call::outside);
    assertThat(harness.leftovers()).isZero();
  }

  @Test
  @DisplayName("meet in exactly one task after a rescale")
  void rescale() throws Exception {
    for (int i = 0; i < 60; i++) {
      see(caller("p" + i, BANK, 1000));
    }
    OperatorSubtaskState state = harness.snapshot();

    List<Call> calls = new ArrayList<>();
    for (int index = 0; index < 2; index++) {
      OperatorHarness<CallSide, Call> part = harness(2, index, state);
      part.watermark(100_000);
      List<Call> own = part.take();
      assertThat(own).isNotEmpty();
      calls.addAll(own);
      assertThat(part.leftovers()).isZero();
      part.close();
    }
    assertThat(calls).hasSize(60);
  }
}
