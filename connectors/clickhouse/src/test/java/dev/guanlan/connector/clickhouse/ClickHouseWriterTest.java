package dev.guanlan.connector.clickhouse;

import static dev.guanlan.connector.clickhouse.Numbers.concat;
import static dev.guanlan.connector.clickhouse.Numbers.range;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.guanlan.store.ClickHouseException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.metrics.groups.SinkWriterMetricGroup;
import org.apache.flink.runtime.metrics.groups.InternalSinkWriterMetricGroup;
import org.apache.flink.runtime.metrics.groups.UnregisteredMetricGroups;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@DisplayName("A ClickHouse writer, at least once,")
final class ClickHouseWriterTest {

  private static final String INSERT = Numbers.INSERT;
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
  private final Turns turns = new TaskTurns(task, task);
  private final TestingTable table = new TestingTable();
  private final KeptRows refused = new KeptRows();
  private final SinkWriterMetricGroup metrics =
      InternalSinkWriterMetricGroup.wrap(
          UnregisteredMetricGroups.createUnregisteredOperatorMetricGroup());
  private final SinkWriter.Context context = new NoContext();
  private ClickHouseWriter<long[]> writer;

  @BeforeEach
  void start() {
    writer = writer(LIMITS);
  }

  private ClickHouseWriter<long[]> writer(InsertLimits limits) {
    return writer(new Numbers(), limits);
  }

  private ClickHouseWriter<long[]> writer(RowEncoder<long[]> encoder, InsertLimits limits) {
    return new ClickHouseWriter<>(
        encoder,
        new Deliveries(turns, table, refused, limits, InsertMetrics.of(metrics)),
        turns,
        limits,
        new WriterMetrics(metrics),
        Uncommitted.ofWriter("x"),
        new HeldBytes(),
        "x");
  }

  private void write(long from, long end) throws Exception {
    for (long n = from; n < end; n++) {
      writer.write(new long[] {n}, context);
    }
  }

  @Nested
  @DisplayName("sends a batch")
  final class Sends {

    @Test
    @DisplayName("when it has enough rows")
    void byRows() throws Exception {
      write(0, 9);
      assertThat(table.stored).isEmpty();
      write(9, 10);
      assertThat(table.stored).containsExactly(range(0, 10));
    }

    @Test
    @DisplayName("when it has enough bytes")
    void byBytes() throws Exception {
      writer =
          writer(
              new InsertLimits(
                  32,
                  1_000,
                  Duration.ofSeconds(1),
                  1 << 20,
                  2,
                  Duration.ZERO,
                  Duration.ofMillis(1),
                  Duration.ofMillis(1),
                  1));
      write(0, 5);
      assertThat(table.stored).containsExactly(range(0, 4));
    }

    @Test
    @DisplayName("when its first row has waited long enough")
    void byTime() throws Exception {
      write(0, 1);
      task.advance(900);
      write(1, 2);
      assertThat(table.stored).isEmpty();
      task.advance(100);
      assertThat(table.stored).containsExactly(range(0, 2));
      write(2, 3);
      task.advance(1_000);
      assertThat(table.stored).containsExactly(range(0, 2), range(2, 3));
    }

    @Test
    @DisplayName("with a checkpoint, and waits for the answer")
    void byCheckpoint() throws Exception {
      write(0, 3);
      writer.flush(false);
      assertThat(table.stored).containsExactly(range(0, 3));
      writer.flush(false);
      assertThat(table.tries).isEqualTo(1);
    }
  }

  @Test
  @DisplayName("has no more batches under way than it may")
  void inFlight() throws Exception {
    table.holding = true;
    write(0, 20);
    assertThat(table.held).hasSize(2);
    write(20, 29);
    assertThatIllegalStateException()
        .as("the third batch waits for a slot, so the task waits")
        .isThrownBy(() -> write(29, 30));
    table.held.remove().run();
    table.holding = false;
    write(30, 31);
    assertThat(table.all()).containsExactlyElementsOf(concat(range(0, 10), range(20, 31)));
  }

