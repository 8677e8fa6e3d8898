package dev.guanlan.local.command.look;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.neo4j.driver.AuthTokens;
import org.neo4j.driver.Config;
import org.neo4j.driver.Driver;
import org.neo4j.driver.GraphDatabase;
import org.neo4j.driver.Record;
import org.neo4j.driver.TransactionConfig;
import org.neo4j.driver.exceptions.Neo4jException;

/** Counts what the graph in Neo4j holds. */
public final class GraphSize implements AutoCloseable {

  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  private static final String COUNT =
      """
      RETURN
        COUNT { (:Entity) } AS entities,
        COUNT { (:Service) } AS services,
        COUNT { ()-->() } AS relations,
        COUNT { (:Service)-[:CALLS]->(:Service) } AS calls
      """;

  private final Driver driver;

  /**
   * Holds the counts.
   *
   * @param entities nodes of every type
   * @param services nodes that are services
   * @param relations relations of every type
   * @param calls relations that are calls from service to service
   */
  public record Size(long entities, long services, long relations, long calls) {

    /** The size of an empty graph. */
    public static final Size NOTHING = new Size(0, 0, 0, 0);
  }

  /** Prepares to ask the server, which wants no password. */
  public GraphSize(String boltUri) {
    driver =
        GraphDatabase.driver(
            boltUri,
            AuthTokens.none(),
            Config.builder()
                .withMaxConnectionPoolSize(2)
                .withConnectionTimeout(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
                .withConnectionAcquisitionTimeout(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
                .withMaxTransactionRetryTime(0, TimeUnit.MILLISECONDS)
                .build());
  }

  /** Counts now. */
  public Size count() throws LookException {
    try (var session = driver.session()) {
      Record row =
          session.run(COUNT, TransactionConfig.builder().withTimeout(TIMEOUT).build()).single();
      return new Size(
          row.get("entities").asLong(),
          row.get("services").asLong(),
          row.get("relations").asLong(),
          row.get("calls").asLong());
    } catch (Neo4jException e) {
      throw new LookException("Neo4j does not answer: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    driver.close();
  }
}
