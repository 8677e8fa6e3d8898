package dev.guanlan.connector.clickhouse;

import java.time.Duration;
import org.apache.flink.connector.base.DeliveryGuarantee;

/**
 * Collects the options of a {@link ClickHouseSink}.
 *
 * @param <T> what the stream carries
 */
public final class ClickHouseSinkBuilder<T> {

  private final ClickHouseTarget target;
  private final RowEncoder<? super T> encoder;
  private DeliveryGuarantee guarantee = DeliveryGuarantee.EXACTLY_ONCE;
  private RefusedRows refused = RefusedRows.logged();
  private int batchBytes = InsertLimits.DEFAULTS.batchBytes();
  private int batchRows = InsertLimits.DEFAULTS.batchRows();
  private Duration interval = InsertLimits.DEFAULTS.interval();
  private long heldBytes = InsertLimits.DEFAULTS.heldBytes();
  private int inFlight = InsertLimits.DEFAULTS.inFlight();
  private Duration retryFor = InsertLimits.DEFAULTS.retryFor();
  private Duration firstBackoff = InsertLimits.DEFAULTS.firstBackoff();
  private Duration longestBackoff = InsertLimits.DEFAULTS.longestBackoff();
  private int refusedLimit = InsertLimits.DEFAULTS.refusedRows();

  ClickHouseSinkBuilder(ClickHouseTarget target, RowEncoder<? super T> encoder) {
    this.target = target;
    this.encoder = encoder;
  }

  /**
   * Sets what is promised; {@link DeliveryGuarantee#EXACTLY_ONCE} if not set. A job may change
   * between the two at a savepoint.
   *
   * @throws IllegalArgumentException if it is {@link DeliveryGuarantee#NONE}
   */
  public ClickHouseSinkBuilder<T> deliveryGuarantee(DeliveryGuarantee promise) {
    if (promise == DeliveryGuarantee.NONE) {
      throw new IllegalArgumentException(
          "the delivery guarantee \"none\" is not offered; take at-least-once or exactly-once");
    }
    this.guarantee = promise;
    return this;
  }

  /** Sets who takes refused rows; they are logged and counted if not set. */
  public ClickHouseSinkBuilder<T> refusedRows(RefusedRows taker) {
    this.refused = taker;
    return this;
  }

  /** Sets the size in bytes at which a table's rows are cut into a block; 8 MiB if not set. */
  public ClickHouseSinkBuilder<T> batchBytes(int bytes) {
    this.batchBytes = bytes;
    return this;
  }

  /**
   * Sets the number at which a table's rows are cut into a block; 200,000 if not set, 1,048,449 at
   * most, which is what ClickHouse stores as one block.
   */
  public ClickHouseSinkBuilder<T> batchRows(int rows) {
    this.batchRows = rows;
    return this;
  }

  /**
   * Sets how long a row waits for company at most; 1 second if not set. Matters only at least once:
   * exactly once, rows wait for the checkpoint.
   */
  public ClickHouseSinkBuilder<T> interval(Duration longest) {
    this.interval = longest;
    return this;
  }

  /**
   * Sets how many bytes all sinks and subtasks of the job may hold in one process until they are
   * stored, before subtasks of this sink are held back; a tenth of the heap if not set. Above it,
   * those take in no more than a sixtieth of it in a second, together. Matters only exactly once.
   */
  public ClickHouseSinkBuilder<T> heldBytes(long bytes) {
    this.heldBytes = bytes;
    return this;
  }

  /** Sets how many blocks one subtask has under way at once; 4 if not set. */
  public ClickHouseSinkBuilder<T> inFlight(int blocks) {
    this.inFlight = blocks;
    return this;
  }

  /** Sets how long a block is tried again before the job fails; 60 seconds if not set. */
  public ClickHouseSinkBuilder<T> retryFor(Duration longest) {
    this.retryFor = longest;
    return this;
  }

  /** Sets the first and the longest pause between tries; 100 ms and 5 s if not set. */
  public ClickHouseSinkBuilder<T> backoff(Duration first, Duration longest) {
    this.firstBackoff = first;
    this.longestBackoff = longest;
    return this;
  }

  /**
   * Sets how many rows of one block may be refused before the job fails; 1,000 if not set. More
   * than that is no row at fault but a table that does not fit, and going on would throw all away.
   */
  public ClickHouseSinkBuilder<T> refusedLimit(int rows) {
    this.refusedLimit = rows;
    return this;
  }

  /**
   * Makes the sink.
   *
   * @throws IllegalArgumentException if a limit is out of its range
   */
  public ClickHouseSink<T> build() {
    return new ClickHouseSink<>(
        target,
        encoder,
        guarantee,
        refused,
        new InsertLimits(
            batchBytes,
            batchRows,
            interval,
            heldBytes,
            inFlight,
            retryFor,
            firstBackoff,
            longestBackoff,
            refusedLimit));
  }
}
