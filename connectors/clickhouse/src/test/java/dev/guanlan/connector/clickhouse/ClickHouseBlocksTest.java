package dev.guanlan.connector.clickhouse;

import static dev.guanlan.connector.clickhouse.Numbers.range;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.guanlan.store.ColumnBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.LongStream;
import org.apache.flink.connector.base.DeliveryGuarantee;
import org.apache.flink.metrics.groups.SinkWriterMetricGroup;
import org.apache.flink.runtime.metrics.groups.InternalSinkWriterMetricGroup;
import org.apache.flink.runtime.metrics.groups.UnregisteredMetricGroups;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@DisplayName("A ClickHouse writer, exactly once,")
final class ClickHouseBlocksTest {

  private final TestingTask task = new TestingTask();
  private final SinkWriterMetricGroup metrics =
      InternalSinkWriterMetricGroup.wrap(
          UnregisteredMetricGroups.createUnregisteredOperatorMetricGroup());
  private final HeldBytes process = new HeldBytes();
  private final NoContext context = new NoContext();

  private ClickHouseWriter<long[]> writer(
      RowEncoder<long[]> encoder, int batchRows, int heldBytes) {
    InsertLimits limits =
        new InsertLimits(
            1 << 20,
            batchRows,
            Duration.ofSeconds(1),
            heldBytes,
            2,
            Duration.ofSeconds(60),
            Duration.ofMillis(100),
            Duration.ofSeconds(5),
            3);
    return new ClickHouseWriter<>(
        encoder,
        null,
        new TaskTurns(task, task),
        limits,
        new WriterMetrics(metrics),
        Uncommitted.ofWriter("task"),
        process,
        "origin");
  }

  private void write(ClickHouseWriter<long[]> writer, long from, long end) throws Exception {
    for (long n = from; n < end; n++) {
      writer.write(new long[] {n}, context);
    }
  }

  private static Collection<ClickHouseCommittable> checkpoint(ClickHouseWriter<long[]> writer)
      throws Exception {
    writer.flush(false);
    return writer.prepareCommit();
  }

  private static List<Long> values(Collection<ClickHouseCommittable> blocks) throws Exception {
    TestingTable table = new TestingTable();
    for (ClickHouseCommittable block : blocks) {
      table.insert(block.statement(), block.token(), block.body(0, block.block().rows())).get();
    }
    return table.all();
  }

  @Test
  @DisplayName("keeps blocks of the size that it may have until the checkpoint takes them")
  void cuts() throws Exception {
    ClickHouseWriter<long[]> writer = writer(new Numbers(), 10, 1 << 20);
    write(writer, 0, 25);
    task.advance(60_000);
    Collection<ClickHouseCommittable> first = checkpoint(writer);
    assertThat(first).extracting(block -> block.block().rows()).containsExactly(10, 10, 5);
    assertThat(values(first)).containsExactlyElementsOf(range(0, 25));
    write(writer, 25, 30);
    Collection<ClickHouseCommittable> second = checkpoint(writer);
    assertThat(values(first)).as("nothing changes it").containsExactlyElementsOf(range(0, 25));
    assertThat(values(second)).containsExactlyElementsOf(range(25, 30));
    assertThat(checkpoint(writer)).isEmpty();
    assertThat(metrics.getNumRecordsSendCounter().getCount()).isEqualTo(30);
  }

  @Test
  @DisplayName("gives every block a token of its own")
  void tokens() throws Exception {
    ClickHouseWriter<long[]> writer = writer(new Numbers(), 10, 1 << 20);
    List<String> tokens = new ArrayList<>();
    for (int checkpoint = 0; checkpoint < 3; checkpoint++) {
      write(writer, 0, 25);
      checkpoint(writer).forEach(block -> tokens.add(block.token()));
    }
    assertThat(tokens)
        .hasSize(9)
        .doesNotHaveDuplicates()
        .allMatch(token -> token.startsWith("origin/"));
  }

  @Test
  @DisplayName("cuts an element that ClickHouse would not store as one block")
  void hugeElement() throws Exception {
    int most = InsertLimits.MAX_BATCH_ROWS;
    ClickHouseWriter<long[]> writer = writer(new Numbers(), 10, 1 << 30);
    writer.write(LongStream.range(0, most + 5).toArray(), context);
    Collection<ClickHouseCommittable> blocks = checkpoint(writer);
    assertThat(blocks).extracting(block -> block.block().rows()).containsExactly(most, 5);
    assertThat(values(blocks)).isEqualTo(range(0, most + 5));
  }

  @Nested
  @DisplayName("is held back")
  final class HeldBack {

