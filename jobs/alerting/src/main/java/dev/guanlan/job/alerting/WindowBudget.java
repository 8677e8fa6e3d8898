package dev.guanlan.job.alerting;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts, by estimate, what the windows of a task take of the heap that all tasks of a process
 * share, and tells when that is too much. For one thread.
 */
final class WindowBudget implements AutoCloseable {

  /** What the tasks of this job take in this process, and how many there are. */
  private static final AtomicLong ALL = new AtomicLong();

  private static final AtomicInteger TASKS = new AtomicInteger();

  private final long limit;
  private long own;
  private long triedAt = Long.MIN_VALUE;
  private int reconsidered;
  private boolean closed;

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

  /** Tells whether that is so by so much that it cannot wait. */
  boolean isFarOver() {
    return excess(limit + limit / 20) > 0;
  }

  /** Tells whether so much is taken that windows should not be filled from the past any more. */
  boolean isNearlyOver() {
    return excess(limit - limit / 20) > 0;
  }

  /** Tells whether nothing more is to be given up. */
  boolean isRelieved() {
    return excess(limit - limit / 10) <= 0;
  }

  /**
   * Tells whether something is to be given up; after not enough could be, not before more is taken
   * or much else is looked at.
   *
   * @param groups how many groups look at something
   */
  boolean isRelievable(int groups) {
    return isOver() && (own >= triedAt || reconsidered > groups / 16);
  }

  /** Notes that there may be something else that can be given up. */
  void reconsider() {
    reconsidered++;
  }

  /** Notes that what could be was given up. */
  void relieved() {
    triedAt = isOver() ? own + limit / 100 : Long.MIN_VALUE;
    reconsidered = 0;
  }

  private long excess(long above) {
    return Math.min(ALL.get() - above, own - above / Math.max(1, TASKS.get()));
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      ALL.addAndGet(-own);
      own = 0;
      TASKS.decrementAndGet();
    }
  }
}
