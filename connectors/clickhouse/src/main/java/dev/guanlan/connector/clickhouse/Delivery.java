package dev.guanlan.connector.clickhouse;

import dev.guanlan.store.ClickHouseException;
import dev.guanlan.store.InsertBody;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Is one block on its way: which of its rows are still to be stored, in which pieces, and how often
 * the present piece was tried. Decides nothing about time and threads. For one thread.
 */
final class Delivery {

  /** Is the rows from {@code first} up to, not including, {@code end}. */
  record Piece(int first, int end) {

    int rows() {
      return end - first;
    }
  }

  private final ClickHouseCommittable block;
  private final Deque<Piece> pieces = new ArrayDeque<>();
  private int repetitions;
  private long failingSinceMillis;
  private int refused;

  Delivery(ClickHouseCommittable block) {
    this.block = block;
    pieces.push(new Piece(0, block.block().rows()));
  }

  /** Returns whether every row is stored or refused. */
  boolean isDone() {
    return pieces.isEmpty();
  }

  /** Returns the rows to be sent next. */
  Piece piece() {
    return pieces.element();
  }

  String statement() {
    return block.statement();
  }

  /** Returns what ClickHouse knows the present piece by. */
  String token() {
    return block.token(piece().first(), piece().end());
  }

  /** Returns the present piece as the body of an insert. */
  InsertBody body() {
    return block.body(piece().first(), piece().end());
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

  /**
   * Replaces the present piece, of more than one row, by its halves. Where it is cut depends on
   * nothing but the piece, so that whoever cuts the block again finds the same pieces.
   */
  void halve() {
    Piece whole = pieces.remove();
    int middle = (whole.first() + whole.end()) >>> 1;
    pieces.push(new Piece(middle, whole.end()));
    pieces.push(new Piece(whole.first(), middle));
    repetitions = 0;
  }

  /** Counts the present piece as refused. */
  int refuse() {
    return ++refused;
  }

  /** Returns what to tell when the job has to fail because of this block. */
  String describe(ClickHouseException reason) {
    return "%d of %d rows of the block could not be stored: %s"
        .formatted(piece().rows(), block.block().rows(), reason.getMessage());
  }

  int rows() {
    return block.block().rows();
  }
}
