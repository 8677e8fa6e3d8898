package dev.guanlan.connector.alertmanager;

import static dev.guanlan.connector.alertmanager.TestingAlerts.NOON;
import static dev.guanlan.connector.alertmanager.TestingAlerts.VALID_FOR;
import static dev.guanlan.connector.alertmanager.TestingAlerts.firing;
import static dev.guanlan.connector.alertmanager.TestingAlerts.queued;
import static dev.guanlan.connector.alertmanager.TestingAlerts.resolved;
import static org.assertj.core.api.Assertions.assertThat;

import dev.guanlan.model.Labels;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("The queue of a peer")
final class AlertQueueTest {

  private final AlertQueue queue = new AlertQueue(3, "tenant");

  private static List<String> names(List<QueuedAlert> alerts) {
    return alerts.stream().map(alert -> alert.labels().getOrEmpty("alertname")).toList();
  }

  private List<String> takeAll() {
    return names(queue.take(100, NOON, alert -> false).alerts());
  }

  private int fire(String name) {
    return queue.offer(queued(firing(name, NOON)));
  }

  private int resolve(String name) {
    return queue.offer(queued(resolved(name, NOON)));
  }

  @Test
  void keepsTheNewestNewsOfEachAlert() {
    fire("a");
    fire("b");
    resolve("a");
    assertThat(queue.size()).isEqualTo(2);
    List<QueuedAlert> taken = queue.take(100, NOON, alert -> false).alerts();
    assertThat(names(taken)).containsExactly("a", "b");
    assertThat(taken.get(0).isResolved()).isTrue();
    assertThat(queue.isEmpty()).isTrue();
  }

  @Test
  void handsOutNoMoreThanABatch() {
    fire("a");
    fire("b");
    fire("c");
    assertThat(names(queue.take(2, NOON, alert -> false).alerts())).containsExactly("a", "b");
    assertThat(takeAll()).containsExactly("c");
  }

  @Test
  void keepsThePlacesOfAlertsThatAreOfferedAgainBeforeAllArePosted() {
    Set<String> told = new LinkedHashSet<>();
    for (int resend = 0; resend < 3; resend++) {
      fire("a");
      fire("b");
      fire("c");
      told.addAll(names(queue.take(1, NOON, alert -> false).alerts()));
    }
    assertThat(told).containsExactly("a", "b", "c");
  }

  /**
   * Offers 500 alerts again and again, always in the same order, to a queue with room for some, and
   * posts a few in between.
   *
   * @param resends how often
   * @param drain how many are posted behind each
   * @return how often each alert was told
   */
  private static Map<String, Integer> overflow(int capacity, int resends, int drain) {
    AlertQueue small = new AlertQueue(capacity, "");
    Map<String, Integer> told = new TreeMap<>();
    for (int resend = 0; resend < resends; resend++) {
      for (int i = 0; i < 500; i++) {
        small.offer(queued(firing("a" + i, NOON)));
      }
      for (int left = drain; left > 0 && !small.isEmpty(); left -= 10) {
        List<QueuedAlert> batch = small.take(Math.min(10, left), NOON, alert -> false).alerts();
        small.told(batch);
        names(batch).forEach(name -> told.merge(name, 1, Integer::sum));
      }
    }
    return told;
  }

  @ParameterizedTest
  @CsvSource({
    // Room for most, and a peer that takes all that wait: every second resend at least tells each.
    "300, 10, 300, 4",
    // A peer that takes a part of what waits, and one that has room for a few at a time.
    "300, 60, 50, 1",
    "20, 60, 20, 1",
    "300, 120, 10, 1",
  })
  void dropsWhatThePeerHeardOfLastSoThatEveryAlertIsToldAtLast(
      int capacity, int resends, int drain, int least) {
    assertThat(overflow(capacity, resends, drain))
        .hasSize(500)
        .allSatisfy((name, times) -> assertThat(times).isGreaterThanOrEqualTo(least));
  }

  @Test
  void takesAnAlertThatFiresAnewForNews() {
    for (String name : List.of("a", "b", "c")) {
      fire(name);
      queue.told(queue.take(1, NOON, alert -> false).alerts());
    }
    resolve("c");
    queue.told(queue.take(1, NOON, alert -> false).alerts());
    fire("a");
    fire("b");
    fire("c");
    assertThat(fire("d")).isEqualTo(1);
    assertThat(takeAll()).containsExactly("a", "c", "d");
  }

  @Test
  void dropsTheOldestResolveFirst() {
    fire("a");
    resolve("b");
    resolve("c");
    assertThat(fire("d")).isEqualTo(1);
    assertThat(takeAll()).containsExactly("a", "c", "d");
  }