  @Test
  @DisplayName("does not let a timer wait for a slot")
  void timerWithoutSlot() throws Exception {
    table.holding = true;
    write(0, 25);
    task.advance(1_500);
    assertThat(table.held).hasSize(2);
    table.holding = false;
    table.held.forEach(Runnable::run);
    task.advance(1_000);
    assertThat(table.all()).containsExactlyElementsOf(range(0, 25));
  }

  @Test
  @DisplayName("uses its buffer again, for blocks that do not change with it")
  void reuse() throws Exception {
    write(0, 1_000);
    writer.flush(false);
    assertThat(table.all()).containsExactlyElementsOf(range(0, 1_000));
    assertThat(table.tries).isEqualTo(100);
    assertThat(metrics.getNumRecordsSendCounter().getCount()).isEqualTo(1_000);
    assertThat(metrics.getNumBytesSendCounter().getCount()).isEqualTo(8_000);
  }

  @Test
  @DisplayName("keeps the tables of an element apart")
  void tables() throws Exception {
    List<String> seen = new ArrayList<>();
    ClickHouseWriter<String> pair =
        new ClickHouseWriter<>(
            new Pairs(),
            new Deliveries(
                turns,
                (statement, token, body) -> {
                  seen.add(
                      statement.replaceAll("INSERT INTO (\\w+) .*", "$1")
                          + ":"
                          + new String(body.toBytes(), US_ASCII).strip());
                  return CompletableFuture.completedFuture(null);
                },
                refused,
                LIMITS,
                InsertMetrics.of(metrics)),
            turns,
            LIMITS,
            new WriterMetrics(metrics),
            Uncommitted.ofWriter("x"),
            new HeldBytes(),
            "x");
    pair.write("a", context);
    pair.write("b", context);
    pair.flush(true);
    assertThat(seen).containsExactly("first:\u0001a\u0001b", "second:\u0001A\u0001B");
  }

  @Nested
  @DisplayName("tries again")
  final class Retries {

    @Test
    @DisplayName("while the server is away, until it is back")
    void away() throws Exception {
      table.away = true;
      write(0, 3);
      task.advance(20_000);
      assertThat(table.tries).isBetween(5, 20);
      table.away = false;
      writer.flush(false);
      assertThat(table.stored).containsExactly(range(0, 3));
    }

    @Test
    @DisplayName("when merges lag behind, and does not lose or double other batches meanwhile")
    void tooManyParts() throws Exception {
      for (int i = 0; i < 3; i++) {
        table.failures.add(
            ClickHouseException.refused(
                TestingTable.URL, INSERT, 252, 500, "Too many parts (300)"));
      }
      write(0, 35);
      writer.flush(false);
      assertThat(table.all()).containsExactlyInAnyOrderElementsOf(range(0, 35));
      assertThat(table.tries).isEqualTo(4 + 3);
    }

    @Test
    @DisplayName("no longer than it may, and then fails with what to know")
    void bounded() throws Exception {
      table.away = true;
      write(0, 3);
      assertThatThrownBy(() -> writer.flush(false)).rootCause().hasMessageContaining("refused");
      assertThat(task.getCurrentProcessingTime()).isBetween(1_060_000L, 1_066_000L);
      assertThat(table.stored).isEmpty();
    }
  }

  @Nested
  @DisplayName("puts a refused row aside")
  final class Poison {

    @Test
    @DisplayName("and stores all others")
    void one() throws Exception {
      table.poison.add(7L);
      write(0, 10);
      writer.flush(false);
      assertThat(table.all()).containsExactlyElementsOf(concat(range(0, 7), range(8, 10)));
      assertThat(refused.rows()).containsExactly(7L);
      assertThat(metrics.getNumRecordsSendErrorsCounter().getCount()).isEqualTo(1);
      assertThat(table.tries).as("1 + 2 for each halving of 10 rows").isLessThanOrEqualTo(9);
    }

