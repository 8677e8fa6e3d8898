package dev.guanlan.connector.alertmanager;

import static dev.guanlan.connector.alertmanager.TestingAlerts.NOON;
import static dev.guanlan.connector.alertmanager.TestingAlerts.VALID_FOR;
import static dev.guanlan.connector.alertmanager.TestingAlerts.firing;
import static dev.guanlan.connector.alertmanager.TestingAlerts.queued;
import static dev.guanlan.connector.alertmanager.TestingAlerts.resolved;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The queue of a peer")
final class AlertQueueTest {

  private final AlertQueue queue = new AlertQueue(3);

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
    assertThat(names(taken)).containsExactly("b", "a");
    assertThat(taken.get(1).isResolved()).isTrue();
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

  @Test
  void makesNoRoomForAResolveAtTheCostOfWhatFires() {
    fire("a");
    fire("b");
    fire("c");
    assertThat(resolve("d")).isEqualTo(1);
    assertThat(resolve("b")).isZero();
    assertThat(takeAll()).containsExactly("a", "c", "b");
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
