package dev.guanlan.connector.alertmanager;

import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.MetricGroup;

/** Counts what becomes of the notifications for one peer. Safe for many threads. */
final class PeerMetrics {

  private final AtomicLong sent = new AtomicLong();
  private final AtomicLong failed = new AtomicLong();
  private final AtomicLong dropped = new AtomicLong();
  private final AtomicLong errors = new AtomicLong();
  private final MetricGroup group;

  PeerMetrics(MetricGroup group) {
    this.group = group;
    gauge("alertsSent", sent::get);
    gauge("alertsFailed", failed::get);
    gauge("alertsDropped", dropped::get);
    gauge("postErrors", errors::get);
  }

  /** Registers a number to be looked at. */
  void gauge(String name, LongSupplier value) {
    group.gauge(name, (Gauge<Long>) value::getAsLong);
  }

  /** Counts alerts that the peer took. */
  void sent(int alerts) {
    sent.addAndGet(alerts);
  }

  /** Counts alerts that the peer refused for good. */
  void failed(int alerts) {
    failed.addAndGet(alerts);
  }

  /** Counts alerts that left a full queue. */
  void dropped(int alerts) {
    dropped.addAndGet(alerts);
  }

  /** Counts a post that did not reach the peer, or that it could not take. */
  void error() {
    errors.incrementAndGet();
  }
}
