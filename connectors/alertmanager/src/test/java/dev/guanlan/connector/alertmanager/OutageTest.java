package dev.guanlan.connector.alertmanager;

import static dev.guanlan.connector.alertmanager.TestingAlerts.NOON;
import static dev.guanlan.connector.alertmanager.TestingAlerts.firing;
import static dev.guanlan.connector.alertmanager.TestingAlerts.queued;
import static dev.guanlan.connector.alertmanager.TestingSink.LONGEST;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.logging.log4j.Level;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The time limits end tests that hang; nothing here is measured. */
@DisplayName("A peer that is out of order")
@Timeout(value = 3, unit = TimeUnit.MINUTES)
final class OutageTest {

  @RegisterExtension final TestingPeer peer = new TestingPeer();

  private final TestingSink sink = new TestingSink();

  private static ServerSocket socket() throws IOException {
    return new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  }

  private static String url(ServerSocket socket) {
    return "http://127.0.0.1:" + socket.getLocalPort();
  }

  @Test
  void isTriedAgainUntilItTakesAlertsAndLoggedOnce() throws Exception {
    peer.answers(503);
    try (TestingLog log = new TestingLog(Peer.class);
        AlertmanagerWriter writer = sink.open(peer.url())) {
      writer.write(firing("a", NOON), null);
      await().atMost(LONGEST).until(() -> peer.requests.size() >= 4);
      peer.answers(200);
      await().atMost(LONGEST).until(() -> peer.heard.size() == 1);
      await().atMost(LONGEST).until(() -> log.lines(Level.INFO).size() == 1);
      assertThat(log.lines(Level.WARN)).hasSize(1);
    }
  }

  @Test
  void holdsUpNoOtherWhenItIsDown() throws Exception {
    try (AlertmanagerWriter writer = sink.open("http://127.0.0.1:1", peer.url())) {
      for (String name : new String[] {"a", "b"}) {
        writer.write(firing(name, NOON), null);
        writer.flush(false);
        await().atMost(LONGEST).until(() -> peer.heardNames().contains(name));
      }
    }
  }

  @Test
  void holdsUpNoOtherWhenItHangs() throws Exception {
    sink.flushTimeout = Duration.ofMillis(100);
    // The kernel takes connections, and nobody ever answers.
    try (ServerSocket hanging = socket();
        AlertmanagerWriter writer = sink.open(url(hanging), peer.url())) {
      for (int checkpoint = 0; checkpoint < 20; checkpoint++) {
        String name = "a" + checkpoint;
        writer.write(firing(name, NOON), null);
        writer.flush(false);
        await().atMost(LONGEST).until(() -> peer.heardNames().contains(name));
      }
    }
  }

  @Test
  void isWaitedForOnceWhenItHangs() throws Exception {
    ScheduledExecutorService timers =
        Executors.newSingleThreadScheduledExecutor(new DaemonThreads("test"));
    try (ServerSocket hanging = socket();
        AlertPoster poster =
            new AlertPoster(
                sink.settings(), Credentials.open(Access.ANONYMOUS), timers, sink.clock)) {
      Peer hangs =
          new Peer(
              URI.create(url(hanging) + "/api/v2/alerts"),
              sink.settings(),
              poster,
              timers,
              sink.clock,
              new PeerMetrics(sink.metrics.group().addGroup("peer", "hangs")));
      hangs.offer(queued(firing("a", NOON)));
      hangs.awaitIdle(System.nanoTime() + Duration.ofMillis(50).toNanos());
      // These would wait for a day if it were taken for well.
      hangs.awaitIdle(System.nanoTime() + Duration.ofDays(1).toNanos());
      hangs.offer(queued(firing("b", NOON)));
      hangs.awaitIdle(System.nanoTime() + Duration.ofDays(1).toNanos());
      assertThat(hangs.close()).isEqualTo(1);
    } finally {
      timers.shutdownNow();
    }
  }

  @Test
  void isGivenUpAfterTheTimeOutWhenItHangs() throws Exception {
    sink.requestTimeout = Duration.ofMillis(200);
    try (TestingLog log = new TestingLog(Peer.class);
        ServerSocket hanging = socket();
        AlertmanagerWriter writer = sink.open(url(hanging))) {
      writer.write(firing("a", NOON), null);
      await().atMost(LONGEST).until(() -> sink.metric(url(hanging), "alertsInFailedPosts") >= 2);
      assertThat(sink.metric(url(hanging), "alertsSent")).isZero();
      assertThat(log.lines(Level.WARN))
          .singleElement()
          .asString()
          .contains("no answer within 200 ms");
    }
  }

  @Test
  void isGivenUpAfterTheTimeOutWhenItsAnswerNeverEnds() throws Exception {
    sink.requestTimeout = Duration.ofMillis(500);
    AtomicInteger connections = new AtomicInteger();
    try (ServerSocket dripping = socket();
        AlertmanagerWriter writer = sink.open(url(dripping))) {
      Thread server = new Thread(() -> acceptAndPromise(dripping, connections), "dripping");
      server.setDaemon(true);
      server.start();
      writer.write(firing("a", NOON), null);
      await().atMost(LONGEST).until(() -> connections.get() >= 2);
      assertThat(sink.metric(url(dripping), "alertsSent")).isZero();
    }
  }

  /** Answers 200 with a body that is announced and never comes. */
  private static void acceptAndPromise(ServerSocket server, AtomicInteger connections) {
    try {
      while (true) {
        Socket socket = server.accept();
        InputStream in = socket.getInputStream();
        // Something of the request is there; all of it matters no more than the answer.
        if (in.read() < 0) {
          continue;
        }
        OutputStream out = socket.getOutputStream();
        out.write(
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        out.flush();
        connections.incrementAndGet();
      }
    } catch (IOException e) {
      if (!server.isClosed()) {
        throw new IllegalStateException("the server of the test broke", e);
      }
    }
  }

  @Test
  void mayAnswerAtAnyLength() throws Exception {
    try (ServerSocket chatty = socket();
        AlertmanagerWriter writer = sink.open(url(chatty))) {
      Thread server = new Thread(() -> acceptAndChat(chatty), "chatty");
      server.setDaemon(true);
      server.start();
      writer.write(firing("a", NOON), null);
      await().atMost(LONGEST).until(() -> sink.metric(url(chatty), "alertsSent") == 1);
    }
  }

  /** Answers 200 with a body without an end. */
  private static void acceptAndChat(ServerSocket server) {
    byte[] noise = "noise ".repeat(1_000).getBytes(StandardCharsets.US_ASCII);
    try (Socket socket = server.accept()) {
      OutputStream out = socket.getOutputStream();
      out.write("HTTP/1.1 200 OK\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      while (!server.isClosed()) {
        out.write(noise);
      }
    } catch (IOException e) {
      // The writer hung up, as it should.
      assertThat(e).isNotNull();
    }
  }
}
