package dev.guanlan.connector.clickhouse;

import dev.guanlan.store.ClickHouseException;
import dev.guanlan.store.RowBuffer;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.flink.api.common.operators.MailboxExecutor;
import org.apache.flink.api.common.operators.ProcessingTimeService;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.jspecify.annotations.Nullable;

/**
 * Batches the rows of one subtask and sees them through. Everything happens in the task's thread:
 * answers come back as mails, and whoever must wait yields to them.
 *
 * @param <T> what the stream carries
 */
final class ClickHouseWriter<T> implements SinkWriter<T>, RowEncoder.Tables {

  private static final int FIRST_CAPACITY = 64 << 10;

  private final RowEncoder<? super T> encoder;
  private final Inserter inserter;
  private final RefusedRows refusedRows;
  private final InsertLimits limits;
  private final MailboxExecutor mailbox;
  private final ProcessingTimeService time;
  private final InsertMetrics metrics;

  private final List<String> inserts;
  private final RowBuffer[] open;
  private final Deque<RowBuffer> spare = new ArrayDeque<>();
  private int inFlight;
  private boolean timerSet;
  private boolean closed;

  ClickHouseWriter(
      RowEncoder<? super T> encoder,
      Inserter inserter,
      RefusedRows refusedRows,
      InsertLimits limits,
      MailboxExecutor mailbox,
      ProcessingTimeService time,
      InsertMetrics metrics) {
    this.encoder = encoder;
    this.inserter = inserter;
    this.refusedRows = refusedRows;
    this.limits = limits;
    this.mailbox = mailbox;
    this.time = time;
    this.metrics = metrics;
    inserts = List.copyOf(encoder.inserts());
    open = new RowBuffer[inserts.size()];
    for (int table = 0; table < open.length; table++) {
      open[table] = new RowBuffer(FIRST_CAPACITY);
    }
    metrics.inFlight(() -> inFlight);
  }

  @Override
  public RowBuffer rows(int table) {
    return open[table];
  }

  @Override
  public void write(T element, Context context) throws IOException, InterruptedException {
    encoder.encode(element, this);
    boolean waiting = false;
    for (int table = 0; table < open.length; table++) {
      RowBuffer rows = open[table];
      if (rows.rowStart(rows.rows()) != rows.length()) {
        throw new IllegalStateException(
            "the encoder %s left a row open for: %s; it must end every row"
                .formatted(encoder.getClass().getName(), inserts.get(table)));
      }
      if (rows.length() >= limits.batchBytes() || rows.rows() >= limits.batchRows()) {
        awaitSlot();
        send(table);
      }
      waiting |= open[table].rows() > 0;
    }
    if (waiting && !timerSet) {
      setTimer();
    }
  }

  /** Returns when every row written so far is stored or refused. */
  @Override
  public void flush(boolean endOfInput) throws IOException, InterruptedException {
    for (int table = 0; table < open.length; table++) {
      if (open[table].rows() > 0) {
        awaitSlot();
        send(table);
      }
    }
    while (inFlight > 0) {
      mailbox.yield();
    }
    refusedRows.flush();
  }

  @Override
  public void close() throws IOException {
    closed = true;
    refusedRows.close();
  }

  private void awaitSlot() throws InterruptedException {
    while (inFlight >= limits.inFlight()) {
      mailbox.yield();
    }
  }

  private void setTimer() {
    timerSet = true;
    ScheduledFuture<?> unused =
        time.registerTimer(
            time.getCurrentProcessingTime() + limits.interval().toMillis(),
            timestamp -> {
              timerSet = false;
              sendWaiting();
            });
  }

  /** Sends what waits, as far as there are slots: a timer must not wait for one. */
  private void sendWaiting() {
    boolean left = false;
    for (int table = 0; table < open.length; table++) {
      if (open[table].rows() > 0) {
        if (inFlight < limits.inFlight()) {
          send(table);
        } else {
          left = true;
        }
      }
    }
    if (left) {
      setTimer();
    }
  }

  private void send(int table) {
    Batch batch = new Batch(inserts.get(table), open[table]);
    RowBuffer next = spare.poll();
    open[table] = next == null ? new RowBuffer(FIRST_CAPACITY) : next;
    inFlight++;
    send(batch);
  }

  private void send(Batch batch) {
    long sent = time.getCurrentProcessingTime();
    // Completion runs in a thread of the client; all that it does is to leave a mail.
    CompletableFuture<Void> unused =
        inserter
            .insert(batch.insert, batch.rows.bytes(), batch.from(), batch.length())
            .whenComplete(
                (stored, failure) ->
                    mailbox.execute(
                        () -> answered(batch, sent, failure), "answer to %s", batch.insert));
  }

  private void answered(Batch batch, long sentMillis, @Nullable Throwable failure)
      throws IOException {
    if (closed) {
      return;
    }
    long now = time.getCurrentProcessingTime();
    if (failure == null) {
      metrics.stored(batch.piece().rows(), batch.length(), now - sentMillis);
      batch.settled();
      goOn(batch);
      return;
    }
    ClickHouseException reason = reason(failure);
    switch (reason.kind()) {
      case FATAL -> throw new IOException(batch.describe(reason), reason);
      case POISON -> isolate(batch, reason);
      case RETRYABLE -> retry(batch, reason, now);
    }
  }

  private static ClickHouseException reason(Throwable failure) throws IOException {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    if (cause instanceof ClickHouseException reason) {
      return reason;
    }
    throw new IOException("An insert into ClickHouse failed in an unknown way", cause);
  }

  private void retry(Batch batch, ClickHouseException reason, long now) throws IOException {
    batch.failed(now);
    if (batch.failingForMillis(now) >= limits.retryFor().toMillis()) {
      throw new IOException(
          "%s It was tried %d times in %s; the job goes back to its last checkpoint"
              .formatted(batch.describe(reason), batch.repetitions(), limits.retryFor()),
          reason);
    }
    metrics.retried();
    long pause = limits.backoffMillis(batch.repetitions());
    // Between half and all of the pause, so that subtasks that failed together come back apart.
    long jittered = pause - ThreadLocalRandom.current().nextLong(pause / 2 + 1);
    ScheduledFuture<?> unused =
        time.registerTimer(
            now + jittered,
            timestamp -> {
              if (!closed) {
                send(batch);
              }
            });
  }

  private void isolate(Batch batch, ClickHouseException reason) throws IOException {
    if (batch.piece().rows() > 1) {
      batch.halve();
      send(batch);
      return;
    }
    byte[] row = batch.refuse();
    metrics.refused();
    refusedRows.refused(batch.insert, row, reason);
    if (batch.refused() > limits.refusedRows()) {
      throw new IOException(
          ("ClickHouse refused more than %d of the %d rows of one batch, the last because: %s"
                  + " See that the table has the columns of: %s")
              .formatted(
                  limits.refusedRows(), batch.rows.rows(), reason.getMessage(), batch.insert),
          reason);
    }
    batch.settled();
    goOn(batch);
  }

  private void goOn(Batch batch) {
    if (!batch.isDone()) {
      send(batch);
      return;
    }
    inFlight--;
    RowBuffer rows = batch.rows;
    // A buffer that one huge element made grow is not kept.
    if (spare.size() < limits.inFlight() && rows.capacity() <= 2L * limits.batchBytes()) {
      rows.clear();
      spare.push(rows);
    }
  }
}
