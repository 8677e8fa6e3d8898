package dev.guanlan.connector.clickhouse;

import dev.guanlan.store.ClickHouseException;
import java.net.ConnectException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** Is a server that stores rows of one Int64, and fails when it is told to. */
final class TestingTable implements Inserter {

  static final URI URL = URI.create("http://127.0.0.1:1");

  /** What was stored, by insert. */
  final List<List<Long>> stored = new ArrayList<>();

  /** How many inserts were tried. */
  int tries;

  /** Values that make an insert fail. */
  final Set<Long> poison = new HashSet<>();

  /** Answers that come before anything else. */
  final Deque<ClickHouseException> failures = new ArrayDeque<>();

  /** Whether nothing answers at all. */
  boolean away;

  /** Whether answers wait in {@link #held}. */
  boolean holding;

  final Deque<Runnable> held = new ArrayDeque<>();

  @Override
  public CompletableFuture<Void> insert(String statement, byte[] rows, int from, int length) {
    tries++;
    CompletableFuture<Void> answer = new CompletableFuture<>();
    if (holding) {
      held.add(() -> answer(statement, rows, from, length, answer));
    } else {
      answer(statement, rows, from, length, answer);
    }
    return answer;
  }

  private void answer(
      String statement, byte[] rows, int from, int length, CompletableFuture<Void> answer) {
    if (away) {
      answer.completeExceptionally(
          ClickHouseException.unreachable(URL, statement, new ConnectException("refused")));
      return;
    }
    ClickHouseException failure = failures.poll();
    if (failure != null) {
      answer.completeExceptionally(failure);
      return;
    }
    ByteBuffer bytes = ByteBuffer.wrap(rows, from, length).order(ByteOrder.LITTLE_ENDIAN);
    List<Long> values = new ArrayList<>();
    while (bytes.hasRemaining()) {
      values.add(bytes.getLong());
    }
    if (values.stream().anyMatch(poison::contains)) {
      answer.completeExceptionally(
          ClickHouseException.refused(URL, statement, 117, 400, "Incorrect data"));
      return;
    }
    stored.add(values);
    answer.complete(null);
  }

  List<Long> all() {
    return stored.stream().flatMap(List::stream).toList();
  }
}
