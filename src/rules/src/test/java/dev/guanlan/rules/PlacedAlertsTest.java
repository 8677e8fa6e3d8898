package dev.guanlan.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guanlan.model.Labels;
import dev.guanlan.promql.Matcher;
import dev.guanlan.promql.engine.Engine;
import dev.guanlan.promql.engine.EngineOptions;
import dev.guanlan.promql.engine.MemorySampleSource;
import dev.guanlan.promql.engine.SelectHints;
import dev.guanlan.promql.engine.SeriesSet;
import dev.guanlan.promql.engine.StaleMarker;
import dev.guanlan.rules.template.AlertPlace;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("An alert whose texts use the topology")
class PlacedAlertsTest {

  private static final long MINUTE = 60_000;
  private static final Labels DOWN = Labels.of("__name__", "down", "pod", "cart-0");
  private static final AlertPlace ON_N1 = place("n1", "checkout", "web");

  private final MemorySampleSource source = new MemorySampleSource();
  private final Map<String, AlertPlace> topology = new HashMap<>();
  private List<RuleMemory> memories = List.of(RuleMemory.EMPTY);
  private GroupEvaluator evaluator = evaluator("for: 2m");
  private long tick;

  private static AlertPlace place(String node, String owner, String... dependants) {
    return new AlertPlace("prod", "shop", "cart", node, "cart", owner, List.of(dependants));
  }

  private GroupEvaluator evaluator(String timing) {
    String rule =
        """
        groups:
          - name: g
            rules:
              - alert: Down
                expr: down
                TIMING
                labels: {owner: '{{ $topology.owner }}', on: '{{ $topology.node }}'}
                annotations:
                  summary: '{{ $topology.service }} on {{ $topology.node }} for {{ $topology.dependants }}'
        """;
    return evaluatorOf(rule.replace("TIMING", timing));
  }

  private GroupEvaluator evaluatorOf(String yaml) {
    try {
      RuleGroup group = RuleFiles.parse(yaml, "f").get(0);
      return new GroupEvaluator(
          CompiledGroup.of(group, MINUTE),
          new Engine(EngineOptions.DEFAULTS.withLookbackMillis(MINUTE)),
          EvaluationSettings.DEFAULTS,
          MINUTE,
          element -> topology.getOrDefault(element.getOrEmpty("pod"), AlertPlace.NONE));
    } catch (RuleFileException | RuleException e) {
      throw new AssertionError(e);
    }
  }

  /** Evaluates the next tick; tells what moved, and each alert that fires, in a line each. */
  private List<String> tick(boolean down) {
    tick += MINUTE;
    source.append(DOWN, tick, down ? 1 : StaleMarker.VALUE);
    TickOutcome outcome =
        evaluator.evaluate(
            tick,
            memories,
            List.of(),
            new Windows() {
              @Override
              public void append(Labels labels, long timestampMillis, double value) {
                // No rule looks at what another records.
              }

              @Override
              public SeriesSet select(List<Matcher> matchers, SelectHints hints) {
                return source.select(matchers, hints);
              }
            });
    assertThat(outcome.failures()).isEmpty();
    memories = outcome.memories();
    List<String> lines = new ArrayList<>();
    for (Transition move : outcome.transitions()) {
      lines.add(move.from() + "→" + move.to() + " " + labels(move.alert()));
    }
    return lines;
  }

  private static String labels(Alert alert) {
    return alert.labels().getOrEmpty("owner") + "@" + alert.labels().getOrEmpty("on");
  }

  private Alert only() {
    return memories.get(0).alerts().values().stream()
        .filter(alert -> alert.state() != AlertState.RESOLVED)
        .reduce(
            (one, other) -> {
              throw new AssertionError(one + " and " + other);
            })
        .orElseThrow();
  }

  private String summary() {
    return String.valueOf(only().annotations().get("summary"));
  }

  @Test
  @DisplayName("has the place of its element in labels and annotations")
  void placed() {
    topology.put("cart-0", ON_N1);
    assertThat(tick(true)).containsExactly("INACTIVE→PENDING checkout@n1");
    assertThat(summary()).isEqualTo("cart on n1 for [web]");
    assertThat(tick(true)).isEmpty();
    assertThat(tick(true)).containsExactly("PENDING→FIRING checkout@n1");
  }

