package dev.guanlan.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guanlan.model.Labels;
import dev.guanlan.promql.engine.MemorySampleSource;
import dev.guanlan.promql.engine.StaleMarker;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("What a rule's expression finds")
final class RuleInputsTest {

  private static final long MINUTE = 60_000;
  private static final long LOOKBACK = 5 * MINUTE;
  private static final long NOW = 100 * MINUTE;

  private final MemorySampleSource samples = new MemorySampleSource();

  private static RuleInputs inputs(String expr) throws Exception {
    RuleGroup group =
        RuleFiles.parse(
                "groups: [{name: g, rules: [{alert: A, expr: '"
                    + expr
                    + "', annotations: {a: \"{{ query `other` }}\"}}]}]",
                "f")
            .get(0);
    return RuleInputs.of(CompiledGroup.of(group, LOOKBACK), LOOKBACK);
  }

  private RuleInput found(String expr) throws Exception {
    RuleInputs inputs = inputs(expr);
    RuleInput found = inputs.find(0, samples, NOW);
    assertThat(inputs.finds(0, samples, NOW)).isEqualTo(found.series() > 0);
    return found;
  }

  @Test
  @DisplayName("is every sample in reach of a selector, with the newest one's time")
  void countsWithinReach() throws Exception {
    for (int minute = 80; minute <= 101; minute++) {
      samples.append(Labels.of("__name__", "m", "i", "a"), minute * MINUTE, 1);
    }
    samples.append(Labels.of("__name__", "m", "i", "b"), 96 * MINUTE, 1);
    samples.append(Labels.of("__name__", "m", "i", "gone"), 95 * MINUTE, 1);

    assertThat(found("m")).isEqualTo(new RuleInput(2, 6, NOW));
    assertThat(found("rate(m[10m])")).isEqualTo(new RuleInput(3, 12, NOW));
    assertThat(found("m offset 10m"))
        .as("what lies nearer than an offset is within its reach")
        .isEqualTo(new RuleInput(3, 17, NOW));
    assertThat(found("m{i=\"b\"} or m")).isEqualTo(new RuleInput(3, 7, NOW));
  }

  @Test
  @DisplayName("is nothing where no series is, or the series have ended")
  void findsNothing() throws Exception {
    samples.append(Labels.of("__name__", "ended"), NOW - MINUTE, 1);
    samples.append(Labels.of("__name__", "ended"), NOW, StaleMarker.VALUE);
    samples.append(Labels.of("__name__", "other"), NOW, 1);

    assertThat(found("ended")).isEqualTo(new RuleInput(0, 0, 0));
    assertThat(found("absent(missing)")).isEqualTo(new RuleInput(0, 0, 0));
  }

  @Test
  @DisplayName("is not asked for where an expression has no selector, whatever its templates ask")
  void tellsSelectors() throws Exception {
    assertThat(inputs("vector(1) > 0").selective(0)).isFalse();
    assertThat(inputs("up == 0").selective(0)).isTrue();
    assertThat(inputs("up == 0").selects(0, Labels.of("__name__", "up"))).isTrue();
    assertThat(inputs("up == 0").selects(0, Labels.of("__name__", "other"))).isFalse();
  }
}