    @Test
    @DisplayName("by as much as it takes in above its limit, until a checkpoint begins")
    void aboveTheLimit() throws Exception {
      ClickHouseWriter<long[]> writer = writer(new Numbers(), 10, 800);
      write(writer, 0, 100);
      assertThat(task.getCurrentProcessingTime()).isEqualTo(TestingTask.START);
      write(writer, 100, 200);
      assertThat(task.getCurrentProcessingTime() - TestingTask.START)
          .as("the limit again in a minute")
          .isBetween(60_000L, 61_000L);
      long before = task.getCurrentProcessingTime();
      assertThat(values(checkpoint(writer))).containsExactlyElementsOf(range(0, 200));
      write(writer, 200, 300);
      assertThat(task.getCurrentProcessingTime()).isEqualTo(before);
    }

    @Test
    @DisplayName("while what checkpoints have taken is not stored, for they may fail")
    void uncommitted() throws Exception {
      try (Uncommitted ofCommitter = Uncommitted.ofCommitter("task", process)) {
        ClickHouseWriter<long[]> writer = writer(new Numbers(), 10, 800);
        write(writer, 0, 100);
        assertThat(checkpoint(writer)).hasSize(10);
        write(writer, 100, 110);
        long heldBack = task.getCurrentProcessingTime();
        assertThat(heldBack - TestingTask.START).isBetween(6_000L, 6_100L);
        ofCommitter.stored(800);
        write(writer, 110, 200);
        assertThat(task.getCurrentProcessingTime()).isEqualTo(heldBack);
      }
    }

    @Test
    @DisplayName("by what other sinks hold in the process, until they are closed")
    void others() throws Exception {
      ClickHouseWriter<long[]> other = writer(new Numbers(), 10, 1 << 20);
      write(other, 0, 100);
      ClickHouseWriter<long[]> writer = writer(new Numbers(), 10, 800);
      write(writer, 0, 10);
      long heldBack = task.getCurrentProcessingTime();
      assertThat(heldBack - TestingTask.START).isBetween(6_000L, 6_100L);
      other.close();
      write(writer, 10, 90);
      assertThat(task.getCurrentProcessingTime()).isEqualTo(heldBack);
      writer.close();
      assertThat(process.bytes()).as("nothing stays counted").isZero();
    }

    @Test
    @DisplayName("for longer while others are held back too")
    void together() throws Exception {
      process.beginsToWait();
      ClickHouseWriter<long[]> writer = writer(new Numbers(), 10, 800);
      write(writer, 0, 110);
      assertThat(task.getCurrentProcessingTime() - TestingTask.START).isBetween(12_000L, 12_100L);
    }
  }

  @Nested
  @DisplayName("takes columns of numbers")
  final class Columns {

    @Test
    @DisplayName("as blocks in the Native format")
    void nativeFormat() throws Exception {
      ClickHouseWriter<long[]> writer = writer(new NumberColumns(), 10, 1 << 20);
      write(writer, 0, 12);
      ColumnBuffer expected = new ColumnBuffer(NumberColumns.COLUMNS);
      for (int n = 10; n < 12; n++) {
        expected.int64(0, n);
        expected.endRow();
      }
      Collection<ClickHouseCommittable> blocks = checkpoint(writer);
      assertThat(blocks).extracting(block -> block.block().rows()).containsExactly(10, 2);
      assertThat(List.copyOf(blocks).get(1).body(0, 2).toBytes()).isEqualTo(expected.payload(0, 2));
    }

    @Test
    @DisplayName("and says so when rows are written instead")
    void mistaken() {
      ClickHouseWriter<long[]> writer = writer(new NumberColumns(), 10, 1 << 20);
      assertThatIllegalStateException()
          .isThrownBy(() -> writer.rows(0))
          .withMessageContaining("are in Native");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Insert.rows("INSERT INTO t (n) FORMAT Native"))
          .withMessageContaining("FORMAT RowBinary");
    }
  }

  @Test
  @DisplayName("does not offer less than at least once")
  void none() {
    ClickHouseTarget target =
        new ClickHouseTarget("http://127.0.0.1:1", "d", "u", null, Duration.ofSeconds(1));
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                ClickHouseSink.builder(target, new Numbers())
                    .deliveryGuarantee(DeliveryGuarantee.NONE))
        .withMessageContaining("at-least-once or exactly-once");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> ClickHouseSink.builder(target, new Numbers()).batchRows(2_000_000).build())
        .withMessageContaining("1048449");
  }

  /** Writes each number as a row of one column. */
  private static final class NumberColumns implements RowEncoder<long[]> {
    private static final long serialVersionUID = 1L;

    static final List<ColumnBuffer.Column> COLUMNS =
        List.of(new ColumnBuffer.Column("n", "Int64", 8));

    @Override
    public List<Insert> inserts() {
      return List.of(Insert.columns("INSERT INTO t (n) FORMAT Native", COLUMNS));
    }

    @Override
    public void encode(long[] element, Tables tables) {
      ColumnBuffer columns = tables.columns(0);
      for (long number : element) {
        columns.int64(0, number);
        columns.endRow();
      }
    }
  }
}
