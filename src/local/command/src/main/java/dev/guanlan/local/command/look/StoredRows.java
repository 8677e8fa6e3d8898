package dev.guanlan.local.command.look;

import dev.guanlan.store.ClickHouseException;
import dev.guanlan.store.ClickHouseHttp;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** Counts the rows that ClickHouse holds, from its own account of its parts. */
public final class StoredRows {

  /**
   * Counting through FINAL would read everything at each look. The account may count a row twice
   * that was written again after a restart, until the parts are merged.
   */
  private static final String COUNT =
      "SELECT t.name, sum(p.rows), sum(p.bytes_on_disk) FROM system.tables AS t"
          + " LEFT JOIN (SELECT database, table, rows, bytes_on_disk FROM system.parts WHERE active)"
          + " AS p ON p.database = t.database AND p.table = t.name"
          + " WHERE t.database = {database:String} AND t.engine LIKE '%MergeTree'"
          + " GROUP BY t.name ORDER BY t.name";

  private final ClickHouseHttp http;
  private final String database;

  /**
   * Holds what a table holds.
   *
   * @param rows its rows
   * @param bytes their size on disk, bytes
   */
  public record Stored(long rows, long bytes) {}

  /** Looks at a database of the server at an address. */
  public StoredRows(String url, String database) {
    this.http =
        ClickHouseHttp.builder(URI.create(url))
            .connectTimeout(Duration.ofSeconds(2))
            .requestTimeout(Duration.ofSeconds(5))
            .build();
    this.database = database;
  }

  /** Returns what each table holds, by its name; none before the tables were made. */
  public NavigableMap<String, Stored> count() throws LookException, InterruptedException {
    NavigableMap<String, Stored> tables = new TreeMap<>();
    try {
      for (List<String> row : http.rows(COUNT, Map.of("database", database))) {
        tables.put(row.get(0), new Stored(Long.parseLong(row.get(1)), Long.parseLong(row.get(2))));
      }
    } catch (ClickHouseException e) {
      throw new LookException("ClickHouse does not answer: " + e.getMessage(), e);
    }
    return tables;
  }
}
