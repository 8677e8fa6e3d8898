package dev.guanlan.rules;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guanlan.model.Labels;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class AlertStatesTest {

  private static final long MINUTE = 60_000;
  private static final Labels A = Labels.of("alertname", "a");

  private static AlertingRule rule(long forMinutes, long keepFiringMinutes) {
    return new AlertingRule(
        "a", "up", forMinutes * MINUTE, keepFiringMinutes * MINUTE, Map.of(), Map.of());
  }

  /**
   * Steps through ticks a minute apart; 'x' where the element is there. Returns a letter a tick.
   */
  private static String run(AlertingRule rule, String presence) {
    StringBuilder states = new StringBuilder();
    SortedMap<Labels, Alert> alerts = new TreeMap<>();
    for (int i = 0; i < presence.length(); i++) {
      alerts =
          AlertStates.step(
                  rule,
                  alerts,
                  presence.charAt(i) == 'x'
                      ? Map.of(A, new AlertStates.Element(Map.of(), i))
                      : Map.of(),
                  i * MINUTE)
              .alerts();
      states.append(alerts.isEmpty() ? '.' : letter(alerts.get(A).state()));
    }
    return states.toString();
  }

  private static char letter(AlertState state) {
    return switch (state) {
      case INACTIVE -> '.';
      case PENDING -> 'p';
      case FIRING -> 'F';
      case RESOLVED -> 'r';
    };
  }

  @Nested
  class StatesFollowTheResult {

    @Test
    void withoutForAnAlertFiresAtOnce() {
      assertThat(run(rule(0, 0), "..xx..")).isEqualTo("..FFrr");
    }

    @Test
    void withForItIsPendingFirst() {
      assertThat(run(rule(2, 0), "xxxx.")).isEqualTo("ppFFr");
    }

    @Test
    void aGapWhilePendingBeginsAgain() {
      assertThat(run(rule(2, 0), "xx.xxx")).isEqualTo("pp.ppF");
    }

    @Test
    void keepFiringForBridgesGaps() {
      assertThat(run(rule(0, 2), "x..x.x...")).isEqualTo("FFFFFFFFr");
    }

    @Test
    void aResolvedAlertIsKeptForFifteenMinutesAndNotLonger() {
      assertThat(run(rule(0, 0), "x" + ".".repeat(18))).isEqualTo("F" + "r".repeat(16) + "..");
    }

    @Test
    void aResolvedAlertThatComesBackIsANewOne() {
      assertThat(run(rule(1, 0), "xx.xx")).isEqualTo("pFrpF");
    }
  }

  @Nested
  class Sending {

    private List<Long> sent(AlertingRule rule, String presence, long resendMillis) {
      List<Long> sent = new ArrayList<>();
      SortedMap<Labels, Alert> alerts = new TreeMap<>();
      for (int i = 0; i < presence.length(); i++) {
        long tick = i * MINUTE;
        alerts =
            AlertStates.step(
                    rule,
                    alerts,
                    presence.charAt(i) == 'x'
                        ? Map.of(A, new AlertStates.Element(Map.of(), i))
                        : Map.of(),
                    tick)
                .alerts();
        Alert alert = alerts.get(A);
        if (alert != null && alert.needsSending(tick, resendMillis)) {
          alerts = new TreeMap<>(Map.of(A, alert.sent(tick)));
          sent.add(tick / MINUTE);
        }
      }
      return sent;
    }

    @Test
    void happensWhenItFiresAgainAfterTheDelayAndAtOnceWhenItIsResolved() {
      assertThat(sent(rule(2, 0), "xxxxxxx..", 2 * MINUTE - 1)).containsExactly(2L, 4L, 6L, 7L);
    }

    @Test
    void goesOnForAResolvedAlertAsLongAsItIsKept() {
      assertThat(sent(rule(0, 0), "x" + ".".repeat(20), 5 * MINUTE - 1))
          .containsExactly(0L, 1L, 6L, 11L, 16L);
    }

    @Test
    void neverHappensWhilePending() {
      assertThat(sent(rule(9, 0), "xxx.xx", MINUTE)).isEmpty();
    }
  }

  @Property(tries = 500)
  void anAlertFiresExactlyWhenItsElementWasThereForLongEnough(
      @ForAll @Size(min = 1, max = 40) List<Boolean> presence,
      @ForAll @IntRange(min = 0, max = 5) int forMinutes) {
    StringBuilder text = new StringBuilder();
    presence.forEach(there -> text.append(there ? 'x' : '.'));
    String states = run(rule(forMinutes, 0), text.toString());
    int since = 0;
    for (int i = 0; i < presence.size(); i++) {
      since = presence.get(i) ? since + 1 : 0;
      boolean fires = since > forMinutes;
      assertThat(states.charAt(i) == 'F').as("tick %d of %s", i, text).isEqualTo(fires);
      assertThat(states.charAt(i) == 'p').isEqualTo(since > 0 && !fires);
    }
  }

  @Property(tries = 200)
  void transitionsTellTheWholeStory(@ForAll @Size(min = 1, max = 40) List<Boolean> presence) {
    AlertingRule rule = rule(1, 1);
    SortedMap<Labels, Alert> alerts = new TreeMap<>();
    AlertState told = AlertState.INACTIVE;
    for (int i = 0; i < presence.size(); i++) {
      AlertStates.Step step =
          AlertStates.step(
              rule,
              alerts,
              presence.get(i) ? Map.of(A, new AlertStates.Element(Map.of(), i)) : Map.of(),
              i * MINUTE);
      alerts = step.alerts();
      for (Transition transition : step.transitions()) {
        boolean forgotten = told == AlertState.RESOLVED && transition.from() == AlertState.INACTIVE;
        assertThat(forgotten || transition.from() == told).isTrue();
        assertThat(transition.to()).isNotEqualTo(transition.from());
        told = transition.to();
      }
      AlertState now = alerts.isEmpty() ? AlertState.INACTIVE : alerts.get(A).state();
      assertThat(now == told || (now == AlertState.INACTIVE && told == AlertState.RESOLVED))
          .isTrue();
    }
  }
}
