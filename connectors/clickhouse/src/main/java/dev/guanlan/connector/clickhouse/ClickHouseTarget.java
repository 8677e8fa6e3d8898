package dev.guanlan.connector.clickhouse;

import dev.guanlan.store.ClickHouseHttp;
import java.io.IOException;
import java.io.Serializable;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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
