package dev.guanlan.connector.alertmanager;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Opens writers as tests want them: with short rests, and patience everywhere else. */
final class TestingSink {

  static final Duration LONGEST = Duration.ofMinutes(1);

  final TestingMetrics metrics = new TestingMetrics();
  final TestingAlerts.TestingClock clock = new TestingAlerts.TestingClock();
  final TestingResolver resolver = new TestingResolver();

  int queueCapacity = 100;
  int batchSize = 10;
  Duration requestTimeout = LONGEST;
  Duration flushTimeout = LONGEST;
  Duration longestRest = Duration.ofMillis(100);
  Access access = Access.ANONYMOUS;
  Duration hold = Duration.ZERO;

  AlertmanagerSink.Settings settings() {
    return new AlertmanagerSink.Settings(
        queueCapacity,
        "",
        batchSize,
        requestTimeout,
        Duration.ofMillis(20),
        longestRest,
        flushTimeout,
        Duration.ofMillis(20),
        access);
  }

  AlertmanagerWriter open(String... peers) throws IOException {
    List<PeerTarget> targets = Stream.of(peers).map(PeerTarget::parse).toList();
    return new AlertmanagerWriter(targets, settings(), metrics.group(), clock, resolver, hold);
  }

  /** Returns what a metric of the peer at {@code url} shows. */
  long metric(String url, String name) {
    return metrics.ofPeer(peer(url), name);
  }

  /** Returns the names of the metrics that the peer at {@code url} has. */
  Set<String> metricsOf(String url) {
    return metrics.namesOf(peer(url));
  }

  /** Returns what the metrics of a peer are called by. */
  private static String peer(String url) {
    return url.replaceFirst("^https?://", "");
  }
}
