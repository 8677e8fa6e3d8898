package dev.guanlan.connector.clickhouse;

import java.time.Duration;

/**
 * Collects the options of a {@link ClickHouseSink}.
 *
 * @param <T> what the stream carries
 */
public final class ClickHouseSinkBuilder<T> {

  private final ClickHouseTarget target;
  private final RowEncoder<? super T> encoder;
  private RefusedRows refused = RefusedRows.logged();
  private int batchBytes = InsertLimits.DEFAULTS.batchBytes();
  private int batchRows = InsertLimits.DEFAULTS.batchRows();
  private Duration interval = InsertLimits.DEFAULTS.interval();
  private int inFlight = InsertLimits.DEFAULTS.inFlight();
  private Duration retryFor = InsertLimits.DEFAULTS.retryFor();
  private Duration firstBackoff = InsertLimits.DEFAULTS.firstBackoff();
  private Duration longestBackoff = InsertLimits.DEFAULTS.longestBackoff();
  private int refusedLimit = InsertLimits.DEFAULTS.refusedRows();

  ClickHouseSinkBuilder(ClickHouseTarget target, RowEncoder<? super T> encoder) {
    this.target = target;
    this.encoder = encoder;
  }

  /** Sets who takes refused rows; they are logged and counted if not set. */
  public ClickHouseSinkBuilder<T> refusedRows(RefusedRows taker) {
    this.refused = taker;
    return this;
  }

  /** Sets the size in bytes at which a table's rows are sent; 8 MiB if not set. */
  public ClickHouseSinkBuilder<T> batchBytes(int bytes) {
    this.batchBytes = bytes;
    return this;
  }

  /** Sets the number at which a table's rows are sent; 200,000 if not set. */
  public ClickHouseSinkBuilder<T> batchRows(int rows) {
    this.batchRows = rows;
    return this;
  }

  /** Sets how long a row waits for company at most; 1 second if not set. */
  public ClickHouseSinkBuilder<T> interval(Duration longest) {
    this.interval = longest;
    return this;
  }

  /** Sets how many batches one subtask has under way at once; 4 if not set. */
  public ClickHouseSinkBuilder<T> inFlight(int batches) {
    this.inFlight = batches;
    return this;
  }

  /** Sets how long a batch is tried again before the job fails; 60 seconds if not set. */
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
   * Sets how many rows of one batch may be refused before the job fails; 1,000 if not set. More
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
        refused,
        new InsertLimits(
            batchBytes,
            batchRows,
            interval,
            inFlight,
            retryFor,
            firstBackoff,
            longestBackoff,
            refusedLimit));
  }
}
