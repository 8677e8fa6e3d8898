package dev.guanlan.connector.alertmanager;

import static dev.guanlan.connector.alertmanager.TestingAlerts.NOON;
import static dev.guanlan.connector.alertmanager.TestingAlerts.VALID_FOR;
import static dev.guanlan.connector.alertmanager.TestingAlerts.firing;
import static dev.guanlan.connector.alertmanager.TestingSink.LONGEST;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.guanlan.model.Labels;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import org.apache.logging.log4j.Level;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayName("Alerts that a peer refuses")
final class RefusalsTest {

  @RegisterExtension final TestingPeer peer = new TestingPeer();

  private final TestingSink sink = new TestingSink();

  /** Hands over twenty alerts while the peer is busy, so that they make two full batches. */
  private void writeTwenty(AlertmanagerWriter writer) throws Exception {
    peer.hold();
    writer.write(firing("first", NOON), null);
    await().atMost(LONGEST).until(() -> !peer.requests.isEmpty());
    for (int i = 0; i < 20; i++) {
      writer.write(firing("a" + i, NOON), null);
    }
    peer.open();
    writer.flush(false);
  }

  @Test
  void takeNoOtherAlertWithThem() throws Exception {
    peer.answers(names -> names.contains("a3") || names.contains("a14") ? 400 : 200);
    try (TestingLog log = new TestingLog(Refusals.class);
        AlertmanagerWriter writer = sink.open(peer.url())) {
      writeTwenty(writer);
      assertThat(peer.heardNames())
          .hasSize(19)
          .doesNotHaveDuplicates()
          .doesNotContain("a3", "a14")
          .contains("first", "a0", "a2", "a4", "a13", "a15", "a19");
      assertThat(sink.metric(peer.url(), "alertsRefused")).isEqualTo(2);
      assertThat(sink.metric(peer.url(), "alertsSent")).isEqualTo(19);
      assertThat(log.lines(Level.ERROR))
          .satisfiesExactly(
              line -> assertThat(line).contains("{alertname=\"a3\"}").contains("status 400"),
              line -> assertThat(line).contains("{alertname=\"a14\"}"));
    }
  }

  @Test
  void areLoggedOnceAndPostedByThemselvesWhenTheyComeAgain() throws Exception {
    peer.answers(names -> names.contains("a3") ? 422 : 200);
    try (TestingLog log = new TestingLog(Refusals.class);
        AlertmanagerWriter writer = sink.open(peer.url())) {
      writeTwenty(writer);
      int before = peer.requests.size();
      for (int resend = 0; resend < 5; resend++) {
        writer.write(firing("a3", NOON), null);
        writer.write(firing("a4", NOON), null);
        writer.flush(false);
      }
      List<List<String>> later = peer.requests.subList(before, peer.requests.size());
      assertThat(later).filteredOn(names -> names.contains("a3")).containsOnly(List.of("a3"));
      assertThat(sink.metric(peer.url(), "alertsRefused")).isEqualTo(6);
      assertThat(log.lines(Level.ERROR)).hasSize(1);
    }
  }

  @Test
  void areNewsAgainOnceTheyWereTaken() throws Exception {
    try (TestingLog log = new TestingLog(Refusals.class);
        AlertmanagerWriter writer = sink.open(peer.url())) {
      for (int status : new int[] {400, 400, 200, 400}) {
        peer.answers(status);
        writer.write(firing("a", NOON), null);
        writer.flush(false);
      }
      assertThat(log.lines(Level.ERROR)).hasSize(2);
    }
  }

  @Test
  void arePutBackWithTheRestOfTheirBatchWhenThePeerFailsMeanwhile() throws Exception {
    peer.answers(names -> names.size() > 5 ? 400 : names.contains("a7") ? 503 : 200);
    try (AlertmanagerWriter writer = sink.open(peer.url())) {
      writeTwenty(writer);
      await().atMost(LONGEST).until(() -> sink.metric(peer.url(), "alertsInFailedPosts") > 0);
      peer.answers(200);
      await().atMost(LONGEST).until(() -> peer.heardNames().contains("a19"));
      assertThat(peer.heardNames()).hasSize(21).doesNotHaveDuplicates();
    }
  }

  @Test
  void areLeftOutWhereTheirEndPassesWhileOtherPartsOfTheirBatchArePosted() throws Exception {
    peer.answers(
        names -> {
          if (names.contains("a0")) {
            // Half of the time passes with the batch, and the rest with its first part.
            sink.clock.move(VALID_FOR / 2);
          }
          return names.size() > 5 ? 400 : 200;
        });
    try (AlertmanagerWriter writer = sink.open(peer.url())) {
      writeTwenty(writer);
      assertThat(peer.heardNames()).containsExactly("first", "a0", "a1", "a2", "a3", "a4");
      assertThat(sink.metric(peer.url(), "alertsExpired")).isEqualTo(15);
    }
  }

  @Test
  void giveThePeerARestWhenItRefusesEveryOne() throws Exception {
    peer.answers(400);
    try (AlertmanagerWriter writer = sink.open(peer.url())) {
      writeTwenty(writer);
      await().atMost(LONGEST).until(() -> sink.metric(peer.url(), "alertsRefused") == 21);
      peer.answers(200);
      writer.write(firing("a3", NOON), null);
      await().atMost(LONGEST).until(() -> peer.heardNames().contains("a3"));
    }
  }

  @Test
  void areRememberedWithinBounds() {
    try (TestingLog log = new TestingLog(Refusals.class)) {
      Refusals refusals = new Refusals(URI.create("http://h/api/v2/alerts"));
      Answer answer = Answer.of(400, "", null, Instant.EPOCH);
      for (int i = 0; i < Refusals.MOST + 500; i++) {
        refusals.add(Labels.of("alertname", "a" + i), answer);
      }
      assertThat(log.lines(Level.ERROR)).hasSize(Refusals.MOST + 1);
      assertThat(refusals.contains(Labels.of("alertname", "a0"))).isTrue();
      assertThat(refusals.contains(Labels.of("alertname", "a" + Refusals.MOST))).isFalse();
    }
  }
}
