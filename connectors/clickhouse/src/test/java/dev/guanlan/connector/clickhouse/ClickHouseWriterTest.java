package dev.guanlan.connector.clickhouse;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.guanlan.store.ClickHouseException;
import dev.guanlan.store.RowBuffer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.flink.api.connector.sink2.SinkWriter;
import org.apache.flink.metrics.groups.SinkWriterMetricGroup;
import org.apache.flink.runtime.metrics.groups.InternalSinkWriterMetricGroup;
import org.apache.flink.runtime.metrics.groups.UnregisteredMetricGroups;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@DisplayName("A ClickHouse writer")
final class ClickHouseWriterTest {

  private static final String INSERT = "INSERT INTO t (n) FORMAT RowBinary";
  private static final InsertLimits LIMITS =
      new InsertLimits(
          1 << 20,
          10,
          Duration.ofSeconds(1),
          2,
          Duration.ofSeconds(60),
          Duration.ofMillis(100),
          Duration.ofSeconds(5),
          3);

  private final TestingTask task = new TestingTask();
  private final TestingTable table = new TestingTable();
  private final Refused refused = new Refused();
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
    return new ClickHouseWriter<>(
        new Numbers(), table, refused, limits, task, task, new InsertMetrics(metrics));
  }

  private void write(long from, long end) throws Exception {
    for (long n = from; n < end; n++) {
      writer.write(new long[] {n}, context);
    }
  }

  private static List<Long> range(long from, long end) {
    return LongStream.range(from, end).boxed().toList();
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
  @DisplayName("uses its buffers again")
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
            (statement, rows, from, length) -> {
              seen.add(statement + ":" + new String(rows, from, length, US_ASCII).strip());
              return CompletableFuture.completedFuture(null);
            },
            refused,
            LIMITS,
            task,
            task,
            new InsertMetrics(metrics));
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
      assertThat(refused.rows).containsExactly(7L);
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
      assertThat(refused.rows).containsExactly(0L, 5L, 9L);
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
      assertThat(refused.rows).containsExactly(2L);
    }

    @Test
    @DisplayName("before a checkpoint completes")
    void flushed() throws Exception {
      writer.flush(false);
      assertThat(refused.flushes).isEqualTo(1);
      writer.close();
      assertThat(refused.isClosed).isTrue();
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
    ClickHouseWriter<long[]> broken =
        new ClickHouseWriter<>(
            new Unended(), table, refused, LIMITS, task, task, new InsertMetrics(metrics));
    assertThatIllegalStateException()
        .isThrownBy(() -> broken.write(new long[] {1}, context))
        .withMessageContaining(INSERT);
  }

  private static List<Long> concat(List<Long> first, List<Long> second) {
    return Stream.concat(first.stream(), second.stream()).toList();
  }

  /** Writes each number as a row. */
  private static final class Numbers implements RowEncoder<long[]> {
    private static final long serialVersionUID = 1L;

    @Override
    public List<String> inserts() {
      return List.of(INSERT);
    }

    @Override
    public void encode(long[] element, Tables tables) {
      RowBuffer rows = tables.rows(0);
      for (long number : element) {
        rows.int64(number);
        rows.endRow();
      }
    }
  }

  /** Forgets to end its rows. */
  private static final class Unended implements RowEncoder<long[]> {
    private static final long serialVersionUID = 1L;

    @Override
    public List<String> inserts() {
      return List.of(INSERT);
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
    public List<String> inserts() {
      return List.of("first", "second");
    }

    @Override
    public void encode(String element, Tables tables) {
      tables.rows(0).string(element);
      tables.rows(0).endRow();
      tables.rows(1).string(element.toUpperCase(Locale.ROOT));
      tables.rows(1).endRow();
    }
  }

  /** Keeps what is refused. */
  private static final class Refused implements RefusedRows {
    private static final long serialVersionUID = 1L;
    private final ArrayList<Long> rows = new ArrayList<>();
    private int flushes;
    private boolean isClosed;

    @Override
    public void refused(String insert, byte[] row, ClickHouseException reason) {
      assertThat(insert).isEqualTo(INSERT);
      assertThat(reason.code()).isEqualTo(117);
      assertThat(row).hasSize(8);
      rows.add((long) row[0]);
    }

    @Override
    public void flush() {
      flushes++;
    }

    @Override
    public void close() {
      isClosed = true;
    }
  }

  /** Says nothing of time, which the writer does not ask for. */
  private static final class NoContext implements SinkWriter.Context {
    @Override
    public long currentWatermark() {
      return Long.MIN_VALUE;
    }

    @Override
    public @Nullable Long timestamp() {
      return null;
    }
  }
}
