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
  private final AtomicLong bytes = new AtomicLong();

  private Uncommitted(String key) {
    this.key = key;
  }

  /** Begins to count for a committer; ends when it is closed. Flink makes it before its writer. */
  static Uncommitted ofCommitter(String key) {
    Uncommitted made = new Uncommitted(key);
    OF_COMMITTERS.put(key, made);
    return made;
  }

  /** Returns what the committer of the same key counts, or, without one, what nobody reads. */
  static Uncommitted ofWriter(String key) {
    Uncommitted found = OF_COMMITTERS.get(key);
    return found == null ? new Uncommitted("") : found;
  }

  void handedOver(long count) {
    if (!key.isEmpty()) {
      bytes.addAndGet(count);
    }
  }

  /** Takes away what is stored; blocks of an earlier run were never counted. */
  void stored(long count) {
    bytes.updateAndGet(now -> Math.max(0, now - count));
  }

  long bytes() {
    return bytes.get();
  }

  @Override
  public void close() {
    OF_COMMITTERS.remove(key, this);
  }
}
