package dev.guanlan.local.stack;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Watches one part from a thread of its own and starts it again when it dies. Each has its own
 * because one part may need another to come back first.
 */
final class Watch {

  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(500);
  private static final Duration LONGEST_END = Duration.ofSeconds(60);

  private final Part part;
  private final StartListener listener;
  private final Restarts restarts = new Restarts();
  private final CountDownLatch ending = new CountDownLatch(1);
  private final Thread thread;

  private Watch(Part part, StartListener listener) {
    this.part = part;
    this.listener = listener;
    thread = new Thread(this::run, "guanlan-watch-" + part.name());
    thread.setDaemon(true);
  }

  static Watch over(Part part, StartListener listener) {
    Watch watch = new Watch(part, listener);
    watch.thread.start();
    return watch;
  }

  /** Ends watching; a restart that is under way is given up. */
  void end() {
    ending.countDown();
    if (Thread.currentThread() == thread) {
      return;
    }
    thread.interrupt();
    try {
      thread.join(LONGEST_END.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try {
      boolean worthIt = true;
      while (worthIt && !ending.await(BETWEEN_LOOKS.toMillis(), TimeUnit.MILLISECONDS)) {
        if (!part.running()) {
          worthIt = revive();
        }
      }
    } catch (InterruptedException e) {
      // Only end() interrupts this thread: there is nothing left to watch.
      Thread.currentThread().interrupt();
    }
  }

  /** Returns false when the part is to be left alone from now on. */
  private boolean revive() throws InterruptedException {
    String reason = part.check().detail();
    Optional<Duration> pause = restarts.next(System.nanoTime());
    if (pause.isEmpty()) {
      listener.gaveUp(part, reason);
      return false;
    }
    listener.died(part, reason, pause.get());
    if (!ending.await(pause.get().toMillis(), TimeUnit.MILLISECONDS)) {
      try {
        listener.restarted(part, Startup.untilHealthy(part));
      } catch (PartException e) {
        if (ending.getCount() > 0) {
          listener.failed(part, e);
        }
      }
    }
    return true;
  }
}
