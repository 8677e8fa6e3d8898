package dev.guanlan.store;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Makes the tables of a cluster of those of one server, by substitution.
 *
 * <p>A table {@code x} becomes {@code x_local}, replicated within each shard, and {@code x} itself
 * becomes the distributed table over all shards, which readers and writers use as they use the one
 * of a single server. What belongs to a series is on its shard: samples, histograms, exemplars and
 * start times, and the index of labels too, so that every shard answers for its own series.
 *
 * <p>Every statement may run twice. So all of them run each time; there is no record of what was
 * applied, as on a single server.
 */
public final class ClusterTables {

  private static final String OF_SERIES = "toUInt64(key)";

  /** By which number rows are spread over the shards. */
  private static final Map<String, String> SHARDING_KEYS =
      Map.ofEntries(
          Map.entry("samples", OF_SERIES),
          Map.entry("series", OF_SERIES),
          Map.entry("series_labels", OF_SERIES),
          Map.entry("histograms", OF_SERIES),
          Map.entry("starts", OF_SERIES),
          Map.entry("exemplars", OF_SERIES),
          Map.entry("metadata", "cityHash64(tenant, metric)"),
          Map.entry("logs", "toUInt64(stream_id)"),
          Map.entry("spans", "cityHash64(trace_id)"),
          Map.entry("flows", "cityHash64(tenant, server_address, client_address)"),
          Map.entry("anomalies", "toUInt64(series_id)"),
          Map.entry("alert_history", "toUInt64(fingerprint)"));

  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_.-]{0,63}");
  private static final Pattern ENGINE =
      Pattern.compile("ENGINE = (\\w*MergeTree)(?:\\(([^)]*)\\))?");

  private static final String REPLICA =
      "'/clickhouse/tables/{shard}/{database}/{table}', '{replica}'";

  private final CurrentTables tables;
  private final String cluster;

  private ClusterTables(CurrentTables tables, String cluster) {
    this.tables = tables;
    this.cluster = cluster;
  }

  /**
   * Returns this release's tables for a cluster.
   *
   * @param cluster its name in ClickHouse's configuration: letters, digits, and {@code _.-}
   * @throws MigrationException if that cannot be a name
   */
  public static ClusterTables ofThisRelease(String cluster) throws MigrationException {
    if (!NAME.matcher(cluster).matches()) {
      throw new MigrationException(
          "\"%s\" cannot be the name of a cluster; use the one in ClickHouse's remote_servers"
              .formatted(ClickHouseException.bounded(cluster, 80)));
    }
    return new ClusterTables(CurrentTables.ofThisRelease(), cluster);
  }

  /** Returns the statement that makes a database on every server. */
  public String createDatabase(String database) {
    return "CREATE DATABASE IF NOT EXISTS `%s` ON CLUSTER '%s'".formatted(database, cluster);
  }

  /** Returns the statements that make the tables and views, in order. */
  public List<String> statements() {
    List<String> all = new ArrayList<>();
    tables.tables().forEach((name, statement) -> all.add(replicated(name, statement)));
    tables.changes().forEach(change -> all.add(windowed(onCluster(local(change)))));
    // After the changes, because they take over the columns.
    tables.tables().keySet().forEach(name -> all.add(distributed(name)));
    tables.views().values().forEach(view -> all.add(view(view)));
    return all;
  }

  /**
   * Makes what is missing in a cluster.
   *
   * @param clickHouse any server of the cluster, as a user who may create databases and tables
   * @param database letters, digits and underscores
   */
  public void apply(ClickHouseHttp clickHouse, String database)
      throws ClickHouseException, MigrationException, InterruptedException {
    Migrations.checkName(database);
    clickHouse.withDatabase("default").query(createDatabase(database));
    ClickHouseHttp target = clickHouse.withDatabase(database);
    for (String statement : statements()) {
      target.query(statement);
    }
  }

  private String replicated(String name, String statement) {
    Matcher engine = ENGINE.matcher(statement);
    if (!engine.find()) {
      throw new IllegalStateException(
          "the table %s is of no MergeTree engine; it cannot be replicated".formatted(name));
    }
    String arguments = engine.group(2) == null ? REPLICA : REPLICA + ", " + engine.group(2);
    String here =
        "ENGINE = Replicated%s(%s)".formatted(engine.group(1), arguments).replace("$", "\\$");
    return windowed(
        onCluster(engine.replaceFirst(here).replaceFirst("\\b" + name + "\\b", name + "_local")));
  }

  private String distributed(String name) {
    String key = SHARDING_KEYS.get(name);
    if (key == null) {
      throw new IllegalStateException(
          "the table %s has no sharding key; say by what its rows are spread".formatted(name));
    }
    return "CREATE TABLE IF NOT EXISTS %s ON CLUSTER '%s' AS %s_local ENGINE = Distributed('%s', currentDatabase(), '%s_local', %s)"
        .formatted(name, cluster, name, cluster, name, key);
  }

  private String view(String statement) {
    if (!statement.startsWith("CREATE MATERIALIZED VIEW")) {
      return onCluster(statement);
    }
    // Feeds one local table from another, so that its rows stay on the shard.
    String fed = statement;
    for (String table : tables.tables().keySet()) {
      fed = fed.replaceAll("\\b(TO|FROM|JOIN) " + table + "\\b", "$1 " + table + "_local");
    }
    return onCluster(fed);
  }

  private static String local(String change) {
    return change.replaceFirst("ALTER TABLE (\\w+)", "ALTER TABLE $1_local");
  }

  /** Adds the cluster behind the name that the statement begins with. */
  private String onCluster(String statement) {
    return statement.replaceFirst(
        "^((?:CREATE|ALTER) (?:OR REPLACE )?(?:MATERIALIZED )?(?:TABLE|VIEW) (?:IF NOT EXISTS )?\\w+)",
        "$1 ON CLUSTER '" + cluster + "'");
  }

  private static String windowed(String statement) {
    return statement.replace(
        "non_replicated_deduplication_window", "replicated_deduplication_window");
  }
}
