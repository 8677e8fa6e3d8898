package dev.guanlan.job.alerting;

import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Is where histories of groups are read, some at once: others wait for their turn. */
final class HistoryLane implements AutoCloseable {

  private final HistoryReader reader;
  private final ScheduledExecutorService threads;

  /** When something of any of its histories was taken, by the task's clock and for its thread. */
  private long tookMillis = Long.MIN_VALUE;

  HistoryLane(HistoryReader reader, int atOnce) {
    this.reader = reader;
    this.threads =
        Executors.newScheduledThreadPool(
            atOnce,
            work -> {
              Thread thread = new Thread(work, "read-history");
              thread.setDaemon(true);
              return thread;
            });
  }

  HistoryReader reader() {
    return reader;
  }

  Future<?> schedule(Runnable reading, long delayMillis) {
    return threads.schedule(reading, delayMillis, TimeUnit.MILLISECONDS);
  }

  /** Notes that something was taken. */
  void took(long nowMillis) {
    tookMillis = nowMillis;
  }

  /** Returns when something was taken last. */
  long tookMillis() {
    return tookMillis;
  }

  /** Tells whether nothing is read any more. */
  boolean isClosed() {
    return threads.isShutdown();
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
