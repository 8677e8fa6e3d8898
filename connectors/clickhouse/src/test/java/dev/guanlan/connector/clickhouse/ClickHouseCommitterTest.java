package dev.guanlan.connector.clickhouse;

import static dev.guanlan.connector.clickhouse.Numbers.block;
import static dev.guanlan.connector.clickhouse.Numbers.concat;
import static dev.guanlan.connector.clickhouse.Numbers.range;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.guanlan.store.ClickHouseException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.SimpleCounter;
import org.apache.flink.metrics.groups.SinkCommitterMetricGroup;
import org.apache.flink.runtime.metrics.groups.InternalSinkCommitterMetricGroup;
import org.apache.flink.runtime.metrics.groups.UnregisteredMetricGroups;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@DisplayName("A ClickHouse committer")
final class ClickHouseCommitterTest {

  private static final String RUN = "job/0/";
  private static final InsertLimits LIMITS =
      new InsertLimits(
          1 << 20,
          10,
          Duration.ofSeconds(1),
          1 << 20,
          2,
          Duration.ofSeconds(60),
          Duration.ofMillis(100),
          Duration.ofSeconds(5),
          3);

  private final TestingTask task = new TestingTask();
  private final TestingTable table = new TestingTable();
  private final KeptRows refused = new KeptRows();
  private final Counter repeated = new SimpleCounter();
  private ClickHouseCommitter committer;

  @BeforeEach
  void start() {
    committer = committer();
  }

  private ClickHouseCommitter committer() {
    SinkCommitterMetricGroup metrics =
        InternalSinkCommitterMetricGroup.wrap(
            UnregisteredMetricGroups.createUnregisteredOperatorMetricGroup());
    return new ClickHouseCommitter(
        new Deliveries(
            new TaskTurns(task, task), table, refused, LIMITS, InsertMetrics.of(metrics)),
        RUN,
        repeated,
        Uncommitted.ofCommitter(RUN, new HeldBytes()));
  }

  @Test
  @DisplayName("inserts every block, and returns when all are stored and refused rows are kept")
  void stores() throws Exception {
    committer.commit(
        TestingRequest.of(block("a", 0, 5), block("b", 5, 7), block("c", 7, 8), block("d", 8, 9)));
    assertThat(table.stored).containsExactly(range(0, 5), range(5, 7), range(7, 8), range(8, 9));
    assertThat(table.tokens).containsExactly("a", "b", "c", "d");
    assertThat(refused.flushes()).isEqualTo(1);
    committer.close();
    assertThat(refused.isClosed()).isTrue();
  }

  @Test
  @DisplayName("has no more blocks under way than it may")
  void inFlight() {
    table.holding = true;
    assertThatIllegalStateException()
        .as("the third block waits for a slot")
        .isThrownBy(
            () ->
                committer.commit(
                    TestingRequest.of(block("a", 0, 1), block("b", 1, 2), block("c", 2, 3))));
    assertThat(table.held).hasSize(2);
  }

  @Nested
  @DisplayName("stores a block once")
  final class Once {

    @Test
    @DisplayName("though the answer is lost on the way")
    void unanswered() throws Exception {
      table.unanswered = 3;
      committer.commit(TestingRequest.of(block("a", 0, 5), block("b", 5, 9)));
      assertThat(table.all()).containsExactlyElementsOf(range(0, 9));
      assertThat(table.tries).isEqualTo(5);
    }

    @Test
    @DisplayName("though it is committed again after a crash, which is counted")
    void again() throws Exception {
      ClickHouseCommittable own = block(RUN + "2/x/0", 0, 5);
      ClickHouseCommittable earlier = block("job/1/2/y/0", 5, 9);
      committer.commit(TestingRequest.of(earlier));
      committer().commit(TestingRequest.of(earlier, own));
      assertThat(table.all()).containsExactlyElementsOf(concat(range(5, 9), range(0, 5)));
      assertThat(repeated.getCount()).isEqualTo(2);
    }

