package dev.guanlan.connector.clickhouse;

import dev.guanlan.store.ClickHouseException;
import dev.guanlan.store.InsertBody;
import java.net.ConnectException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** Is a server that stores rows of one Int64 once for each token, and fails when it is told to. */
final class TestingTable implements Inserter {

  static final URI URL = URI.create("http://127.0.0.1:1");

  /** What was stored, by insert. */
  final List<List<Long>> stored = new ArrayList<>();

  /** What the stored inserts are known by. */
  final Set<String> tokens = new LinkedHashSet<>();

  /** How many inserts were tried. */
  int tries;

  /** Values that make an insert fail. */
  final Set<Long> poison = new HashSet<>();

  /** Answers that come before anything else. */
  final Deque<ClickHouseException> failures = new ArrayDeque<>();

  /** Whether nothing answers at all. */
  boolean away;

  /** How many of the next inserts are stored without an answer. */
  int unanswered;

  /** After how many tries whoever inserts crashes; 0 for never. */
  int dieAfter;

  /** Whether answers wait in {@link #held}. */
  boolean holding;

  final Deque<Runnable> held = new ArrayDeque<>();

  @Override
  public CompletableFuture<Void> insert(String statement, String token, InsertBody body) {
    tries++;
    CompletableFuture<Void> answer = new CompletableFuture<>();
    if (tries == dieAfter) {
      answer(statement, token, body, answer);
      return CompletableFuture.failedFuture(new IllegalStateException("crashes on purpose"));
    }
    if (holding) {
      held.add(() -> answer(statement, token, body, answer));
    } else {
      answer(statement, token, body, answer);
    }
    return answer;
  }

  private void answer(
      String statement, String token, InsertBody body, CompletableFuture<Void> answer) {
    if (away) {
      answer.completeExceptionally(unreachable(statement));
      return;
    }
    ClickHouseException failure = failures.poll();
    if (failure != null) {
      answer.completeExceptionally(failure);
      return;
    }
    ByteBuffer bytes = ByteBuffer.wrap(body.toBytes()).order(ByteOrder.LITTLE_ENDIAN);
    List<Long> values = new ArrayList<>();
    while (bytes.hasRemaining()) {
      values.add(bytes.getLong());
    }
    if (values.stream().anyMatch(poison::contains)) {
      answer.completeExceptionally(
          ClickHouseException.refused(URL, statement, 117, 400, "Incorrect data"));
      return;
    }
    if (tokens.add(token)) {
      stored.add(values);
    }
    if (unanswered > 0) {
      unanswered--;
      answer.completeExceptionally(unreachable(statement));
      return;
    }
    answer.complete(null);
  }

  private static ClickHouseException unreachable(String statement) {
    return ClickHouseException.unreachable(URL, statement, new ConnectException("refused"));
  }

  List<Long> all() {
    return stored.stream().flatMap(List::stream).toList();
  }
}
