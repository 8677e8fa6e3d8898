package dev.guanlan.connector.clickhouse;

import dev.guanlan.store.ColumnBuffer;
import dev.guanlan.store.InsertBuffer;
import dev.guanlan.store.RowBuffer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.flink.api.connector.sink2.CommittingSinkWriter;
import org.jspecify.annotations.Nullable;

/**
 * Collects the rows of one subtask and cuts them into blocks. Exactly once, it keeps the blocks
 * until the next checkpoint takes them; at least once, it sends them itself. Everything happens in
 * the task's thread.
 *
 * @param <T> what the stream carries
 */
final class ClickHouseWriter<T>
    implements CommittingSinkWriter<T, ClickHouseCommittable>, RowEncoder.Tables {

  /** How long it takes, in seconds, until a task that is held back has taken in its limit again. */
  private static final int HELD_BACK_SECONDS = 60;

  private final RowEncoder<? super T> encoder;
  private final @Nullable Deliveries deliveries;
  private final Turns turns;
  private final InsertLimits limits;
  private final WriterMetrics metrics;
  private final Uncommitted uncommitted;
  private final HeldBytes process;
  private final long heldLimit;
  private final String origin;

  private final List<Insert> inserts;
  private final InsertBuffer[] open;
  private List<ClickHouseCommittable> cut = new ArrayList<>();
  private long cutBytes;

  /** What this writer holds by the count of its process. */
  private long counted;

  private long blocks;
  private boolean timerSet;
  private boolean heldBack;
  private boolean closed;

  /**
   * Makes the writer.
   *
   * @param deliveries what sends blocks at once; null if checkpoints take them
   * @param uncommitted counts what checkpoints have taken and the committer has not stored
   * @param process counts what this and all other writers and committers hold
   * @param origin what the tokens of this writer's blocks begin with, and of no other's ever
   */
  ClickHouseWriter(
      RowEncoder<? super T> encoder,
      @Nullable Deliveries deliveries,
      Turns turns,
      InsertLimits limits,
      WriterMetrics metrics,
      Uncommitted uncommitted,
      HeldBytes process,
      String origin) {
    this.encoder = encoder;
    this.deliveries = deliveries;
    this.turns = turns;
    this.limits = limits;
    this.metrics = metrics;
    this.uncommitted = uncommitted;
    this.process = process;
    heldLimit = limits.heldBytes() > 0 ? limits.heldBytes() : HeldBytes.usualLimit();
    this.origin = origin;
    inserts = List.copyOf(encoder.inserts());
    open = new InsertBuffer[inserts.size()];
    for (int table = 0; table < open.length; table++) {
      open[table] = inserts.get(table).buffer();
    }
    metrics.held(() -> counted + uncommitted.bytes(), process::bytes);
  }

  @Override
  public RowBuffer rows(int table) {
    if (open[table] instanceof RowBuffer rows) {
      return rows;
    }
    throw new IllegalStateException(mismatch(table));
  }

  @Override
  public ColumnBuffer columns(int table) {
    if (open[table] instanceof ColumnBuffer columns) {
      return columns;
    }
    throw new IllegalStateException(mismatch(table));
  }

  private String mismatch(int table) {
    return "the rows of \"%s\" are in %s; take them from Tables as the encoder's inserts() say"
        .formatted(inserts.get(table).statement(), open[table].format());
  }

  // hot: nothing is allocated for an element, but for a block.
  @Override
  public void write(T element, Context context) throws IOException, InterruptedException {
    encoder.encode(element, this);
    long added = count();
    for (int table = 0; table < open.length; table++) {
      InsertBuffer rows = open[table];
      if (rows.hasOpenRow()) {
        throw new IllegalStateException(
            "the encoder %s left a row open for: %s; it must end every row"
                .formatted(encoder.getClass().getName(), inserts.get(table).statement()));
      }
      if (rows.length() >= limits.batchBytes() || rows.rows() >= limits.batchRows()) {
        cut(table);
      }
    }
    count();
    if (deliveries == null) {
      if (process.bytes() > heldLimit) {
        holdBack(added);
      }
    } else if (!timerSet && isWaiting()) {
      setTimer();
    }
  }

  /** Cuts what there is; at least once, also returns only when all is stored or refused. */
  @Override
  public void flush(boolean endOfInput) throws IOException, InterruptedException {
    for (int table = 0; table < open.length; table++) {
      if (open[table].rows() > 0) {
        cut(table);
      }
    }
    if (deliveries != null) {
      deliveries.awaitAll();
    }
  }

  /** Hands the blocks over to the checkpoint that has begun. */
  @Override
  public Collection<ClickHouseCommittable> prepareCommit() {
    List<ClickHouseCommittable> ready = cut;
    cut = new ArrayList<>();
    uncommitted.handedOver(cutBytes);
    cutBytes = 0;
    count();
    return ready;
  }

  @Override
  public void close() throws IOException {
    closed = true;
    process.change(-counted);
    counted = 0;
    if (deliveries != null) {
      deliveries.stop();
    }
  }

  private void cut(int table) throws IOException, InterruptedException {
    InsertBuffer rows = open[table];
    // One element may bring more rows than ClickHouse stores as one block.
    for (int from = 0; from < rows.rows(); from += InsertLimits.MAX_BATCH_ROWS) {
      int end = Math.min(from + InsertLimits.MAX_BATCH_ROWS, rows.rows());
      handOver(
          new ClickHouseCommittable(
              inserts.get(table).statement(), origin + "/" + blocks++, rows.block(from, end)));
    }
    // A buffer that one huge element made grow is not kept.
    if (rows.capacity() > 2L * limits.batchBytes()) {
      open[table] = inserts.get(table).buffer();
    } else {
      rows.clear();
    }
  }

  private void handOver(ClickHouseCommittable block) throws IOException, InterruptedException {
    if (deliveries == null) {
      int bytes = block.block().held().length;
      metrics.handedOver(block.block().rows(), bytes);
      cut.add(block);
      cutBytes += bytes;
    } else {
      deliveries.start(block);
    }
  }

  /** Tells the process what this writer holds now; returns by how much it grew. */
  private long count() {
    long bytes = cutBytes;
    for (InsertBuffer rows : open) {
      bytes += rows.length();
    }
    long grown = bytes - counted;
    if (grown != 0) {
      process.change(grown);
      counted = bytes;
    }
    return grown;
  }

  private boolean isWaiting() {
    for (InsertBuffer rows : open) {
      if (rows.rows() > 0) {
        return true;
      }
    }
    return false;
  }

  /**
   * Waits, so that a checkpoint may come before memory runs out. It cannot wait for the checkpoint
   * itself: the barrier comes behind the elements, through this very thread.
   */
  private void holdBack(long elementBytes) throws IOException, InterruptedException {
    // Who waits beside others has a share of the limit only.
    long whole = elementBytes * process.beginsToWait();
    long millis = 1 + whole * 1_000 * HELD_BACK_SECONDS / heldLimit;
    heldBack = true;
    // By the timer alone: a clock that is set back would have it wait for no reason.
    turns.later(
        millis,
        () -> {
          heldBack = false;
          metrics.heldBack(millis);
        });
    try {
      while (heldBack) {
        turns.await();
      }
    } finally {
      process.endsToWait();
    }
  }

  private void setTimer() {
    timerSet = true;
    turns.later(
        limits.interval().toMillis(),
        () -> {
          timerSet = false;
          if (!closed) {
            sendWaiting();
          }
        });
  }

  /** Sends what waits, as far as there are slots: a timer must not wait for one. */
  private void sendWaiting() throws IOException, InterruptedException {
    for (int table = 0; table < open.length; table++) {
      if (open[table].rows() > 0 && deliveries != null && deliveries.hasSlot()) {
        cut(table);
      }
    }
    if (isWaiting()) {
      setTimer();
    }
  }
}
