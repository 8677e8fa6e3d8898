package dev.guanlan.connector.clickhouse;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts the bytes of rows that all sinks and subtasks of a job hold in one process, exactly once,
 * and that are not in ClickHouse yet: memory is the process's, and whichever of them fills it, all
 * have to go slower. For many threads.
 */
final class HeldBytes {

  /** The process's own; a job's classes are loaded once in a process, and so this is made once. */
  static final HeldBytes OF_PROCESS = new HeldBytes();

  /**
   * What part of the heap may be held unless told otherwise. What is held is copied up to four
   * times on its way into a checkpoint, so that this is half of it.
   */
  private static final long PART_OF_HEAP = 10;

  private final AtomicLong bytes = new AtomicLong();
  private final AtomicInteger waiting = new AtomicInteger();

  /** Returns what may be held unless told otherwise, in bytes. */
  static long usualLimit() {
    return Runtime.getRuntime().maxMemory() / PART_OF_HEAP;
  }

  void change(long difference) {
    bytes.addAndGet(difference);
  }

  long bytes() {
    return bytes.get();
  }

  /** Says that one more subtask is held back; returns how many are, this one counted. */
  int beginsToWait() {
    return waiting.incrementAndGet();
  }

  void endsToWait() {
    waiting.decrementAndGet();
  }
}
