package dev.guanlan.connector.clickhouse;

import dev.guanlan.store.ClickHouseException;
import dev.guanlan.store.InsertBody;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Sees blocks through: sends several at once, sends again what failed for a passing reason, and
 * takes apart what is refused. Everything happens in the thread whose {@link Turns} it is given;
 * answers come back as steps there.
 */
final class Deliveries {

  private final Turns turns;
  private final Inserter inserter;
  private final RefusedRows refusedRows;
  private final InsertLimits limits;
  private final InsertMetrics metrics;

  private int inFlight;
  private boolean stopped;

  Deliveries(
      Turns turns,
      Inserter inserter,
      RefusedRows refusedRows,
      InsertLimits limits,
      InsertMetrics metrics) {
    this.turns = turns;
    this.inserter = inserter;
    this.refusedRows = refusedRows;
    this.limits = limits;
    this.metrics = metrics;
    metrics.inFlight(() -> inFlight);
  }

  /** Returns whether another block may be started now. */
  boolean hasSlot() {
    return inFlight < limits.inFlight();
  }

  /** Starts to insert a block, when there is a slot for it. */
  void start(ClickHouseCommittable block) throws IOException, InterruptedException {
    while (!hasSlot()) {
      turns.await();
    }
    inFlight++;
    send(new Delivery(block));
  }

  /**
   * Returns when every row of every block that was started is stored, or refused and kept.
   *
   * @throws IOException if one cannot be, in the time that it may take
   */
  void awaitAll() throws IOException, InterruptedException {
    while (inFlight > 0) {
      turns.await();
    }
    refusedRows.flush();
  }

  /** Does nothing more; what is under way may still be stored. */
  void stop() throws IOException {
    stopped = true;
    refusedRows.close();
  }

  private void send(Delivery delivery) {
    long sent = turns.nowMillis();
    InsertBody body = delivery.body();
    long bytes = body.length();
    // Completion runs in a thread of the client; all that it does is to leave a step.
    CompletableFuture<Void> unused =
        inserter
            .insert(delivery.statement(), delivery.token(), body)
            .whenComplete(
                (stored, failure) -> turns.soon(() -> answered(delivery, bytes, sent, failure)));
  }

  private void answered(Delivery delivery, long bytes, long sentMillis, @Nullable Throwable failure)
      throws IOException {
    if (stopped) {
      return;
    }
    long now = turns.nowMillis();
    if (failure == null) {
      metrics.stored(delivery.piece().rows(), bytes, now - sentMillis);
      delivery.settled();
      goOn(delivery);
      return;
    }
    ClickHouseException reason = reason(failure);
    switch (reason.kind()) {
      case FATAL -> throw new IOException(delivery.describe(reason), reason);
      case POISON -> isolate(delivery, reason);
      case RETRYABLE -> retry(delivery, reason, now);
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

  private void retry(Delivery delivery, ClickHouseException reason, long now) throws IOException {
    delivery.failed(now);
    if (delivery.failingForMillis(now) >= limits.retryFor().toMillis()) {
      throw new IOException(
          "%s It was tried %d times in %s; the job goes back to its last checkpoint"
              .formatted(delivery.describe(reason), delivery.repetitions(), limits.retryFor()),
          reason);
    }
    metrics.retried();
    long pause = limits.backoffMillis(delivery.repetitions());
    // Between half and all of the pause, so that subtasks that failed together come back apart.
    long jittered = pause - ThreadLocalRandom.current().nextLong(pause / 2 + 1);
    turns.later(
        jittered,
        () -> {
          if (!stopped) {
            send(delivery);
          }
        });
  }

  private void isolate(Delivery delivery, ClickHouseException reason) throws IOException {
    if (delivery.piece().rows() > 1) {
      delivery.halve();
      send(delivery);
      return;
    }
    metrics.refused();
    refusedRows.refused(delivery.statement(), delivery.body().toBytes(), reason);
    if (delivery.refuse() > limits.refusedRows()) {
      throw new IOException(
          ("ClickHouse refused more than %d of the %d rows of one block, the last because: %s"
                  + " See that the table has the columns of: %s")
              .formatted(
                  limits.refusedRows(), delivery.rows(), reason.getMessage(), delivery.statement()),
          reason);
    }
    delivery.settled();
    goOn(delivery);
  }

  private void goOn(Delivery delivery) {
    if (delivery.isDone()) {
      inFlight--;
    } else {
      send(delivery);
    }
  }
}
