package dev.guanlan.connector.clickhouse;

import java.io.IOException;

/**
 * Runs steps one after the other in one thread, and tells the time. It is what the deliveries of a
 * writer, which has a task's mailbox, and of a committer, which has a thread and nothing else, have
 * in common.
 */
interface Turns {

  /** Is something to be done when its turn comes. */
  @FunctionalInterface
  interface Step {
    void run() throws IOException, InterruptedException;
  }

  /** Returns the time in milliseconds. */
  long nowMillis();

  /** Lets a step have its turn as soon as may be. Any thread may call it. */
  void soon(Step step);

  /** Lets a step have its turn after a pause. */
  void later(long millis, Step step);

  /** Waits until something has its turn, and runs it. */
  void await() throws IOException, InterruptedException;
}