    @Test
    @DisplayName("wherever it stands, and however many there are")
    void several() throws Exception {
      table.poison.addAll(List.of(0L, 5L, 9L));
      write(0, 10);
      writer.flush(false);
      assertThat(table.all()).containsExactly(1L, 2L, 3L, 4L, 6L, 7L, 8L);
      assertThat(refused.rows()).containsExactly(0L, 5L, 9L);
    }

    @Test
    @DisplayName("even if the server goes away while it is looked for")
    void withOutage() throws Exception {
      table.poison.add(2L);
      table.failures.add(
          ClickHouseException.refused(TestingTable.URL, INSERT, 117, 400, "Incorrect data"));
      table.failures.add(
          ClickHouseException.refused(TestingTable.URL, INSERT, 241, 500, "memory limit"));
      write(0, 10);
      writer.flush(false);
      assertThat(table.all())
          .containsExactlyInAnyOrderElementsOf(concat(range(0, 2), range(3, 10)));
      assertThat(refused.rows()).containsExactly(2L);
    }

    @Test
    @DisplayName("before a checkpoint completes")
    void flushed() throws Exception {
      writer.flush(false);
      assertThat(refused.flushes()).isEqualTo(1);
      writer.close();
      assertThat(refused.isClosed()).isTrue();
    }

    @Test
    @DisplayName("but fails when the whole table does not fit")
    void tooMany() throws Exception {
      table.poison.addAll(range(0, 10));
      write(0, 10);
      assertThatThrownBy(() -> writer.flush(false))
          .cause()
          .hasMessageContaining("refused more than 3 of the 10 rows")
          .hasMessageContaining("See that the table has the columns");
    }
  }

  @Test
  @DisplayName("fails at once when only a person can help")
  void fatal() throws Exception {
    table.failures.add(
        ClickHouseException.refused(TestingTable.URL, INSERT, 60, 404, "Unknown table t"));
    write(0, 3);
    assertThatThrownBy(() -> writer.flush(false))
        .cause()
        .isInstanceOf(IOException.class)
        .hasMessageContaining("Apply the migrations");
    assertThat(table.tries).isEqualTo(1);
  }

  @Test
  @DisplayName("does nothing more after its end")
  void closed() throws Exception {
    table.holding = true;
    write(0, 10);
    writer.close();
    table.away = true;
    table.held.remove().run();
    task.advance(100_000);
    assertThat(table.tries).isEqualTo(1);
  }

  @Test
  @DisplayName("tells an encoder that leaves a row open")
  void openRow() {
    ClickHouseWriter<long[]> broken = writer(new Unended(), LIMITS);
    assertThatIllegalStateException()
        .isThrownBy(() -> broken.write(new long[] {1}, context))
        .withMessageContaining(INSERT);
  }

  /** Forgets to end its rows. */
  private static final class Unended implements RowEncoder<long[]> {
    private static final long serialVersionUID = 1L;

    @Override
    public List<Insert> inserts() {
      return List.of(Insert.rows(INSERT));
    }

    @Override
    public void encode(long[] element, Tables tables) {
      tables.rows(0).int64(element[0]);
    }
  }

  /** Writes text into one table as it is, and into another in upper case. */
  private static final class Pairs implements RowEncoder<String> {
    private static final long serialVersionUID = 1L;

    @Override
    public List<Insert> inserts() {
      return List.of(
          Insert.rows("INSERT INTO first FORMAT RowBinary"),
          Insert.rows("INSERT INTO second FORMAT RowBinary"));
    }

    @Override
    public void encode(String element, Tables tables) {
      tables.rows(0).string(element);
      tables.rows(0).endRow();
      tables.rows(1).string(element.toUpperCase(Locale.ROOT));
      tables.rows(1).endRow();
    }
  }
}
