package dev.guanlan.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.guanlan.testing.ClickHouseExtension;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@DisplayName("The tables of a cluster")
final class ClusterTablesITCase {

  @RegisterExtension static final ClickHouseExtension CLICKHOUSE = new ClickHouseExtension();

  private final ClickHouseHttp client =
      ClickHouseHttp.builder(URI.create(CLICKHOUSE.url())).build();

  @Test
  @DisplayName("are understood by ClickHouse, each statement for the whole cluster")
  void parsed() throws Exception {
    List<String> statements = ClusterTables.ofThisRelease("blue").statements();
    for (String statement : statements) {
      assertThat(statement).contains(" ON CLUSTER 'blue'");
      assertThat(client.query("SELECT formatQuery({sql:String})", Map.of("sql", statement)))
          .contains("ON CLUSTER");
      assertThat(client.query("EXPLAIN AST " + statement)).isNotEmpty();
    }
    assertThat(statements)
        .filteredOn(statement -> statement.contains("MergeTree"))
        .hasSameSizeAs(CurrentTables.ofThisRelease().tables().keySet())
        .allSatisfy(
            statement ->
                assertThat(statement)
                    .containsPattern("ENGINE = Replicated\\w*MergeTree\\('/clickhouse/tables/"));
  }

  @Test
  @DisplayName("keep the labels' index on the shard of its series")
  void labelsWithSeries() throws Exception {
    List<String> statements = ClusterTables.ofThisRelease("blue").statements();
    assertThat(statements)
        .filteredOn(statement -> statement.contains("Distributed("))
        .filteredOn(statement -> statement.contains("series"))
        .filteredOn(statement -> !statement.contains("anomalies"))
        .hasSize(2)
        .allSatisfy(statement -> assertThat(statement).endsWith(", toUInt64(key))"));
    assertThat(statements)
        .anySatisfy(
            statement ->
                assertThat(statement)
                    .contains(" TO series_labels_local AS")
                    .contains("FROM series_local"));
  }

  @Test
  @DisplayName("work within a shard as those of one server")
  void behave() throws Exception {
    client.query("CREATE DATABASE IF NOT EXISTS one_shard");
    ClickHouseHttp shard = client.withDatabase("one_shard");
    for (String statement : ClusterTables.ofThisRelease("blue").statements()) {
      // There is no Keeper here, which ON CLUSTER and replication need, and no second server.
      if (!statement.contains("Distributed(") && !statement.startsWith("CREATE OR REPLACE VIEW")) {
        shard.query(
            statement
                .replace(" ON CLUSTER 'blue'", "")
                .replaceAll("Replicated(\\w*MergeTree)\\('[^']*', '[^']*'(?:, )?", "$1(")
                .replace("replicated_deduplication_window", "non_replicated_deduplication_window"));
      }
    }
    shard.query(
        """
        INSERT INTO series_local (tenant, metric, day, id, metric_id, labels, first_seen, version)
        SELECT 'anonymous', 'up', today(), bitShiftLeft(toUInt128(number + 1), 64), 7,
            map('job', 'node'), now(), 1
        FROM numbers(3)
        """);
    assertThat(
            shard.rows(
                "SELECT count() FROM series_labels_local WHERE name = 'job' AND value = 'node'"))
        .containsExactly(List.of("3"));
  }

  @Test
  @DisplayName("are not taken for those of one server")
  void refused() throws Exception {
    client.query("CREATE DATABASE IF NOT EXISTS of_a_cluster");
    client
        .withDatabase("of_a_cluster")
        .query("CREATE TABLE IF NOT EXISTS samples_local (key UInt64) ORDER BY key");
    assertThatThrownBy(() -> Migrations.ofThisRelease().apply(client, "of_a_cluster"))
        .isInstanceOf(MigrationException.class)
        .hasMessageContaining("give the cluster's name");
  }

  @Test
  @DisplayName("are refused for a name that is none")
  void badName() {
    assertThatThrownBy(() -> ClusterTables.ofThisRelease("x' AS y"))
        .isInstanceOf(MigrationException.class)
        .hasMessageContaining("remote_servers");
  }
}
