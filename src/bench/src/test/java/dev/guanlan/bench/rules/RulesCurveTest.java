package dev.guanlan.bench.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guanlan.bench.process.ProcessUse;
import dev.guanlan.bench.process.Reading;
import dev.guanlan.model.Labels;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RulesCurveTest {

  private static final Labels A = Labels.of("alertname", "A");
  private static final Labels B = Labels.of("alertname", "B");
  private static final long MEASURED = 60_000;

  private final RulesCurve curve = new RulesCurve();

  /** Evaluates two groups four times in a minute, and takes 1 s for the samples of 15 s. */
  private static RulesOutcome outcome(int rules, double cpuSeconds, long peakMebibytes, Labels a) {
    return new RulesOutcome(
        "a target",
        List.of("apart"),
        new Pairs(rules, 100, 100_000, 10, 10),
        2,
        new RulesTarget.Progress(reading(100, 50, peakMebibytes), 10, 0),
        new RulesTarget.Progress(reading(160, 50 + cpuSeconds, peakMebibytes), 18, 0),
        400_000,
        reading(200, 200, peakMebibytes),
        reading(260, 204, peakMebibytes),
        400_000,
        new Firing(Map.of(a, -120_000L), Set.of(), 0),
        List.of());
  }

  private static Reading reading(int second, double cpuSeconds, long peakMebibytes) {
    return new Reading(
        second * 1_000_000_000L,
        Map.of(
            "server",
            new ProcessUse(cpuSeconds, 1, peakMebibytes << 20),
            "apart",
            new ProcessUse(cpuSeconds * 9, 1, 1L << 40),
            Reading.FEEDER,
            new ProcessUse(cpuSeconds * 7, 1, 1L << 40)));
  }

  @Test
  void everyNumberOfRulesIsALineOfOneTable() {
    curve.add(outcome(100, 12, 400, A), outcome(100, 6, 600, A), MEASURED);
    curve.add(outcome(1_000, 44, 500, A), outcome(1_000, 8, 600, A), MEASURED);
    assertThat(curve.lines().stream().map(line -> line.strip().replaceAll(" +", " ")))
        .contains(
            "100 100,000 3.000 1.500 0.50 20.00 5.00 400 MiB 600 MiB 1.50 1 0",
            "1,000 100,000 11.000 2.000 0.18 100.00 10.00 500 MiB 600 MiB 1.20 1 0");
    assertThat(curve.same()).isTrue();
  }

  @Test
  void oneAlertThatFiresInOneAloneMakesADifference() {
    curve.add(outcome(100, 12, 400, A), outcome(100, 6, 600, A), MEASURED);
    curve.add(outcome(1_000, 12, 400, A), outcome(1_000, 6, 600, B), MEASURED);
    assertThat(curve.same()).isFalse();
    assertThat(curve.lines())
        .anyMatch(line -> line.startsWith("100 rules, firing: 1 alerts in both, 0 only"))
        .anyMatch(line -> line.startsWith("1,000 rules, firing: 0 alerts in both, 1 only"))
        .anyMatch(line -> line.contains("only in guanlan: ") && line.contains("B"));
  }

  @Test
  void oneTargetAloneIsNotCompared() {
    assertThat(curve.lines()).isEmpty();
    assertThat(curve.same()).isTrue();
  }
}
