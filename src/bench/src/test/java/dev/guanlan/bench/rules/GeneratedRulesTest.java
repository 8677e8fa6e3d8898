package dev.guanlan.bench.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guanlan.bench.nodes.NodeFleet;
import dev.guanlan.promql.Selectors;
import dev.guanlan.promql.engine.Engine;
import dev.guanlan.promql.engine.EngineOptions;
import dev.guanlan.rules.CompiledGroup;
import dev.guanlan.rules.EvaluationSettings;
import dev.guanlan.rules.GroupEvaluator;
import dev.guanlan.rules.RuleGroup;
import dev.guanlan.rules.RuleMemory;
import dev.guanlan.rules.TickOutcome;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class GeneratedRulesTest {

  private static final long BEGIN = 1_700_000_000_000L;

  @Test
  void areTheSameForTheSameSeedAndOthersForAnother() {
    assertThat(GeneratedRules.of(200, 50, 100, 7).files())
        .isEqualTo(GeneratedRules.of(200, 50, 100, 7).files())
        .isNotEqualTo(GeneratedRules.of(200, 50, 100, 8).files());
  }

  @Test
  void areInGroupsOfFiftyAndFilesOfTwentyGroups() {
    GeneratedRules rules = GeneratedRules.of(1_010, 50, 100, 1);
    assertThat(rules.files()).hasSize(2);
    assertThat(rules.groups())
        .hasSize(21)
        .allMatch(group -> group.intervalMillis() == NodeFleet.INTERVAL_MILLIS);
    assertThat(rules.groups().stream().mapToInt(group -> group.rules().size()).sum())
        .isEqualTo(1_010);
  }

  @Test
  void selectAHundredAndSixtySeriesEachOfAHundredThousand() {
    NodeFleet fleet = new NodeFleet(100_000, 1);
    Pairs pairs = Pairs.count(GeneratedRules.of(1_000, 50, fleet.nodes(), 1).groups(), fleet);
    assertThat(pairs.rules()).isEqualTo(1_000);
    assertThat(pairs.pairs()).isBetween(150_000L, 170_000L);
    assertThat(pairs.selected()).isBetween(10_000, 50_000);
  }

  @ParameterizedTest
  @EnumSource(RuleShape.class)
  void ofEveryShapeSomeFireAndMostDoNot(RuleShape shape) throws Exception {
    NodeFleet fleet = new NodeFleet(100_000, 1);
    RuleGroup group = GeneratedRules.of(50, 50, fleet.nodes(), 1, shape).groups().get(0);
    CompiledGroup compiled = CompiledGroup.of(group, Selectors.DEFAULT_LOOKBACK_MILLIS);
    GroupEvaluator evaluator =
        new GroupEvaluator(
            compiled,
            new Engine(EngineOptions.DEFAULTS),
            EvaluationSettings.DEFAULTS,
            group.intervalMillis());
    FleetWindows windows = FleetWindows.of(compiled, fleet, BEGIN, 21);
    TickOutcome outcome =
        evaluator.evaluate(
            BEGIN + 21L * NodeFleet.INTERVAL_MILLIS,
            Collections.nCopies(50, RuleMemory.EMPTY),
            List.of(),
            windows);
    assertThat(outcome.failures()).isEmpty();
    assertThat(outcome.memories().stream().filter(memory -> !memory.alerts().isEmpty()).count())
        .as("rules with alerts")
        .isBetween(1L, 35L);
    assertThat(outcome.transitions()).hasSizeLessThan(500);
  }

  @Test
  void makesGroupsOfAnySize() {
    GeneratedRules rules = GeneratedRules.of(3_000, 1_500, 100, 1);
    assertThat(rules.files()).hasSize(2);
    assertThat(rules.groups()).extracting(group -> group.rules().size()).containsOnly(1_500);
  }
}
