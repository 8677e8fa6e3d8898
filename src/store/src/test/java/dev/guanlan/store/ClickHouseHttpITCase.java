package dev.guanlan.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.guanlan.model.Labels;
import dev.guanlan.model.SeriesId;
import dev.guanlan.testing.ClickHouseExtension;
import java.math.BigInteger;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayName("The ClickHouse client, on a real ClickHouse,")
final class ClickHouseHttpITCase {

  @RegisterExtension static final ClickHouseExtension CLICKHOUSE = new ClickHouseExtension();

  private final ClickHouseHttp client =
      ClickHouseHttp.builder(URI.create(CLICKHOUSE.url())).database("http_client").build();

  @BeforeEach
  void database() {
    CLICKHOUSE.query("DROP DATABASE IF EXISTS http_client");
    CLICKHOUSE.query("CREATE DATABASE http_client");
  }

  @Test
  @DisplayName("reads back what a row buffer writes")
  void rowBinary() throws Exception {
    client.query(
        """
        CREATE TABLE t
        (
            i8 Int8, i32 Int32, i64 Int64, f Float64, d Date, id UInt128, s String,
            m Map(LowCardinality(String), String), a Array(String), t DateTime64(3, 'UTC')
        ) ORDER BY i8
        """);
    SeriesId id = SeriesId.of("anonymous", Labels.of("__name__", "up"));
    RowBuffer rows = new RowBuffer(16);
    rows.int8(-2);
    rows.int32(-3);
    rows.int64(Long.MIN_VALUE);
    rows.float64(-0.1);
    rows.date(20_000);
    rows.seriesId(id);
    rows.string("tab\tand 波 and 🌊 " + "x".repeat(300));
    rows.map(Labels.of("job", "node", "instance", "a:9100"));
    rows.size(2);
    rows.string("one");
    rows.string("");
    rows.int64(1_700_000_000_123L);
    rows.endRow();
    client
        .insert("INSERT INTO t FORMAT RowBinary", InsertBody.of(rows.bytes(), 0, rows.length()))
        .join();
    assertThat(client.rows("SELECT *, lower(leftPad(hex(id), 32, '0')) FROM t"))
        .containsExactly(
            List.of(
                "-2",
                "-3",
                Long.toString(Long.MIN_VALUE),
                "-0.1",
                "2024-10-04",
                new BigInteger(id.toHex(), 16).toString(),
                "tab\tand 波 and 🌊 " + "x".repeat(300),
                "{'instance':'a:9100','job':'node'}",
                "['one','']",
                "2023-11-14 22:13:20.123",
                id.toHex()));
  }

  @Test
  @DisplayName("reads back every slice of a column buffer")
  void columns() throws Exception {
    client.query(
        """
        CREATE TABLE c
        (
            n UInt64, i8 Int8, d Date, i32 UInt32, f Float64, id UInt128, t DateTime64(3, 'UTC')
        ) ORDER BY n
        """);
    ColumnBuffer rows =
        new ColumnBuffer(
            List.of(
                new ColumnBuffer.Column("t", "DateTime64(3, 'UTC')", 8),
                new ColumnBuffer.Column("n", "UInt64", 8),
                new ColumnBuffer.Column("i8", "Int8", 1),
                new ColumnBuffer.Column("d", "Date", 2),
                new ColumnBuffer.Column("i32", "UInt32", 4),
                new ColumnBuffer.Column("f", "Float64", 8),
                new ColumnBuffer.Column("id", "UInt128", 16)));
    SeriesId id = SeriesId.of("anonymous", Labels.of("__name__", "up"));
    for (int row = 0; row < 5_000; row++) {
      rows.int64(0, 1_700_000_000_123L + row);
      rows.int64(1, row);
      rows.int8(2, -2);
      rows.int16(3, 20_000);
      rows.int32(4, -1);
      rows.float64(5, row / 2.0);
      rows.int128(6, id.high(), id.low());
      rows.endRow();
    }
    for (int from = 0; from < 5_000; from += 1_700) {
      byte[] block = rows.payload(from, Math.min(from + 1_700, 5_000));
      client
          .insert(
              "INSERT INTO c (t, n, i8, d, i32, f, id) FORMAT Native",
              InsertBody.of(block, 0, block.length))
          .join();
    }
    assertThat(client.rows("SELECT count(), sum(n), sum(f) FROM c"))
        .containsExactly(List.of("5000", "12497500", "6248750"));
    assertThat(client.rows("SELECT *, lower(leftPad(hex(id), 32, '0')) FROM c WHERE n = 4999"))
        .containsExactly(
            List.of(
                "4999",
                "-2",
                "2024-10-04",
                "4294967295",
                "2499.5",
                new BigInteger(id.toHex(), 16).toString(),
                "2023-11-14 22:13:25.122",
                id.toHex()));
  }

  @Test
  @DisplayName("passes parameters unharmed")
  void parameters() throws Exception {
    String value = "it's a \"test\"\\ with\ttab,\nline & 100% 波";
    assertThat(client.rows("SELECT {v:String}", Map.of("v", value)))
        .containsExactly(List.of(value));
  }

  @Test
  @DisplayName("tells a missing table from a row that does not fit")
  void codes() throws Exception {
    assertThatThrownBy(() -> client.query("SELECT * FROM nothing"))
        .isInstanceOfSatisfying(
            ClickHouseException.class,
            e -> {
              assertThat(e.code()).isEqualTo(60);
              assertThat(e.kind()).isEqualTo(FailureKind.FATAL);
            });
    client.query("CREATE TABLE e (k Int8, s String, CONSTRAINT c CHECK k < 9) ORDER BY k");
    assertPoison("INSERT INTO e FORMAT RowBinary", new byte[] {9, 0});
    assertPoison("INSERT INTO e FORMAT RowBinary", new byte[] {1, 100, 'x'});
    assertThat(client.query("SELECT count() FROM e")).isEqualTo("0\n");
  }

  @Test
  @DisplayName("tells an insert over too many partitions from too many parts")
  void partitions() throws Exception {
    client.query("CREATE TABLE p (d Date) PARTITION BY d ORDER BY d");
    RowBuffer rows = new RowBuffer(16);
    for (int day = 0; day < 200; day++) {
      rows.date(day);
      rows.endRow();
    }
    assertThatThrownBy(
            () ->
                client
                    .insert(
                        "INSERT INTO p FORMAT RowBinary",
                        InsertBody.of(rows.bytes(), 0, rows.length()))
                    .join())
        .cause()
        .isInstanceOfSatisfying(
            ClickHouseException.class,
            e -> {
              assertThat(e.code()).isEqualTo(252);
              assertThat(e.kind()).isEqualTo(FailureKind.POISON);
            });
  }

  @Test
  @DisplayName("sees an error that comes after the first rows of an answer")
  void lateError() {
    assertThatThrownBy(
            () ->
                client.query(
                    "SELECT throwIf(number = 3000000) FROM numbers(4000000) SETTINGS"
                        + " max_block_size = 1000"))
        .isInstanceOfSatisfying(
            ClickHouseException.class, e -> assertThat(e.code()).isEqualTo(395));
  }

  private void assertPoison(String statement, byte[] row) {
    assertThatThrownBy(() -> client.insert(statement, InsertBody.of(row, 0, row.length)).join())
        .isInstanceOf(CompletionException.class)
        .cause()
        .isInstanceOfSatisfying(
            ClickHouseException.class,
            e -> assertThat(e.kind()).as(e.getMessage()).isEqualTo(FailureKind.POISON));
  }
}
