package dev.guanlan.job.alerting;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts, by estimate, what the windows of a task take of the heap that all tasks of a process
 * share, and tells when that is too much. For one thread.
 */
final class WindowBudget implements AutoCloseable {

  /** Beyond the limit so much of it is given back, so that it is not reached again at once. */
  private static final int GIVE_BACK = 10;

  /** What the tasks of this job take in this process, and how many there are. */
  private static final AtomicLong ALL = new AtomicLong();

  private static final AtomicInteger TASKS = new AtomicInteger();

  private final long limit;
  private long own;
  private long triedAt = Long.MIN_VALUE;

  /**
   * Begins to count for a task.
   *
   * @param limit what the tasks of a process may take together, in bytes
   */
  WindowBudget(long limit) {
    this.limit = limit;
    TASKS.incrementAndGet();
  }

  /** Returns a budget of a share of the heap. */
  static WindowBudget ofHeap(double fraction) {
    return new WindowBudget((long) (Runtime.getRuntime().maxMemory() * fraction));
  }

  /** Counts what the task's windows have grown by, or shrunk. */
  void add(long bytes) {
    own += bytes;
    ALL.addAndGet(bytes);
  }

  /** Returns what the task's windows take, in bytes. */
  long own() {
    return own;
  }

  /** Returns what the tasks of the process may take together, in bytes. */
  long limit() {
    return limit;
  }

  /** Tells whether the tasks take more than they may, and this one no less than its share. */
  boolean isOver() {
    return excess(limit) > 0;
  }

  /**
   * Tells whether something is to be given up; after not enough could be, not before more is taken
   * or something else is looked at.
   */
  boolean isRelievable() {
    return isOver() && own >= triedAt;
  }

  /** Tells whether so much is taken that windows should not be filled from the past any more. */
  boolean isNearlyOver() {
    return excess(lowered()) > 0;
  }

  /** Notes that what could be was given up. */
  void relieved() {
    triedAt = isOver() ? own + limit / GIVE_BACK / GIVE_BACK : Long.MIN_VALUE;
  }

  /** Notes that there may be something else that can be given up. */
  void reconsider() {
    triedAt = Long.MIN_VALUE;
  }

  /** Tells whether nothing more is to be given up. */
  boolean isRelieved() {
    return excess(lowered()) <= 0;
  }

  private long lowered() {
    return limit - limit / GIVE_BACK;
  }

  private long excess(long above) {
    return Math.min(ALL.get() - above, own - above / Math.max(1, TASKS.get()));
  }

  @Override
  public void close() {
    ALL.addAndGet(-own);
    own = 0;
    TASKS.decrementAndGet();
  }
}
