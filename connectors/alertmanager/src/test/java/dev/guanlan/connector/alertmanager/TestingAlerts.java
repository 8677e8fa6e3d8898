package dev.guanlan.connector.alertmanager;

import dev.guanlan.model.Labels;
import dev.guanlan.rules.Alert;
import dev.guanlan.rules.Notification;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** Makes notifications, and the time that they are made at. */
final class TestingAlerts {

  static final long NOON = Instant.parse("2026-01-01T12:00:00Z").toEpochMilli();
  static final long VALID_FOR = 240_000;

  private TestingAlerts() {}

  static Notification firing(String name, long tick) {
    return firing(Labels.of("alertname", name), tick);
  }

  static Notification firing(Labels labels, long tick) {
    return new Notification(
        labels,
        Map.of("summary", "it is \"broken\"\n"),
        tick,
        Alert.NEVER,
        tick,
        VALID_FOR,
        "http://g/graph?a=b&c=d");
  }

  static Notification resolved(String name, long tick) {
    return new Notification(
        Labels.of("alertname", name), Map.of(), tick - 1000, tick, tick, VALID_FOR, "");
  }

  static QueuedAlert queued(Notification notification) {
    return QueuedAlert.at(notification, NOON);
  }

  /** Stands still until it is moved. */
  static final class TestingClock extends Clock {
    private final AtomicLong now = new AtomicLong(NOON);

    void move(long millis) {
      now.addAndGet(millis);
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      throw new UnsupportedOperationException("the tests' clock knows UTC only");
    }

    @Override
    public Instant instant() {
      return Instant.ofEpochMilli(now.get());
    }
  }
}
