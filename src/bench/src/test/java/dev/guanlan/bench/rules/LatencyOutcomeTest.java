package dev.guanlan.bench.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guanlan.bench.process.ProcessUse;
import dev.guanlan.bench.process.Reading;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LatencyOutcomeTest {

  private static final long SAMPLED = 1_000_000;

  private static Probe probe(String interval, long acknowledged, long tick, long accepted) {
    Probe probe = new Probe(interval, SAMPLED);
    probe.acknowledged(SAMPLED + acknowledged);
    assertThat(probe.accepted(SAMPLED + tick, SAMPLED + accepted)).isTrue();
    return probe;
  }

  private static Reading reading(int second, double cpuSeconds) {
    return new Reading(
        second * 1_000_000_000L, Map.of("server", new ProcessUse(cpuSeconds, 1, 1L << 20)));
  }

  private static LatencyOutcome outcome(List<Probe> probes) {
    return new LatencyOutcome(
        "a target", probes, reading(10, 3), reading(20, 8), 200_000, List.of("a remark"));
  }

  @Test
  void whatWaitsForItsTickIsDueWithTheTick() {
    assertThat(probe("1s", 5, 700, 760).sinceAcknowledged()).isEqualTo(755);
    assertThat(probe("1s", 5, 700, 760).sinceDue()).isEqualTo(60);
  }

  @Test
  void whatIsAcknowledgedBehindItsTickIsDueThen() {
    assertThat(probe("1s", 50, 20, 90).sinceDue()).isEqualTo(40);
  }

  @Test
  void onlyTheFirstTimeCounts() {
    Probe probe = probe("1s", 5, 700, 760);
    assertThat(probe.accepted(SAMPLED + 700, SAMPLED + 60_760)).isFalse();
    assertThat(probe.sinceDue()).isEqualTo(60);
  }

  @Test
  void sharesAreThoseOfValuesThatWereSeen() {
    assertThat(LatencyOutcome.rank(0.5, 1)).isZero();
    assertThat(LatencyOutcome.rank(0.5, 100)).isEqualTo(49);
    assertThat(LatencyOutcome.rank(0.99, 100)).isEqualTo(98);
    assertThat(LatencyOutcome.rank(0.99, 101)).isEqualTo(99);
    assertThat(LatencyOutcome.rank(1, 100)).isEqualTo(99);
  }

  @Test
  void eachIntervalOfATargetIsALine() {
    List<Probe> probes = new ArrayList<>();
    for (int i = 1; i <= 100; i++) {
      probes.add(probe("1s", 0, 500, 500 + i));
    }
    probes.add(new Probe("15s", SAMPLED));
    LatencyOutcome outcome = outcome(probes);
    assertThat(outcome.missing()).isEqualTo(1);
    assertThat(
            LatencyOutcome.lines(List.of(outcome), List.of("1s", "15s")).stream()
                .map(line -> line.strip().replaceAll(" +", " ")))
        .contains(
            "a target 1s 100 0 550 ms 599 ms 600 ms 50 ms 99 ms 100 ms",
            "a target 15s 0 1",
            "a target: 20000 samples and 0.50 CPU seconds a second",
            "a remark");
  }
}
