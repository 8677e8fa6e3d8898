package dev.guanlan.connector.clickhouse;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts the bytes that a writer has handed to checkpoints and that its committer has not stored
 * yet. Flink tells a writer neither that a checkpoint is complete nor that it failed; the committer
 * of the same subtask runs in the same task, and knows.
 *
 * <p>Writers and committers find each other by a key that they share: the sink, the run of the task
 * and the subtask. A writer whose committer is not in this process counts nothing.
 */
final class Uncommitted implements AutoCloseable {

  private static final Map<String, Uncommitted> OF_COMMITTERS = new ConcurrentHashMap<>();

  private final String key;
  private final HeldBytes process;
  private final AtomicLong bytes = new AtomicLong();

  private Uncommitted(String key, HeldBytes process) {
    this.key = key;
    this.process = process;
  }

  /**
   * Begins to count for a committer; ends when it is closed. Flink makes it before its writer.
   *
   * @param process counts it too, with what others hold
   */
  static Uncommitted ofCommitter(String key, HeldBytes process) {
    Uncommitted made = new Uncommitted(key, process);
    OF_COMMITTERS.put(key, made);
    return made;
  }

  /** Returns what the committer of the same key counts, or, without one, what counts nothing. */
  static Uncommitted ofWriter(String key) {
    Uncommitted found = OF_COMMITTERS.get(key);
    return found == null ? new Uncommitted("", new HeldBytes()) : found;
  }

  /** Returns whether there is a committer to say what is stored. */
  boolean hasCommitter() {
    return !key.isEmpty();
  }

  void handedOver(long count) {
    if (hasCommitter()) {
      bytes.addAndGet(count);
      process.change(count);
    }
  }

  /** Takes away what is stored; blocks of an earlier run were never counted. */
  void stored(long count) {
    long before = bytes.getAndUpdate(now -> Math.max(0, now - count));
    process.change(-Math.min(before, count));
  }

  long bytes() {
    return bytes.get();
  }

  @Override
  public void close() {
    OF_COMMITTERS.remove(key, this);
    stored(Long.MAX_VALUE);
  }
}
