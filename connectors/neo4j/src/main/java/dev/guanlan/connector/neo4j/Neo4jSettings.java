package dev.guanlan.connector.neo4j;

import java.io.Serializable;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Holds what a sink was told.
 *
 * @param uri where Neo4j is
 * @param user whom to log in as; null logs in as nobody
 * @param password the user's password; null logs in as nobody
 * @param batchSize how many changes one transaction writes at most
 * @param flushInterval how long a change waits for others at most
 * @param retryTime how long a transaction is tried again after transient failures
 * @param graveTime how long deletions are remembered
 */
record Neo4jSettings(
    String uri,
    @Nullable String user,
    @Nullable String password,
    int batchSize,
    Duration flushInterval,
    Duration retryTime,
    Duration graveTime)
    implements Serializable {

  /** Leaves out the password. */
  @Override
  public String toString() {
    return "Neo4j at " + uri;
  }
}
