package dev.guanlan.connector.clickhouse;

import dev.guanlan.store.ClickHouseException;
import dev.guanlan.store.RowBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/**
 * Is one table's rows on their way: which of them are still to be sent, in which pieces, and how
 * often the present piece was tried. Decides nothing about time and threads. For one thread.
 */
final class Batch {

  /** Is the rows from {@code first} up to, not including, {@code end}. */
  record Piece(int first, int end) {

    int rows() {
      return end - first;
    }
  }

  final String insert;
  final RowBuffer rows;
  private final Deque<Piece> pieces = new ArrayDeque<>();
  private int repetitions;
  private long failingSinceMillis;
  private int refused;

  Batch(String insert, RowBuffer rows) {
    this.insert = insert;
    this.rows = rows;
    pieces.push(new Piece(0, rows.rows()));
  }

  /** Returns whether every row is stored or refused. */
  boolean isDone() {
    return pieces.isEmpty();
  }

  /** Returns the rows to be sent next. */
  Piece piece() {
    return pieces.element();
  }

  int from() {
    return rows.rowStart(piece().first());
  }

  int length() {
    return rows.rowStart(piece().end()) - from();
  }

  /** Takes note that the present piece is settled. */
  void settled() {
    pieces.remove();
    repetitions = 0;
  }

  /** Takes note that the present piece was not stored, and may be later. */
  void failed(long nowMillis) {
    if (repetitions == 0) {
      failingSinceMillis = nowMillis;
    }
    repetitions++;
  }

  int repetitions() {
    return repetitions;
  }

  long failingForMillis(long nowMillis) {
    return nowMillis - failingSinceMillis;
  }

  /** Replaces the present piece, of more than one row, by its halves. */
  void halve() {
    Piece whole = pieces.remove();
    int middle = (whole.first() + whole.end()) >>> 1;
    pieces.push(new Piece(middle, whole.end()));
    pieces.push(new Piece(whole.first(), middle));
    repetitions = 0;
  }

  /** Returns a copy of the present piece's bytes, and counts it as refused. */
  byte[] refuse() {
    refused++;
    return Arrays.copyOfRange(rows.bytes(), from(), from() + length());
  }

  int refused() {
    return refused;
  }

  /** Returns what to tell when the job has to fail because of this batch. */
  String describe(ClickHouseException reason) {
    return "%d of %d rows of the batch could not be stored: %s"
        .formatted(piece().rows(), rows.rows(), reason.getMessage());
  }
}