  @Test
  @DisplayName("keeps it when its element is deleted from the topology")
  void deleted() {
    topology.put("cart-0", ON_N1);
    tick(true);
    tick(true);
    tick(true);
    topology.clear();
    assertThat(tick(true)).isEmpty();
    assertThat(labels(only())).isEqualTo("checkout@n1");
    assertThat(summary()).isEqualTo("cart on n1 for [web]");
  }

  @Test
  @DisplayName("keeps its labels when its element moves, and says in its annotations where it is")
  void moved() {
    topology.put("cart-0", ON_N1);
    tick(true);
    topology.put("cart-0", place("n2", "platform", "web", "worker"));
    assertThat(tick(true)).isEmpty();
    assertThat(labels(only())).isEqualTo("checkout@n1");
    assertThat(summary()).isEqualTo("cart on n2 for [web worker]");
    assertThat(tick(true)).containsExactly("PENDING→FIRING checkout@n1");
  }

  @Test
  @DisplayName("waits no longer if what was not known becomes known while it is pending")
  void knownLater() {
    assertThat(tick(true)).containsExactly("INACTIVE→PENDING @");
    topology.put("cart-0", place("", "checkout"));
    assertThat(tick(true)).containsExactly("INACTIVE→PENDING checkout@", "PENDING→INACTIVE @");
    topology.put("cart-0", ON_N1);
    assertThat(tick(true))
        .containsExactly("INACTIVE→FIRING checkout@n1", "PENDING→INACTIVE checkout@");
    assertThat(only().activeAtMillis()).isEqualTo(MINUTE);
  }

  @Test
  @DisplayName("takes nothing from a place in another service, which its labels may come to mean")
  void elsewhere() {
    topology.put("cart-0", place("n1", ""));
    tick(true);
    topology.put("cart-0", new AlertPlace("prod", "shop", "", "", "stock", "warehouse", List.of()));
    assertThat(tick(true)).isEmpty();
    assertThat(labels(only())).isEqualTo("@n1");
    assertThat(summary()).isEqualTo("cart on n1 for []");
  }

  @Test
  @DisplayName("goes on as the alert of who answers for it if that is known while it fires")
  void knownWhileFiring() {
    evaluator = evaluator("keep_firing_for: 10m");
    assertThat(tick(true)).containsExactly("INACTIVE→FIRING @");
    topology.put("cart-0", ON_N1);
    assertThat(tick(true)).containsExactly("INACTIVE→FIRING checkout@n1", "FIRING→RESOLVED @");
    assertThat(only().activeAtMillis()).isEqualTo(MINUTE);
    assertThat(tick(true)).isEmpty();
  }

  @Test
  @DisplayName("keeps its place while it goes on firing without its element, which may come back")
  void keptFiring() {
    evaluator = evaluator("keep_firing_for: 2m");
    topology.put("cart-0", ON_N1);
    tick(true);
    topology.clear();
    assertThat(tick(false)).isEmpty();
    assertThat(tick(true)).isEmpty();
    assertThat(labels(only())).isEqualTo("checkout@n1");
  }

  @Test
  @DisplayName("leaves nothing of its place when it ends")
  void ended() {
    topology.put("cart-0", ON_N1);
    tick(true);
    assertThat(memories.get(0).places()).containsOnlyKeys(DOWN);
    tick(false);
    assertThat(memories.get(0).places()).isEmpty();
    topology.put("cart-0", place("n2", "platform"));
    assertThat(tick(true)).containsExactly("INACTIVE→PENDING platform@n2");
  }

  @Test
  @DisplayName("is told apart from others, whose places nobody asks for")
  void unused() {
    evaluator =
        evaluatorOf(
            """
            groups:
              - name: g
                rules:
                  - {alert: Down, expr: down, annotations: {summary: '{{ $labels.pod }}'}}
            """);
    topology.put("cart-0", ON_N1);
    tick(true);
    assertThat(memories.get(0).places()).isEmpty();
    assertThat(evaluator.group().usesTopology()).isFalse();
    assertThat(evaluator("").group().usesTopology()).isTrue();
  }
}
