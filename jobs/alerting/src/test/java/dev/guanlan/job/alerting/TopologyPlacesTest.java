package dev.guanlan.job.alerting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.guanlan.model.Labels;
import dev.guanlan.promql.engine.StaleMarker;
import dev.guanlan.schema.AlertTransition;
import java.util.List;
import java.util.Map;
import org.apache.flink.runtime.checkpoint.OperatorSubtaskState;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A task that evaluates rules")
class TopologyPlacesTest {

  private static final String T = "anonymous";
  private static final String G = "g";
  private static final long SECOND = 1000;
  private static final long START = 1_700_000_000_000L;
  private static final Labels DOWN =
      Labels.of("__name__", "down", "namespace", "shop", "pod", "cart-0");
  private static final Labels CART =
      Labels.of(
          "k8s.cluster.name", "prod",
          "k8s.namespace.name", "shop",
          "k8s.pod.name", "cart-0",
          "k8s.pod.uid", "u1",
          "k8s.node.name", "n1",
          "service.name", "cart",
          "service.namespace", "shop",
          "service.instance.id", "i-1",
          "team", "checkout");

  private static final String PLACED =
      """
      groups:
        - name: g
          interval: 10s
          rules:
            - alert: Down
              expr: down
              for: 10s
              labels: {owner: "{{ $topology.owner }}"}
              annotations:
                summary: "{{ $topology.service }} on {{ $topology.node }} for {{ $topology.dependants }}"
      """;

  private static ToldTopology topology() {
    return new ToldTopology()
        .resource(CART, 1)
        .call("service:shop/web", "service:shop/cart")
        .call("service:shop/cart", "service:shop/stock");
  }

  /** Feeds a sample every 5 s, with the watermark right behind. */
  private static void feed(TestingEvaluation job, int fromSecond, int toSecond) throws Exception {
    for (long second = fromSecond; second < toSecond; second += 5) {
      job.sample(T, G, DOWN, START + second * SECOND, 1);
      job.watermark(START + second * SECOND - 1);
    }
  }

  private static List<String> owners(TestingEvaluation job) {
    return job.transitionRecords().stream()
        .map(move -> move.getTo() + " " + move.getLabels().getOrDefault("owner", "nobody"))
        .toList();
  }

  @Test
  @DisplayName("follows no topology as long as no rule uses it")
  void unused() throws Exception {
    ToldTopology topology = topology();
    try (TestingEvaluation job = TestingEvaluation.startWith(topology, null)) {
      job.rules(
          T,
          """
          groups:
            - {name: g, interval: 10s, rules: [{alert: Down, expr: down}]}
          """);
      feed(job, 0, 60);
      assertThat(job.transitions()).hasSize(1);
    }
    assertThat(topology.followed()).isZero();
  }

  @Test
  @DisplayName("begins to follow it when a rule comes that uses it, once, and until it closes")
  void followed() throws Exception {
    ToldTopology topology = topology();
    try (TestingEvaluation job = TestingEvaluation.startWith(topology, null)) {
      job.rules(T, PLACED);
      assertThat(topology.following()).as("before any tick").isEqualTo(1);
      feed(job, 0, 60);
      assertThat(owners(job)).containsExactly("PENDING checkout", "FIRING checkout");
      AlertTransition fired = job.transitionRecords().get(1);
      assertThat(fired.getAnnotations()).containsEntry("summary", "cart on n1 for [web]");
      assertThat(topology.followed()).isEqualTo(1);
    }
    assertThat(topology.following()).isZero();
  }

  @Test
  @DisplayName("tells each part of a place by its name")
  void parts() throws Exception {
    ToldTopology topology =
        topology().resource(CART.with("k8s.deployment.name", "cart-deployment"), 2);
    try (TestingEvaluation job = TestingEvaluation.startWith(topology, null)) {
      job.rules(
          T,
          """
          groups:
            - name: g
              interval: 10s
              rules:
                - alert: Down
                  expr: down
                  annotations:
                    cluster: "{{ $topology.cluster }}"
                    namespace: "{{ $topology.namespace }}"
                    workload: "{{ $topology.workload }}"
                    node: "{{ $topology.node }}"
                    service: "{{ $topology.service }}"
                    owner: "{{ $topology.owner }}"
                    dependants: "{{ $topology.dependants }}"
          """);
      feed(job, 0, 20);
      assertThat(job.transitionRecords().get(0).getAnnotations())
          .containsExactlyInAnyOrderEntriesOf(
              Map.of(
                  "cluster", "prod",
                  "namespace", "shop",
                  "workload", "cart-deployment",
                  "node", "n1",
                  "service", "cart",
                  "owner", "checkout",
                  "dependants", "[web]"));
    }
  }

  @Test
  @DisplayName("knows it at the first tick after a restart, and resolves nothing")
  void restored() throws Exception {
    OperatorSubtaskState state;
    try (TestingEvaluation job = TestingEvaluation.startWith(topology(), null)) {
      job.rules(T, PLACED);
      feed(job, 0, 60);
      state = job.snapshot(1);
    }
    ToldTopology topology = topology();
    try (TestingEvaluation job = TestingEvaluation.startWith(topology, state)) {
      feed(job, 60, 90);
      assertThat(job.transitions()).isEmpty();
      assertThat(topology.following()).isEqualTo(1);
    }
  }

  @Test
  @DisplayName("keeps the alert of what was deleted while it was away")
  void deletedWhileAway() throws Exception {
    OperatorSubtaskState state;
    try (TestingEvaluation job = TestingEvaluation.startWith(topology(), null)) {
      job.rules(T, PLACED);
      feed(job, 0, 60);
      state = job.snapshot(1);
    }
    try (TestingEvaluation job = TestingEvaluation.startWith(topology().gone(9), state)) {
      feed(job, 60, 90);
      assertThat(job.transitions()).isEmpty();
      job.sample(T, G, DOWN, START + 90 * SECOND, StaleMarker.VALUE);
      job.watermark(START + 120 * SECOND);
      assertThat(owners(job)).containsExactly("RESOLVED checkout");
      assertThat(job.transitionRecords().get(0).getAnnotations())
          .containsEntry("summary", "cart on n1 for [web]");
      job.transitions();
      job.sample(T, G, DOWN, START + 121 * SECOND, 1);
      job.watermark(START + 135 * SECOND);
      assertThat(owners(job)).as("nothing is known any more").contains("PENDING nobody");
    }
  }

  @Test
  @DisplayName("fails rather than give alerts other labels if the topology cannot be read")
  void unreadable() throws Exception {
    try (TestingEvaluation job = TestingEvaluation.startWith(topology().unreadable(), null)) {
      job.rules(T, PLACED);
      assertThatThrownBy(() -> feed(job, 0, 60)).hasStackTraceContaining(ToldTopology.UNREADABLE);
    }
  }
}
