package dev.guanlan.local.command;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Lets a command end in order when the JVM is told to stop (Ctrl-C, {@code guanlan down}, the
 * machine going down): its thread is interrupted, and the JVM waits until it has cleaned up.
 */
final class Shutdown implements AutoCloseable {

  private final CountDownLatch done = new CountDownLatch(1);
  private final Thread hook;
  private volatile boolean asked;

  /**
   * Registers the calling thread.
   *
   * @param patience how long the JVM waits for it at most
   */
  Shutdown(Duration patience) {
    Thread worker = Thread.currentThread();
    hook = new Thread(() -> stop(worker, patience), "shutdown");
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** Tells whether the JVM was told to stop. */
  boolean asked() {
    return asked;
  }

  /** Says that the command has cleaned up. */
  @Override
  public void close() {
    done.countDown();
    forget(hook);
  }

  /**
   * Takes back what was to be done if the JVM had been stopped meanwhile.
   *
   * @return false if it is being stopped, and the hook runs
   */
  static boolean forget(Thread hook) {
    try {
      return Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException stopping) {
      return false;
    }
  }

  private void stop(Thread worker, Duration patience) {
    asked = true;
    worker.interrupt();
    try {
      if (!done.await(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        System.err.println("Not everything had stopped after " + patience.toSeconds() + " s.");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
