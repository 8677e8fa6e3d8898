package dev.guanlan.bench.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.guanlan.bench.process.ProcessUse;
import dev.guanlan.bench.process.Reading;
import dev.guanlan.bench.send.Signal;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class OutcomeTest {

  private static Reading reading(int second, double server, double feeder) {
    return new Reading(
        second * 1_000_000_000L,
        Map.of(
            "server",
            new ProcessUse(server, 10, 20 + second),
            Reading.FEEDER,
            new ProcessUse(feeder, 1, 1)));
  }

  private static Outcome outcome(long stored) {
    return new Outcome(
        "a store",
        Signal.METRICS,
        1_000_000,
        4 << 20,
        stored,
        600_000,
        12.5,
        Map.of("server", new Outcome.Use(2, 0.5, 300 << 20), "helper", new Outcome.Use(1, 0.5, 0)),
        0.75,
        new Target.Storage(3_000_000, 1_500_000),
        List.of("a remark"));
  }

  @Nested
  class Uses {

    @Test
    void idlingIsSubtractedAndTheFeederLeftOut() {
      // Idles at half a core for 4 s, then takes 10 s, of which the last 5 are the steady ones.
      Outcome.Readings readings =
          new Outcome.Readings(
              reading(0, 1, 0), reading(4, 3, 0), reading(9, 9.5, 1), 500, reading(14, 14, 2));
      Map<String, Outcome.Use> uses = readings.uses();
      assertThat(uses).containsOnlyKeys("server");
      assertThat(uses.get("server").cpuSeconds()).isCloseTo(6, within(1e-9));
      assertThat(uses.get("server").steadyCpuSeconds()).isCloseTo(2, within(1e-9));
      assertThat(uses.get("server").peakBytes()).isEqualTo(34);
    }
  }

  @Nested
  class Printed {

    @Test
    void costsAreAnEntryAndTheSecondHalfIsOfItsOwnEntries() {
      List<String> lines = ResultTable.lines(List.of(outcome(1_000_000)));
      assertThat(lines.get(0)).contains("target", "CPU s", "µs/entry", "merged");
      assertThat(lines.get(1)).containsPattern("a store +all +3.00 +3.00 +2.50 .* 3.00 +1.50$");
      assertThat(lines).anyMatch(line -> line.strip().matches("\\(feeder\\) +0.75"));
      assertThat(lines).contains("a remark");
    }

    @Test
    void itIsSaidWhenSomethingIsMissing() {
      assertThat(outcome(999_999).complete()).isFalse();
      assertThat(ResultTable.lines(List.of(outcome(999_999))))
          .anyMatch(line -> line.contains("has 999,999 — NOT WHAT WAS SENT"));
      assertThat(outcome(1_000_000).complete()).isTrue();
      assertThat(ResultTable.lines(List.of(outcome(1_000_000))))
          .noneMatch(line -> line.contains("NOT WHAT WAS SENT"));
    }
  }
}