    @Test
    @DisplayName("though the search for its guilty rows is broken off anywhere, and made again")
    void searchBrokenOff() throws Exception {
      ClickHouseCommittable block = block("a", 0, 10);
      table.poison.addAll(List.of(3L, 8L));
      committer.commit(TestingRequest.of(block));
      int wholeSearch = table.tries;
      List<Long> good = new ArrayList<>(range(0, 10));
      good.removeAll(table.poison);
      for (int steps = 1; steps < wholeSearch; steps++) {
        TestingTable other = new TestingTable();
        other.poison.addAll(table.poison);
        breakOff(other, block, steps);
        KeptRows kept = new KeptRows();
        new ClickHouseCommitter(
                deliveries(other, kept),
                RUN,
                repeated,
                Uncommitted.ofCommitter(RUN, new HeldBytes()))
            .commit(TestingRequest.of(block));
        assertThat(other.all()).as("broken off after %d", steps).hasSameElementsAs(good);
        assertThat(other.all()).hasSameSizeAs(good);
        assertThat(kept.rows()).containsExactly(3L, 8L);
      }
    }

    private void breakOff(TestingTable other, ClickHouseCommittable block, int steps) {
      other.dieAfter = steps;
      assertThatThrownBy(
              () ->
                  new ClickHouseCommitter(
                          deliveries(other, new KeptRows()),
                          RUN,
                          repeated,
                          Uncommitted.ofCommitter(RUN, new HeldBytes()))
                      .commit(TestingRequest.of(block)))
          .hasStackTraceContaining("crashes on purpose");
    }

    private Deliveries deliveries(TestingTable other, KeptRows kept) {
      TestingTask alone = new TestingTask();
      return new Deliveries(
          new TaskTurns(alone, alone),
          other,
          kept,
          LIMITS,
          InsertMetrics.of(
              InternalSinkCommitterMetricGroup.wrap(
                  UnregisteredMetricGroups.createUnregisteredOperatorMetricGroup())));
    }
  }

  @Nested
  @DisplayName("tries again")
  final class Retries {

    @Test
    @DisplayName("when merges lag behind or memory is short")
    void busy() throws Exception {
      table.failures.add(failure(252, "Too many parts (300)"));
      table.failures.add(failure(241, "Memory limit exceeded"));
      committer.commit(TestingRequest.of(block("a", 0, 5), block("b", 5, 9)));
      assertThat(table.all()).containsExactlyInAnyOrderElementsOf(range(0, 9));
      assertThat(table.tries).isEqualTo(4);
    }

    @Test
    @DisplayName("no longer than it may, and then fails with what to know, and has lost nothing")
    void bounded() throws Exception {
      table.away = true;
      ClickHouseCommittable block = block("a", 0, 5);
      assertThatThrownBy(() -> committer.commit(TestingRequest.of(block)))
          .hasStackTraceContaining("the job goes back to its last checkpoint");
      assertThat(task.getCurrentProcessingTime()).isBetween(1_060_000L, 1_066_000L);
      table.away = false;
      committer().commit(TestingRequest.of(block));
      assertThat(table.all()).containsExactlyElementsOf(range(0, 5));
    }
  }

  @Nested
  @DisplayName("fails")
  final class Fails {

    @Test
    @DisplayName("at once when only a person can help")
    void fatal() {
      table.failures.add(failure(60, "Unknown table t"));
      assertThatThrownBy(() -> committer.commit(TestingRequest.of(block("a", 0, 5))))
          .cause()
          .isInstanceOf(IOException.class)
          .hasMessageContaining("Apply the migrations");
      assertThat(table.tries).isEqualTo(1);
    }

    @Test
    @DisplayName("when more rows of a block are refused than can be an accident")
    void tooMany() {
      table.poison.addAll(range(0, 10));
      assertThatThrownBy(() -> committer.commit(TestingRequest.of(block("a", 0, 10))))
          .cause()
          .hasMessageContaining("refused more than 3 of the 10 rows");
    }
  }

  private static ClickHouseException failure(int code, String message) {
    return ClickHouseException.refused(TestingTable.URL, Numbers.INSERT, code, 500, message);
  }
}
