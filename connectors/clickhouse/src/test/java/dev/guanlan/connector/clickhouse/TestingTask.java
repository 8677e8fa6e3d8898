package dev.guanlan.connector.clickhouse;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Delayed;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.api.common.operators.ProcessingTimeService;
import org.apache.flink.util.FlinkRuntimeException;
import org.apache.flink.util.function.ThrowingRunnable;

/**
 * Is a task whose mails and timers run in the test's thread. Time stands still until the task has
 * nothing to do but to wait for the next timer.
 */
final class TestingTask implements MailboxExecutor, ProcessingTimeService {

  static final long START = 1_000_000;
  private static final long END = START + 3_600_000;

  private final Deque<ThrowingRunnable<? extends Exception>> mails = new ArrayDeque<>();
  private final TreeMap<Long, Deque<ProcessingTimeCallback>> timers = new TreeMap<>();
  private long now = START;

  @Override
  public void execute(
      MailOptions options,
      ThrowingRunnable<? extends Exception> command,
      String description,
      Object... arguments) {
    mails.add(command);
  }

  @Override
  public void yield() {
    if (mails.isEmpty()) {
      nextTimer();
    } else {
      run(mails.remove());
    }
  }

  @Override
  public boolean tryYield() {
    if (mails.isEmpty()) {
      return false;
    }
    run(mails.remove());
    return true;
  }

  @Override
  public boolean shouldInterrupt() {
    return !mails.isEmpty();
  }

  @Override
  public long getCurrentProcessingTime() {
    return now;
  }

  @Override
  public ScheduledFuture<?> registerTimer(long timestamp, ProcessingTimeCallback target) {
    timers.computeIfAbsent(timestamp, key -> new ArrayDeque<>()).add(target);
    return new Unscheduled();
  }

  /** Lets time pass, with what happens meanwhile. */
  void advance(long millis) {
    long end = now + millis;
    runMails();
    while (!timers.isEmpty() && timers.firstKey() <= end) {
      nextTimer();
      runMails();
    }
    now = end;
  }

  void runMails() {
    while (tryYield()) {
      // All is done by then.
    }
  }

  private void nextTimer() {
    if (timers.isEmpty() || timers.firstKey() > END) {
      throw new IllegalStateException("the task waits for a mail that nobody will send");
    }
    long timestamp = timers.firstKey();
    Deque<ProcessingTimeCallback> due = timers.get(timestamp);
    ProcessingTimeCallback callback = due.remove();
    if (due.isEmpty()) {
      timers.remove(timestamp);
    }
    now = Math.max(now, timestamp);
    run(() -> callback.onProcessingTime(timestamp));
  }

  private static void run(ThrowingRunnable<? extends Exception> mail) {
    try {
      mail.run();
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new FlinkRuntimeException(e);
    }
  }

  /** Is a handle that the writer does not use. */
  private static final class Unscheduled extends CompletableFuture<Object>
      implements ScheduledFuture<Object> {
    @Override
    public long getDelay(TimeUnit unit) {
      return 0;
    }

    @Override
    public int compareTo(Delayed other) {
      return 0;
    }
  }
}
