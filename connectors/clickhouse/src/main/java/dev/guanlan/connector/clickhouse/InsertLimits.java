package dev.guanlan.connector.clickhouse;

import java.io.Serializable;
import java.time.Duration;

/**
 * Bounds how rows are cut into blocks, how many wait, and how long they are tried.
 *
 * @param batchBytes size at which a table's rows are cut
 * @param batchRows number at which a table's rows are cut
 * @param interval longest time that a row waits for company; only at least once
 * @param heldBytes how much all sinks and subtasks of the job hold in one process before a subtask
 *     of this one is held back; 0 for a tenth of the heap; only exactly once
 * @param inFlight how many blocks one subtask has under way at once
 * @param retryFor how long a block is tried again before the job fails
 * @param firstBackoff pause before the first repetition; it doubles with each one
 * @param longestBackoff pause that is not exceeded
 * @param refusedRows how many rows of one block may be refused before the job fails, because then
 *     not a row is at fault but the table
 */
record InsertLimits(
    int batchBytes,
    int batchRows,
    Duration interval,
    long heldBytes,
    int inFlight,
    Duration retryFor,
    Duration firstBackoff,
    Duration longestBackoff,
    int refusedRows)
    implements Serializable {

  /**
   * ClickHouse's default of {@code max_insert_block_size}: a larger insert would be stored in
   * several parts, and found whole or not at all only part by part.
   */
  static final int MAX_BATCH_ROWS = 1_048_449;

  static final InsertLimits DEFAULTS =
      new InsertLimits(
          8 << 20,
          200_000,
          Duration.ofSeconds(1),
          0,
          4,
          Duration.ofSeconds(60),
          Duration.ofMillis(100),
          Duration.ofSeconds(5),
          1_000);

  InsertLimits {
    positive("batchBytes", batchBytes);
    positive("batchRows", batchRows);
    positive("interval", interval.toMillis());
    if (heldBytes < 0) {
      throw new IllegalArgumentException("heldBytes is " + heldBytes + "; it must not be negative");
    }
    positive("inFlight", inFlight);
    positive("firstBackoff", firstBackoff.toMillis());
    positive("longestBackoff", longestBackoff.toMillis());
    positive("refusedRows", refusedRows);
    if (retryFor.isNegative()) {
      throw new IllegalArgumentException("retryFor is " + retryFor + "; it must not be negative");
    }
    if (batchRows > MAX_BATCH_ROWS) {
      throw new IllegalArgumentException(
          "batchRows is %d; it must not be more than %d, what ClickHouse stores as one block"
              .formatted(batchRows, MAX_BATCH_ROWS));
    }
  }

  private static void positive(String name, long value) {
    if (value <= 0) {
      throw new IllegalArgumentException(name + " is " + value + "; it must be more than 0");
    }
  }

  /** Returns the pause before the {@code repetition}-th repetition, counted from 1. */
  long backoffMillis(int repetition) {
    long doubled = firstBackoff.toMillis() << Math.min(repetition - 1, 20);
    return Math.min(doubled, longestBackoff.toMillis());
  }
}
