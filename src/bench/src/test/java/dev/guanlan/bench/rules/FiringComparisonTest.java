package dev.guanlan.bench.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guanlan.model.Labels;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FiringComparisonTest {

  private static final Labels A = Labels.of("alertname", "A");
  private static final Labels B = Labels.of("alertname", "B");
  private static final Labels C = Labels.of("alertname", "C");
  private static final long MEASURED = 180_000;

  @Test
  void whatFiresInOneAloneIsADifference() {
    FiringComparison comparison =
        FiringComparison.of(
            new Firing(Map.of(A, -60_000L, B, -60_000L), Set.of(), 0),
            new Firing(Map.of(A, -58_000L, C, -60_000L), Set.of(), 0),
            MEASURED);
    assertThat(comparison).isEqualTo(new FiringComparison(1, List.of(B), List.of(C), 0, 0));
    assertThat(comparison.same()).isFalse();
    assertThat(comparison.lines())
        .anyMatch(line -> line.contains("only in prometheus: ") && line.contains("B"))
        .anyMatch(line -> line.contains("only in guanlan: ") && line.contains("C"));
  }

  @Test
  void whatChangedInEitherIsLeftOut() {
    FiringComparison comparison =
        FiringComparison.of(
            new Firing(Map.of(A, -60_000L, B, -10_000L), Set.of(B), 0),
            new Firing(Map.of(C, -60_000L), Set.of(A, C), 0),
            MEASURED);
    assertThat(comparison).isEqualTo(new FiringComparison(0, List.of(), List.of(), 3, 0));
    assertThat(comparison.same()).isTrue();
  }

  @Test
  void whatBecameActiveAtAnotherTimeIsCountedUnlessItWasBefore() {
    FiringComparison comparison =
        FiringComparison.of(
            new Firing(Map.of(A, -100_000L, B, -300_000L), Set.of(), 0),
            new Firing(Map.of(A, -60_000L, B, -240_000L), Set.of(), 0),
            MEASURED);
    assertThat(comparison).isEqualTo(new FiringComparison(2, List.of(), List.of(), 0, 1));
    assertThat(comparison.same()).isTrue();
  }
}
