package dev.guanlan.connector.alertmanager;

import static dev.guanlan.connector.alertmanager.TestingAlerts.NOON;
import static dev.guanlan.connector.alertmanager.TestingAlerts.VALID_FOR;
import static dev.guanlan.connector.alertmanager.TestingAlerts.firing;
import static dev.guanlan.connector.alertmanager.TestingAlerts.resolved;
import static dev.guanlan.connector.alertmanager.TestingSink.LONGEST;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The writer")
final class AlertmanagerWriterTest {

  @RegisterExtension final TestingPeer peer = new TestingPeer();

  private final TestingSink sink = new TestingSink();

  @Test
  void postsWhatAlertmanagerReads() throws Exception {
    try (AlertmanagerWriter writer = sink.open(peer.url())) {
      writer.write(firing("a", NOON - 3_600_000), null);
      writer.flush(false);
    }
    assertThat(peer.heard).hasSize(1);
    JsonNode alert = peer.heard.get(0);
    assertThat(alert.at("/labels/alertname").asText()).isEqualTo("a");
    assertThat(alert.at("/annotations/summary").asText()).isEqualTo("it is \"broken\"\n");
    assertThat(alert.at("/startsAt").asText()).isEqualTo("2026-01-01T11:00:00Z");
    // An hour behind, and yet not resolved: it is valid from now on.
    assertThat(alert.at("/endsAt").asText()).isEqualTo("2026-01-01T12:04:00Z");
    assertThat(alert.at("/generatorURL").asText()).isEqualTo("http://g/graph?a=b&c=d");
  }

  @Test
  void postsAResolveWithItsTime() throws Exception {
    try (AlertmanagerWriter writer = sink.open(peer.url())) {
      writer.write(resolved("a", NOON - 60_000), null);
      writer.flush(false);
    }
    assertThat(peer.heard.get(0).at("/endsAt").asText()).isEqualTo("2026-01-01T11:59:00Z");
    assertThat(peer.heard.get(0).has("generatorURL")).isFalse();
  }

  @Test
  void doesNotTellAfterARestoreWhatIsEvaluatedAgainAndOver() throws Exception {
    sink.hold = Duration.ofSeconds(5);
    try (AlertmanagerWriter writer = sink.open(peer.url())) {
      writer.write(firing("over", NOON - 120_000), null);
      writer.write(firing("fires", NOON - 60_000), null);
      // A checkpoint does not wait for it.
      writer.flush(false);
      writer.write(resolved("over", NOON - 60_000), null);
      await().atMost(LONGEST).until(() -> peer.heard.size() == 2);
      assertThat(peer.heardNames()).containsExactly("over", "fires");
      assertThat(peer.heard.get(0).at("/endsAt").asText()).isEqualTo("2026-01-01T11:59:00Z");

      writer.write(firing("later", NOON), null);
      writer.flush(false);
      assertThat(peer.heardNames()).containsExactly("over", "fires", "later");
    }
  }

  @Test
  void doesNotRenewWhatWaits() throws Exception {
    peer.answers(503);
    try (AlertmanagerWriter writer = sink.open(peer.url())) {
      writer.write(firing("a", NOON), null);
      await().atMost(LONGEST).until(() -> !peer.requests.isEmpty());
      sink.clock.move(60_000);
      peer.answers(200);
      await().atMost(LONGEST).until(() -> peer.heard.size() == 1);
    }
    assertThat(peer.heard.get(0).at("/endsAt").asText()).isEqualTo("2026-01-01T12:04:00Z");
  }

  @Test
  void neverPostsAFiringAlertWhoseEndHasPassed() throws Exception {
    peer.answers(503);
    peer.hold();
    try (AlertmanagerWriter writer = sink.open(peer.url())) {
      writer.write(firing("fires", NOON), null);
      writer.write(resolved("resolved", NOON), null);
      await().atMost(LONGEST).until(() -> peer.requests.size() == 1);
      // Nothing else is under way, which might have left before the end and be taken after it.
      sink.clock.move(VALID_FOR);
      peer.answers(200);
      peer.open();
      await().atMost(LONGEST).until(() -> peer.heard.size() == 1);
      assertThat(peer.heardNames()).containsExactly("resolved");
      await().atMost(LONGEST).until(() -> sink.metric(peer.url(), "alertsExpired") == 1);
    }
  }

