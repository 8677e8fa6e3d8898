package dev.guanlan.bench.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guanlan.bench.process.ProcessUse;
import dev.guanlan.bench.process.Reading;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RulesGrowthTest {

  /** Evaluates one group four times in a minute. */
  private static RulesOutcome outcome(
      int rules, int series, int selected, double cpuSeconds, double bareSeconds) {
    return new RulesOutcome(
        "a target",
        List.of(),
        new Pairs(rules, series, 100_000, selected, 10),
        1,
        new RulesTarget.Progress(reading(100, 0), 0, 0),
        new RulesTarget.Progress(reading(160, cpuSeconds), 4, 0),
        4L * series,
        reading(200, 0),
        reading(260, bareSeconds),
        4L * series,
        new Firing(Map.of(), Set.of(), 0),
        List.of());
  }

  private static Reading reading(int second, double cpuSeconds) {
    return new Reading(
        second * 1_000_000_000L, Map.of("server", new ProcessUse(cpuSeconds, 1, 1 << 20)));
  }

  @Test
  void everyLineTellsWhatTheSamplesCostThatItHasMoreThanTheLineBefore() {
    List<String> lines =
        RulesGrowth.lines(
            List.of(
                outcome(1_000, 200_000, 50_000, 8, 4),
                outcome(1_000, 100_000, 25_000, 6, 3),
                outcome(100, 100_000, 5_000, 6, 3)));
    assertThat(lines).contains("a target, 1,000 rules, growing:").hasSize(5);
    assertThat(lines.stream().map(line -> line.strip().replaceAll(" +", " ")))
        .contains(
            "100,000 25,000 100,000 1.500 0.750",
            // A quarter of a second more without rules for 100,000 samples, another for the rules
            // of 25,000.
            "200,000 50,000 100,000 2.000 1.000 2.50 10.00");
  }

  @Test
  void oneNumberOfSeriesTellsNothingOfGrowth() {
    assertThat(RulesGrowth.lines(List.of(outcome(1_000, 100_000, 25_000, 6, 3)))).isEmpty();
  }
}