  @Test
  void dropsTheOldestFiringAlertWhereNoneIsResolved() {
    fire("a");
    fire("b");
    fire("c");
    assertThat(fire("d")).isEqualTo(1);
    assertThat(takeAll()).containsExactly("b", "c", "d");
  }

  private int fire(String tenant, String rule, int number) {
    return queue.offer(queued(firing(labels(tenant, rule, number), NOON)));
  }

  private static Labels labels(String tenant, String rule, int number) {
    return Labels.of("alertname", rule, "number", "" + number, "tenant", tenant);
  }

  private List<Labels> takeAllLabels() {
    return queue.take(100, NOON, alert -> false).alerts().stream()
        .map(QueuedAlert::labels)
        .toList();
  }

  @Test
  void givesAFloodOfOneRuleNoPlaceOfAnotherRulesAlert() {
    fire("t", "page", 0);
    queue.told(queue.take(1, NOON, alert -> false).alerts());
    fire("t", "flood", 1);
    fire("t", "page", 0);
    for (int i = 2; i < 9; i++) {
      fire("t", "flood", i);
    }
    assertThat(takeAllLabels())
        .containsExactly(labels("t", "page", 0), labels("t", "flood", 7), labels("t", "flood", 8));
    for (int i = 1; i < 9; i++) {
      fire("t", "flood", i);
    }
    assertThat(fire("t", "page", 0)).isEqualTo(1);
    assertThat(takeAllLabels()).hasSize(3).contains(labels("t", "page", 0));
  }

  @Test
  void givesAFloodOfOneTenantNoPlaceOfAnothers() {
    fire("quiet", "page", 0);
    queue.told(queue.take(1, NOON, alert -> false).alerts());
    fire("quiet", "page", 0);
    // Each of a rule of its own.
    for (int i = 1; i < 9; i++) {
      fire("loud", "rule" + i, i);
    }
    assertThat(takeAllLabels())
        .containsExactly(
            labels("quiet", "page", 0), labels("loud", "rule7", 7), labels("loud", "rule8", 8));
  }

  @Test
  void makesNoRoomForAResolveAtTheCostOfWhatFires() {
    fire("a");
    fire("b");
    fire("c");
    assertThat(resolve("d")).isEqualTo(1);
    assertThat(resolve("b")).isZero();
    assertThat(takeAll()).containsExactly("a", "b", "c");
  }

  @Test
  void countsAnAlertThatFiresAgainAsFiring() {
    resolve("a");
    fire("a");
    fire("b");
    resolve("c");
    assertThat(fire("d")).isEqualTo(1);
    assertThat(takeAll()).containsExactly("a", "b", "d");
  }

  @Test
  void takesBackInFrontWhatHasNoNewerNews() {
    fire("a");
    fire("b");
    List<QueuedAlert> batch = queue.take(2, NOON, alert -> false).alerts();
    fire("c");
    resolve("a");
    assertThat(queue.putBack(batch)).isZero();
    List<QueuedAlert> taken = queue.take(100, NOON, alert -> false).alerts();
    assertThat(names(taken)).containsExactly("b", "c", "a");
    assertThat(taken.get(2).isResolved()).isTrue();
  }

  @Test
  void staysBoundedWhenItTakesBack() {
    fire("a");
    resolve("b");
    List<QueuedAlert> batch = queue.take(2, NOON, alert -> false).alerts();
    fire("c");
    fire("d");
    fire("e");
    assertThat(queue.putBack(batch)).isEqualTo(2);
    assertThat(takeAll()).containsExactly("c", "d", "e");
  }

  @Test
  void leavesOutFiringAlertsWhoseEndHasPassedAndKeepsResolvedOnes() {
    fire("a");
    resolve("b");
    queue.offer(queued(firing("c", NOON + 1)));
    AlertQueue.Batch batch = queue.take(100, NOON + VALID_FOR, alert -> false);
    assertThat(names(batch.alerts())).containsExactly("b", "c");
    assertThat(batch.expired()).isEqualTo(1);
    assertThat(queue.isEmpty()).isTrue();
  }

  @Test
  void handsOutByThemselvesWhatSharesABatchWithNoOther() {
    fire("a");
    fire("bad");
    fire("b");
    Set<String> alone = Set.of("bad");
    assertThat(names(queue.take(9, NOON, l -> alone.contains(l.get("alertname"))).alerts()))
        .containsExactly("a", "b");
    fire("c");
    assertThat(names(queue.take(9, NOON, l -> alone.contains(l.get("alertname"))).alerts()))
        .containsExactly("bad");
    assertThat(takeAll()).containsExactly("c");
  }
}
