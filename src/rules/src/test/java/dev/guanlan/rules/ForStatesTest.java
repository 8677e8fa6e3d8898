package dev.guanlan.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guanlan.model.Labels;
import dev.guanlan.model.Origin;
import dev.guanlan.model.SampleBlock;
import dev.guanlan.promql.engine.StaleMarker;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@DisplayName("A group whose state is lost")
class ForStatesTest {

  private static final long MINUTE = 60_000;

  /** When its first tick is. */
  private static final long TICK = 1_700_000_000_000L;

  private static final Labels ALERT = Labels.of("alertname", "Down", "job", "a");

  private static RuleGroup group(long forMinutes) {
    return new RuleGroup(
        "file",
        "g",
        MINUTE,
        0,
        0,
        Map.of(),
        List.of(new AlertingRule("Down", "up == 0", forMinutes * MINUTE, 0, Map.of(), Map.of())));
  }

  private static SampleBlock recorded(long activeMinutesAgo, long... recordedMinutesAgo) {
    SampleBlock.Builder block = SampleBlock.builder("t", Origin.NONE);
    block.series(ALERT.with(Labels.METRIC_NAME, "ALERTS_FOR_STATE"));
    for (long ago : recordedMinutesAgo) {
      block.sample(TICK - ago * MINUTE, (double) (TICK - activeMinutesAgo * MINUTE) / 1000);
    }
    return block.build();
  }

  private static Map<Labels, Alert> restored(long forMinutes, SampleBlock... history) {
    return ForStates.DEFAULTS
        .restore(group(forMinutes), List.of(RuleMemory.EMPTY), List.of(history), TICK)
        .get(0)
        .alerts();
  }

  private static AlertStates.Step step(
      long forMinutes, Map<Labels, Alert> before, boolean there, long tick) {
    return AlertStates.step(
        (AlertingRule) group(forMinutes).rules().get(0),
        before,
        there ? Map.of(ALERT, new AlertStates.Element(Map.of(), 1)) : Map.of(),
        tick);
  }

  @Nested
  class WithAnAlertThatFired {

    @Test
    void firesAtOnceIfItIsStillThere() {
      Map<Labels, Alert> before = restored(15, recorded(40, 20, 10));
      AlertStates.Step step = step(15, before, true, TICK);
      assertThat(step.transitions())
          .singleElement()
          .satisfies(
              transition -> {
                assertThat(transition.from()).isEqualTo(AlertState.INACTIVE);
                assertThat(transition.to()).isEqualTo(AlertState.FIRING);
                assertThat(transition.alert().activeAtMillis()).isEqualTo(TICK - 40 * MINUTE);
              });
    }

    @Test
    void saysNothingIfItIsGone() {
      AlertStates.Step step = step(15, restored(15, recorded(40, 10)), false, TICK);
      assertThat(step.transitions()).isEmpty();
      assertThat(step.alerts()).isEmpty();
    }
  }

  @Nested
  class WithAnAlertThatWasPending {

    @Test
    void waitsAsLongAsItHadToWithoutTheOutage() {
      // Active for 15 of 60 minutes when it was recorded last, 5 minutes ago.
      Map<Labels, Alert> before = restored(60, recorded(20, 6, 5));
      assertThat(before.get(ALERT).activeAtMillis()).isEqualTo(TICK - 15 * MINUTE);
      Map<Labels, Alert> after = step(60, before, true, TICK).alerts();
      assertThat(after.get(ALERT).state()).isEqualTo(AlertState.PENDING);
      assertThat(step(60, after, true, TICK + 44 * MINUTE).transitions()).isEmpty();
      assertThat(step(60, after, true, TICK + 45 * MINUTE).transitions()).hasSize(1);
    }

    @Test
    void waitsForTheGracePeriodAtLeast() {
      // 58 of 60 minutes are over: it waits ten more, not two.
      Map<Labels, Alert> before = restored(60, recorded(60, 2));
      Map<Labels, Alert> after = step(60, before, true, TICK).alerts();
      assertThat(step(60, after, true, TICK + 9 * MINUTE).transitions()).isEmpty();
      assertThat(step(60, after, true, TICK + 10 * MINUTE).transitions()).hasSize(1);
    }
  }

  @Nested
  class RestoresNothing {

    @Test
    void ofARuleThatWaitsForLessThanTheGracePeriod() {
      assertThat(restored(9, recorded(40, 1))).isEmpty();
      assertThat(restored(10, recorded(40, 1))).hasSize(1);
    }

    @Test
    void ofAnAlertThatEnded() {
      SampleBlock ended =
          SampleBlock.builder("t", Origin.NONE)
              .series(ALERT.with(Labels.METRIC_NAME, "ALERTS_FOR_STATE"))
              .sample(TICK - 2 * MINUTE, (double) TICK / 1000)
              .sample(TICK - MINUTE, StaleMarker.VALUE)
              .build();
      assertThat(restored(15, ended)).isEmpty();
    }

    @Test
    void ofAnAlertWhoseEndIsInALaterBlock() {
      SampleBlock ended =
          SampleBlock.builder("t", Origin.NONE)
              .series(ALERT.with(Labels.METRIC_NAME, "ALERTS_FOR_STATE"))
              .sample(TICK - MINUTE, StaleMarker.VALUE)
              .build();
      assertThat(restored(15, recorded(40, 10), ended)).isEmpty();
      assertThat(restored(15, recorded(40, 10), ended, recorded(40, 10), ended)).isEmpty();
      assertThat(restored(15, recorded(40, 10), recorded(40, -1))).hasSize(1);
      assertThat(restored(15, recorded(40, 10), ended, recorded(1, 0))).hasSize(1);
    }

    @Test
    void thatWasRecordedBeforeTheToleranceOrAfterTheTick() {
      assertThat(restored(15, recorded(200, 61))).isEmpty();
      assertThat(restored(15, recorded(200, 60))).hasSize(1);
      assertThat(restored(15, recorded(200, -1))).isEmpty();
      assertThat(restored(15, recorded(200, 5, -1))).as("as far as event time had come").hasSize(1);
    }

    @Test
    void ofAnotherRule() {
      SampleBlock other =
          SampleBlock.builder("t", Origin.NONE)
              .series(Labels.of("__name__", "ALERTS_FOR_STATE", "alertname", "Up"))
              .sample(TICK - MINUTE, (double) TICK / 1000)
              .build();
      assertThat(restored(15, other)).isEmpty();
      assertThat(restored(15, other, recorded(40, 1))).containsOnlyKeys(ALERT);
    }
  }
}
