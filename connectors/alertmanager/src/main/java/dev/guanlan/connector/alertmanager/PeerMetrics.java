package dev.guanlan.connector.alertmanager;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Histogram;
import org.apache.flink.metrics.MetricGroup;
import org.apache.flink.metrics.ThreadSafeSimpleCounter;
import org.apache.flink.runtime.metrics.DescriptiveStatisticsHistogram;
import org.apache.flink.runtime.metrics.groups.AbstractMetricGroup;

/**
 * Counts what becomes of the notifications for one peer, as Prometheus' {@code
 * prometheus_notifications_*} do. Safe for many threads.
 */
final class PeerMetrics {

  /** How many posts the quantiles of their duration are made of. */
  private static final int POSTS = 256;

  private final MetricGroup group;
  private final Counter sent;
  private final Counter failed;
  private final Counter refused;
  private final Counter dropped;
  private final Counter expired;
  private final Histogram postMillis;

  PeerMetrics(MetricGroup group) {
    this.group = group;
    sent = counter("alertsSent");
    failed = counter("alertsInFailedPosts");
    refused = counter("alertsRefused");
    dropped = counter("alertsDropped");
    expired = counter("alertsExpired");
    postMillis = group.histogram("postMillis", new DescriptiveStatisticsHistogram(POSTS));
  }

  private Counter counter(String name) {
    return group.counter(name, new ThreadSafeSimpleCounter());
  }

  /** Registers how many alerts wait. */
  void queued(LongSupplier alerts) {
    group.gauge("alertsQueued", (Gauge<Long>) alerts::getAsLong);
  }

  /** Counts alerts that the peer took. */
  void sent(int alerts, Duration took) {
    sent.inc(alerts);
    postMillis.update(took.toMillis());
  }

  /** Counts alerts of a post that did not reach the peer, or that it could not take; again each. */
  void failed(int alerts) {
    failed.inc(alerts);
  }

  /** Counts an alert that the peer does not take. */
  void refused() {
    refused.inc();
  }

  /** Counts alerts that left a full queue. */
  void dropped(int alerts) {
    dropped.inc(alerts);
  }

  /** Counts firing alerts that waited until their end had passed. */
  void expired(int alerts) {
    expired.inc(alerts);
  }

  /**
   * Takes the metrics away, so that peers that come and go leave nothing behind. Flink's interface
   * offers no way to; what implements it does.
   */
  void close() {
    if (group instanceof AbstractMetricGroup<?> closeable) {
      closeable.close();
    }
  }
}
