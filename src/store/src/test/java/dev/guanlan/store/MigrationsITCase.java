package dev.guanlan.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.guanlan.store.Migrations.Migration;
import dev.guanlan.testing.ClickHouseExtension;
import java.net.URI;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayName("The migrations, on a real ClickHouse,")
final class MigrationsITCase {

  @RegisterExtension static final ClickHouseExtension CLICKHOUSE = new ClickHouseExtension();

  private static final Migration FIRST =
      new Migration(1, "0001_a.sql", "CREATE TABLE IF NOT EXISTS a (x Int8) ORDER BY x;");
  private static final Migration SECOND =
      new Migration(2, "0002_b.sql", "CREATE TABLE IF NOT EXISTS b (x Int8) ORDER BY x;");

  private ClickHouseHttp client;
  private String database;

  @BeforeEach
  void connect(TestInfo test) {
    database = "migrations_" + test.getTestMethod().orElseThrow().getName();
    client = ClickHouseHttp.builder(URI.create(CLICKHOUSE.url())).build();
  }

  @Test
  @DisplayName("make every table and view, once")
  void fresh() throws Exception {
    Migrations migrations = Migrations.ofThisRelease();
    assertThat(migrations.apply(client, database)).isEqualTo(migrations.list().size());
    assertThat(migrations.apply(client, database)).isZero();
    assertThat(tables())
        .containsExactly(
            "alert_history",
            "anomalies",
            "exemplars",
            "flows",
            "histograms",
            "logs",
            "logs_before_0008",
            "logs_final",
            "metadata",
            "migrations",
            "samples",
            "samples_before_0005",
            "samples_final",
            "series",
            "series_final",
            "series_labels",
            "series_labels_feed",
            "spans",
            "spans_before_0009",
            "spans_final",
            "starts");
  }

  @Test
  @DisplayName("apply only what the database lacks")
  void added() throws Exception {
    assertThat(Migrations.of(List.of(FIRST)).apply(client, database)).isEqualTo(1);
    assertThat(Migrations.of(List.of(FIRST, SECOND)).apply(client, database)).isEqualTo(1);
    assertThat(tables()).containsExactly("a", "b", "migrations");
    assertThat(rows("SELECT version, file FROM migrations FINAL ORDER BY version"))
        .containsExactly(List.of("1", "0001_a.sql"), List.of("2", "0002_b.sql"));
  }

  @Test
  @DisplayName("refuse a file that was changed after it was applied")
  void changed() throws Exception {
    Migrations.of(List.of(FIRST)).apply(client, database);
    Migration changed = new Migration(1, "0001_a.sql", FIRST.sql() + "\n-- better");
    assertThatThrownBy(() -> Migrations.of(List.of(changed)).apply(client, database))
        .isInstanceOf(MigrationException.class)
        .hasMessageContaining("0001_a.sql")
        .hasMessageContaining(FIRST.checksum())
        .hasMessageContaining("put the file back");
  }

  @Test
  @DisplayName("go on where they broke off")
  void brokenOff() throws Exception {
    Migration broken =
        new Migration(2, "0002_b.sql", SECOND.sql() + "\nCREATE TABLE c (x Nonsense) ORDER BY x;");
    assertThatThrownBy(() -> Migrations.of(List.of(FIRST, broken)).apply(client, database))
        .isInstanceOf(ClickHouseException.class);
    assertThat(Migrations.of(List.of(FIRST, SECOND)).apply(client, database)).isEqualTo(1);
    assertThat(tables()).containsExactly("a", "b", "migrations");
  }

  @Test
  @DisplayName("may be applied by several programs at once")
  void concurrent() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      Callable<Integer> apply = () -> Migrations.ofThisRelease().apply(client, database);
      for (Future<Integer> applied : threads.invokeAll(List.of(apply, apply, apply, apply))) {
        assertThat(applied.get()).isBetween(0, Migrations.ofThisRelease().list().size());
      }
    } finally {
      threads.shutdown();
    }
    assertThat(rows("SELECT count() FROM migrations FINAL"))
        .containsExactly(List.of(Integer.toString(Migrations.ofThisRelease().list().size())));
  }

  @Test
  @DisplayName("refuse a database name that is none")
  void badName() {
    assertThatThrownBy(() -> Migrations.ofThisRelease().apply(client, "x`; DROP DATABASE y"))
        .isInstanceOf(MigrationException.class)
        .hasMessageContaining("letters, digits and underscores");
  }

  private List<String> tables() throws Exception {
    return rows("SELECT name FROM system.tables WHERE database = currentDatabase() ORDER BY name")
        .stream()
        .map(row -> row.get(0))
        .toList();
  }

  private List<List<String>> rows(String sql) throws Exception {
    return client.withDatabase(database).rows(sql);
  }
}
