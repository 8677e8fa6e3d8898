package dev.guanlan.connector.clickhouse;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@DisplayName("The turns of a committer")
@Timeout(60)
final class OwnTurnsTest {

  private final OwnTurns turns = new OwnTurns();
  private final List<String> had = new ArrayList<>();

  @Test
  @DisplayName("come in the order in which they are due, and those at once before")
  void order() throws Exception {
    turns.later(1_000, () -> had.add("later"));
    turns.later(10, () -> had.add("soon after"));
    turns.soon(() -> had.add("at once"));
    for (int turn = 0; turn < 3; turn++) {
      turns.await();
    }
    assertThat(had).containsExactly("at once", "soon after", "later");
  }

  @Test
  @DisplayName("come from any thread, in the thread that waits")
  void threads() throws Exception {
    Thread waiting = Thread.currentThread();
    Thread other =
        new Thread(
            () -> turns.soon(() -> had.add(Thread.currentThread() == waiting ? "yes" : "no")));
    other.start();
    turns.await();
    other.join();
    assertThat(had).containsExactly("yes");
  }

  @Test
  @DisplayName("do not come early")
  void notEarly() throws Exception {
    long start = turns.nowMillis();
    List<Long> at = new ArrayList<>();
    turns.later(20, () -> at.add(turns.nowMillis()));
    turns.await();
    assertThat(at.get(0)).isGreaterThanOrEqualTo(start + 20);
  }
}
