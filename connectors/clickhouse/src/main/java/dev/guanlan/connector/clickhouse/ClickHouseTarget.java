package dev.guanlan.connector.clickhouse;

import dev.guanlan.store.ClickHouseHttp;
import java.io.IOException;
import java.io.Serializable;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Says which database to write to, and as whom. Holds the path of the password's file, not the
 * password: a target travels with the job graph.
 *
 * @param url HTTP address, such as {@code http://127.0.0.1:8123}
 * @param database the database that the inserts' tables are in
 * @param user who writes
 * @param passwordFile file with the password, readable wherever the job runs; null for none
 * @param requestTimeout how long one insert may take
 */
public record ClickHouseTarget(
    String url,
    String database,
    String user,
    @Nullable String passwordFile,
    Duration requestTimeout)
    implements Serializable {

  /** What makes one insert one block, stored when the answer comes. */
  private static final Map<String, String> INSERT_SETTINGS =
      Map.of(
          // A queue would answer before, or lose the token.
          "async_insert", "0",
          "insert_deduplicate", "1",
          // On a cluster, too, the answer means that the shards have the block.
          "distributed_foreground_insert", "1",
          "deduplicate_blocks_in_dependent_materialized_views", "1",
          "max_insert_block_size", Integer.toString(InsertLimits.MAX_BATCH_ROWS),
          "min_insert_block_size_rows", Integer.toString(InsertLimits.MAX_BATCH_ROWS),
          "min_insert_block_size_bytes", "268435456");

  /** Makes a client for this target. */
  public ClickHouseHttp connect() throws IOException {
    ClickHouseHttp.Builder client =
        ClickHouseHttp.builder(URI.create(url))
            .database(database)
            .user(user)
            .requestTimeout(requestTimeout);
    if (passwordFile != null) {
      client.password(password(passwordFile));
    }
    return client.build();
  }

  /**
   * Makes what sends blocks to this target. Each is stored once, however often it is sent: in its
   * table, and in the tables of the materialized views behind it.
   */
  Inserter inserter() throws IOException {
    ClickHouseHttp client = connect();
    return (statement, token, body) -> {
      Map<String, String> settings = new TreeMap<>(INSERT_SETTINGS);
      settings.put("insert_deduplication_token", token);
      return client.insert(statement, settings, body);
    };
  }

  private static String password(String file) throws IOException {
    try {
      return Files.readString(Path.of(file)).strip();
    } catch (IOException e) {
      throw new IOException(
          "The ClickHouse password cannot be read from the file \"%s\"; make it readable here"
              .formatted(file),
          e);
    }
  }
}