  @Test
  void keepsTheNewestNewsOfEachAlertAndDropsTheOldestAlerts() throws Exception {
    sink.queueCapacity = 2;
    peer.answers(503);
    peer.hold();
    try (AlertmanagerWriter writer = sink.open(peer.url())) {
      writer.write(firing("first", NOON), null);
      await().atMost(LONGEST).until(() -> peer.requests.size() == 1);
      writer.write(firing("a", NOON), null);
      writer.write(firing("b", NOON), null);
      writer.write(resolved("a", NOON), null);
      writer.write(firing("c", NOON), null);
      assertThat(sink.metric(peer.url(), "alertsQueued")).isEqualTo(2);
      peer.answers(200);
      peer.open();
      await().atMost(LONGEST).until(() -> peer.heard.size() == 2);
      assertThat(peer.heardNames()).containsExactly("b", "c");
      // The resolve of a for c, and first for both.
      assertThat(sink.metric(peer.url(), "alertsDropped")).isEqualTo(2);
    }
  }

  @Test
  void tellsEveryAlertAtLastThoughEachResendIsMoreThanItsQueueHolds() throws Exception {
    sink.queueCapacity = 20;
    try (AlertmanagerWriter writer = sink.open(peer.url())) {
      for (int resend = 0; resend < 4; resend++) {
        int before = peer.requests.size();
        peer.hold();
        writer.write(firing("first", NOON), null);
        await().atMost(LONGEST).until(() -> peer.requests.size() > before);
        for (int i = 0; i < 50; i++) {
          writer.write(firing("a" + i, NOON), null);
        }
        peer.open();
        writer.flush(false);
      }
      // Of 50 alerts 20 are told each time.
      assertThat(new HashSet<>(peer.heardNames())).hasSize(51);
      assertThat(sink.metric(peer.url(), "alertsDropped")).isEqualTo(4 * 30);
    }
  }

  @Test
  void cutsBatches() throws Exception {
    peer.hold();
    try (AlertmanagerWriter writer = sink.open(peer.url())) {
      for (int i = 0; i < 35; i++) {
        writer.write(firing("a" + i, NOON), null);
      }
      peer.open();
      writer.flush(false);
      assertThat(peer.heard).hasSize(35);
      assertThat(peer.requests).hasSizeGreaterThanOrEqualTo(4).allMatch(each -> each.size() <= 10);
      assertThat(sink.metric(peer.url(), "alertsSent")).isEqualTo(35);
      assertThat(sink.metric(peer.url(), "alertsQueued")).isZero();
      assertThat(sink.metric(peer.url(), "postMillis")).isEqualTo(peer.requests.size());
    }
  }

  @Test
  void restsAsLongAsThePeerAsks() throws Exception {
    sink.longestRest = Duration.ofMinutes(10);
    peer.headers.put("Retry-After", "600");
    peer.answers(429);
    try (AlertmanagerWriter writer = sink.open(peer.url())) {
      writer.write(firing("a", NOON), null);
      await().atMost(LONGEST).until(() -> sink.metric(peer.url(), "alertsInFailedPosts") == 1);
      peer.answers(200);
      // It rests: nothing is posted, and nothing is waited for.
      writer.write(firing("b", NOON), null);
      writer.flush(false);
      assertThat(peer.requests).hasSize(1);
      assertThat(sink.metric(peer.url(), "alertsQueued")).isEqualTo(2);
    }
  }

  @Test
  void losesNothingWhileItsCredentialsAreWrongAndReadsThemAgain(@TempDir Path folder)
      throws Exception {
    Path token = Files.writeString(folder.resolve("token"), "old\n");
    sink.access = new Access(null, null, token.toString(), null);
    peer.answers(401);
    try (AlertmanagerWriter writer = sink.open(peer.url())) {
      writer.write(firing("a", NOON), null);
      await().atMost(LONGEST).until(() -> peer.authorizations.contains("Bearer old"));
      Files.writeString(token, "new\n");
      await().atMost(LONGEST).until(() -> peer.authorizations.contains("Bearer new"));
      peer.answers(200);
      await().atMost(LONGEST).until(() -> peer.heardNames().contains("a"));
    }
  }

  @Test
  void doesNotOpenWithoutTheFilesOfItsSettings(@TempDir Path folder) throws Exception {
    String none = folder.resolve("none").toString();
    sink.access = new Access(null, null, null, none);
    assertThatThrownBy(() -> sink.open(peer.url()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("certificates of Alertmanager's authorities")
        .hasMessageContaining(none);
    Path empty = Files.writeString(folder.resolve("empty"), "");
    sink.access = new Access(null, null, null, empty.toString());
    assertThatThrownBy(() -> sink.open(peer.url()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("give a readable PEM file");
  }

  @Test
  void tellsPeersBehindOneProxyApart() throws Exception {
    try (AlertmanagerWriter writer = sink.open(peer.url() + "/one", peer.url() + "/two")) {
      writer.write(firing("a", NOON), null);
      writer.flush(false);
      assertThat(peer.heardNames()).containsExactly("a", "a");
      assertThat(sink.metric(peer.url() + "/one", "alertsSent")).isEqualTo(1);
      assertThat(sink.metric(peer.url() + "/two", "alertsSent")).isEqualTo(1);
    }
  }
}
