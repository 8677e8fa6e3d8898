package dev.guanlan.connector.alertmanager;

import static dev.guanlan.connector.alertmanager.TestingAlerts.NOON;
import static dev.guanlan.connector.alertmanager.TestingAlerts.firing;
import static dev.guanlan.connector.alertmanager.TestingSink.LONGEST;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.util.stream.IntStream;
import org.apache.logging.log4j.Level;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayName("Peers that are found by name")
final class PeersTest {

  private static final String NAME = "_web._tcp.am";

  @RegisterExtension final TestingPeer one = new TestingPeer();
  @RegisterExtension final TestingPeer two = new TestingPeer();

  private final TestingSink sink = new TestingSink();

  private static Resolver.Service service(TestingPeer peer) {
    return new Resolver.Service("127.0.0.1", URI.create(peer.url()).getPort());
  }

  private void awaitPeers(int count) {
    await().atMost(LONGEST).until(() -> sink.metrics.ofSink("peers") == count);
  }

  @Test
  void comeAndGoWhileTheJobRuns() throws Exception {
    sink.resolver.service(NAME, service(one));
    try (AlertmanagerWriter writer = sink.open("dnssrv+" + NAME)) {
      writer.write(firing("a", NOON), null);
      writer.flush(false);
      assertThat(one.heardNames()).containsExactly("a");

      sink.resolver.service(NAME, service(one), service(two));
      awaitPeers(2);
      writer.write(firing("b", NOON), null);
      writer.flush(false);
      assertThat(one.heardNames()).containsExactly("a", "b");
      assertThat(two.heardNames()).containsExactly("b");
      assertThat(sink.metric(one.url(), "alertsSent")).isEqualTo(2);

      sink.resolver.service(NAME, service(two));
      awaitPeers(1);
      writer.write(firing("c", NOON), null);
      writer.flush(false);
      assertThat(one.heardNames()).containsExactly("a", "b");
      assertThat(two.heardNames()).containsExactly("b", "c");
      assertThat(sink.metricsOf(one.url())).isEmpty();

      sink.resolver.service(NAME, service(one));
      awaitPeers(1);
      await().atMost(LONGEST).until(() -> sink.metricsOf(two.url()).isEmpty());
      assertThat(sink.metric(one.url(), "alertsSent")).isZero();
      assertThat(sink.metricsOf(one.url()))
          .containsExactlyInAnyOrder(
              "alertsSent",
              "alertsInFailedPosts",
              "alertsRefused",
              "alertsDropped",
              "alertsExpired",
              "alertsQueued",
              "postMillis");
    }
  }

  @Test
  void haveTheirQueuesEndedWhenTheyGo() throws Exception {
    one.answers(503);
    sink.resolver.service(NAME, service(one));
    try (AlertmanagerWriter writer = sink.open("dnssrv+" + NAME)) {
      writer.write(firing("a", NOON), null);
      await().atMost(LONGEST).until(() -> !one.requests.isEmpty());
      sink.resolver.service(NAME, service(two));
      await().atMost(LONGEST).until(() -> sink.metricsOf(one.url()).isEmpty());
      writer.write(firing("b", NOON), null);
      await().atMost(LONGEST).until(() -> two.heardNames().contains("b"));
      one.answers(200);
      writer.flush(false);
      assertThat(one.heard).isEmpty();
    }
  }

  @Test
  void stayWhileTheirNameCannotBeLookedUpWhichIsLoggedOnce() throws Exception {
    sink.resolver.service(NAME, service(one));
    try (TestingLog log = new TestingLog(Peers.class);
        AlertmanagerWriter writer = sink.open("dnssrv+" + NAME)) {
      sink.resolver.forget(NAME);
      await().atMost(LONGEST).until(() -> sink.metrics.ofSink("lookupErrors") >= 5);
      writer.write(firing("a", NOON), null);
      writer.flush(false);
      assertThat(one.heardNames()).containsExactly("a");
      assertThat(log.lines(Level.WARN)).hasSize(1);

      sink.resolver.service(NAME, service(one), service(two));
      awaitPeers(2);
      assertThat(log.lines(Level.INFO)).anyMatch(line -> line.contains("can be looked up again"));
    }
  }

  @Test
  void areFoundLateWhenTheirNameIsUnknownAtTheStart() throws Exception {
    try (AlertmanagerWriter writer = sink.open("dnssrv+" + NAME, two.url())) {
      writer.write(firing("a", NOON), null);
      writer.flush(false);
      assertThat(two.heardNames()).containsExactly("a");
      sink.resolver.service(NAME, service(one));
      awaitPeers(2);
      writer.write(firing("b", NOON), null);
      writer.flush(false);
      assertThat(one.heardNames()).containsExactly("b");
    }
  }

  @Test
  void areToldOnceThoughTheyHaveTwoNames() throws Exception {
    sink.resolver.service(NAME, service(one));
    try (AlertmanagerWriter writer = sink.open("dnssrv+" + NAME, one.url())) {
      writer.write(firing("a", NOON), null);
      writer.flush(false);
      assertThat(one.heardNames()).containsExactly("a");
    }
  }

  @Test
  void areBoundedInNumber() throws Exception {
    sink.resolver.service(
        NAME,
        IntStream.range(0, Peers.MOST + 10)
            .mapToObj(i -> new Resolver.Service("127.0.0.1", 20_000 + i))
            .toArray(Resolver.Service[]::new));
    try (TestingLog log = new TestingLog(Peers.class);
        AlertmanagerWriter writer = sink.open("dnssrv+" + NAME)) {
      assertThat(sink.metrics.ofSink("peers")).isEqualTo(Peers.MOST);
      assertThat(log.lines(Level.ERROR)).hasSize(1);
      assertThat(writer).isNotNull();
    }
  }
}
