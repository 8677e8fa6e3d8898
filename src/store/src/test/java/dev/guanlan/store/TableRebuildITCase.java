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
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayName("A database with the tables of the release before")
final class TableRebuildITCase {

  @RegisterExtension static final ClickHouseExtension CLICKHOUSE = new ClickHouseExtension();

  private static final Migrations NOW = Migrations.ofThisRelease();
  private static final Migrations BEFORE = Migrations.of(NOW.list().subList(0, 4));

  private static final SeriesId ID = SeriesId.of("anonymous", Labels.of("__name__", "up"));

  private String database;
  private ClickHouseHttp client;

  @BeforeEach
  void fill(TestInfo test) throws Exception {
    database = "rebuild_" + test.getTestMethod().orElseThrow().getName();
    client = ClickHouseHttp.builder(URI.create(CLICKHOUSE.url())).database(database).build();
    BEFORE.apply(client, database);
    client.query(
        """
        INSERT INTO samples (metric_id, id, timestamp, value)
        SELECT 7, toUInt128('%s'), toDateTime64(today(), 3, 'UTC') - number * 60,
            multiIf(number = 0, nan, number = 1, -0., number = 2, 0.1, number = 3, 1e300,
                number = 4, -9007199254740991, number = 5, -inf, number)
        FROM numbers(10000)
        """
            .formatted(new BigInteger(ID.toHex(), 16)));
    client.query(
        """
        INSERT INTO series (tenant, metric, day, id, metric_id, labels, first_seen, version)
        SELECT 'anonymous', 'up', today() - number, toUInt128('%s'), 7, map('job', 'node', 'instance', 'a:1'), now(), 1
        FROM numbers(3)
        """
            .formatted(new BigInteger(ID.toHex(), 16)));
    client.query(
        "INSERT INTO logs (tenant, timestamp, body) SELECT 't', now() - number, 'line' FROM numbers(500)");
    client.query(
        "INSERT INTO spans (tenant, start, span_id) SELECT 't', now() - number, toString(number) FROM numbers(400)");
  }

  @Test
  @DisplayName("has all its rows afterwards, value for value")
  void carriedOver() throws Exception {
    List<List<String>> bits =
        client.rows("SELECT timestamp, hex(value) FROM samples FINAL ORDER BY timestamp");
    assertThat(NOW.apply(client, database)).isEqualTo(NOW.list().size() - 4);
    assertThat(client.rows("SELECT timestamp, hex(value) FROM samples ORDER BY timestamp"))
        .isEqualTo(bits)
        .hasSize(10_000);
    assertRowsOnce();
    assertThat(client.rows("SELECT DISTINCT lower(leftPad(hex(key), 32, '0')) FROM samples"))
        .containsExactly(List.of("0000000000000007" + ID.toHex().substring(0, 16)));
    assertThat(client.rows("SELECT DISTINCT key FROM samples"))
        .isEqualTo(client.rows("SELECT DISTINCT key FROM series"))
        .isEqualTo(
            client.rows(
                "SELECT DISTINCT key FROM series_labels WHERE name = 'job' AND value = 'node'"));
    assertThat(client.rows("SELECT min(expires = toDate(timestamp) + 31) FROM samples"))
        .containsExactly(List.of("1"));
  }

  @Test
  @DisplayName("goes on where the move broke off between its two renames")
  void brokenOff() throws Exception {
    client.query("RENAME TABLE samples TO samples_before_0005");
    NOW.apply(client, database);
    assertRowsOnce();
  }

  @Test
  @DisplayName("is not moved again if the move was not recorded")
  void unrecorded() throws Exception {
    NOW.apply(client, database);
    client.query("INSERT INTO samples (key, timestamp, digits, scale) SELECT 1, now(), 1, 0");
    client.query("ALTER TABLE migrations DELETE WHERE version > 4 SETTINGS mutations_sync = 1");
    NOW.apply(client, database);
    assertThat(client.rows("SELECT count() FROM samples")).containsExactly(List.of("10001"));
  }

  @Test
  @DisplayName("may be moved by several programs at once")
  void concurrent() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(3);
    try {
      Callable<Integer> apply = () -> NOW.apply(client, database);
      for (Future<Integer> applied : threads.invokeAll(List.of(apply, apply, apply))) {
        assertThat(applied.get()).isBetween(0, NOW.list().size());
      }
    } finally {
      threads.shutdown();
    }
    assertRowsOnce();
    assertThat(client.rows("SHOW TABLES LIKE '%_next_%'")).isEmpty();
  }

  @Test
  @DisplayName("is put back if somebody writes to it while its rows are moved")
  void writtenTo() throws Exception {
    TableRebuild rebuild = copied();
    client.query("INSERT INTO samples (metric_id, id, timestamp, value) SELECT 7, 1, now(), 1");

    assertThatThrownBy(rebuild::swap)
        .isInstanceOf(MigrationException.class)
        .hasMessageContaining("stop the jobs that write to it");
    assertThat(client.rows("SELECT count() FROM samples")).containsExactly(List.of("10001"));
    assertThat(client.rows("SHOW TABLES LIKE 'samples_next%'")).isEmpty();
  }

  @Test
  @DisplayName("is not lost if another program finds the move done before it was looked over")
  void acceptedByOther() throws Exception {
    TableRebuild rebuild = copied();
    assertThat(rebuild.exchange()).isTrue();
    assertThat(TableRebuild.begin(client, "samples", 5)).isNull();
    rebuild.accept();
    assertThat(client.rows("SELECT count() FROM samples")).containsExactly(List.of("10000"));
    assertThat(client.rows("SELECT count() FROM samples_before_0005"))
        .containsExactly(List.of("0"));
  }

  @Test
  @DisplayName("is kept as it was if it was written to and nobody was left to put it back")
  void writtenToAndLeft() throws Exception {
    TableRebuild rebuild = copied();
    client.query("INSERT INTO samples (metric_id, id, timestamp, value) SELECT 7, 1, now(), 1");
    assertThat(rebuild.exchange()).isTrue();

    assertThatThrownBy(() -> TableRebuild.begin(client, "samples", 5))
        .isInstanceOf(MigrationException.class)
        .hasMessageContaining("samples_before_0005 was written to")
        .hasMessageContaining("DROP TABLE samples");
    assertThat(client.rows("SELECT count() FROM samples_before_0005"))
        .containsExactly(List.of("10001"));
  }

  private TableRebuild copied() throws Exception {
    TableRebuild rebuild = TableRebuild.begin(client, "samples", 5);
    rebuild.run("CREATE TABLE samples_next AS samples");
    rebuild.run("INSERT INTO samples_next SELECT * FROM samples");
    return rebuild;
  }

  private void assertRowsOnce() throws Exception {
    Map<String, String> rows =
        Map.of("samples", "10000", "samples_final", "10000", "logs", "500", "spans", "400");
    for (Map.Entry<String, String> expected : rows.entrySet()) {
      assertThat(client.rows("SELECT count() FROM " + expected.getKey()))
          .as(expected.getKey())
          .containsExactly(List.of(expected.getValue()));
    }
    for (String old : List.of("samples_before_0005", "logs_before_0008", "spans_before_0009")) {
      assertThat(client.rows("SELECT count() FROM " + old)).as(old).containsExactly(List.of("0"));
    }
  }
}
